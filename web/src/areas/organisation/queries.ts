import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { api, unwrap } from '~/api/client'
import { download } from '~/api/downloads'
import { keys } from '~/api/keys'
import type { NumberEntry, Page } from '~/api/types'
import { digitsOf } from '~/parts/format'
import type { NumbersSearch, OrdersSearch } from './search'

const next = (page: Page<unknown>): string | undefined => page.next ?? undefined

export const ordersQuery = (organisation: string, { sort, ...filter }: OrdersSearch) =>
  infiniteQueryOptions({
    queryKey: [...keys.orders(organisation), { ...filter, sort }] as const,
    queryFn: ({ pageParam, signal }) =>
      unwrap(
        api.GET('/api/v1/organisations/{organisation}/orders', {
          params: {
            path: { organisation },
            query: { ...filter, sort: sort ?? '-requestedAt', limit: 50, cursor: pageParam },
          },
          signal,
        }),
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: next,
    staleTime: 15_000,
  })

/** Who has ordered here. */
export const requestersQuery = (organisation: string) =>
  queryOptions({
    queryKey: keys.requesters(organisation),
    queryFn: ({ signal }) =>
      unwrap(
        api.GET('/api/v1/organisations/{organisation}/orders/requesters', {
          params: { path: { organisation }, query: { limit: 200 } },
          signal,
        }),
      ),
    staleTime: 60_000,
  })

/** The orders that are shown, as a file. */
export const downloadOrders = (
  organisation: string,
  { q = null, state = null, requestedBy = null, from = null, to = null, sort = '-requestedAt' }: Nullable<OrdersSearch>,
) => download(organisation, { kind: 'orders', format: 'csv', filter: { q, state, requestedBy, from, to }, sort })

type Nullable<T> = { [K in keyof T]: T[K] | null }

export const callGroupsQuery = (organisation: string, q: string) =>
  infiniteQueryOptions({
    queryKey: [...keys.callGroups(organisation), { q }] as const,
    queryFn: ({ pageParam, signal }) =>
      unwrap(
        api.GET('/api/v1/organisations/{organisation}/call-groups', {
          params: { path: { organisation }, query: { q: q || undefined, sort: 'name', limit: 50, cursor: pageParam } },
          signal,
        }),
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: next,
    staleTime: 15_000,
  })

/** The organisation's numbers; the free ones where no other state is asked for. */
export const numbersQuery = (organisation: string, { q, state, kind }: NumbersSearch) =>
  infiniteQueryOptions({
    queryKey: [...keys.numbers(organisation), 'list', { q, state, kind }] as const,
    queryFn: ({ pageParam, signal }) =>
      unwrap(
        api.GET('/api/v1/organisations/{organisation}/numbers', {
          params: {
            path: { organisation },
            query: {
              state: state === 'all' ? undefined : (state ?? 'free'),
              kind,
              q: digitsOf(q ?? '') || undefined,
              limit: 50,
              cursor: pageParam,
            },
          },
          signal,
        }),
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: next,
    staleTime: 15_000,
  })

/** How many numbers there are of a state. */
export const numberCountQuery = (organisation: string, state: NumberEntry['state']) =>
  queryOptions({
    queryKey: [...keys.numbers(organisation), 'count', state] as const,
    queryFn: ({ signal }) =>
      unwrap(
        api.GET('/api/v1/organisations/{organisation}/numbers', {
          params: { path: { organisation }, query: { state, limit: 1 } },
          signal,
        }),
      ),
    select: ({ total }) => total,
    staleTime: 15_000,
  })

/** Keeps a number for something; a second time changes the note. */
export const reserveNumber = (organisation: string, number: string, note: string) =>
  unwrap(
    api.PUT('/api/v1/organisations/{organisation}/numbers/{number}/reservation', {
      params: { path: { organisation, number } },
      body: { note },
    }),
  )

export const releaseNumber = (organisation: string, number: string) =>
  unwrap(
    api.DELETE('/api/v1/organisations/{organisation}/numbers/{number}/reservation', {
      params: { path: { organisation, number } },
    }),
  )

export const seriesQuery = (organisation: string) =>
  queryOptions({
    queryKey: keys.series(organisation),
    queryFn: ({ signal }) =>
      unwrap(
        api.GET('/api/v1/organisations/{organisation}/number-series', {
          params: { path: { organisation } },
          signal,
        }),
      ),
    staleTime: 60_000,
  })

/** SIM cards in the organisation's drawer: on no subscription. */
export const simsQuery = (organisation: string, q: string) =>
  infiniteQueryOptions({
    queryKey: [...keys.sims(organisation), 'unassigned', { q }] as const,
    queryFn: ({ pageParam, signal }) =>
      unwrap(
        api.GET('/api/v1/organisations/{organisation}/sims', {
          params: {
            path: { organisation },
            query: { state: 'unassigned', q: q || undefined, limit: 50, cursor: pageParam },
          },
          signal,
        }),
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: next,
    staleTime: 15_000,
  })

export const connectionQuery = (organisation: string) =>
  queryOptions({
    queryKey: keys.connection(organisation),
    queryFn: ({ signal }) =>
      unwrap(
        api.GET('/api/v1/organisations/{organisation}/directory/connection', {
          params: { path: { organisation } },
          signal,
        }),
      ),
    staleTime: 10_000,
  })
