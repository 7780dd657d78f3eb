import { describe, expect, test, vi } from 'vitest'
import { backOff, createEventParser, followEvents, type Listener, type ServerEvent } from './events'

function parse(...chunks: string[]): ServerEvent[] {
  const events: ServerEvent[] = []
  const feed = createEventParser((event) => events.push(event))
  for (const chunk of chunks) feed(chunk)
  return events
}

describe('the event parser', () => {
  test('reads id, event and data', () => {
    expect(parse('id: 7\nevent: change\ndata: {"kind":"people"}\n\n')).toEqual([
      { id: '7', event: 'change', data: '{"kind":"people"}' },
    ])
  })
  test('puts together what arrives in pieces', () => {
    expect(parse('id: 1\neve', 'nt: change\nda', 'ta: a\n', '\n')).toEqual([{ id: '1', event: 'change', data: 'a' }])
  })
  test('takes every kind of line end, also one cut in half', () => {
    expect(parse('data: a\r\n\r\ndata: b\r\rdata: c\n\n').map(({ data }) => data)).toEqual(['a', 'b', 'c'])
    expect(parse('data: a\r', '\n\r', '\n').map(({ data }) => data)).toEqual(['a'])
  })
  test('leaves out comments and blocks without data', () => {
    expect(parse(': keep-alive\n\n', 'event: change\n\n')).toEqual([])
  })
  test('joins the lines of data and drops the mark of the byte order', () => {
    expect(parse('\ufeffdata: a\ndata:b\n\n')).toEqual([{ id: undefined, event: 'message', data: 'a\nb' }])
  })
})

test('waiting doubles up to half a minute', () => {
  expect([0, 1, 2, 3, 4, 5, 9].map((attempt) => backOff(attempt, () => 0))).toEqual([
    1000, 2000, 4000, 8000, 16_000, 30_000, 30_000,
  ])
  expect(backOff(0, () => 1)).toBe(750)
})

function stream(text: string): Response {
  return new Response(text, { status: 200, headers: { 'Content-Type': 'text/event-stream' } })
}

function listener(): Listener & { told: string[] } {
  const told: string[] = []
  return {
    told,
    onEvent: ({ data }) => told.push(`event ${data}`),
    onConnection: (connected) => told.push(connected ? 'connected' : 'lost'),
    onEnd: (status) => told.push(`end ${status}`),
  }
}

describe('following events', () => {
  const headers = async () => ({ 'Accept-Language': 'da' })

  test('reconnects after a break and says where it was', async () => {
    const stop = new AbortController()
    const heard = listener()
    const fetcher = vi
      .fn<typeof fetch>()
      .mockResolvedValueOnce(stream('id: 41\nevent: change\ndata: one\n\n'))
      .mockRejectedValueOnce(new TypeError('network'))
      .mockImplementationOnce(async () => stream('id: 42\nevent: change\ndata: two\n\n'))
    const waits: number[] = []
    await followEvents({
      url: '/events',
      headers,
      listener: heard,
      signal: stop.signal,
      fetch: fetcher,
      wait: async (milliseconds) => {
        waits.push(milliseconds)
        if (waits.length === 3) stop.abort()
      },
    })
    expect(heard.told).toEqual(['connected', 'event one', 'lost', 'lost', 'connected', 'event two', 'lost'])
    const lastIds = fetcher.mock.calls.map(([, init]) => new Headers(init?.headers).get('Last-Event-ID'))
    expect(lastIds).toEqual([null, '41', '41'])
    expect(waits[1]).toBeGreaterThan(waits[0] ?? 0)
  })

  test('stops where it is refused', async () => {
    const heard = listener()
    await followEvents({
      url: '/events',
      headers,
      listener: heard,
      signal: new AbortController().signal,
      fetch: async () => new Response(null, { status: 403 }),
    })
    expect(heard.told).toEqual(['end 403'])
  })

  test('takes the end of a token as a reason to come back with a new one', async () => {
    const heard = listener()
    const answers = [stream('event: end\ndata: token\n\n'), new Response(null, { status: 401 })]
    await followEvents({
      url: '/events',
      headers,
      listener: heard,
      signal: new AbortController().signal,
      fetch: async () => answers.shift() ?? new Response(null, { status: 404 }),
      wait: async () => {},
    })
    expect(heard.told).toEqual(['connected', 'lost', 'end 200', 'end 401'])
  })

  test('gives up a connection that has gone silent', async () => {
    vi.useFakeTimers()
    const stop = new AbortController()
    const heard = listener()
    const following = followEvents({
      url: '/events',
      headers,
      listener: heard,
      signal: stop.signal,
      silence: 1000,
      fetch: async (_, init) =>
        new Response(
          new ReadableStream({
            start(controller) {
              init?.signal?.addEventListener('abort', () => controller.error(new DOMException('', 'AbortError')))
            },
          }),
        ),
      wait: async () => stop.abort(),
    })
    await vi.advanceTimersByTimeAsync(1001)
    await following
    vi.useRealTimers()
    expect(heard.told).toEqual(['connected', 'lost'])
  })
})
