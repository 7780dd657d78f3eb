/** Numbers on their way here from another operator. */
import { queryOptions } from '@tanstack/react-query'
import { api, fileBody, unwrap } from './client'
import { keys } from './keys'
import type { PortCorrections } from './types'

export const portQuery = (organisation: string, port: string) =>
  queryOptions({
    queryKey: keys.port(organisation, port),
    queryFn: ({ signal }) =>
      unwrap(
        api.GET('/api/v1/organisations/{organisation}/ports/{port}', {
          params: { path: { organisation, port } },
          signal,
        }),
      ),
    staleTime: 5_000,
  })

/** The numbers that an order waits for. */
export const portsOfOrderQuery = (organisation: string, order: string) =>
  queryOptions({
    queryKey: [...keys.ports(organisation), order] as const,
    queryFn: ({ signal }) =>
      unwrap(
        api.GET('/api/v1/organisations/{organisation}/ports', {
          params: { path: { organisation }, query: { order, limit: 20 } },
          signal,
        }),
      ),
    staleTime: 15_000,
  })

/** Asks the other operator, the first time or again with what was put right. */
export const submitPort = (organisation: string, port: string, idempotencyKey: string, body: PortCorrections) =>
  unwrap(
    api.POST('/api/v1/organisations/{organisation}/ports/{port}/submit', {
      params: { path: { organisation, port }, header: { 'Idempotency-Key': idempotencyKey } },
      body,
    }),
  )

/** Calls it off; the other operator may have to agree first. */
export const cancelPort = (organisation: string, port: string, idempotencyKey: string) =>
  unwrap(
    api.POST('/api/v1/organisations/{organisation}/ports/{port}/cancel', {
      params: { path: { organisation, port }, header: { 'Idempotency-Key': idempotencyKey } },
    }),
  )

/** Lays a signed consent into the case: a PDF or a picture, as it is. */
export const addPortConsent = (organisation: string, port: string, document: File) =>
  unwrap(
    api.POST('/api/v1/organisations/{organisation}/ports/{port}/consent', {
      params: { path: { organisation, port } },
      ...fileBody(document),
    }),
  )
