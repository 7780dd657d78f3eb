/**
 * Reads an organisation's live events. `EventSource` cannot send a bearer token, so the stream is read with fetch.
 * The events carry what changed, never the data: whoever listens asks the API again.
 */

export interface ServerEvent {
  id: string | undefined
  event: string
  data: string
}

/**
 * Cuts a text/event-stream into events, as https://html.spec.whatwg.org/multipage/server-sent-events.html says.
 * Feed it chunks as they come; it keeps what is not yet complete. Comments (keep-alives) yield nothing.
 */
export function createEventParser(onEvent: (event: ServerEvent) => void): (chunk: string) => void {
  let rest = ''
  let first = true
  let lastId: string | undefined
  let event = ''
  let data: string[] = []

  const line = (text: string) => {
    if (text === '') {
      if (data.length > 0) onEvent({ id: lastId, event: event || 'message', data: data.join('\n') })
      event = ''
      data = []
      return
    }
    if (text.startsWith(':')) return
    const colon = text.indexOf(':')
    const field = colon < 0 ? text : text.slice(0, colon)
    let value = colon < 0 ? '' : text.slice(colon + 1)
    if (value.startsWith(' ')) value = value.slice(1)
    if (field === 'event') event = value
    else if (field === 'data') data.push(value)
    else if (field === 'id' && !value.includes('\0')) lastId = value
  }

  return (chunk) => {
    rest += chunk
    if (first && rest.length > 0) {
      first = false
      if (rest.charCodeAt(0) === 0xfeff) rest = rest.slice(1)
    }
    for (;;) {
      const end = rest.search(/[\r\n]/)
      if (end < 0) return
      // A carriage return at the very end may be half of CR LF: wait for the next chunk.
      if (rest[end] === '\r' && end === rest.length - 1) return
      const width = rest[end] === '\r' && rest[end + 1] === '\n' ? 2 : 1
      line(rest.slice(0, end))
      rest = rest.slice(end + width)
    }
  }
}

/** Milliseconds to wait before attempt `attempt` (0 is the first retry): doubling from 1 s to 30 s, with up to a quarter of jitter. */
export function backOff(attempt: number, random: () => number = Math.random): number {
  const base = Math.min(30_000, 1_000 * 2 ** attempt)
  return Math.round(base * (1 - random() / 4))
}

export interface Listener {
  onEvent(event: ServerEvent): void
  /** Called with true when the stream stands, with false when it is lost. */
  onConnection(connected: boolean): void
  /**
   * The server refused (401, 403, 404), which is final, or said `end` (200): a token or a right ran out, and the next
   * connection brings a new token or is refused.
   */
  onEnd(status: number): void
}

export interface StreamOptions {
  url: string
  headers: () => Promise<Record<string, string>>
  listener: Listener
  signal: AbortSignal
  fetch?: typeof globalThis.fetch
  wait?: (milliseconds: number, signal: AbortSignal) => Promise<void>
  /** The server sends a comment every 15 s; a silence longer than this many milliseconds is a dead connection. */
  silence?: number
  /** Milliseconds from any fixed point. */
  now?: () => number
}

const pause = (milliseconds: number, signal: AbortSignal) =>
  new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, milliseconds)
    signal.addEventListener('abort', () => {
      clearTimeout(timer)
      resolve()
    })
  })

/** Keeps one stream open until `signal` aborts or the server ends it: reconnects with back-off and `Last-Event-ID`. */
export async function followEvents(options: StreamOptions): Promise<void> {
  const { url, headers, listener, signal, wait = pause, silence = 45_000, now = () => performance.now() } = options
  const fetcher = options.fetch ?? globalThis.fetch
  let attempt = 0
  let lastId: string | undefined
  while (!signal.aborted) {
    const connection = new AbortController()
    const abort = () => connection.abort()
    signal.addEventListener('abort', abort)
    let alarm: ReturnType<typeof setTimeout> | undefined
    const alive = () => {
      clearTimeout(alarm)
      alarm = setTimeout(abort, silence)
    }
    let ended = false
    let since: number | undefined
    try {
      alive()
      const response = await fetcher(url, {
        headers: {
          ...(await headers()),
          Accept: 'text/event-stream',
          ...(lastId === undefined ? {} : { 'Last-Event-ID': lastId }),
        },
        credentials: 'same-origin',
        cache: 'no-store',
        signal: connection.signal,
      })
      if ([401, 403, 404].includes(response.status)) {
        listener.onEnd(response.status)
        return
      }
      if (response.ok && response.body) {
        since = now()
        listener.onConnection(true)
        const feed = createEventParser((event) => {
          if (event.id !== undefined) lastId = event.id
          if (event.event === 'end') ended = true
          else listener.onEvent(event)
        })
        const reader = response.body.pipeThrough(new TextDecoderStream()).getReader()
        for (;;) {
          const { done, value } = await reader.read()
          if (done) break
          alive()
          feed(value)
          if (ended) break
        }
        if (ended) await reader.cancel().catch(() => {})
      }
    } catch {
      // A broken connection is the ordinary way a stream ends; the loop below takes it up again.
    } finally {
      clearTimeout(alarm)
      signal.removeEventListener('abort', abort)
    }
    if (signal.aborted) return
    listener.onConnection(false)
    if (ended) listener.onEnd(200)
    // A stream that stood for a while and broke is taken up at once; one that breaks at every attempt is given room.
    if (since !== undefined && now() - since > 5_000) attempt = 0
    await wait(backOff(attempt), signal)
    attempt += 1
  }
}
