import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { api, unwrap } from '~/api/client'
import { keys } from '~/api/keys'
import type { Page } from '~/api/types'
import type { OrdersSearch } from './search'

const next = (page: Page<unknown>): string | undefined => page.next ?? undefined

export const ordersQuery = (organisation: string, { q, state, sort }: OrdersSearch) =>
  infiniteQueryOptions({
    queryKey: [...keys.orders(organisation), { q, state, sort }] as const,
    queryFn: ({ pageParam, signal }) =>
      unwrap(
        api.GET('/api/v1/organisations/{organisation}/orders', {
          params: {
            path: { organisation },
            query: { q, state, sort: sort ?? '-requestedAt', limit: 50, cursor: pageParam },
          },
          signal,
        }),
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: next,
    staleTime: 15_000,
  })

/** Landline numbers that are free for a colleague. */
export const numbersQuery = (organisation: string, q: string) =>
  infiniteQueryOptions({
    queryKey: [...keys.numbers(organisation), 'free', { q }] as const,
    queryFn: ({ pageParam, signal }) =>
      unwrap(
        api.GET('/api/v1/organisations/{organisation}/numbers', {
          params: {
            path: { organisation },
            query: { state: 'free', kind: 'landline', q: q || undefined, limit: 50, cursor: pageParam },
          },
          signal,
        }),
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: next,
    staleTime: 15_000,
  })

/** Numbers that were released, still belong to the organisation, and go back to their series on a date. */
export const restingNumbersQuery = (organisation: string) =>
  infiniteQueryOptions({
    queryKey: [...keys.numbers(organisation), 'resting'] as const,
    queryFn: ({ pageParam, signal }) =>
      unwrap(
        api.GET('/api/v1/organisations/{organisation}/numbers', {
          params: { path: { organisation }, query: { state: 'resting', limit: 50, cursor: pageParam } },
          signal,
        }),
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: next,
    staleTime: 15_000,
  })

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
