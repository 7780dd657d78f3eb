/**
 * The one door to the server. It promises: every request carries the language and, inside Teams, a bearer token; every
 * failure is thrown as a `Problem`; a 401 is reported once to whoever watches the session.
 */
import createClient, { type Middleware } from 'openapi-fetch'
import { Problem, problemFrom } from './problem'
import type { paths } from './schema'
import type { Language } from './types'

/** Where the proof of who is asking comes from: the cookie travels by itself, a token must be fetched for each request. */
export type Authenticator = () => Promise<string | null>

/** `null` until the language is known: then the browser says itself what its user prefers. */
const state: { language: Language | null; authenticate: Authenticator; onSignedOut: () => void } = {
  language: null,
  authenticate: async () => null,
  onSignedOut: () => {},
}

export function configureApi(changes: Partial<typeof state>): void {
  Object.assign(state, changes)
}

/** Headers for requests made beside the typed client (the event stream). */
export async function requestHeaders(): Promise<Record<string, string>> {
  const token = await state.authenticate()
  return {
    ...(state.language ? { 'Accept-Language': state.language } : {}),
    ...(token ? { Authorization: `Bearer ${token}` } : {}),
  }
}

export function reportSignedOut(): void {
  state.onSignedOut()
}

const manner: Middleware = {
  async onRequest({ request }) {
    for (const [name, value] of Object.entries(await requestHeaders())) request.headers.set(name, value)
    return request
  },
  onResponse({ response }) {
    if (response.status === 401) reportSignedOut()
    return response
  },
  onError({ error }) {
    if (error instanceof DOMException && error.name === 'AbortError') return error
    if (error instanceof Problem) return error
    return new Problem(0, { title: error instanceof Error ? error.message : String(error) })
  },
}

export const api = createClient<paths>({ baseUrl: globalThis.location?.origin ?? '', credentials: 'same-origin' })
api.use(manner)

/** A file as the body of a request, byte for byte; the contract describes its place, not its bytes. */
export const fileBody = (file: Blob) => ({
  body: file as never,
  bodySerializer: () => file,
  headers: { 'Content-Type': file.type },
})

/** Waits for an answer of the typed client and returns its body, or throws the Problem. */
export async function unwrap<T>(answer: Promise<{ data?: T; error?: unknown; response: Response }>): Promise<T> {
  const { data, error, response } = await answer
  if (!response.ok || error !== undefined) throw problemFrom(response, error)
  return data as T
}

/** What an answer is, and as which version: the `ETag` that a change of it must name in `If-Match`. */
export type Versioned<T> = T & { etag: string | null }

/** The same for an answer that carries an `ETag`. */
export async function unwrapVersioned<T extends object>(
  answer: Promise<{ data?: T; error?: unknown; response: Response }>,
): Promise<Versioned<T>> {
  const { response } = await answer
  return { ...(await unwrap(answer)), etag: response.headers.get('ETag') }
}
