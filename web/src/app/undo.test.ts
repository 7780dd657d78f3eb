import { expect, test } from 'vitest'
import { minutesLeft } from './UndoButton'

test('the time to undo is told in whole minutes and ends with the window', () => {
  const now = Date.parse('2026-11-22T10:00:00Z')
  expect(minutesLeft('2026-11-22T10:30:00Z', now)).toBe(30)
  expect(minutesLeft('2026-11-22T10:00:20Z', now)).toBe(1)
  expect(minutesLeft('2026-11-22T10:00:00Z', now)).toBeNull()
  expect(minutesLeft(null, now)).toBeNull()
})
