/** The portal's own words. English is in the bundle; Danish arrives when somebody reads Danish. */
import type { Language } from '~/api/types'
import en from './en.json'

export type TextId = keyof typeof en
export type Texts = Record<TextId, string>

declare global {
  namespace FormatjsIntl {
    interface Message {
      ids: TextId
    }
  }
}

export const english: Texts = en

export async function loadTexts(language: Language): Promise<Texts> {
  if (language === 'en') return english
  return (await import('./da.json')).default
}
