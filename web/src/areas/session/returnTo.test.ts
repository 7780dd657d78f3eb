import { expect, test } from 'vitest'
import en from '~/texts/en.json'
import { failureOf } from './failures'
import { safeReturn } from './returnTo'

test('only an address inside the portal is returned to', () => {
  expect(safeReturn('/o/a/users?q=x')).toBe('/o/a/users?q=x')
  expect(safeReturn(undefined)).toBe('/')
  expect(safeReturn('https://evil.example')).toBe('/')
  expect(safeReturn('//evil.example')).toBe('/')
  expect(safeReturn('/\\evil.example')).toBe('/')
  expect(safeReturn('/sign-in?returnTo=/')).toBe('/')
  expect(safeReturn('/auth/sign-in')).toBe('/')
})

test('every failure has words, and an unknown one has words too', () => {
  for (const code of ['personalAccount', 'consentRequired', 'guest', 'expired', undefined, 'never-heard-of']) {
    const failure = failureOf(code)
    expect(en[failure.title]).toBeTruthy()
    expect(en[failure.body]).toBeTruthy()
  }
  expect(failureOf('personalAccount').another).toBe(true)
})
