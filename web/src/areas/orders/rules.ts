/** Decisions of the order dialog that need no screen. */
import { isProblem } from '~/api/problem'
import type { Address, FieldProblem, Quote } from '~/api/types'

const fields = ['offering', 'number', 'sim', 'date'] as const
export type Field = (typeof fields)[number]

/** The field of the dialog a problem belongs to, from its JSON pointer; null for what concerns the whole. */
export function fieldOf(pointer: string): Field | null {
  if (pointer === '/requestedStartDate') return 'date'
  const name = /^\/items\/\d+\/([^/]+)/.exec(pointer)?.[1]
  return fields.find((field) => field === name) ?? null
}

/** The lines of the delivery address that a quote complains about. */
export function addressProblems(
  problems: readonly FieldProblem[],
): Partial<Record<Exclude<keyof Address, 'country'> | 'attention', string>> {
  const found: Record<string, string> = {}
  for (const { pointer, detail } of problems) {
    const line = /^\/delivery\/(?:address\/)?(name|street|postalCode|city|attention)$/.exec(pointer)?.[1]
    if (line) found[line] = detail
  }
  return found
}

/** A quote's problems, those of each field together and the rest by themselves. */
export function sortProblems(problems: readonly FieldProblem[]) {
  const sorted: { fields: Partial<Record<Field, string>>; rest: string[] } = { fields: {}, rest: [] }
  for (const { pointer, detail } of problems) {
    const field = fieldOf(pointer)
    if (!field) sorted.rest.push(detail)
    else sorted.fields[field] = sorted.fields[field] ? `${sorted.fields[field]} ${detail}` : detail
  }
  return sorted
}

/** What to do about a refused order: look at a new price, ask for a new quote, choose something else, or just say it. */
export function afterRefusal(error: unknown): { kind: 'newQuote'; quote: Quote } | { kind: 'ask' | 'choose' | 'say' } {
  if (isProblem(error, 409, 'priceChanged')) {
    const quote = error.body.quote as Quote | undefined
    return quote ? { kind: 'newQuote', quote } : { kind: 'ask' }
  }
  if (isProblem(error, 410)) return { kind: 'ask' }
  if (isProblem(error, 409, 'numberTaken') || isProblem(error, 409, 'simTaken')) return { kind: 'choose' }
  return { kind: 'say' }
}

/** One key per quote: trying again after a lost answer repeats the same order instead of placing a second one. */
export function idempotencyKeys(make: () => string = () => crypto.randomUUID()) {
  const known = new Map<string, string>()
  return (quote: string): string => {
    const key = known.get(quote) ?? make()
    known.set(quote, key)
    return key
  }
}
