/** What of the user list stands in the address: so a link shows the same list, and Back brings it back. */
import { type PeopleQuestion, type Sort, type SortColumn, sortColumns } from '~/api/people'
import type { HasFilter, StateFilter } from '~/api/types'

export const hasFilters = ['telephony', 'mobile', 'none'] as const satisfies readonly HasFilter[]
export const stateFilters = ['active', 'disabled', 'deleted', 'local'] as const satisfies readonly StateFilter[]

export interface UsersSearch extends PeopleQuestion {
  /** Ids of the opened profiles, separated by dots. */
  open?: string
}

const oneOf = <T extends string>(values: readonly T[], value: unknown): T | undefined => values.find((v) => v === value)

export const readSort = (value: unknown): Sort | undefined => {
  if (typeof value !== 'string') return undefined
  const column = oneOf(sortColumns, value.replace(/^-/, ''))
  return column && (value.startsWith('-') ? `-${column}` : column)
}

/** Reads the address; whatever does not fit is left out rather than refused. */
export function readUsersSearch(search: Record<string, unknown>): UsersSearch {
  return {
    q: typeof search.q === 'string' && search.q !== '' ? search.q : undefined,
    sort: readSort(search.sort),
    has: oneOf(hasFilters, search.has),
    state: oneOf(stateFilters, search.state),
    group: typeof search.group === 'string' && search.group !== '' ? search.group : undefined,
    open: typeof search.open === 'string' && search.open !== '' ? search.open : undefined,
  }
}

export const openProfiles = (open: string | undefined): string[] => (open ? open.split('.') : [])

export function toggleProfile(open: string | undefined, person: string): string | undefined {
  const now = openProfiles(open)
  const next = now.includes(person) ? now.filter((id) => id !== person) : [...now, person]
  return next.length > 0 ? next.join('.') : undefined
}

/** The sort a click on a column's heading asks for: upwards, then downwards. Money is most asked for from the top. */
export function nextSort(current: Sort, column: SortColumn): Sort {
  if (current === column) return `-${column}`
  if (current === `-${column}`) return column
  return column === 'cost' ? '-cost' : column
}
