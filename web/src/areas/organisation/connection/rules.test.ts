import { expect, test } from 'vitest'
import { durationOf, wordsOf } from './rules'

test('a sync that took no time to speak of took a second', () => {
  expect(durationOf('2026-11-22T04:00:00Z', '2026-11-22T04:00:00.2Z')).toBe(1)
  expect(durationOf('2026-11-22T04:00:00Z', '2026-11-22T04:01:04.6Z')).toBe(65)
})

test('what Microsoft says stands apart from what we say', () => {
  expect(
    wordsOf('Switchboard is switched off in this tenant. (AADSTS7000112: Application (one) is disabled.)'),
  ).toEqual({
    ours: 'Switchboard is switched off in this tenant.',
    theirs: 'AADSTS7000112: Application (one) is disabled.',
  })
  expect(wordsOf('Microsoft asks us to wait (a little).')).toEqual({
    ours: 'Microsoft asks us to wait (a little).',
    theirs: null,
  })
})
