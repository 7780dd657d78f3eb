import { afterEach, expect, test, vi } from 'vitest'
import { api, configureApi, unwrap } from './client'
import { isPassing, isProblem, Problem } from './problem'

afterEach(() => {
  vi.unstubAllGlobals()
  configureApi({ language: 'en', authenticate: async () => null, onSignedOut: () => {} })
})

const answer = (status: number, body: unknown, headers: Record<string, string> = {}) =>
  new Response(JSON.stringify(body), { status, headers: { 'Content-Type': 'application/json', ...headers } })

test('every request says the language and, with a token, who asks', async () => {
  const fetcher = vi.fn<(request: Request) => Promise<Response>>(async () => answer(200, {}))
  configureApi({ language: 'da', authenticate: async () => 'token' })
  await unwrap(api.GET('/api/v1/me', { fetch: fetcher }))
  const request = fetcher.mock.calls[0]?.[0]
  expect(request?.headers.get('Accept-Language')).toBe('da')
  expect(request?.headers.get('Authorization')).toBe('Bearer token')
})

test('a failure is thrown with what the server said', async () => {
  const fetch = async () =>
    answer(409, { title: 'Conflict', status: 409, code: 'numberTaken', detail: 'Taken.', requestId: 'r1' })
  const error = await unwrap(api.GET('/api/v1/me', { fetch })).catch((thrown: unknown) => thrown)
  expect(isProblem(error, 409, 'numberTaken')).toBe(true)
  expect((error as Problem).detail).toBe('Taken.')
  expect((error as Problem).requestId).toBe('r1')
})

test('a 401 is reported to whoever watches the session', async () => {
  const onSignedOut = vi.fn()
  configureApi({ onSignedOut })
  await expect(unwrap(api.GET('/api/v1/me', { fetch: async () => answer(401, {}) }))).rejects.toBeInstanceOf(Problem)
  expect(onSignedOut).toHaveBeenCalledOnce()
})

test('no answer at all is a problem that may pass', async () => {
  const fetch = async () => {
    throw new TypeError('Failed to fetch')
  }
  const error = await unwrap(api.GET('/api/v1/me', { fetch })).catch((thrown: unknown) => thrown)
  expect(isProblem(error, 0, 'network')).toBe(true)
  expect(isPassing(error)).toBe(true)
})

test('a refusal does not pass by waiting, a busy server does', () => {
  expect(isPassing(new Problem(403, {}))).toBe(false)
  expect(isPassing(new Problem(503, {}, 2))).toBe(true)
})

test('a page instead of an answer is unreadable, not a crash', async () => {
  const fetch = async () => new Response('<html>', { status: 502, headers: { 'Content-Type': 'text/html' } })
  const error = await unwrap(api.GET('/api/v1/me', { fetch })).catch((thrown: unknown) => thrown)
  expect(isProblem(error, 502, 'unreadable')).toBe(true)
})
