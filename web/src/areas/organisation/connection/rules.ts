/** Whole seconds, at least one, from one instant to a later one. */
export const durationOf = (from: string, until: string): number =>
  Math.max(1, Math.round((Date.parse(until) - Date.parse(from)) / 1000))
