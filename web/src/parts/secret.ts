/**
 * Something that is shown for a moment and then gone: codes of a SIM card. It lives in the component that shows it and
 * nowhere else; no cache, no store, no address ever holds it.
 */
import { useCallback, useEffect, useRef, useState } from 'react'

/** How long a secret stays on screen, in seconds. */
export const secretLife = 30

export type Secret<T> =
  | { is: 'hidden'; error?: unknown }
  | { is: 'asked' }
  | { is: 'shown'; value: T; left: number }
  /** It was shown and its time is up. */
  | { is: 'gone' }

/** Seconds left of a secret shown at `since`, never below nothing. */
export const secondsLeft = (since: number, now: number, life = secretLife): number =>
  Math.max(0, Math.ceil((since + life * 1000 - now) / 1000))

export function useSecret<T>(life = secretLife) {
  const [secret, setSecret] = useState<Secret<T>>({ is: 'hidden' })
  const since = useRef(0)
  const turn = useRef(0)

  const hide = useCallback(() => {
    turn.current += 1
    setSecret({ is: 'gone' })
  }, [])

  const show = useCallback(
    async (fetch: () => Promise<T>) => {
      turn.current += 1
      const mine = turn.current
      setSecret({ is: 'asked' })
      try {
        const value = await fetch()
        if (turn.current !== mine) return
        since.current = Date.now()
        setSecret({ is: 'shown', value, left: life })
      } catch (error) {
        if (turn.current === mine) setSecret({ is: 'hidden', error })
      }
    },
    [life],
  )

  const shown = secret.is === 'shown'
  useEffect(() => {
    if (!shown) return
    const timer = setInterval(() => {
      const left = secondsLeft(since.current, Date.now(), life)
      if (left === 0) hide()
      else setSecret((now) => (now.is === 'shown' ? { ...now, left } : now))
    }, 250)
    return () => clearInterval(timer)
  }, [shown, life, hide])
  // Whatever was asked for and has not come is not taken in by a component that has gone.
  useEffect(
    () => () => {
      turn.current += 1
    },
    [],
  )

  return { secret, show, hide }
}
