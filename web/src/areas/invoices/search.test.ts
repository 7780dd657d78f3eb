import { expect, test } from 'vitest'
import { filterOf, nextSort, opposite, readInvoiceSearch, readInvoicesSearch } from './search'

test('the address of an opened invoice is read, and nonsense left out', () => {
  const read = readInvoiceSearch({
    view: 'changes',
    sort: '-amount',
    category: 'usage',
    amountFrom: '-1250',
    amountTo: 'much',
    number: '',
    q: 'anna',
  })
  expect(filterOf(read)).toEqual({ category: 'usage', amountFrom: -1250, q: 'anna' })
  expect(read.view).toBe('changes')
  expect(read.sort).toBe('-amount')
  expect(filterOf(readInvoiceSearch({ category: 'food', sort: '-colour', amountFrom: '1e3' }))).toEqual({})
})

test('a heading sorts upwards, downwards, and then as printed; amounts begin with the largest', () => {
  expect(nextSort(undefined, 'person')).toBe('person')
  expect(nextSort('person', 'person')).toBe('-person')
  expect(nextSort('-person', 'person')).toBeUndefined()
  expect(nextSort('person', 'amount')).toBe('-amount')
  expect(nextSort('-amount', 'amount')).toBe('amount')
})

test('the list of all invoices keeps what it knows', () => {
  expect(readInvoicesSearch({ kind: 'creditNote', state: 'lost', sort: '-due' })).toEqual({
    q: undefined,
    kind: 'creditNote',
    state: undefined,
    sort: '-due',
  })
})

test('the opposite order begins where the other ends', () => {
  expect(opposite(undefined)).toBe('-position')
  expect(opposite('person')).toBe('-person')
  expect(opposite('-amount')).toBe('amount')
})
