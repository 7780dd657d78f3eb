import { expect, test } from 'vitest'
import { nextSort, openProfiles, readUsersSearch, toggleProfile } from './search'

test('the address is read without trusting it', () => {
  expect(
    readUsersSearch({ q: '4570', sort: '-cost', has: 'none', state: 'disabled', open: 'a.b', other: 'x' }),
  ).toEqual({
    q: '4570',
    sort: '-cost',
    has: 'none',
    state: 'disabled',
    open: 'a.b',
  })
  expect(readUsersSearch({ q: '', sort: 'password', has: 'all', state: 3 })).toEqual({})
})

test('profiles open beside each other and close one by one', () => {
  expect(toggleProfile(undefined, 'a')).toBe('a')
  expect(toggleProfile('a', 'b')).toBe('a.b')
  expect(toggleProfile('a.b', 'a')).toBe('b')
  expect(toggleProfile('b', 'b')).toBeUndefined()
  expect(openProfiles('a.b')).toEqual(['a', 'b'])
})

test('a heading sorts up, then down; cost begins with the dearest', () => {
  expect(nextSort('name', 'name')).toBe('-name')
  expect(nextSort('-name', 'name')).toBe('name')
  expect(nextSort('name', 'department')).toBe('department')
  expect(nextSort('name', 'cost')).toBe('-cost')
  expect(nextSort('-cost', 'cost')).toBe('cost')
})
