/** Amounts that people type. Pure. */

/**
 * Øre of a typed amount: `1.394,50`, `1,394.50`, `1394.5`, `-20`. The last comma or point before one or two digits divides
 * kroner from øre; the others group thousands. Null when it is no amount.
 */
export function parseAmount(typed: string): number | null {
  const compact = typed.replace(/\s|kr\.?|DKK/gi, '').replace(/^−/, '-')
  const found = /^(-?)(\d{1,3}(?:([.,])\d{3})(?:\3\d{3})*|\d+)(?:([.,])(\d{1,2}))?$/.exec(compact)
  if (!found) return null
  const [, sign, kroner = '', group, point, ore = ''] = found
  if (group && group === point) return null
  const amount = Number(kroner.replace(/[.,]/g, '')) * 100 + Number(ore.padEnd(2, '0'))
  if (!Number.isSafeInteger(amount)) return null
  return sign && amount !== 0 ? -amount : amount
}
