import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { isProblem } from '~/api/problem'
import { confirmInWindow, handToOpener, stepUpAddress } from './stepUp'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

/** A window that opens another, and is told things. */
function opener(opened: { closed: boolean } | null) {
  const ears = new Set<(event: unknown) => void>()
  const view = {
    location: { origin: 'https://portal.example' },
    open: vi.fn(() => opened),
    addEventListener: (_: string, hear: (event: unknown) => void) => ears.add(hear),
    removeEventListener: (_: string, hear: (event: unknown) => void) => ears.delete(hear),
  }
  const tell = (event: object) => {
    for (const hear of [...ears]) hear(event)
  }
  return { view: view as unknown as Window, tell, ears }
}
const said = { kind: 'switchboard.step-up', code: 'c1' }
const refused = (promise: Promise<unknown>) => promise.then(() => null).catch((error: unknown) => error)

test('the code comes from the window that was opened, and from nobody else', async () => {
  const opened = { closed: false }
  const { view, tell, ears } = opener(opened)
  const code = confirmInWindow('/auth/step-up', view)
  tell({ origin: 'https://evil.example', source: opened, data: { ...said, code: 'evil' } })
  tell({ origin: 'https://portal.example', source: {}, data: { ...said, code: 'another tab' } })
  tell({ origin: 'https://portal.example', source: opened, data: { kind: 'other', code: 'x' } })
  tell({ origin: 'https://portal.example', source: opened, data: null })
  tell({ origin: 'https://portal.example', source: opened, data: said })
  expect(await code).toBe('c1')
  expect(ears.size).toBe(0)
})

test('a window that is closed is a refusal, but what it said last still counts', async () => {
  const opened = { closed: false }
  const first = opener(opened)
  const outcome = refused(confirmInWindow('/auth/step-up', first.view))
  vi.advanceTimersByTime(5_000)
  opened.closed = true
  vi.advanceTimersByTime(1_000)
  expect(isProblem(await outcome, 403, 'stepUpCancelled')).toBe(true)

  const second = opener(opened)
  const code = confirmInWindow('/auth/step-up', second.view)
  vi.advanceTimersByTime(500)
  second.tell({ origin: 'https://portal.example', source: opened, data: said })
  expect(await code).toBe('c1')
})

test('a browser that opens no window says so', async () => {
  expect(isProblem(await refused(confirmInWindow('/', opener(null).view)), 403, 'popupBlocked')).toBe(true)
})

test('the window hands its code to our own origin only, and knows when nobody is there', () => {
  const postMessage = vi.fn()
  const view = (opener: unknown) => ({ opener, location: { origin: 'https://portal.example' } }) as unknown as Window
  expect(handToOpener('c1', view({ closed: false, postMessage }))).toBe(true)
  expect(postMessage).toHaveBeenCalledWith(said, 'https://portal.example')
  expect(handToOpener('c1', view(null))).toBe(false)
  expect(handToOpener('c1', view({ closed: true, postMessage }))).toBe(false)
})

test('the window begins where the person is signed in', () => {
  expect(stepUpAddress({ tenant: 't', username: 'a+b@c.example' }, 'teams')).toBe(
    '/auth/step-up?tenant=t&host=teams&loginHint=a%2Bb%40c.example',
  )
  expect(stepUpAddress({ tenant: 't', username: '' }, 'browser')).toBe('/auth/step-up?tenant=t&host=browser')
})
