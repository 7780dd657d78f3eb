/** What several areas ask about an organisation and its orders. */
import { queryOptions } from '@tanstack/react-query'
import { api, unwrap } from './client'
import { keys } from './keys'

export const organisationQuery = (organisation: string) =>
  queryOptions({
    queryKey: keys.organisation(organisation),
    queryFn: ({ signal }) =>
      unwrap(api.GET('/api/v1/organisations/{organisation}', { params: { path: { organisation } }, signal })),
    staleTime: 30_000,
  })

/** Where what is sent goes, unless an order says otherwise. */
export const deliveryAddressQuery = (organisation: string) =>
  queryOptions({
    queryKey: keys.deliveryAddress(organisation),
    queryFn: ({ signal }) =>
      unwrap(
        api.GET('/api/v1/organisations/{organisation}/delivery-address', {
          params: { path: { organisation } },
          signal,
        }),
      ),
    staleTime: 60_000,
  })

export const syncDirectory = (organisation: string) =>
  unwrap(api.POST('/api/v1/organisations/{organisation}/directory/sync', { params: { path: { organisation } } }))

export const orderQuery = (organisation: string, order: string) =>
  queryOptions({
    queryKey: keys.order(organisation, order),
    queryFn: ({ signal }) =>
      unwrap(
        api.GET('/api/v1/organisations/{organisation}/orders/{order}', {
          params: { path: { organisation, order } },
          signal,
        }),
      ),
    staleTime: 5_000,
  })
