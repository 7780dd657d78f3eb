import { FluentProvider, teamsLightTheme } from '@fluentui/react-components'
import { render, screen, within } from '@testing-library/react'
import { expect, test } from 'vitest'
import type { Quote } from '~/api/types'
import { LanguageProvider } from '~/app/i18n'
import { english } from '~/texts'
import da from '~/texts/da.json'
import { groupsOf, QuoteView } from './QuoteView'

const dkk = (amount: number) => ({ amount, currency: 'DKK' as const })
const quote: Quote = {
  id: 'q1',
  expiresAt: '2026-11-21T22:00:00Z',
  items: [
    {
      index: 0,
      action: 'createMobile',
      person: { id: 'p', name: 'Anders Åkjær' },
      offering: { id: 'o', name: 'Mobile M' },
      subscription: null,
      callGroup: null,
      packs: null,
      lines: [],
      number: '+4520304050',
      sim: '8945011000000771000',
      oneTime: dkk(9900),
      monthly: dkk(12_900),
      effects: [{ code: 'billing', detail: 'Billing starts the day it works.' }],
      startsOn: '2026-11-21',
    },
  ],
  oneTime: { net: dkk(9900), vat: dkk(2475), gross: dkk(12_375) },
  monthly: { net: dkk(12_900), vat: dkk(3225), gross: dkk(16_125) },
  vatRate: 25,
  problems: [],
  warnings: [],
  freshSignIn: false,
}

const show = (language: 'en' | 'da') =>
  render(
    <FluentProvider theme={teamsLightTheme}>
      <LanguageProvider initial={language} texts={language === 'da' ? da : english}>
        <QuoteView quote={quote} />
      </LanguageProvider>
    </FluentProvider>,
  )

test('shows what, for whom, from when, the effects, and every amount with and without VAT', () => {
  show('en')
  expect(screen.getByText('Mobile M')).toBeInTheDocument()
  expect(screen.getByText('For Anders Åkjær')).toBeInTheDocument()
  expect(screen.getByText('Number +45 20 30 40 50')).toBeInTheDocument()
  expect(screen.getByText('SIM card 8945 0110 0000 0771 000')).toBeInTheDocument()
  expect(screen.getByText('From 21 November 2026')).toBeInTheDocument()
  expect(screen.getByText('Billing starts the day it works.')).toBeInTheDocument()
  const cells = (name: RegExp) =>
    within(screen.getByRole('row', { name }))
      .getAllByRole('cell')
      .map((cell) => cell.textContent?.replace(/\u00a0/g, ' '))
  expect(cells(/^Excl\. VAT/)).toEqual(['DKK 99.00', 'DKK 129.00'])
  expect(cells(/^VAT 25/)).toEqual(['DKK 24.75', 'DKK 32.25'])
  expect(cells(/^Incl\. VAT/)).toEqual(['DKK 123.75', 'DKK 161.25'])
})

test('says the same in Danish, with Danish figures', () => {
  show('da')
  expect(screen.getByText('Til Anders Åkjær')).toBeInTheDocument()
  expect(screen.getByText('Fra 21. november 2026')).toBeInTheDocument()
  expect(screen.getByRole('row', { name: /Inkl\. moms/ })).toHaveTextContent('123,75')
})

test('items that are the same but for the person are counted together', () => {
  const [item] = quote.items
  if (!item) throw new Error('the quote has an item')
  const items = Array.from({ length: 5 }, (_, index) => ({ ...item, index, monthly: dkk(index === 4 ? 100 : 12_900) }))
  expect(groupsOf(items).map((group) => [group.items.length, group.monthly.amount])).toEqual([
    [4, 51_600],
    [1, 100],
  ])
})
