/** Whole seconds, at least one, from one instant to a later one. */
export const durationOf = (from: string, until: string): number =>
  Math.max(1, Math.round((Date.parse(until) - Date.parse(from)) / 1000))

/** What is wrong in our words, and in Microsoft's own, which stand behind them in brackets. */
export function wordsOf(detail: string): { ours: string; theirs: string | null } {
  const both = /^(.*?)\s*\((AADSTS\d.*)\)\.?$/s.exec(detail)
  return both ? { ours: both[1] ?? '', theirs: both[2] ?? null } : { ours: detail, theirs: null }
}
