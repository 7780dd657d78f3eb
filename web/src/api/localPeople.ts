/** People that were made here, without a Microsoft account. */
import { api, unwrap, unwrapVersioned } from './client'
import type { Person } from './types'

export interface LocalPerson {
  firstName: string
  lastName: string
  email: string | null
  title: string | null
  department: string | null
  /** Where they are reached; not the number of a subscription. */
  mobilePhone: string | null
}

export const createLocalPerson = (organisation: string, idempotencyKey: string, body: LocalPerson): Promise<Person> =>
  unwrapVersioned(
    api.POST('/api/v1/organisations/{organisation}/people', {
      params: { path: { organisation }, header: { 'Idempotency-Key': idempotencyKey } },
      body,
    }),
  )

export const updateLocalPerson = (
  organisation: string,
  person: string,
  etag: string,
  body: LocalPerson,
): Promise<Person> =>
  unwrapVersioned(
    api.PATCH('/api/v1/organisations/{organisation}/people/{person}', {
      params: { path: { organisation, person }, header: { 'If-Match': etag } },
      body,
    }),
  )

export const deleteLocalPerson = (organisation: string, person: string) =>
  unwrap(
    api.DELETE('/api/v1/organisations/{organisation}/people/{person}', { params: { path: { organisation, person } } }),
  )
