import type { NumberEntry, OrderState } from '~/api/types'
import { isDay } from '~/parts/days'

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

/** The states, and what they come to: not ended yet, and ended. */
export const orderStateFilters = ['open', 'ended', ...orderStates] as const
export type OrderStateFilter = (typeof orderStateFilters)[number]

export const orderSortColumns = [
  'requestedAt',
  'number',
  'summary',
  'state',
  'requestedBy',
  'executedAt',
  'oneTime',
  'monthly',
] as const
export type OrderSortColumn = (typeof orderSortColumns)[number]
export type OrderSort = OrderSortColumn | `-${OrderSortColumn}`

export interface OrdersSearch {
  q?: string
  state?: OrderStateFilter
  /** Id of who ordered. */
  requestedBy?: string
  /** Danish days on which it was ordered, both included. */
  from?: string
  to?: string
  sort?: OrderSort
}

/** What clears the filters, and leaves the order of the list. */
export const withoutFilters = { q: undefined, state: undefined, requestedBy: undefined, from: undefined, to: undefined }

const words = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined)
const day = (value: unknown): string | undefined => (typeof value === 'string' && isDay(value) ? value : undefined)

export function readOrdersSearch(search: Record<string, unknown>): OrdersSearch {
  const sort = typeof search.sort === 'string' ? search.sort : ''
  const column = orderSortColumns.find((name) => name === sort.replace(/^-/, ''))
  return {
    q: words(search.q),
    state: orderStateFilters.find((state) => state === search.state),
    requestedBy: words(search.requestedBy),
    from: day(search.from),
    to: day(search.to),
    sort: column && (sort.startsWith('-') ? `-${column}` : column),
  }
}

export const numberStates = ['free', 'reserved', 'resting', 'active'] as const satisfies readonly NumberEntry['state'][]
export const numberKinds = ['landline', 'mobile'] as const satisfies readonly NumberEntry['kind'][]

export interface NumbersSearch {
  q?: string
  /** Without it the free ones: those are what one comes for. */
  state?: Exclude<NumberEntry['state'], 'free'> | 'all'
  kind?: NumberEntry['kind']
}

export function readNumbersSearch(search: Record<string, unknown>): NumbersSearch {
  return {
    q: typeof search.q === 'string' && search.q !== '' ? search.q : undefined,
    state: (['reserved', 'resting', 'active', 'all'] as const).find((state) => state === search.state),
    kind: numberKinds.find((kind) => kind === search.kind),
  }
}

/** How the way to consent at Microsoft ended, as its last address says it. */
export const consentOutcomes = [
  'granted',
  'partial',
  'pending',
  'declined',
  'notAdministrator',
  'anotherAccount',
  'otherTenant',
  'noDirectory',
  'forbidden',
  'notFound',
  'rejected',
  'unavailable',
] as const
export type ConsentOutcome = (typeof consentOutcomes)[number]

export interface ConnectionSearch {
  consent?: ConsentOutcome
  requestId?: string
}

export function readConnectionSearch(search: Record<string, unknown>): ConnectionSearch {
  if (typeof search.consent !== 'string' || search.consent === '') return {}
  return {
    // A newer server may say more than we know: then it did not come through.
    consent: consentOutcomes.find((outcome) => outcome === search.consent) ?? 'unavailable',
    requestId: typeof search.requestId === 'string' ? search.requestId : undefined,
  }
}
