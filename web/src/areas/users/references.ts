/** The subscriptions of the chosen people that get a reference. */
import type { NewReference, PersonRow } from '~/api/types'
import type { ReferenceTarget } from '~/app/references'

/** The subscriptions of these people that a reference can be written on: those that have not ended. */
export const referable = (rows: readonly PersonRow[]): ReferenceTarget[] =>
  rows.flatMap(({ subscriptions }) =>
    subscriptions
      .filter(({ state }) => state !== 'ended')
      .map(({ id, kind, reference }) => ({ id, kind, reference: reference ?? null })),
  )

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
