/** Numbers on their way here from another operator. */
import { queryOptions } from '@tanstack/react-query'
import { keys } from './keys'
import { send } from './send'
import type { Page, Port } from './types'

const place = (organisation: string, port = '') =>
  `/organisations/${encodeURIComponent(organisation)}/ports${port === '' ? '' : `/${encodeURIComponent(port)}`}`

export const portQuery = (organisation: string, port: string) =>
  queryOptions({
    queryKey: keys.port(organisation, port),
    queryFn: ({ signal }) => send<Port>('GET', place(organisation, port), { signal }),
    staleTime: 5_000,
  })

/** The numbers that an order waits for. */
export const portsOfOrderQuery = (organisation: string, order: string) =>
  queryOptions({
    queryKey: [...keys.ports(organisation), order] as const,
    queryFn: ({ signal }) =>
      send<Page<Port>>('GET', `${place(organisation)}?order=${encodeURIComponent(order)}&limit=20`, { signal }),
    staleTime: 15_000,
  })

export interface PortCorrections {
  donor?: string
  owner?: { name: string; cvr?: string }
  date?: string
}

/** Asks the other operator, the first time or again with what was put right. */
export const submitPort = (organisation: string, port: string, idempotencyKey: string, body: PortCorrections) =>
  send<Port>('POST', `${place(organisation, port)}/submit`, { body, headers: { 'Idempotency-Key': idempotencyKey } })

/** Calls it off; the other operator may have to agree first. */
export const cancelPort = (organisation: string, port: string, idempotencyKey: string) =>
  send<Port>('POST', `${place(organisation, port)}/cancel`, { headers: { 'Idempotency-Key': idempotencyKey } })

/** Lays a signed consent into the case: a PDF or a picture, as it is. */
export const addPortConsent = (organisation: string, port: string, document: File) =>
  send<Port>('POST', `${place(organisation, port)}/consent`, { body: document })
