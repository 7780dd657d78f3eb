import { describe, expect, test } from 'vitest'
import * as format from './format'

/** Intl writes no-break spaces; tests are easier to read with plain ones. */
const plain = (text: string) => text.replace(/[\u00a0\u202f]/g, ' ')
const dkk = (amount: number) => ({ amount, currency: 'DKK' as const })

describe('money', () => {
  test('is written as each language writes it', () => {
    expect(plain(format.formatMoney(dkk(139_410_000), 'en'))).toBe('DKK 1,394,100.00')
    expect(plain(format.formatMoney(dkk(139_410_000), 'da'))).toBe('1.394.100,00 kr.')
  })
  test('at a glance has no minor units', () => {
    expect(plain(format.formatMoney(dkk(139_410_000), 'da', true))).toBe('1.394.100 kr.')
    expect(plain(format.formatMoney(dkk(139_410_051), 'en', true))).toBe('DKK 1,394,101')
  })
  test('keeps its sign and its øre', () => {
    expect(plain(format.formatMoney(dkk(-1), 'en'))).toBe('-DKK 0.01')
    expect(plain(format.formatMoney(dkk(0), 'da'))).toBe('0,00 kr.')
  })
  test('knows currencies without minor units', () => {
    expect(plain(format.formatMoney({ amount: 500, currency: 'ISK' }, 'en'))).toBe('ISK 500')
  })
})

describe('telephone numbers', () => {
  test('Danish ones are written in pairs, others as they are stored', () => {
    expect(format.formatNumber('+4570100001')).toBe('+45 70 10 00 01')
    expect(format.formatNumber('+46701234567')).toBe('+46701234567')
    expect(format.formatNumber('+457010')).toBe('+457010')
  })
  test('what somebody types becomes the digits to look for', () => {
    expect(format.digitsOf('+45 70 10')).toBe('7010')
    expect(format.digitsOf('004570 10')).toBe('7010')
    expect(format.digitsOf('45')).toBe('45')
    expect(format.digitsOf('  ')).toBe('')
  })
})

test('an ICCID is written in groups of four', () => {
  expect(format.formatIccid('8945011000000771000')).toBe('8945 0110 0000 0771 000')
})

describe('days', () => {
  test('are the same day in every time zone', () => {
    expect(format.formatDay('2026-11-21', 'en')).toBe('21 November 2026')
    expect(format.formatDay('2026-11-21', 'da')).toBe('21. november 2026')
  })
  test('change is said with its sign', () => {
    expect(plain(format.formatChange(2.4, 'en'))).toBe('+2.4%')
    expect(plain(format.formatChange(-12, 'da'))).toBe('-12 %')
    expect(plain(format.formatChange(0, 'en'))).toBe('0%')
  })
})

test('the unit of "ago" fits the distance', () => {
  const now = Date.parse('2026-11-21T12:00:00Z')
  expect(format.relativeParts('2026-11-21T11:59:30Z', now)).toEqual({ value: -30, unit: 'second' })
  expect(format.relativeParts('2026-11-21T11:56:00Z', now)).toEqual({ value: -4, unit: 'minute' })
  expect(format.relativeParts('2026-11-21T09:00:00Z', now)).toEqual({ value: -3, unit: 'hour' })
  expect(format.relativeParts('2026-11-23T12:00:00Z', now)).toEqual({ value: 2, unit: 'day' })
})

test('data is in gigabytes from one upwards', () => {
  expect(format.dataAmount(20_000)).toEqual({ value: 20, unit: 'GB' })
  expect(format.dataAmount(500)).toEqual({ value: 500, unit: 'MB' })
})

test('initials are of the first and the last name', () => {
  expect(format.initials('Anders Christian Åkjær')).toBe('AÅ')
  expect(format.initials('  Madonna ')).toBe('M')
  expect(format.initials('')).toBe('')
})

describe('invoices', () => {
  test('a month is a month in every zone', () => {
    expect(format.formatPeriod('2026-11', 'en')).toBe('November 2026')
    expect(format.formatPeriod('2026-01', 'da')).toBe('januar 2026')
    expect(plain(format.formatPeriod('2026-11', 'en', true))).toBe('Nov 26')
  })
  test('hundredths of a per cent are read as per cent', () => {
    expect(plain(format.formatShare(1250, 'en'))).toBe('12.5%')
    expect(plain(format.formatShare(10_000, 'da'))).toBe('100 %')
  })
  test('what moved says which way', () => {
    expect(plain(format.formatSignedMoney(dkk(1250), 'en'))).toBe('+DKK 12.50')
    expect(plain(format.formatSignedMoney(dkk(-1250), 'da'))).toBe('-12,50 kr.')
    expect(plain(format.formatSignedMoney(dkk(0), 'en'))).toBe('DKK 0.00')
  })
  test('an amount beside a chart is short', () => {
    expect(plain(format.formatShortAmount(150_000_000, 'da'))).toBe('1,5 mio.')
    expect(plain(format.formatShortAmount(50_000_000, 'en'))).toMatch(/^500K$/i)
  })
})

test('days in a sentence of the server are written as people write them', () => {
  expect(format.formatProse('It rests until 2027-02-20; then it is free.', 'en')).toBe(
    'It rests until 20 February 2027; then it is free.',
  )
  expect(format.formatProse('Er i karantæne til 2027-02-20.', 'da')).toBe('Er i karantæne til 20. februar 2027.')
  expect(format.formatProse('+45 70 10 00 01', 'da')).toBe('+45 70 10 00 01')
})
