import type { InvoiceLine } from '~/api/types'

/** Somebody whom lines are charged for. */
export interface BilledPerson {
  id: string
  name: string
}

/** So many are offered at once. */
const most = 50

/** The people of these lines, each once and in the order of the lines, whose names hold every word of `q`. */
export function peopleOf(lines: readonly InvoiceLine[], q: string): BilledPerson[] {
  const words = q.toLocaleLowerCase().split(/\s+/).filter(Boolean)
  const people = new Map<string, BilledPerson>()
  for (const { person } of lines) {
    if (!person || people.has(person.id)) continue
    const name = person.name.toLocaleLowerCase()
    if (words.every((word) => name.includes(word))) people.set(person.id, { id: person.id, name: person.name })
    if (people.size === most) break
  }
  return [...people.values()]
}
