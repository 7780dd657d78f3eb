/** The columns of an invoice's lines: which there are, which are shown, and what each is called in a file. */
import type { LineSort } from './search'

export const columnIds = [
  'organisation',
  'person',
  'number',
  'product',
  'category',
  'reference',
  'days',
  'quantity',
  'price',
  'discount',
  'vatRate',
  'amount',
] as const
export type ColumnId = (typeof columnIds)[number]

/** What the lines can be sorted by, where a column stands for one of it. */
export const sortOf: Partial<Record<ColumnId, LineSort>> = {
  organisation: 'organisation',
  person: 'person',
  number: 'number',
  product: 'product',
  category: 'category',
  reference: 'reference',
  days: 'from',
  quantity: 'quantity',
  price: 'price',
  amount: 'amount',
}

/** Width of each in a grid, and the least it can be shown in, in pixels. */
export const widths: Record<ColumnId, { grid: string; least: number }> = {
  organisation: { grid: 'minmax(140px, 1.3fr)', least: 140 },
  person: { grid: 'minmax(136px, 1.5fr)', least: 136 },
  number: { grid: '126px', least: 126 },
  product: { grid: 'minmax(146px, 2.2fr)', least: 146 },
  category: { grid: 'minmax(100px, 1fr)', least: 100 },
  reference: { grid: 'minmax(130px, 1.2fr)', least: 130 },
  days: { grid: '124px', least: 124 },
  quantity: { grid: '104px', least: 104 },
  price: { grid: 'minmax(104px, 172px)', least: 104 },
  discount: { grid: '124px', least: 124 },
  vatRate: { grid: '64px', least: 64 },
  amount: { grid: '118px', least: 118 },
}

/** Figures stand at the end of their column. */
export const isFigure = (id: ColumnId): boolean =>
  id === 'quantity' || id === 'price' || id === 'discount' || id === 'vatRate' || id === 'amount'

/** The amount is what a line is about: it cannot be hidden, and the total stands under it. */
export const canHide = (id: ColumnId): boolean => id !== 'amount'

const usual: readonly ColumnId[] = [
  'person',
  'number',
  'product',
  'category',
  'reference',
  'quantity',
  'price',
  'amount',
]

/** What is shown before anybody has chosen: whose line it is too, where the invoice pays for several. */
export const usualColumns = (severalOrganisations: boolean): ColumnId[] =>
  columnIds.filter((id) => usual.includes(id) || (id === 'organisation' && severalOrganisations))

/** With or without one column, in the order in which columns stand. */
export function toggleColumn(shown: readonly ColumnId[], id: ColumnId): ColumnId[] {
  if (!canHide(id)) return [...shown]
  return columnIds.filter((one) => (one === id ? !shown.includes(id) : shown.includes(one)))
}

const place = 'switchboard.invoice-columns'

/** What somebody chose on this device; null when they have not, or storage is closed to a framed page. */
export function rememberedColumns(storage: () => Storage = () => window.localStorage): ColumnId[] | null {
  try {
    const value: unknown = JSON.parse(storage().getItem(place) ?? 'null')
    if (!Array.isArray(value)) return null
    return columnIds.filter((id) => value.includes(id) || !canHide(id))
  } catch {
    return null
  }
}

export function rememberColumns(shown: readonly ColumnId[], storage: () => Storage = () => window.localStorage): void {
  try {
    storage().setItem(place, JSON.stringify(shown))
  } catch {
    // Only a convenience: without it the usual columns are shown next time.
  }
}

/** The columns of a file that say what a column on the screen says. */
const inFile = {
  organisation: ['organisation'],
  person: ['person'],
  number: ['number'],
  product: ['product'],
  category: ['category'],
  reference: ['reference'],
  days: ['from', 'to', 'usedIn'],
  quantity: ['quantity', 'unit'],
  price: ['price', 'base'],
  discount: ['discount'],
  vatRate: ['vatRate'],
  amount: ['amount'],
} as const satisfies Record<ColumnId, readonly string[]>

export type FileColumn = (typeof inFile)[ColumnId][number]

export const fileColumns = (shown: readonly ColumnId[]): FileColumn[] => shown.flatMap((id) => [...inFile[id]])
