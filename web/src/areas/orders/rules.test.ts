import { describe, expect, test } from 'vitest'
import { Problem } from '~/api/problem'
import { addressProblems, afterRefusal, fieldOf, idempotencyKeys, sortProblems } from './rules'

test('a problem stands at its field', () => {
  expect(fieldOf('/items/0/number')).toBe('number')
  expect(fieldOf('/items/0/sim/sim')).toBe('sim')
  expect(fieldOf('/items/0/date')).toBe('date')
  expect(fieldOf('/requestedStartDate')).toBe('date')
  expect(fieldOf('/items/0/person')).toBeNull()
  expect(fieldOf('/comment')).toBeNull()
  expect(
    sortProblems([
      { pointer: '/items/0/number', code: 'numberTaken', detail: 'Taken.' },
      { pointer: '/items/0/number/number', code: 'x', detail: 'Again.' },
      { pointer: '/items/0/person', code: 'licenceMissing', detail: 'No licence.' },
    ]),
  ).toEqual({ fields: { number: 'Taken. Again.' }, rest: ['No licence.'] })
})

test('a complaint about the address stands at its line', () => {
  expect(
    addressProblems([
      { pointer: '/delivery/address/postalCode', code: 'invalid', detail: 'Four digits.' },
      { pointer: '/items/0/sim', code: 'x', detail: 'No.' },
    ]),
  ).toEqual({ postalCode: 'Four digits.' })
})

describe('after a refusal', () => {
  test('a new price is looked at before ordering again', () => {
    const quote = { id: 'q2' }
    expect(afterRefusal(new Problem(409, { code: 'priceChanged', quote }))).toEqual({ kind: 'newQuote', quote })
    expect(afterRefusal(new Problem(409, { code: 'priceChanged' }))).toEqual({ kind: 'ask' })
  })
  test('an expired quote is asked for anew, a taken number chosen anew', () => {
    expect(afterRefusal(new Problem(410, { code: 'quoteExpired' }))).toEqual({ kind: 'ask' })
    expect(afterRefusal(new Problem(409, { code: 'numberTaken' }))).toEqual({ kind: 'choose' })
  })
  test('anything else is said', () => {
    expect(afterRefusal(new Problem(403, {}))).toEqual({ kind: 'say' })
    expect(afterRefusal(new TypeError('x'))).toEqual({ kind: 'say' })
  })
})

test('trying again is the same order; another quote is another order', () => {
  let made = 0
  const keyOf = idempotencyKeys(() => `key ${++made}`)
  expect(keyOf('q1')).toBe('key 1')
  expect(keyOf('q1')).toBe('key 1')
  expect(keyOf('q2')).toBe('key 2')
})
