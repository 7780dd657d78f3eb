import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from 'react'
import { IntlProvider } from 'react-intl'
import { configureApi } from '~/api/client'
import type { Language, Money } from '~/api/types'
import * as format from '~/parts/format'
import { english, loadTexts, type Texts } from '~/texts'

const picked = 'switchboard.language'

/** The language somebody chose on this device, if they did. Storage may be closed to a framed page. */
export function pickedLanguage(): Language | null {
  try {
    const value = window.localStorage.getItem(picked)
    return value === 'da' || value === 'en' ? value : null
  } catch {
    return null
  }
}

export function rememberLanguage(language: Language): void {
  try {
    window.localStorage.setItem(picked, language)
  } catch {
    // Not being able to remember only means asking the server again next time.
  }
}

interface LanguageContext {
  language: Language
  setLanguage: (language: Language) => void
}
const Context = createContext<LanguageContext>({ language: 'en', setLanguage: () => {} })

/** Gives every component the texts of the chosen language; keeps the old ones on screen until the new have arrived. */
export function LanguageProvider({
  initial,
  texts: first,
  children,
}: {
  initial: Language
  texts: Texts
  children: ReactNode
}) {
  const [shown, setShown] = useState({ language: initial, texts: first })
  const [wanted, setWanted] = useState(initial)
  useEffect(() => {
    let current = true
    if (wanted !== shown.language)
      void loadTexts(wanted).then((texts) => {
        if (!current) return
        configureApi({ language: wanted })
        setShown({ language: wanted, texts })
      })
    return () => {
      current = false
    }
  }, [wanted, shown.language])
  useEffect(() => {
    document.documentElement.lang = shown.language
  }, [shown.language])
  const value = useMemo(() => ({ language: shown.language, setLanguage: setWanted }), [shown.language])
  return (
    <Context.Provider value={value}>
      <IntlProvider
        locale={format.localeOf(shown.language)}
        defaultLocale="en-GB"
        messages={shown.texts}
        onError={(error) => {
          if (error.code !== 'MISSING_DATA') throw error
        }}
      >
        {children}
      </IntlProvider>
    </Context.Provider>
  )
}

export const useLanguage = (): LanguageContext => useContext(Context)

/** The writing customs of the language on screen, made once per language. */
export function useFormat() {
  const { language } = useLanguage()
  return useMemo(
    () => ({
      money: (money: Money, whole?: boolean) => format.formatMoney(money, language, whole),
      signedMoney: (money: Money) => format.formatSignedMoney(money, language),
      count: (count: number) => format.formatCount(count, language),
      change: (percent: number) => format.formatChange(percent, language),
      share: (basisPoints: number) => format.formatShare(basisPoints, language),
      shortAmount: (amount: number) => format.formatShortAmount(amount, language),
      period: (period: string, short?: boolean) => format.formatPeriod(period, language, short),
      day: (value: string) => format.formatDay(value, language),
      shortDay: (value: string) => format.formatShortDay(value, language),
      instant: (value: string) => format.formatInstant(value, language),
      prose: (text: string) => format.formatProse(text, language),
      number: format.formatNumber,
      iccid: format.formatIccid,
    }),
    [language],
  )
}

export { english }
