import { useEffect } from 'react'
import type { Quote } from '~/api/types'

/** Asks for the quote again a moment before it expires, so that what is on screen can be ordered. */
export function useRenewal(quote: Quote | undefined, renew: () => unknown): void {
  useEffect(() => {
    if (!quote) return
    const left = new Date(quote.expiresAt).getTime() - Date.now() - 5_000
    const timer = setTimeout(() => void renew(), Math.max(1_000, Math.min(left, 2 ** 31 - 1)))
    return () => clearTimeout(timer)
  }, [quote, renew])
}
