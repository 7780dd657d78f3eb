/**
 * A fresh sign-in, for what a stolen session must not be able to do (an operation that wants `Step-Up`). A window asks
 * Microsoft anew who is there and ends on `/step-up`, which hands the one-time code to whoever opened it:
 *
 *     const confirm = useStepUp()
 *     const code = await confirm()                      // within the click: browsers block windows that nobody asked for
 *     await unwrap(api.POST(path, { params: { header: { 'Step-Up': code, 'Idempotency-Key': key }, … } }))
 *
 * The code is good once and for five minutes. Whoever closes the window gets the problem `stepUpCancelled`, which is shown
 * like any other.
 */
import { useQuery } from '@tanstack/react-query'
import { Problem } from '~/api/problem'
import { meQuery } from '~/areas/session/queries'
import { useHost } from './session'

const KIND = 'switchboard.step-up'
const NAME = 'switchboard-step-up'
const CHECK_EVERY = 500

export const stepUpCancelled = (): Problem => new Problem(403, { code: 'stepUpCancelled' })

/** Opens the window in a browser and waits for its code. */
export function confirmInWindow(url: string, view: Window = window): Promise<string> {
  const opened = view.open(url, NAME, 'popup,width=520,height=720')
  if (!opened) return Promise.reject(new Problem(403, { code: 'popupBlocked' }))
  return new Promise((resolve, reject) => {
    let wasClosed = false
    const end = () => {
      clearInterval(watch)
      view.removeEventListener('message', hear)
    }
    const hear = (event: MessageEvent) => {
      if (event.origin !== view.location.origin || event.source !== opened) return
      const data = event.data as { kind?: unknown; code?: unknown } | null
      if (data?.kind !== KIND || typeof data.code !== 'string') return
      end()
      resolve(data.code)
    }
    const watch = setInterval(() => {
      // It says the code and closes in one breath: what it said may be heard a moment later.
      if (opened.closed && wasClosed) {
        end()
        reject(stepUpCancelled())
      }
      wasClosed = opened.closed
    }, CHECK_EVERY)
    view.addEventListener('message', hear)
  })
}

/** In the window: hands the code to the page that opened it. False when that page is gone. */
export function handToOpener(code: string, view: Window = window): boolean {
  if (!view.opener || view.opener.closed) return false
  view.opener.postMessage({ kind: KIND, code }, view.location.origin)
  return true
}

/** Whoever is signed in, as `me` tells it. */
export interface Who {
  tenant: string
  username: string
}

/** Where the window begins. */
export function stepUpAddress(who: Who, host: 'browser' | 'teams'): string {
  const query = new URLSearchParams({ tenant: who.tenant, host })
  if (who.username !== '') query.set('loginHint', who.username)
  return `/auth/step-up?${query}`
}

/** Asks whoever is signed in to prove it anew; the answer is the value for the `Step-Up` header. Call it within a click. */
export function useStepUp(): () => Promise<string> {
  const host = useHost()
  const { data: me } = useQuery(meQuery)
  return () => (me ? host.confirm(me.principal) : Promise.reject(new Problem(401, { code: 'unauthenticated' })))
}
