/** Where the pieces of a stacked chart stand. Pure: amounts in, shares of the height out. */

export interface Piece<K extends string> {
  key: K
  /** Per cent of the height, from the bottom of the chart. */
  from: number
  size: number
}

export interface Scale {
  /** Lowest and highest amount that the chart reaches. */
  low: number
  high: number
  /** Amounts at which a line is drawn, from the lowest to the highest. */
  ticks: number[]
}

/** A step that people count in: 1, 2 or 5 with noughts. */
function niceStep(rough: number): number {
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = [1, 2, 5, 10].find((size) => size * power >= rough) ?? 10
  return step * power
}

/** A scale that holds every stack, with nought in it and a handful of round steps. */
export function scaleOf(stacks: readonly (readonly number[])[], steps = 4): Scale {
  const sum = (amounts: readonly number[], sign: 1 | -1) =>
    amounts.reduce((total, amount) => (amount * sign > 0 ? total + amount : total), 0)
  const high = Math.max(0, ...stacks.map((amounts) => sum(amounts, 1)))
  const low = Math.min(0, ...stacks.map((amounts) => sum(amounts, -1)))
  if (high === low) return { low: 0, high: 1, ticks: [0] }
  const step = niceStep((high - low) / steps)
  const first = Math.floor(low / step)
  const last = Math.ceil(high / step)
  const ticks = Array.from({ length: last - first + 1 }, (_, at) => (first + at) * step)
  return { low: first * step, high: last * step, ticks }
}

/** Per cent of the height at which an amount stands. */
export const heightOf = (amount: number, { low, high }: Scale): number => (100 * (amount - low)) / (high - low)

/** One stack: what is owed grows upwards from nought, what is given back downwards. Nothing takes no place. */
export function stackOf<K extends string>(parts: readonly { key: K; amount: number }[], scale: Scale): Piece<K>[] {
  let up = 0
  let down = 0
  const pieces: Piece<K>[] = []
  for (const { key, amount } of parts) {
    if (amount === 0) continue
    const start = amount > 0 ? up : down + amount
    if (amount > 0) up += amount
    else down += amount
    const from = heightOf(start, scale)
    pieces.push({ key, from, size: heightOf(start + Math.abs(amount), scale) - from })
  }
  return pieces
}
