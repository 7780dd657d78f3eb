/** Many orders from one file: the rows go to the server, their problems and a price come back. */
import { send } from './send'
import type { Bulk } from './types'

/** Bytes of the largest file that is sent. */
export const largestFile = 5 * 1024 * 1024

const place = (organisation: string) => `/organisations/${encodeURIComponent(organisation)}`

/** Sends the bytes as they are: which encoding and which separator they have is the server's to find out. */
export const uploadBulk = (organisation: string, idempotencyKey: string, content: Blob) =>
  send<Bulk>('POST', `${place(organisation)}/bulk`, {
    body: new Blob([content], { type: 'text/csv' }),
    headers: { 'Idempotency-Key': idempotencyKey },
  })

/** A link to a file, good for a minute: the rows with problems, or a table to begin with. */
export const bulkFile = (organisation: string, wish: { kind: 'bulkErrors'; id: string } | { kind: 'bulkTemplate' }) =>
  send<{ url: string }>('POST', `${place(organisation)}/downloads`, { body: { ...wish, format: 'csv' } })
