import { expect, test } from 'vitest'
import type { KindUsage } from '~/api/types'
import { amountOf, levelOf, shownKinds } from './usage'

test('amounts are written in the units of a package', () => {
  expect(amountOf('bytes', 12_345_678_901)).toEqual({ unit: 'GB', value: 12 })
  expect(amountOf('bytes', 1_250_000_000)).toEqual({ unit: 'GB', value: 1.3 })
  // A minute that was begun was used.
  expect(amountOf('seconds', 61)).toEqual({ unit: 'minutes', value: 2 })
  expect(amountOf('messages', 7)).toEqual({ unit: 'messages', value: 7 })
})

test('the marks are those of the mails', () => {
  expect([0, 79, 80, 99, 100, 250].map(levelOf)).toEqual(['fine', 'fine', 'near', 'near', 'reached', 'reached'])
})

test('data always has a bar, the rest only where there is something to say', () => {
  const kind = (name: KindUsage['kind'], used: number, limit: number | null): KindUsage => ({
    kind: name,
    unit: 'messages',
    used,
    limit,
    beyond: 0,
    received: 0,
    records: 0,
    percent: null,
  })
  const shown = shownKinds([kind('data', 0, null), kind('voice', 0, null), kind('sms', 3, null), kind('mms', 0, 100)])
  expect(shown.map((one) => one.kind)).toEqual(['data', 'sms', 'mms'])
})
