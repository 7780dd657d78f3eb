import type { OrderState } from '~/api/types'

export const orderStates = [
  'acknowledged',
  'pending',
  'held',
  'inProgress',
  'completed',
  'partial',
  'failed',
  'cancelled',
  'rejected',
] as const satisfies readonly OrderState[]

export const orderSortColumns = ['requestedAt', 'number', 'state'] as const
export type OrderSortColumn = (typeof orderSortColumns)[number]
export type OrderSort = OrderSortColumn | `-${OrderSortColumn}`

export interface OrdersSearch {
  q?: string
  state?: OrderState
  sort?: OrderSort
}

export function readOrdersSearch(search: Record<string, unknown>): OrdersSearch {
  const sort = typeof search.sort === 'string' ? search.sort : ''
  const column = orderSortColumns.find((name) => name === sort.replace(/^-/, ''))
  return {
    q: typeof search.q === 'string' && search.q !== '' ? search.q : undefined,
    state: orderStates.find((state) => state === search.state),
    sort: column && (sort.startsWith('-') ? `-${column}` : column),
  }
}
