/** How money, numbers, days and instants are written. Pure: the language is an argument. */
import type { Language, Money } from '~/api/types'

/** The locale whose customs a language follows here: British for English, Danish for Danish. */
export const localeOf = (language: Language): string => (language === 'da' ? 'da-DK' : 'en-GB')

const cache = new Map<string, Intl.NumberFormat | Intl.DateTimeFormat>()
function remember<T extends Intl.NumberFormat | Intl.DateTimeFormat>(key: string, make: () => T): T {
  let found = cache.get(key) as T | undefined
  if (!found) {
    found = make()
    cache.set(key, found)
  }
  return found
}

/**
 * Writes an amount of minor units: `DKK 1,394,100.00`, `1.394.100,00 kr.`. With `whole` the minor units are rounded
 * away, for large figures at a glance; never use it where somebody is about to pay.
 */
export function formatMoney(money: Money, language: Language, whole = false): string {
  const format = remember(
    `m${language}${money.currency}${whole}`,
    () =>
      new Intl.NumberFormat(localeOf(language), {
        style: 'currency',
        currency: money.currency,
        currencyDisplay: language === 'da' ? 'symbol' : 'code',
        ...(whole ? { maximumFractionDigits: 0 } : {}),
      }),
  )
  const digits = remember(
    `d${money.currency}`,
    () => new Intl.NumberFormat('en', { style: 'currency', currency: money.currency }),
  ).resolvedOptions().maximumFractionDigits
  return format.format(money.amount / 10 ** (digits ?? 2))
}

/** An amount by which another moved, with its sign. */
export const formatSignedMoney = (money: Money, language: Language): string =>
  money.amount > 0 ? `+${formatMoney(money, language)}` : formatMoney(money, language)

export const formatCount = (count: number, language: Language): string =>
  remember(`n${language}`, () => new Intl.NumberFormat(localeOf(language))).format(count)

/** A per cent as the API gives it (12.5 is 12.5 %), with its sign. */
export const formatChange = (percent: number, language: Language): string =>
  remember(
    `p${language}`,
    () =>
      new Intl.NumberFormat(localeOf(language), {
        style: 'percent',
        maximumFractionDigits: 1,
        signDisplay: 'exceptZero',
      }),
  ).format(percent / 100)

/** A part of a whole in hundredths of a per cent (1250 is 12.5 %). */
export const formatShare = (basisPoints: number, language: Language): string =>
  remember(
    `h${language}`,
    () => new Intl.NumberFormat(localeOf(language), { style: 'percent', maximumFractionDigits: 1 }),
  ).format(basisPoints / 10_000)

/** An amount where there is room for a few signs only, as beside a chart: `1.4M`, `1,4 mio.`. Without its currency. */
export const formatShortAmount = (amount: number, language: Language): string =>
  remember(
    `c${language}`,
    () => new Intl.NumberFormat(localeOf(language), { notation: 'compact', maximumFractionDigits: 1 }),
  ).format(amount / 100)

/** A month (`2026-11`): `November 2026`, `november 2026`; `short`: `Nov 26`, `nov. 26`. */
export const formatPeriod = (period: string, language: Language, short = false): string =>
  remember(
    `e${language}${short}`,
    () =>
      new Intl.DateTimeFormat(localeOf(language), {
        month: short ? 'short' : 'long',
        year: short ? '2-digit' : 'numeric',
        timeZone: 'UTC',
      }),
  ).format(new Date(`${period}-01T00:00:00Z`))

/** A day (`2026-11-21`) or the day of an instant: `21 November 2026`, `21. november 2026`. */
export function formatDay(value: string, language: Language): string {
  // A bare day has no zone: reading it as UTC and writing it as UTC keeps it the same day everywhere.
  const bare = /^\d{4}-\d{2}-\d{2}$/.test(value)
  return remember(
    `y${language}${bare}`,
    () => new Intl.DateTimeFormat(localeOf(language), { dateStyle: 'long', ...(bare ? { timeZone: 'UTC' } : {}) }),
  ).format(new Date(value))
}

/** A day where there is little room: `1 Dec 2026`, `1. dec. 2026`. */
export const formatShortDay = (value: string, language: Language): string =>
  remember(
    `s${language}`,
    () => new Intl.DateTimeFormat(localeOf(language), { dateStyle: 'medium', timeZone: 'UTC' }),
  ).format(new Date(value))

/** An instant in the reader's zone: `21 Nov 2026, 14:05`, `21. nov. 2026 14.05`. */
export const formatInstant = (value: string, language: Language): string =>
  remember(
    `i${language}`,
    () => new Intl.DateTimeFormat(localeOf(language), { dateStyle: 'medium', timeStyle: 'short' }),
  ).format(new Date(value))

/** A sentence of the server's in which days stand as it keeps them (`2026-12-01`), with the days as people write them. */
export const formatProse = (text: string, language: Language): string =>
  text.replace(/\b\d{4}-\d{2}-\d{2}\b/g, (day) => formatDay(day, language))

/** A telephone number to be read by people. Danish ones in pairs, `+45 70 10 00 01`; others as they are stored. */
export function formatNumber(number: string): string {
  const danish = /^\+45(\d{2})(\d{2})(\d{2})(\d{2})$/.exec(number)
  return danish ? `+45 ${danish.slice(1).join(' ')}` : number
}

/** An ICCID in groups of four, as it is printed on the card. */
export const formatIccid = (iccid: string): string => iccid.replace(/(.{4})(?=.)/g, '$1 ')

/** The largest fitting unit for "… ago" and "in …": value and unit for Intl.RelativeTimeFormat. */
export function relativeParts(
  value: string,
  now: number,
): { value: number; unit: 'second' | 'minute' | 'hour' | 'day' } {
  const ahead = Math.round((new Date(value).getTime() - now) / 1000)
  // Two clocks are never quite the same: what happened this second is not “in 2 seconds”.
  const seconds = ahead > 0 && ahead <= 5 ? 0 : ahead
  const size = Math.abs(seconds)
  if (size < 60) return { value: seconds, unit: 'second' }
  if (size < 3600) return { value: Math.round(seconds / 60), unit: 'minute' }
  if (size < 86_400) return { value: Math.round(seconds / 3600), unit: 'hour' }
  return { value: Math.round(seconds / 86_400), unit: 'day' }
}

/** `5 GB`, `500 MB`; null is unlimited and has no figure. */
export function dataAmount(megabytes: number): { value: number; unit: 'GB' | 'MB' } {
  return megabytes >= 1000 ? { value: Math.round(megabytes / 100) / 10, unit: 'GB' } : { value: megabytes, unit: 'MB' }
}

/** Up to two initials for an avatar: first letters of the first and the last word. */
export function initials(name: string): string {
  const words = name.trim().split(/\s+/).filter(Boolean)
  const first = words[0]?.[0] ?? ''
  const last = words.length > 1 ? (words[words.length - 1]?.[0] ?? '') : ''
  return (first + last).toLocaleUpperCase()
}

/** What of a typed telephone number to look for: its digits, without the country code somebody may have typed. */
export const digitsOf = (text: string): string => text.replace(/^\s*(\+|00)45/, '').replace(/\D/g, '')
