/**
 * A virtual list over keyset pages: the scrollbar knows the total at once, the rows arrive page by page as they are
 * scrolled to. Keyset pages come in order only, but the opposite order begins at the other end: so a list has a head and,
 * once somebody has jumped far down, a tail, and a jump fetches what lies between the row and the nearer end.
 */
import type { InfiniteData } from '@tanstack/react-query'
import type { Page } from '~/api/types'

export type Pages<T> = InfiniteData<Page<T>, PageParameter>

export interface PageParameter {
  cursor?: string
  limit: number
}

export const firstPage: PageParameter = { limit: 100 }
const furtherPage = 200
/** The most that the server gives at once. */
const largestPage = 500

/** How to ask for the page after this one, or nothing when it was the last. Who has come far goes on in large steps. */
export const pageAfter = (
  page: Pick<Page<unknown>, 'next'>,
  before: readonly unknown[] = [],
): PageParameter | undefined =>
  page.next ? { cursor: page.next, limit: before.length > 3 ? largestPage : furtherPage } : undefined

/** How many rows the list shows: the total while pages are missing, what is there once the last one has come. */
export function rowCount(data: Pages<unknown> | undefined): number {
  const last = data?.pages[data.pages.length - 1]
  if (!data || !last) return 0
  const loaded = loadedCount(data)
  return last.next ? Math.max(last.total, loaded) : loaded
}

export const loadedCount = (data: Pages<unknown> | undefined): number =>
  data?.pages.reduce((sum, page) => sum + page.items.length, 0) ?? 0

/** A row so many rows below the head is a jump: only then is it worth beginning at the other end. */
const farAway = 600

/**
 * At which end the next page is to be asked for, so that the rows on screen and `ahead` rows around them come; nothing
 * when they are all there. `head` and `tail` are the rows that have come from either end, of `total`.
 */
export function missingAt(
  visible: { first: number; last: number },
  { head, tail, total }: { head: number; tail: number; total: number },
  hasTail: boolean,
  ahead = 60,
): 'head' | 'tail' | null {
  const first = Math.max(visible.first - ahead, head)
  const last = Math.min(visible.last + ahead, total - tail - 1)
  if (first > last) return null
  const down = last - head
  const up = total - tail - 1 - first
  return hasTail && down > farAway && up < down ? 'tail' : 'head'
}

/** The rows in their places, read from both ends; what has not come yet is `undefined`. Pages of the tail begin at the end. */
export function fromBothEnds<T>(head: Pages<T> | undefined, tail: Pages<T> | undefined): (T | undefined)[] {
  const rows: (T | undefined)[] = head?.pages.flatMap(({ items }) => items) ?? []
  const count = rowCount(head)
  if (!tail || count === rows.length) return rows
  const loaded = rows.length
  const all = [...rows, ...new Array<undefined>(count - loaded)]
  let at = count
  for (const { items } of tail.pages)
    for (const item of items) {
      at -= 1
      if (at < loaded) return all
      all[at] = item
    }
  return all
}

/**
 * The pages worth asking for again when the list has changed: those up to the one that holds row `lastVisible`. The
 * ones below are dropped and fetched anew when they are scrolled to.
 */
export function keepPages<T>(data: Pages<T>, lastVisible: number): Pages<T> {
  let rows = 0
  let keep = 0
  while (keep < data.pages.length) {
    rows += data.pages[keep]?.items.length ?? 0
    keep += 1
    if (rows > lastVisible) break
  }
  return { pages: data.pages.slice(0, keep), pageParams: data.pageParams.slice(0, keep) }
}

/** The same pages with one item replaced wherever it stands; the very same object when it stands nowhere. */
export function patchItem<T extends { id: string }>(data: Pages<T>, item: T): Pages<T> {
  let found = false
  const pages = data.pages.map((page) => {
    const at = page.items.findIndex(({ id }) => id === item.id)
    if (at < 0) return page
    found = true
    return { ...page, items: page.items.with(at, { ...page.items[at], ...item }) }
  })
  return found ? { ...data, pages } : data
}
