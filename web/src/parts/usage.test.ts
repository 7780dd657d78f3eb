import { expect, test } from 'vitest'
import type { KindUsage } from '~/api/types'
import { amountOf, levelOf, shownKinds, thisMonth } from './usage'

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

test('the month is the one that runs, wherever it stands in the list', () => {
  const period = (month: string, current: boolean, used: number) => ({
    period: month,
    from: `${month}-01T00:00:00Z`,
    until: `${month}-28T00:00:00Z`,
    current,
    kinds: [
      {
        kind: 'data' as const,
        unit: 'bytes' as const,
        used,
        limit: 100,
        beyond: 0,
        received: 0,
        records: 1,
        percent: used,
      },
    ],
  })
  const usage = {
    subscription: 's',
    kind: 'mobile' as const,
    offering: 'o',
    number: '+4520000001',
    periods: [period('2026-10', false, 99), period('2026-11', true, 85)],
  }
  expect(thisMonth(usage)?.[0]?.used).toBe(85)
  expect(thisMonth({ ...usage, periods: usage.periods.slice(0, 1) })).toBeUndefined()
  expect(thisMonth(undefined)).toBeUndefined()
})
