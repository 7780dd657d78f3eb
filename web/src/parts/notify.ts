import type { ReactNode } from 'react'

export interface Notice {
  intent: 'success' | 'error' | 'warning' | 'info'
  title: ReactNode
  body?: ReactNode
  /** A link below it; it is given what closes the notice, to call when it is followed. */
  link?: (close: () => void) => ReactNode
  id?: string
  /** The id of an earlier notice that this one makes superfluous. */
  replaces?: string
}

let waiting: Notice[] = []
let show: ((notice: Notice) => void) | null = null

/**
 * Says at the corner of the screen what happened. What it says must also stand somewhere lasting. Toasts are a chunk of
 * their own, loaded after the first page stands; what is said before that waits here.
 */
export function notify(notice: Notice): void {
  if (show) show(notice)
  else waiting.push(notice)
}

/** Takes over the showing, beginning with what waits; answers how to give it back. */
export function showNotices(how: (notice: Notice) => void): () => void {
  show = how
  for (const notice of waiting) how(notice)
  waiting = []
  return () => {
    if (show === how) show = null
  }
}
