/** The month so many months before a month: `2026-11` and 12 is `2025-11`. */
export function periodsAgo(period: string, months: number): string {
  const [year = 0, month = 1] = period.split('-').map(Number)
  const count = year * 12 + (month - 1) - months
  return `${Math.floor(count / 12)}-${String((((count % 12) + 12) % 12) + 1).padStart(2, '0')}`
}
