/** Many orders from one file: the rows go to the server, their problems and a price come back. */
import { queryOptions } from '@tanstack/react-query'
import { api, unwrap } from './client'
import { keys } from './keys'

/** Bytes of the largest file that is sent. */
export const largestFile = 1024 * 1024

/** Sends the bytes as they are: which encoding and which separator they have is the server's to find out. */
export const uploadBulk = (organisation: string, idempotencyKey: string, content: Blob) =>
  unwrap(
    api.POST('/api/v1/organisations/{organisation}/bulk', {
      params: { path: { organisation }, header: { 'Idempotency-Key': idempotencyKey } },
      body: content as unknown as string,
      bodySerializer: () => content,
      headers: { 'Content-Type': 'text/csv' },
    }),
  )

export const bulkQuery = (organisation: string, bulk: string) =>
  queryOptions({
    queryKey: keys.bulk(organisation, bulk),
    queryFn: ({ signal }) =>
      unwrap(
        api.GET('/api/v1/organisations/{organisation}/bulk/{bulk}', {
          params: { path: { organisation, bulk } },
          signal,
        }),
      ),
    staleTime: 60_000,
  })

/** A link to the rows with problems as a file; good for a minute. */
export const bulkErrors = (organisation: string, id: string) =>
  unwrap(
    api.POST('/api/v1/organisations/{organisation}/downloads', {
      params: { path: { organisation } },
      body: { kind: 'bulkErrors', id, format: 'csv' },
    }),
  )
