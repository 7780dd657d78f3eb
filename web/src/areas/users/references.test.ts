import { expect, test } from 'vitest'
import type { PersonRow, SubscriptionBrief } from '~/api/types'
import { referable, withReferences } from './references'

const subscription = (id: string, kind: 'telephony' | 'mobile', reference: string | null, state = 'active') =>
  ({ id, kind, reference, state }) as SubscriptionBrief
const person = (id: string, subscriptions: SubscriptionBrief[]) => ({ id, subscriptions }) as PersonRow

const rows = [
  person('anna', [subscription('a1', 'telephony', null), subscription('a2', 'mobile', '4711')]),
  person('bo', [subscription('b1', 'mobile', 'old', 'ended'), subscription('b2', 'mobile', '')]),
  person('carl', []),
]

test('what has ended gets no reference', () => {
  expect(referable(rows).map(({ id }) => id)).toEqual(['a1', 'a2', 'b2'])
})

test('the chosen people carry what was written', () => {
  const after = withReferences(rows, [{ subscription: 'a1', reference: '4711' }])
  expect(after[0]?.subscriptions.map(({ reference }) => reference)).toEqual(['4711', '4711'])
  expect(after[1]).toEqual(rows[1])
})
