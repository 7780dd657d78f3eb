import { expect, test } from 'vitest'
import { parseAmount } from './amounts'

test.each([
  ['1394', 139_400],
  ['1.394,50', 139_450],
  ['1,394.50', 139_450],
  ['1394.5', 139_450],
  ['1.394', 139_400],
  ['0,05', 5],
  ['-20', -2_000],
  ['−20,00 kr.', -2_000],
  ['DKK 12', 1_200],
  [' 1 394 ', 139_400],
])('%s is read', (typed, amount) => {
  expect(parseAmount(typed)).toBe(amount)
})

test.each(['', 'much', '12,345,6', '1,2,3', '12.', '99999999999999999999'])('%s is no amount', (typed) => {
  expect(parseAmount(typed)).toBeNull()
})
