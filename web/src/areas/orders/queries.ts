import { queryOptions } from '@tanstack/react-query'
import { api, unwrap } from '~/api/client'
import { keys } from '~/api/keys'
import type { OrderItem } from '~/api/types'

export const offeringsQuery = (organisation: string, kind: 'telephony' | 'mobilePackage') =>
  queryOptions({
    queryKey: keys.offerings(organisation, kind),
    queryFn: ({ signal }) =>
      unwrap(
        api.GET('/api/v1/organisations/{organisation}/catalogue/offerings', {
          params: { path: { organisation }, query: { kind, limit: 100 } },
          signal,
        }),
      ),
    staleTime: 300_000,
  })

/** The suggestions of a number field: free landline numbers that contain `q`, in the series' order. */
export const freeNumbersQuery = (organisation: string, q: string) =>
  queryOptions({
    queryKey: [...keys.numbers(organisation), 'suggest', q] as const,
    queryFn: ({ signal }) =>
      unwrap(
        api.GET('/api/v1/organisations/{organisation}/numbers', {
          params: {
            path: { organisation },
            query: { state: 'free', kind: 'landline', limit: 20, q: q === '' ? undefined : q },
          },
          signal,
        }),
      ),
    staleTime: 5_000,
  })

/** SIM cards in the drawer whose ICCID contains `q`. */
export const drawerQuery = (organisation: string, q: string) =>
  queryOptions({
    queryKey: [...keys.sims(organisation), 'suggest', q] as const,
    queryFn: ({ signal }) =>
      unwrap(
        api.GET('/api/v1/organisations/{organisation}/sims', {
          params: {
            path: { organisation },
            query: { state: 'unassigned', limit: 20, q: q === '' ? undefined : q },
          },
          signal,
        }),
      ),
    staleTime: 5_000,
  })

/** What an item would cost and do. Asked anew for every choice; an answer is never reused after the dialog closed. */
export const quoteQuery = (organisation: string, item: OrderItem | null) =>
  queryOptions({
    queryKey: [...keys.quotes(organisation), item] as const,
    queryFn: ({ signal }) =>
      unwrap(
        api.POST('/api/v1/organisations/{organisation}/quotes', {
          params: { path: { organisation } },
          body: { items: item ? [item] : [] },
          signal,
        }),
      ),
    enabled: item !== null,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    refetchOnWindowFocus: false,
  })

export const placeOrder = (organisation: string, quote: string, idempotencyKey: string) =>
  unwrap(
    api.POST('/api/v1/organisations/{organisation}/orders', {
      params: { path: { organisation }, header: { 'Idempotency-Key': idempotencyKey } },
      body: { quote },
    }),
  )
