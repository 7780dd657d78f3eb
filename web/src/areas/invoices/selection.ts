/** Which lines are chosen to write a reference on what they are charged for. Choosing outlives a new search: one gathers. */
import { useCallback, useMemo, useState } from 'react'
import type { InvoiceLine, NewReference } from '~/api/types'
import type { ReferenceTarget } from '~/app/references'

/** So many lines can be chosen at once. */
export const mostLines = 5_000

/** What stands on the next invoice, by subscription, as far as it was written here. */
export type NextReferences = ReadonlyMap<string, string | null>

export interface LineSelection {
  chosen: ReadonlyMap<number, InvoiceLine>
  change: (lines: readonly InvoiceLine[], selected: boolean) => void
  clear: () => void
}

/** Only what is charged for a subscription has a reference of its own. */
export const choosable = ({ subscription }: InvoiceLine): boolean => subscription !== null

/** The chosen with some more or some fewer. */
export function changeLines(
  now: ReadonlyMap<number, InvoiceLine>,
  lines: readonly InvoiceLine[],
  selected: boolean,
): ReadonlyMap<number, InvoiceLine> {
  const next = new Map(now)
  for (const line of lines) {
    if (!selected) next.delete(line.position)
    else if (choosable(line) && (next.size < mostLines || next.has(line.position))) next.set(line.position, line)
  }
  return next
}

/** The subscriptions of these lines, each once. An invoice says what stood on them, not what does now. */
export function targetsOf(lines: Iterable<InvoiceLine>): ReferenceTarget[] {
  const targets = new Map<string, ReferenceTarget>()
  for (const { subscription: id, organisation } of lines)
    if (id !== null) targets.set(id, { id, organisation: organisation.id })
  return [...targets.values()]
}

export function withNext(now: NextReferences, written: readonly NewReference[]): NextReferences {
  const next = new Map(now)
  for (const { subscription, reference } of written) next.set(subscription, reference)
  return next
}

export function useLineSelection(): LineSelection {
  const [chosen, setChosen] = useState<ReadonlyMap<number, InvoiceLine>>(new Map())
  const change = useCallback(
    (lines: readonly InvoiceLine[], selected: boolean) => setChosen((now) => changeLines(now, lines, selected)),
    [],
  )
  const clear = useCallback(() => setChosen(new Map()), [])
  return useMemo(() => ({ chosen, change, clear }), [chosen, change, clear])
}
