import { describe, expect, test } from 'vitest'
import {
  addDays,
  addMonths,
  danishDay,
  danishHolidays,
  easter,
  isDanishWorkingDay,
  isDay,
  nextDanishWorkingDay,
  weekday,
  weeksOf,
} from './days'

test('today is the day in Copenhagen', () => {
  expect(danishDay(Date.parse('2026-11-21T22:59:00Z'))).toBe('2026-11-21')
  expect(danishDay(Date.parse('2026-11-21T23:01:00Z'))).toBe('2026-11-22')
  expect(danishDay(Date.parse('2026-06-30T22:01:00Z'))).toBe('2026-07-01')
})

test('days go over the ends of months and years', () => {
  expect(addDays('2026-12-31', 1)).toBe('2027-01-01')
  expect(addDays('2028-03-01', -1)).toBe('2028-02-29')
  expect(addMonths('2026-01-31', 1)).toBe('2026-02-28')
  expect(addMonths('2026-12-15', 2)).toBe('2027-02-15')
})

test('only a day of the calendar is a day', () => {
  expect(isDay('2026-02-28')).toBe(true)
  expect(isDay('2026-02-30')).toBe(false)
  expect(isDay('28.2.2026')).toBe(false)
})

test('a month is shown in whole weeks, Monday first', () => {
  const weeks = weeksOf('2026-11-21')
  expect(weeks[0]?.[0]).toBe('2026-10-26')
  expect(weeks.at(-1)?.[6]).toBe('2026-12-06')
  expect(weeks.flat().filter((day) => weekday(day) === 0)).toHaveLength(weeks.length)
})

describe('Danish working days', () => {
  test('Easter is where the church has it', () => {
    expect([2024, 2025, 2026, 2027, 2038].map(easter)).toEqual([
      '2024-03-31',
      '2025-04-20',
      '2026-04-05',
      '2027-03-28',
      '2038-04-25',
    ])
  })
  test('the holidays of 2026', () => {
    expect([...danishHolidays(2026)].sort()).toEqual([
      '2026-01-01',
      '2026-04-02',
      '2026-04-03',
      '2026-04-05',
      '2026-04-06',
      '2026-05-14',
      '2026-05-24',
      '2026-05-25',
      '2026-12-25',
      '2026-12-26',
    ])
  })
  test('weekends and holidays are skipped', () => {
    expect(isDanishWorkingDay('2026-11-21')).toBe(false)
    expect(isDanishWorkingDay('2026-11-23')).toBe(true)
    expect(isDanishWorkingDay('2026-06-05')).toBe(false)
    expect(isDanishWorkingDay('2026-12-24')).toBe(false)
    expect(isDanishWorkingDay('2026-12-31')).toBe(false)
    expect(nextDanishWorkingDay('2026-12-24')).toBe('2026-12-28')
    expect(nextDanishWorkingDay('2026-04-01')).toBe('2026-04-07')
  })
})
