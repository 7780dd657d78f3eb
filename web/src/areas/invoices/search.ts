/** What of the invoices stands in the address: so a link shows the same, and Back brings it back. */
import type { InvoiceKind, InvoiceState, TariffCategory } from '~/api/types'

export const categories = [
  'subscriptions',
  'usage',
  'addOns',
  'hardware',
  'services',
  'other',
] as const satisfies readonly TariffCategory[]

const sorts = [
  'position',
  'organisation',
  'person',
  'number',
  'category',
  'product',
  'reference',
  'quantity',
  'price',
  'amount',
  'from',
] as const
export type LineSort = (typeof sorts)[number]

export const views = ['lines', 'changes', 'details'] as const
export type View = (typeof views)[number]

/** Which lines; all that is given must hold. */
export interface LineFilter {
  q?: string
  /** Id of a person. */
  person?: string
  /** Three or more digits. */
  number?: string
  /** Id of an offering. */
  product?: string
  category?: TariffCategory
  reference?: string
  /** Øre, both included. */
  amountFrom?: number
  amountTo?: number
  /** Id of the organisation whose line it is. */
  organisation?: string
}

export interface InvoiceSearch extends LineFilter {
  view?: View
  sort?: LineSort | `-${LineSort}`
}

const oneOf = <T extends string>(values: readonly T[], value: unknown): T | undefined => values.find((v) => v === value)
const text = (value: unknown): string | undefined =>
  typeof value === 'string' && value.trim() !== '' ? value.slice(0, 200) : undefined
const whole = (value: unknown): number | undefined => {
  const number = typeof value === 'number' ? value : /^-?\d{1,15}$/.test(String(value)) ? Number(value) : Number.NaN
  return Number.isSafeInteger(number) ? number : undefined
}
const sorting = <T extends string>(columns: readonly T[], value: unknown): T | `-${T}` | undefined => {
  if (typeof value !== 'string') return undefined
  const column = oneOf(columns, value.replace(/^-/, ''))
  return column && (value.startsWith('-') ? `-${column}` : column)
}

/** Reads the address of an opened invoice; whatever does not fit is left out rather than refused. */
export function readInvoiceSearch(search: Record<string, unknown>): InvoiceSearch {
  return {
    view: oneOf(views, search.view),
    sort: sorting(sorts, search.sort),
    q: text(search.q),
    person: text(search.person),
    number: text(search.number),
    product: text(search.product),
    category: oneOf(categories, search.category),
    reference: text(search.reference),
    amountFrom: whole(search.amountFrom),
    amountTo: whole(search.amountTo),
    organisation: text(search.organisation),
  }
}

/** What of the address says which lines, without what was left out. */
export function filterOf(search: InvoiceSearch): LineFilter {
  const { view: _view, sort: _sort, ...filter } = search
  return Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined))
}

/** The same as a file's wish says it, where every field stands. */
export const wholeFilter = (filter: LineFilter) => ({
  q: filter.q ?? null,
  person: filter.person ?? null,
  number: filter.number ?? null,
  product: filter.product ?? null,
  category: filter.category ?? null,
  reference: filter.reference ?? null,
  amountFrom: filter.amountFrom ?? null,
  amountTo: filter.amountTo ?? null,
  organisation: filter.organisation ?? null,
})

/** The very opposite order, which begins where this one ends. Without a sort lines come as they are printed. */
export const opposite = (sort: InvoiceSearch['sort']): LineSort | `-${LineSort}` | '-position' =>
  sort === undefined ? '-position' : sort.startsWith('-') ? (sort.slice(1) as LineSort) : (`-${sort}` as `-${LineSort}`)

/** The sort that a click on a heading asks for: upwards, then downwards, then as printed. Money begins with the largest. */
export function nextSort(current: InvoiceSearch['sort'], column: LineSort): InvoiceSearch['sort'] {
  const [first, second] = column === 'amount' ? ([`-${column}`, column] as const) : ([column, `-${column}`] as const)
  return current === first ? second : current === second ? undefined : first
}

export const invoiceSorts = ['issued', 'number', 'period', 'due', 'total'] as const
export type InvoiceSort = (typeof invoiceSorts)[number]
export const invoiceStates = ['issued', 'sent', 'credited'] as const satisfies readonly InvoiceState[]
export const invoiceKinds = ['invoice', 'creditNote'] as const satisfies readonly InvoiceKind[]

/** Which invoices. */
export interface InvoicesSearch {
  q?: string
  kind?: InvoiceKind
  state?: InvoiceState
  sort?: InvoiceSort | `-${InvoiceSort}`
}

export function readInvoicesSearch(search: Record<string, unknown>): InvoicesSearch {
  return {
    q: text(search.q),
    kind: oneOf(invoiceKinds, search.kind),
    state: oneOf(invoiceStates, search.state),
    sort: sorting(invoiceSorts, search.sort),
  }
}
