import { useEffect, useState } from 'react'

/** The value once it has stood still for `delay` milliseconds. */
export function useDebounced<T>(value: T, delay = 200): T {
  const [settled, setSettled] = useState(value)
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), delay)
    return () => clearTimeout(timer)
  }, [value, delay])
  return settled
}

export function useMedia(query: string): boolean {
  const [matches, setMatches] = useState(() => window.matchMedia(query).matches)
  useEffect(() => {
    const media = window.matchMedia(query)
    const follow = () => setMatches(media.matches)
    follow()
    media.addEventListener('change', follow)
    return () => media.removeEventListener('change', follow)
  }, [query])
  return matches
}

/** The present moment, renewed every `every` milliseconds while the page is shown. */
export function useNow(every = 15_000): number {
  const [now, setNow] = useState(Date.now)
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), every)
    return () => clearInterval(timer)
  }, [every])
  return now
}

/** Names the document after the page, so that tabs, history and screen readers tell pages apart. */
export function useTitle(title: string): void {
  useEffect(() => {
    document.title = title === '' ? 'Switchboard' : `${title} · Switchboard`
  }, [title])
}
