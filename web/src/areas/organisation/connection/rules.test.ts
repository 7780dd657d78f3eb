import { expect, test } from 'vitest'
import { durationOf } from './rules'

test('a sync that took no time to speak of took a second', () => {
  expect(durationOf('2026-11-22T04:00:00Z', '2026-11-22T04:00:00.2Z')).toBe(1)
  expect(durationOf('2026-11-22T04:00:00Z', '2026-11-22T04:01:04.6Z')).toBe(65)
})
