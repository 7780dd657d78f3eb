import { expect, test } from 'vitest'
import { isFramed, languageFromLocale, themeFromTeams } from './host'

test('the host’s theme and language become ours', () => {
  expect(themeFromTeams('default')).toBe('light')
  expect(themeFromTeams('dark')).toBe('dark')
  expect(themeFromTeams('contrast')).toBe('contrast')
  expect(themeFromTeams('glass')).toBe('light')
  expect(languageFromLocale('da-dk')).toBe('da')
  expect(languageFromLocale('da')).toBe('da')
  expect(languageFromLocale('dan-xx')).toBe('en')
  expect(languageFromLocale(undefined)).toBe('en')
})

test('Teams is asked only when somebody frames us', () => {
  expect(isFramed(window)).toBe(false)
})
