/** Who is chosen in the list for something that is ordered for many. Choosing outlives a new search: one gathers. */
import { useCallback, useMemo, useState } from 'react'
import type { PersonRow } from '~/api/types'

/** An order has at most this many items. */
export const mostChosen = 1_000

export interface Selection {
  chosen: ReadonlyMap<string, PersonRow>
  change: (rows: readonly PersonRow[], selected: boolean) => void
  clear: () => void
}

/** The chosen with some more or some fewer; no more than an order can have. */
export function changeChosen(
  now: ReadonlyMap<string, PersonRow>,
  rows: readonly PersonRow[],
  selected: boolean,
): ReadonlyMap<string, PersonRow> {
  const next = new Map(now)
  for (const row of rows) {
    if (!selected) next.delete(row.id)
    else if (next.size < mostChosen || next.has(row.id)) next.set(row.id, row)
  }
  return next
}

export function useSelection(): Selection {
  const [chosen, setChosen] = useState<ReadonlyMap<string, PersonRow>>(new Map())
  const change = useCallback(
    (rows: readonly PersonRow[], selected: boolean) => setChosen((now) => changeChosen(now, rows, selected)),
    [],
  )
  const clear = useCallback(() => setChosen(new Map()), [])
  return useMemo(() => ({ chosen, change, clear }), [chosen, change, clear])
}
