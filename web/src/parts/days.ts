/**
 * Days as the API writes them (`2026-11-21`), without a time and without a zone. What counts as today is the day in
 * Copenhagen, because that is where prices, invoices and moves of numbers are counted.
 */

const zone = 'Europe/Copenhagen'

const asDate = (day: string): Date => new Date(`${day}T00:00:00Z`)
const asDay = (date: Date): string => date.toISOString().slice(0, 10)

export const isDay = (text: string): boolean =>
  /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(asDate(text).getTime()) && asDay(asDate(text)) === text

/** The day in Copenhagen at an instant (milliseconds since 1970). */
export function danishDay(now: number): string {
  const written = new Intl.DateTimeFormat('en', { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit' })
  const parts = Object.fromEntries(written.formatToParts(new Date(now)).map(({ type, value }) => [type, value]))
  return `${parts.year}-${parts.month}-${parts.day}`
}

export function addDays(day: string, days: number): string {
  const date = asDate(day)
  date.setUTCDate(date.getUTCDate() + days)
  return asDay(date)
}

/** The same day of another month; the last of the month where that is shorter. */
export function addMonths(day: string, months: number): string {
  const [year = 0, month = 1, dayOfMonth = 1] = day.split('-').map(Number)
  const first = new Date(Date.UTC(year, month - 1 + months, 1))
  const last = new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + 1, 0)).getUTCDate()
  first.setUTCDate(Math.min(dayOfMonth, last))
  return asDay(first)
}

/** 0 is Monday, 6 is Sunday. */
export const weekday = (day: string): number => (asDate(day).getUTCDay() + 6) % 7

/** The weeks, Monday first, that hold a month; days of the months beside it fill the first and the last. */
export function weeksOf(month: string): string[][] {
  const first = `${month.slice(0, 7)}-01`
  const last = addDays(addMonths(first, 1), -1)
  const weeks: string[][] = []
  let day = addDays(first, -weekday(first))
  while (day <= last) {
    weeks.push(Array.from({ length: 7 }, (_, at) => addDays(day, at)))
    day = addDays(day, 7)
  }
  return weeks
}

/** Easter Sunday of a year, by the Gregorian reckoning of Meeus, Jones and Butcher. */
export function easter(year: number): string {
  const a = year % 19
  const b = Math.floor(year / 100)
  const c = year % 100
  const d = Math.floor(b / 4)
  const e = b % 4
  const f = Math.floor((b + 8) / 25)
  const g = Math.floor((b - f + 1) / 3)
  const h = (19 * a + b - d - g + 15) % 30
  const i = Math.floor(c / 4)
  const k = c % 4
  const l = (32 + 2 * e + 2 * i - h - k) % 7
  const m = Math.floor((a + 11 * h + 22 * l) / 451)
  const month = Math.floor((h + l - 7 * m + 114) / 31)
  const day = ((h + l - 7 * m + 114) % 31) + 1
  return `${year}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`
}

/**
 * Denmark's public holidays of a year. Great Prayer Day is none any more since 2024. The server has the last word on
 * which days a number can move; this only keeps anybody from choosing in vain.
 */
export function danishHolidays(year: number): Set<string> {
  const sunday = easter(year)
  const moving = [-3, -2, 0, 1, 39, 49, 50].map((days) => addDays(sunday, days))
  return new Set([`${year}-01-01`, ...moving, `${year}-12-25`, `${year}-12-26`])
}

/** Constitution Day, Christmas Eve and New Year's Eve are no holidays, but nobody moves numbers on them. */
const quietDays = ['06-05', '12-24', '12-31']

export const isDanishWorkingDay = (day: string): boolean =>
  weekday(day) < 5 && !quietDays.includes(day.slice(5)) && !danishHolidays(Number(day.slice(0, 4))).has(day)

/** The first Danish working day after a day. */
export function nextDanishWorkingDay(day: string): string {
  let next = addDays(day, 1)
  while (!isDanishWorkingDay(next)) next = addDays(next, 1)
  return next
}
