/** Which subscriptions of the chosen people get a reference. */
import type { NewReference, PersonRow, SubscriptionBrief } from '~/api/types'

export const referenceScopes = ['all', 'telephony', 'mobile'] as const
export type ReferenceScope = (typeof referenceScopes)[number]

/** The subscriptions of these people that a reference can be written on: those that have not ended. */
export const referable = (rows: readonly PersonRow[], scope: ReferenceScope): SubscriptionBrief[] =>
  rows.flatMap(({ subscriptions }) =>
    subscriptions.filter(({ state, kind }) => state !== 'ended' && (scope === 'all' || scope === kind)),
  )

export interface ReferencePlan {
  references: NewReference[]
  /** Of them, those that have another reference now, which is lost. */
  replaced: number
}

/** What is to be written so that `reference` stands on each; what stands there already is left out. */
export function planReferences(
  subscriptions: readonly SubscriptionBrief[],
  reference: string | null,
  onlyEmpty: boolean,
): ReferencePlan {
  const changed = subscriptions.filter(({ reference: now }) =>
    onlyEmpty ? !now && reference !== null : (now ?? null) !== reference,
  )
  return {
    references: changed.map(({ id }) => ({ subscription: id, reference })),
    replaced: changed.filter(({ reference: now }) => Boolean(now)).length,
  }
}

/** The same people with what has been written on their subscriptions. */
export function withReferences(rows: readonly PersonRow[], written: readonly NewReference[]): PersonRow[] {
  const known = new Map(written.map(({ subscription, reference }) => [subscription, reference]))
  return rows.map((row) => ({
    ...row,
    subscriptions: row.subscriptions.map((one) => {
      const reference = known.get(one.id)
      return reference === undefined ? one : { ...one, reference }
    }),
  }))
}
