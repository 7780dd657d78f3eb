/** Reading a long list from both ends: what is on screen decides at which end the next page is asked for. */
import type { InfiniteData, UseInfiniteQueryResult } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import { fromBothEnds, loadedCount, missingAt, type Pages, rowCount } from '~/api/paging'
import type { Page } from '~/api/types'

type List<T> = UseInfiniteQueryResult<InfiniteData<Page<T>>>

export interface TwoEnds<T> {
  /** In their places; `undefined` where a row has not come yet. */
  rows: readonly (T | undefined)[]
  /** How many rows the list has; 0 before anything has come. */
  count: number
  /** What went wrong where the next page was asked for, and how to ask again. */
  failure: { error: unknown; retry: () => void } | null
  /**
   * Asks for what the rows on screen, and `ahead` rows around them, still lack. `onFar` wants the tail; it is `null` where
   * there is no opposite order.
   */
  reach: (visible: { first: number; last: number }, onFar: (() => void) | null, ahead?: number) => void
}

/** Whether the tail of the list that `asked` names is wanted, and the way to want it. Another question begins without. */
export function useFarEnd(asked: string): [wanted: boolean, want: () => void] {
  const [far, setFar] = useState<string | null>(null)
  return [far === asked, () => setFar(asked)]
}

/** The rows of a list that is read from its head and, where there is one, from its tail: the same in the opposite order. */
export function useTwoEnds<T>(head: List<T>, tail: List<T> | null): TwoEnds<T> {
  const top = head.data as Pages<T> | undefined
  const bottom = tail?.data as Pages<T> | undefined
  const rows = useMemo(() => fromBothEnds(top, bottom), [top, bottom])
  const count = rowCount(top)
  const broken = head.isFetchNextPageError
    ? head
    : tail?.isError && (!tail.data || tail.isFetchNextPageError)
      ? tail
      : null
  const retry = () => void (broken?.data ? broken.fetchNextPage() : broken?.refetch())
  const reach: TwoEnds<T>['reach'] = (visible, onFar, ahead) => {
    // Pages of the question before say nothing of this one, and asking for more would break off what is being fetched.
    if (!top || broken || head.isPlaceholderData) return
    const loaded = { head: loadedCount(top), tail: loadedCount(bottom), total: count }
    const at = missingAt(visible, loaded, onFar !== null, ahead)
    if (at === 'head') {
      if (head.hasNextPage && !head.isFetchingNextPage) void head.fetchNextPage()
    } else if (at === 'tail') {
      if (!tail) onFar?.()
      else if (tail.hasNextPage && !tail.isFetching) void tail.fetchNextPage()
    }
  }
  return { rows, count, failure: broken && { error: broken.error, retry }, reach }
}
