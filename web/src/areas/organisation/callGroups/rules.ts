import type { CallGroup } from '~/api/types'

type Day = NonNullable<CallGroup['openingHours']>[number]['days'][number]
const week: Day[] = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday']

/** Days as runs of the week, each from its first to its last. */
export function daysInRuns(days: readonly Day[]): [Day, Day][] {
  const runs: [Day, Day][] = []
  for (const [at, day] of week.entries()) {
    if (!days.includes(day)) continue
    const last = runs.at(-1)
    if (last && at > 0 && last[1] === week[at - 1]) last[1] = day
    else runs.push([day, day])
  }
  return runs
}
