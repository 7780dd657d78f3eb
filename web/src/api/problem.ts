import type { ProblemBody } from './types'

/** An answer of the API that is not a success, or (`status` 0) no answer at all. */
export class Problem extends Error {
  readonly status: number
  /** Stable slug of the API, or `network` / `unreadable` when the answer was not the API's. */
  readonly code: string
  readonly detail: string | undefined
  readonly errors: { pointer: string; code: string; detail: string }[]
  readonly requestId: string | undefined
  /** Seconds the server asked us to wait (429, 503). */
  readonly retryAfter: number | undefined
  /** The whole body: some problems carry more than the common members (`priceChanged` carries the new quote). */
  readonly body: Record<string, unknown>

  constructor(status: number, body: Partial<ProblemBody> & Record<string, unknown>, retryAfter?: number) {
    super(body.title ?? body.code ?? `HTTP ${status}`)
    this.name = 'Problem'
    this.status = status
    this.code = body.code ?? (status === 0 ? 'network' : 'unreadable')
    this.detail = body.detail ?? undefined
    this.errors = body.errors ?? []
    this.requestId = body.requestId ?? undefined
    this.retryAfter = retryAfter
    this.body = body
  }
}

export function isProblem(error: unknown, status?: number, code?: string): error is Problem {
  return (
    error instanceof Problem &&
    (status === undefined || error.status === status) &&
    (code === undefined || error.code === code)
  )
}

/** Whether asking again may help: a lost connection or a server that is busy, never a refusal. */
export function isPassing(error: unknown): boolean {
  return error instanceof Problem && [0, 429, 502, 503, 504].includes(error.status)
}

/** Makes a Problem of whatever openapi-fetch read from a failed response. */
export function problemFrom(response: Response, body: unknown): Problem {
  const retryAfter = Number(response.headers.get('retry-after') ?? Number.NaN)
  return new Problem(
    response.status,
    typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {},
    Number.isFinite(retryAfter) ? retryAfter : undefined,
  )
}
