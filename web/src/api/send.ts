/**
 * A request by hand, for what the typed client does not say: a file as a body, or an operation that this client knows
 * before its contract file does. The same manners hold: language, proof of who asks, and every failure a `Problem`.
 */
import { reportSignedOut, requestHeaders } from './client'
import { Problem, problemFrom } from './problem'

export async function send<T>(
  method: 'GET' | 'POST',
  path: string,
  { body, headers, signal }: { body?: Blob | object; headers?: Record<string, string>; signal?: AbortSignal } = {},
): Promise<T> {
  const isFile = body instanceof Blob
  const sent: RequestInit = {
    method,
    credentials: 'same-origin',
    cache: 'no-store',
    headers: {
      ...(await requestHeaders()),
      ...(body === undefined ? {} : { 'Content-Type': isFile ? body.type : 'application/json' }),
      ...headers,
    },
  }
  if (body !== undefined) sent.body = isFile ? body : JSON.stringify(body)
  if (signal) sent.signal = signal
  let response: Response
  try {
    response = await fetch(`/api/v1${path}`, sent)
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error
    throw new Problem(0, { title: error instanceof Error ? error.message : String(error) })
  }
  if (response.status === 401) reportSignedOut()
  const answer: unknown = await response.json().catch(() => null)
  if (!response.ok) throw problemFrom(response, answer)
  return answer as T
}
