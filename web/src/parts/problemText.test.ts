import { expect, test } from 'vitest'
import { problemTextId } from './problemText'

test('a known code has its own words, else the status has', () => {
  expect(problemTextId({ status: 410, code: 'quoteExpired' })).toBe('problem.quoteExpired')
  expect(problemTextId({ status: 410, code: 'invitationUsed' })).toBe('problem.gone')
  expect(problemTextId({ status: 412, code: 'stale' })).toBe('problem.stale')
  expect(problemTextId({ status: 409, code: 'wrongState' })).toBe('problem.conflict')
  expect(problemTextId({ status: 0, code: 'network' })).toBe('problem.network')
  expect(problemTextId({ status: 418, code: 'x' })).toBe('problem.unknown')
})
