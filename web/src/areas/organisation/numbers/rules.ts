/** What can be done with a number, and how a series is drawn. */
import {
  type ActionName,
  isPersonAction,
  type NumberEntry,
  type NumberSeries,
  type PersonRow,
  type SubscriptionBrief,
} from '~/api/types'

/** As much of a number as it takes to keep or use it. */
export type UsableNumber = Pick<NumberEntry, 'number' | 'kind' | 'state' | 'reservation'>

export interface Use {
  action: ActionName
  /** Whose number it becomes; `null` for a new subscription. */
  subscription: SubscriptionBrief | null
  /** Why it is not possible; `null` when it is. */
  reason: string | null
}

/** What somebody can do with a number of a kind: something new, or another number for what they have. */
export function usesOf(kind: NumberEntry['kind'], person: Pick<PersonRow, 'actions' | 'subscriptions'>): Use[] {
  const begins: ActionName = kind === 'landline' ? 'activateTelephony' : 'createMobile'
  const changes = kind === 'landline' ? 'telephony' : 'mobile'
  return person.actions.flatMap(({ action, subscription: id, possible, reason }): Use[] => {
    if (!isPersonAction(action)) return []
    const subscription = person.subscriptions.find((one) => one.id === id) ?? null
    if (action !== begins && !(action === 'changeNumber' && subscription?.kind === changes)) return []
    return [{ action, subscription, reason: possible ? null : (reason?.detail ?? '') }]
  })
}

/** Where an order takes a number from; `null` for one that is not to be had. */
export function sourceOf({ state, number }: Pick<NumberEntry, 'state' | 'number'>) {
  if (state === 'active') return null
  return { from: state === 'resting' ? ('resting' as const) : ('series' as const), number }
}

type Run = Pick<NumberSeries['runs'][number], 'state' | 'count'>

/** The most pieces that can still be told apart in a strip. */
const mostPieces = 60

/** A series as a strip: its runs in order, or, where they are too many to see, what each state comes to. */
export function stripOf(runs: readonly Run[]): Run[] {
  if (runs.length <= mostPieces) return [...runs]
  const sums = new Map<Run['state'], number>()
  for (const { state, count } of runs) sums.set(state, (sums.get(state) ?? 0) + count)
  return (['used', 'reserved', 'resting', 'free'] as const).flatMap((state) => {
    const count = sums.get(state) ?? 0
    return count > 0 ? [{ state, count }] : []
  })
}

/** How many numbers of each state a series has. */
export function countsOf(runs: readonly Run[]): Record<Run['state'], number> {
  const counts = { free: 0, reserved: 0, resting: 0, used: 0 }
  for (const { state, count } of runs) counts[state] += count
  return counts
}
