/**
 * A virtual list over keyset pages: the scrollbar knows the total at once, the rows arrive page by page as they are
 * scrolled to. Keyset pages come in order only, so a far jump fetches what lies between.
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

/** How to ask for the page after this one, or nothing when it was the last. */
export const pageAfter = (page: Page<unknown>): PageParameter | undefined =>
  page.next ? { cursor: page.next, limit: furtherPage } : undefined

/** How many rows the list shows: the total while pages are missing, what is there once the last one has come. */
export function rowCount(data: Pages<unknown> | undefined): number {
  const last = data?.pages[data.pages.length - 1]
  if (!data || !last) return 0
  const loaded = loadedCount(data)
  return last.next ? Math.max(last.total, loaded) : loaded
}

export const loadedCount = (data: Pages<unknown> | undefined): number =>
  data?.pages.reduce((sum, page) => sum + page.items.length, 0) ?? 0

/** Whether the next page should be asked for, `ahead` rows before its first row comes on screen. */
export const needsMore = (lastVisible: number, loaded: number, hasNext: boolean, ahead = 60): boolean =>
  hasNext && lastVisible + ahead >= loaded

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
