/** How usage is measured out for people. Pure. */
import type { KindUsage, Usage } from '~/api/types'

/** Billions of bytes, with as many decimals as still mean something. */
const gigabytes = (bytes: number): number => {
  const value = bytes / 1_000_000_000
  return value < 10 ? Math.round(value * 10) / 10 : Math.round(value)
}

export type Amount = { unit: 'GB' | 'minutes' | 'messages'; value: number }

export function amountOf(unit: KindUsage['unit'], value: number): Amount {
  if (unit === 'bytes') return { unit: 'GB', value: gigabytes(value) }
  if (unit === 'seconds') return { unit: 'minutes', value: Math.ceil(value / 60) }
  return { unit: 'messages', value }
}

/** How near the limit: the mails go out at the same marks. */
export function levelOf(percent: number): 'fine' | 'near' | 'reached' {
  return percent >= 100 ? 'reached' : percent >= 80 ? 'near' : 'fine'
}

/** What is worth a bar: data always, the rest where there is a limit. Without a limit only what was used, if anything. */
export function shownKinds(kinds: readonly KindUsage[]): KindUsage[] {
  return kinds.filter(({ kind, limit, used }) => kind === 'data' || (limit !== null && limit > 0) || used > 0)
}

/** What was used in the present billing period; nothing while it is not known. */
export function thisMonth(usage: Usage | undefined): KindUsage[] | undefined {
  return usage?.periods.find(({ current }) => current)?.kinds
}
