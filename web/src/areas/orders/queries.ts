import { queryOptions } from '@tanstack/react-query'
import { api, unwrap } from '~/api/client'
import { keys } from '~/api/keys'
import type { Delivery, Offering, OrderItem } from '~/api/types'

export const offeringsQuery = (organisation: string, kind: Offering['kind']) =>
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

export interface NumbersQuestion {
  state: 'free' | 'resting'
  kind: 'landline' | 'mobile'
  q: string
}

/** The suggestions of a number field: numbers of the organisation that contain `q`, in their order. */
export const numbersQuery = (organisation: string, { state, kind, q }: NumbersQuestion) =>
  queryOptions({
    queryKey: [...keys.numbers(organisation), 'suggest', state, kind, q] as const,
    queryFn: ({ signal }) =>
      unwrap(
        api.GET('/api/v1/organisations/{organisation}/numbers', {
          params: {
            path: { organisation },
            query: { state, kind, limit: 20, q: q === '' ? undefined : q },
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

export interface QuoteRequest {
  items: OrderItem[]
  requestedStartDate?: string
  delivery?: Delivery
  comment?: string
}

/** What an order would cost and do. Asked anew for every choice; an answer is never reused after the dialog closed. */
export const quoteQuery = (organisation: string, request: QuoteRequest | null) =>
  queryOptions({
    queryKey: [...keys.quotes(organisation), request] as const,
    queryFn: ({ signal }) =>
      unwrap(
        api.POST('/api/v1/organisations/{organisation}/quotes', {
          params: { path: { organisation } },
          body: request ?? { items: [] },
          signal,
        }),
      ),
    enabled: request !== null,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    refetchOnWindowFocus: false,
  })
