import { IntlMessageFormat } from 'intl-messageformat'
import { expect, test } from 'vitest'
import da from './da.json'
import en from './en.json'

const languages: Record<string, Record<string, string>> = { en, da }

/** The names of the values a text needs: `{count, plural, …}` and `{name}` alike. */
function argumentsOf(text: string, locale: string): string[] {
  const names = new Set<string>()
  const walk = (parts: unknown): void => {
    if (!Array.isArray(parts)) return
    for (const part of parts as Record<string, unknown>[]) {
      // Literals (0) and the hash of a plural (7) name nothing.
      if (part.type !== 0 && part.type !== 7) names.add(String(part.value))
      walk(part.children)
      for (const option of Object.values((part.options as Record<string, { value: unknown }>) ?? {})) walk(option.value)
    }
  }
  walk(new IntlMessageFormat(text, locale).getAst())
  return [...names].sort()
}

test('both languages have the same texts', () => {
  expect(Object.keys(da).sort()).toEqual(Object.keys(en).sort())
})

test.each(Object.keys(en))('%s asks for the same values in both languages', (id) => {
  expect(argumentsOf(languages.da?.[id] ?? '', 'da')).toEqual(argumentsOf(languages.en?.[id] ?? '', 'en'))
})

test('no text is empty or left in the other language by accident', () => {
  for (const [name, texts] of Object.entries(languages))
    for (const [id, text] of Object.entries(texts)) expect(text.trim(), `${name} ${id}`).not.toBe('')
  // Names and words that are the same in both languages are few; a long text that is the same was forgotten.
  const same = Object.entries(en).filter(([id, text]) => text.length > 30 && languages.da?.[id] === text)
  expect(same).toEqual([])
})
