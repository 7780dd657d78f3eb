import { expect, test } from 'vitest'
import { columnIds, fileColumns, rememberColumns, rememberedColumns, toggleColumn, usualColumns } from './columns'

function drawer(content?: string) {
  const kept = new Map<string, string>(content === undefined ? [] : [['switchboard.invoice-columns', content]])
  return () =>
    ({
      getItem: (name: string) => kept.get(name) ?? null,
      setItem: (name: string, value: string) => void kept.set(name, value),
    }) as Storage
}

test('a column that is shown again stands where it stood', () => {
  const without = toggleColumn(usualColumns(false), 'number')
  expect(without).not.toContain('number')
  expect(toggleColumn(without, 'number')).toEqual(usualColumns(false))
})

test('the amount cannot be hidden', () => {
  expect(toggleColumn(usualColumns(false), 'amount')).toContain('amount')
})

test('whose line it is shows of itself only where it differs', () => {
  expect(usualColumns(false)).not.toContain('organisation')
  expect(usualColumns(true)[0]).toBe('organisation')
})

test('what was chosen is remembered, and what is no longer a column forgotten', () => {
  const storage = drawer()
  rememberColumns(['person', 'amount'], storage)
  expect(rememberedColumns(storage)).toEqual(['person', 'amount'])
  expect(rememberedColumns(drawer('["person","colour"]'))).toEqual(['person', 'amount'])
})

test('nothing chosen, nonsense, or no storage is no choice', () => {
  expect(rememberedColumns(drawer())).toBeNull()
  expect(rememberedColumns(drawer('{"a"'))).toBeNull()
  expect(
    rememberedColumns(() => {
      throw new DOMException('closed')
    }),
  ).toBeNull()
})

test('a file says what the screen says, in the same order', () => {
  expect(fileColumns(['person', 'quantity', 'amount'])).toEqual(['person', 'quantity', 'unit', 'amount'])
  expect(new Set(fileColumns(columnIds)).size).toBe(fileColumns(columnIds).length)
})
