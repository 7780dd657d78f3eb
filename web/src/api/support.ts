/** Support requests: what the organisation asked the operator, and the answers. */
import { infiniteQueryOptions } from '@tanstack/react-query'
import { api, unwrap } from './client'
import { keys } from './keys'
import type { DeliveryAddress, SupportRequest } from './types'

export const supportRequestsQuery = (organisation: string) =>
  infiniteQueryOptions({
    queryKey: keys.supportRequests(organisation),
    queryFn: ({ pageParam, signal }) =>
      unwrap(
        api.GET('/api/v1/organisations/{organisation}/support-requests', {
          params: { path: { organisation }, query: { limit: 50, cursor: pageParam } },
          signal,
        }),
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
    staleTime: 10_000,
  })

export interface NewSupportRequest {
  kind: SupportRequest['kind']
  subject: string
  text: string
  address?: DeliveryAddress
}

export const createSupportRequest = (organisation: string, key: string, body: NewSupportRequest) =>
  unwrap(
    api.POST('/api/v1/organisations/{organisation}/support-requests', {
      params: { path: { organisation }, header: { 'Idempotency-Key': key } },
      body,
    }),
  )

export const replySupportRequest = (organisation: string, request: string, key: string, text: string) =>
  unwrap(
    api.POST('/api/v1/organisations/{organisation}/support-requests/{request}/replies', {
      params: { path: { organisation, request }, header: { 'Idempotency-Key': key } },
      body: { text },
    }),
  )
