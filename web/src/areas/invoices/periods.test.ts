import { expect, test } from 'vitest'
import { periodsAgo } from './periods'

test.each([
  ['2026-11', 0, '2026-11'],
  ['2026-11', 6, '2026-05'],
  ['2026-11', 12, '2025-11'],
  ['2026-01', 1, '2025-12'],
  ['2026-12', 24, '2024-12'],
])('%s less %i months is %s', (period, months, before) => {
  expect(periodsAgo(period, months)).toBe(before)
})
