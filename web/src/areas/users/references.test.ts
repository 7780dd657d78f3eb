import { expect, test } from 'vitest'
import type { PersonRow, SubscriptionBrief } from '~/api/types'
import { planReferences, referable, withReferences } from './references'

const subscription = (id: string, kind: 'telephony' | 'mobile', reference: string | null, state = 'active') =>
  ({ id, kind, reference, state }) as SubscriptionBrief
const person = (id: string, subscriptions: SubscriptionBrief[]) => ({ id, subscriptions }) as PersonRow

const rows = [
  person('anna', [subscription('a1', 'telephony', null), subscription('a2', 'mobile', '4711')]),
  person('bo', [subscription('b1', 'mobile', 'old', 'ended'), subscription('b2', 'mobile', '')]),
  person('carl', []),
]
const ids = (subscriptions: { id: string }[]) => subscriptions.map(({ id }) => id)

test('what has ended gets no reference, and only the kind that was asked for', () => {
  expect(ids(referable(rows, 'all'))).toEqual(['a1', 'a2', 'b2'])
  expect(ids(referable(rows, 'mobile'))).toEqual(['a2', 'b2'])
  expect(ids(referable(rows, 'telephony'))).toEqual(['a1'])
})

test('what has the reference already is not written again, and what is lost is counted', () => {
  const all = referable(rows, 'all')
  expect(planReferences(all, '4711', false)).toEqual({
    references: [
      { subscription: 'a1', reference: '4711' },
      { subscription: 'b2', reference: '4711' },
    ],
    replaced: 0,
  })
  expect(planReferences(all, '815', false).replaced).toBe(1)
  expect(planReferences(all, '815', true)).toEqual({
    references: [
      { subscription: 'a1', reference: '815' },
      { subscription: 'b2', reference: '815' },
    ],
    replaced: 0,
  })
})

test('no reference takes away those there are, and nothing where only empty ones are filled', () => {
  const all = referable(rows, 'all')
  expect(planReferences(all, null, false).references).toContainEqual({ subscription: 'a2', reference: null })
  expect(planReferences(all, null, true).references).toEqual([])
})

test('the chosen people carry what was written', () => {
  const after = withReferences(rows, [{ subscription: 'a1', reference: '4711' }])
  expect(after[0]?.subscriptions.map(({ reference }) => reference)).toEqual(['4711', '4711'])
  expect(after[1]).toEqual(rows[1])
})
