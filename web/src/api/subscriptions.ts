/** What is written on a subscription so that its charges are found on the invoice. */
import { queryOptions } from '@tanstack/react-query'
import { api, unwrap, unwrapVersioned } from './client'
import { keys } from './keys'
import type { NewReference } from './types'

/** Characters of the longest reference. */
export const longestReference = 100
/** References in one request. */
export const mostReferences = 1_000

/** The subscription and its version, which a change must name. */
export const subscriptionQuery = (organisation: string, subscription: string) =>
  queryOptions({
    queryKey: keys.subscription(organisation, subscription),
    queryFn: ({ signal }) =>
      unwrapVersioned(
        api.GET('/api/v1/organisations/{organisation}/subscriptions/{subscription}', {
          params: { path: { organisation, subscription } },
          signal,
        }),
      ),
    staleTime: 0,
    gcTime: 0,
  })

/** Writes a reference, unless somebody else has changed the subscription since `etag`; an empty one is taken away. */
export const writeReference = (organisation: string, subscription: string, etag: string, reference: string | null) =>
  unwrapVersioned(
    api.PATCH('/api/v1/organisations/{organisation}/subscriptions/{subscription}', {
      params: { path: { organisation, subscription }, header: { 'If-Match': etag } },
      body: { reference },
    }),
  )

/** Writes references on many subscriptions, whatever stood there before; answers on how many. */
export async function writeReferences(
  organisation: string,
  references: readonly NewReference[],
  keyOf: (part: number) => string,
): Promise<number> {
  let updated = 0
  for (let from = 0; from < references.length; from += mostReferences) {
    const part = references.slice(from, from + mostReferences)
    const answer = await unwrap(
      api.POST('/api/v1/organisations/{organisation}/subscriptions/references', {
        params: { path: { organisation }, header: { 'Idempotency-Key': keyOf(from / mostReferences) } },
        body: { references: part },
      }),
    )
    updated += answer.updated
  }
  return updated
}
