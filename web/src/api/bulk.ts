/** Many orders from one file: the rows go to the server, their problems and a price come back. */
import { api, fileBody, unwrap } from './client'

/** Bytes of the largest file that is sent. */
export const largestFile = 5 * 1024 * 1024

/** Sends the bytes as they are: which encoding and which separator they have is the server's to find out. */
export const uploadBulk = (organisation: string, idempotencyKey: string, content: Blob) =>
  unwrap(
    api.POST('/api/v1/organisations/{organisation}/bulk', {
      params: { path: { organisation }, header: { 'Idempotency-Key': idempotencyKey } },
      ...fileBody(new Blob([content], { type: 'text/csv' })),
    }),
  )
