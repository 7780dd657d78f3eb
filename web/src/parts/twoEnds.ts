/** Reading a long list from both ends: what is on screen decides at which end the next page is asked for. */
import type { InfiniteData, UseInfiniteQueryResult } from '@tanstack/react-query'
import { useEffect, useMemo, useState } from 'react'
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
}

/** Whether the tail of the list that `asked` names is wanted, and the way to want it. Another question begins without. */
export function useFarEnd(asked: string): [wanted: boolean, want: () => void] {
  const [far, setFar] = useState<string | null>(null)
  return [far === asked, () => setFar(asked)]
}

/**
 * The rows of a list that is read from its head and, once `onFar` has been called, from its `tail`: the same list in the
 * opposite order. `onFar` is `null` where there is no such order.
 */
export function useTwoEnds<T>(
  head: List<T>,
  tail: List<T> | null,
  visible: { first: number; last: number },
  onFar: (() => void) | null,
  ahead?: number,
): TwoEnds<T> {
  const top = head.data as Pages<T> | undefined
  const bottom = tail?.data as Pages<T> | undefined
  const rows = useMemo(() => fromBothEnds(top, bottom), [top, bottom])
  const count = rowCount(top)
  const broken = head.isFetchNextPageError
    ? head
    : tail?.isError && (!tail.data || tail.isFetchNextPageError)
      ? tail
      : null
  const { first, last } = visible
  useEffect(() => {
    if (!top || broken) return
    const loaded = { head: loadedCount(top), tail: loadedCount(bottom), total: count }
    const at = missingAt({ first, last }, loaded, onFar !== null, ahead)
    if (at === 'head') {
      if (head.hasNextPage && !head.isFetchingNextPage) void head.fetchNextPage()
    } else if (at === 'tail') {
      if (!tail) onFar?.()
      else if (tail.hasNextPage && !tail.isFetching) void tail.fetchNextPage()
    }
  }, [first, last, top, bottom, count, broken, ahead, head, tail, onFar])
  const retry = () => void (broken?.data ? broken.fetchNextPage() : broken?.refetch())
  return { rows, count, failure: broken && { error: broken.error, retry } }
}
