/** From what was chosen for a call group to the item of an order. Pure. */
import type { CallGroup, OrderItem } from '~/api/types'
import type { TextId } from '~/texts'
import { type NumberChoice, toE164 } from '../wish'

export type Hours = NonNullable<CallGroup['openingHours']>[number]
export type Weekday = Hours['days'][number]
export const weekdays = [
  'monday',
  'tuesday',
  'wednesday',
  'thursday',
  'friday',
  'saturday',
  'sunday',
] as const satisfies readonly Weekday[]

export interface Member {
  /** Of a mobile subscription. */
  subscription: string
  name: string
  number: string | null
}

export interface Choices {
  name: string
  /** `null`: it keeps the one it has. */
  number: NumberChoice | null
  members: readonly Member[]
  strategy: CallGroup['strategy']
  ringSeconds: number
  /** `null`: always open. */
  openingHours: readonly Hours[] | null
  /** Where a call goes that nobody answers; `null`: nowhere. */
  overflow: { number: string; allow: readonly ('premium' | 'foreign')[] } | null
}

/** The shortest and the longest that a member's mobile rings, in seconds. */
export const ring = { shortest: 5, longest: 120 }

/** A time of day as somebody types it (`8`, `8.30`, `0830`) as the API writes it; null when it is none. */
export function asTime(typed: string): string | null {
  const found = /^(\d{1,2})(?:[:.]?(\d{2}))?$/.exec(typed.trim())
  const hour = Number(found?.[1])
  const minute = Number(found?.[2] ?? 0)
  if (!found || minute > 59 || hour > 24 || (hour === 24 && minute > 0)) return null
  return `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`
}

/** An ordinary working week, to begin with. */
export const officeHours: Hours = { days: weekdays.slice(0, 5), from: '08:00', to: '16:00' }

export const newGroup: Choices = {
  name: '',
  number: { from: 'new' },
  members: [],
  strategy: 'inOrder',
  ringSeconds: 20,
  openingHours: null,
  overflow: null,
}

export function choicesOf(group: CallGroup): Choices {
  return {
    name: group.name,
    number: null,
    members: group.members.map(({ subscription, person, number }) => ({ subscription, name: person.name, number })),
    strategy: group.strategy,
    ringSeconds: group.ringSeconds,
    openingHours: group.openingHours,
    overflow: group.overflow && { number: group.overflow.number, allow: group.overflow.allow ?? [] },
  }
}

/** What is still to choose; null when nothing is. */
export function missingOf({ name, members, ringSeconds, openingHours, overflow }: Choices): TextId | null {
  if (name.trim() === '') return 'callGroup.missing.name'
  if (members.length === 0) return 'callGroup.missing.members'
  if (!Number.isInteger(ringSeconds) || ringSeconds < ring.shortest || ringSeconds > ring.longest)
    return 'callGroup.missing.seconds'
  if (openingHours?.some(({ days, from, to }) => days.length === 0 || asTime(from) === null || asTime(to) === null))
    return 'callGroup.missing.hours'
  if (openingHours?.length === 0) return 'callGroup.missing.hours'
  if (overflow && toE164(overflow.number) === null) return 'callGroup.missing.overflow'
  return null
}

type Change = Extract<OrderItem, { action: 'changeCallGroup' }>

const same = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other)

/** Everything but the number as the API wants it. */
function settings(choices: Choices) {
  const { name, members, strategy, ringSeconds, openingHours, overflow } = choices
  return {
    name: name.trim(),
    members: members.map(({ subscription }) => subscription),
    strategy,
    ringSeconds,
    openingHours:
      openingHours?.map(({ days, from, to }) => ({
        days: inWeek(days),
        from: asTime(from) ?? from,
        to: asTime(to) ?? to,
      })) ?? null,
    overflow: overflow && { number: toE164(overflow.number) ?? overflow.number, allow: [...overflow.allow] },
  }
}

const inWeek = (days: readonly Weekday[]): Weekday[] => weekdays.filter((day) => days.includes(day))

/** The item that makes the group, or that changes what is different; null when nothing is. */
export function itemOf(choices: Choices, group: CallGroup | null): OrderItem | null {
  const now = settings(choices)
  if (!group) return choices.number ? { action: 'createCallGroup', number: choices.number, ...now } : null
  const before = settings(choicesOf(group))
  const changed: Partial<Change> = Object.fromEntries(
    Object.entries(now).filter(([field, value]) => !same(value, before[field as keyof typeof before])),
  )
  if (choices.number) changed.number = choices.number
  if (Object.keys(changed).length === 0) return null
  return { action: 'changeCallGroup', callGroup: group.id, ...changed }
}

/** The same list with one member moved a place up or down. */
export function moved<T>(list: readonly T[], at: number, by: -1 | 1): T[] {
  const one = list[at]
  if (one === undefined || at + by < 0 || at + by >= list.length) return [...list]
  const rest = list.filter((_, place) => place !== at)
  return [...rest.slice(0, at + by), one, ...rest.slice(at + by)]
}

const fields = ['name', 'number', 'members', 'strategy', 'ringSeconds', 'openingHours', 'overflow'] as const
export type GroupField = (typeof fields)[number]

/** The part of the form that a problem is about; null for what concerns the whole. */
export function partOf(pointer: string): GroupField | null {
  const name = /^\/items\/0\/([^/]+)/.exec(pointer)?.[1]
  return fields.find((field) => field === name) ?? null
}
