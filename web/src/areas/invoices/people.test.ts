import { expect, test } from 'vitest'
import type { InvoiceLine } from '~/api/types'
import { peopleOf } from './people'

const of = (id: string | null, name = '') => ({ person: id === null ? null : { id, name } }) as InvoiceLine

test('each person once, in order, found by any words of the name', () => {
  const lines = [of('a', 'Anna Ærø'), of('a', 'Anna Ærø'), of(null), of('b', 'Bo Anker'), of('c', 'Carl Dam')]
  expect(peopleOf(lines, '').map(({ id }) => id)).toEqual(['a', 'b', 'c'])
  expect(peopleOf(lines, ' an ').map(({ id }) => id)).toEqual(['a', 'b'])
  expect(peopleOf(lines, 'æRø anna').map(({ id }) => id)).toEqual(['a'])
  expect(peopleOf(lines, 'Mobile')).toEqual([])
})
