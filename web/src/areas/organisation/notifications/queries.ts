import { infiniteQueryOptions } from '@tanstack/react-query'
import { api, unwrap } from '~/api/client'
import { keys } from '~/api/keys'
import type { Language } from '~/api/types'

export const addressesQuery = (organisation: string) =>
  infiniteQueryOptions({
    queryKey: keys.notificationAddresses(organisation),
    queryFn: ({ pageParam, signal }) =>
      unwrap(
        api.GET('/api/v1/organisations/{organisation}/notification-addresses', {
          params: { path: { organisation }, query: { limit: 50, cursor: pageParam } },
          signal,
        }),
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
    staleTime: 10_000,
    // Whoever is asked answers from their mailbox: what they answered shows when one comes back to this page.
    refetchOnWindowFocus: 'always',
  })

/** Adds an address, which is asked by mail; one that has not answered is asked again. */
export const addAddress = (organisation: string, key: string, address: string, language: Language) =>
  unwrap(
    api.POST('/api/v1/organisations/{organisation}/notification-addresses', {
      params: { path: { organisation }, header: { 'Idempotency-Key': key } },
      body: { address, language },
    }),
  )

export const removeAddress = (organisation: string, address: string) =>
  unwrap(
    api.DELETE('/api/v1/organisations/{organisation}/notification-addresses/{address}', {
      params: { path: { organisation, address } },
    }),
  )

export const confirmAddress = (token: string) =>
  unwrap(api.POST('/api/v1/notification-addresses/confirm', { body: { token } }))

export const unsubscribeAddress = (token: string) =>
  unwrap(api.POST('/api/v1/notification-addresses/unsubscribe', { body: { token } }))
