import { expect, test } from 'vitest'
import { consentProblem, lookOf, portSteps } from './portSteps'

test('steps before the present one are done, those after it are ahead', () => {
  expect(portSteps.map((step) => lookOf(step, 'scheduled'))).toEqual(['done', 'done', 'done', 'now', 'ahead'])
  expect(portSteps.map((step) => lookOf(step, 'completed'))).toEqual(['done', 'done', 'done', 'done', 'done'])
})

test('a rejection stops at the answer', () => {
  expect(portSteps.map((step) => lookOf(step, 'rejected'))).toEqual(['done', 'done', 'stopped', 'ahead', 'ahead'])
})

test('a consent is a document or a picture of a sensible size', () => {
  expect(consentProblem({ type: 'application/pdf', size: 1000 })).toBeNull()
  expect(consentProblem({ type: 'text/plain', size: 1000 })).toBe('port.consent.type')
  expect(consentProblem({ type: 'image/png', size: 6 * 1024 * 1024 })).toBe('port.consent.size')
})
