/** From what was chosen in the dialog to the items of an order. Pure: needs no screen and asks nobody. */
import type { ActionName, OrderItem, SubscriptionBrief } from '~/api/types'
import type { Target } from '~/app/ordering'

export type NumberChoice =
  | { from: 'series'; number?: string }
  | { from: 'resting'; number: string }
  | { from: 'new' }
  | { from: 'portIn'; number: string; donor: string; owner: string; date?: string }

export type SimChoice = { from: 'unassigned'; sim: string } | { from: 'ship' } | { from: 'eSim' }

/** An item without the person or subscription it is for: what the form gives, the same for one and for a thousand. */
export type Template =
  | { action: 'activateTelephony'; offering: string; number: NumberChoice }
  | { action: 'createMobile'; offering: string; number: NumberChoice; sim: SimChoice }
  | { action: 'changeMobilePackage' | 'addAddOn' | 'removeAddOn'; offering: string }
  | { action: 'suspendSim' | 'resumeSim'; reason?: string }
  | { action: 'replaceSim'; sim: SimChoice }
  | { action: 'changeNumber'; number: NumberChoice }
  | { action: 'endSubscription'; number: 'rest' | 'return'; reason?: string }

/** Whether an action gives somebody something new, rather than changing a subscription they have. */
export const isForPerson = (action: ActionName): boolean => action === 'activateTelephony' || action === 'createMobile'

/** Whether an action can be ordered for several at once: numbers are chosen one by one. */
export const isForMany = (action: ActionName): boolean => action !== 'changeNumber' && action !== 'replaceSim'

/** Whether it can be left for a later day. */
export const canWait = (action: ActionName): boolean => action !== 'replaceSim'

/** Whether something is sent by post, so that an address is needed. */
export const isPosted = (template: Template | null): boolean =>
  template !== null && 'sim' in template && template.sim.from === 'ship'

/** Whether a number is brought here for a subscription that has one: the day of the move is then the day of the order. */
export const movesNumber = (template: Template | null): boolean =>
  template?.action === 'changeNumber' && template.number.from === 'portIn'

export function toItems(template: Template, targets: readonly Target[]): OrderItem[] {
  return targets.map(
    ({ person, subscription }) =>
      ({
        ...template,
        ...(isForPerson(template.action) ? { person: person.id } : { subscription: subscription?.id ?? '' }),
      }) as OrderItem,
  )
}

/** The target that a problem of a quote belongs to, from its pointer; null where it concerns the whole. */
export function targetOf(pointer: string): number | null {
  const at = /^\/items\/(\d+)(\/|$)/.exec(pointer)?.[1]
  return at === undefined ? null : Number(at)
}

/** What stands for a subscription in a sentence: its number, or its product. */
export const nameOfSubscription = (
  subscription: Pick<SubscriptionBrief, 'number' | 'offering'>,
  number: (number: string) => string,
): string => (subscription.number ? number(subscription.number) : subscription.offering.name)

/** Digits and plus of a typed number as E.164; Danish where no country is given. Null when it cannot be one. */
export function toE164(typed: string): string | null {
  const compact = typed.replace(/[\s().-]/g, '').replace(/^00/, '+')
  if (/^\d{8}$/.test(compact)) return `+45${compact}`
  return /^\+[1-9]\d{5,14}$/.test(compact) ? compact : null
}
