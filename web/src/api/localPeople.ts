/** People that were made here, without a Microsoft account. */
import { api, unwrap } from './client'
import type { Person } from './types'

export interface LocalPerson {
  firstName: string
  lastName: string
  email: string | null
  title: string | null
  department: string | null
}

export const createLocalPerson = (organisation: string, idempotencyKey: string, body: LocalPerson): Promise<Person> =>
  unwrap(
    api.POST('/api/v1/organisations/{organisation}/people', {
      params: { path: { organisation }, header: { 'Idempotency-Key': idempotencyKey } },
      body,
    }),
  )

export const updateLocalPerson = (
  organisation: string,
  person: string,
  version: number,
  body: LocalPerson,
): Promise<Person> =>
  unwrap(
    api.PATCH('/api/v1/organisations/{organisation}/people/{person}', {
      params: { path: { organisation, person }, header: { 'If-Match': `"${version}"` } },
      body,
    }),
  )

export const deleteLocalPerson = (organisation: string, person: string) =>
  unwrap(
    api.DELETE('/api/v1/organisations/{organisation}/people/{person}', { params: { path: { organisation, person } } }),
  )
