/** Which subscriptions get a reference, and what is to be written for it. */
import type { NewReference } from '~/api/types'

export const referenceScopes = ['all', 'telephony', 'mobile'] as const
export type ReferenceScope = (typeof referenceScopes)[number]

/** A subscription that a reference can be written on. */
export interface ReferenceTarget {
  id: string
  /** What stands on it now; absent where that is not known here, and then it is written whatever it is. */
  reference?: string | null
  /** What it is a subscription of, where one can choose among kinds. */
  kind?: string
  /** Whose it is, where not of the organisation on screen. */
  organisation?: string
}

export const inScope = (targets: readonly ReferenceTarget[], scope: ReferenceScope): readonly ReferenceTarget[] =>
  scope === 'all' ? targets : targets.filter(({ kind }) => kind === scope)

export interface ReferencePlan {
  references: NewReference[]
  /** Of them, those that have another reference now, which is lost. */
  replaced: number
}

/** What is to be written so that `reference` stands on each; what stands there already is left out. */
export function planReferences(
  targets: readonly ReferenceTarget[],
  reference: string | null,
  onlyEmpty: boolean,
): ReferencePlan {
  const changed = targets.filter(({ reference: now }) =>
    onlyEmpty ? !now && reference !== null : now === undefined || (now || null) !== reference,
  )
  return {
    references: changed.map(({ id }) => ({ subscription: id, reference })),
    replaced: changed.filter(({ reference: now }) => Boolean(now)).length,
  }
}

/** The same, sorted by whose the subscriptions are: each organisation is asked for its own. */
export function byOrganisation(
  targets: readonly ReferenceTarget[],
  references: readonly NewReference[],
  shown: string,
): Map<string, NewReference[]> {
  const owners = new Map(targets.map(({ id, organisation }) => [id, organisation ?? shown]))
  const sorted = new Map<string, NewReference[]>()
  for (const one of references) {
    const owner = owners.get(one.subscription) ?? shown
    const theirs = sorted.get(owner)
    if (theirs) theirs.push(one)
    else sorted.set(owner, [one])
  }
  return sorted
}
