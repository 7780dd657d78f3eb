/**
 * What the user list shows and offers, decided in one place. The server decides what is possible (`actions`, with its
 * reason when not); here is only which of it this role sees: what a role may never do is absent, not greyed out.
 */
import {
  type ActionName,
  isPersonAction,
  type OpenOrder,
  type Permission,
  type PersonRow,
  type PossibleAction,
  personActions,
  type SubscriptionBrief,
} from '~/api/types'
import type { Target, Wish } from '~/app/ordering'
import { mayOrder } from '~/parts/rights'

export type ProductKind = SubscriptionBrief['kind']

export const actionFor: Record<ProductKind, ActionName> = { telephony: 'activateTelephony', mobile: 'createMobile' }

/** An action the client knows how to order; the server may know further ones. */
export type OfferedAction = PossibleAction & { action: ActionName }

/** The actions a role is offered for a person: the possible ones first, then those that say why they are not. */
export function offeredActions(row: Pick<PersonRow, 'actions'>, permissions: readonly Permission[]): OfferedAction[] {
  if (!mayOrder(permissions)) return []
  const known = row.actions.filter((offered): offered is OfferedAction => isPersonAction(offered.action))
  return [...known.filter(({ possible }) => possible), ...known.filter(({ possible }) => !possible)]
}

/**
 * Reasons that only say that there is nothing to do: the line is not suspended, there is no add-on to remove. Nobody can
 * mend one and nobody misses the action, so a menu leaves it out instead of explaining it.
 */
const pointless = ['nothingToChange', 'notMobile', 'simNotSuspended', 'noAddOns', 'hasTelephony', 'hasMobile']

const isWorthSaying = ({ action, possible, reason }: OfferedAction): boolean =>
  possible ||
  (reason !== null && !pointless.includes(reason.code) && !(action === 'suspendSim' && reason.code === 'simSuspended'))

/** What several actions of one group cannot be ordered for, once: it need not stand under each of them. */
export function sharedReason(actions: readonly OfferedAction[]): string | null {
  const reasons = actions.flatMap(({ possible, reason }) => (possible || !reason ? [] : [reason.detail]))
  return reasons.find((reason, at) => reasons.indexOf(reason) !== at) ?? null
}

/** The same, by what they are about: the person first, then each subscription with its own. */
export function groupedActions(
  row: Pick<PersonRow, 'actions' | 'subscriptions'>,
  permissions: readonly Permission[],
): { subscription: SubscriptionBrief | null; actions: OfferedAction[] }[] {
  const offered = offeredActions(row, permissions).filter(isWorthSaying)
  const order = (actions: OfferedAction[]) =>
    actions.toSorted((one, other) => personActions.indexOf(one.action) - personActions.indexOf(other.action))
  const own = order(offered.filter(({ subscription }) => !subscription))
  const groups = row.subscriptions
    .filter(({ state }) => state !== 'ended')
    .map((subscription) => ({
      subscription,
      actions: order(offered.filter((action) => action.subscription === subscription.id)),
    }))
    .filter(({ actions }) => actions.length > 0)
  return own.length > 0 ? [{ subscription: null, actions: own }, ...groups] : groups
}

/** The actions that can be ordered for several at once. Numbers and replacement cards are chosen one by one. */
export const actionsForMany = personActions.filter((action) => action !== 'changeNumber' && action !== 'replaceSim')

/** For whom of the chosen an action is possible, and why it is not for the others. */
export function wishFor(action: ActionName, rows: readonly PersonRow[], never: string): Wish {
  const targets: Target[] = []
  const leftOut: NonNullable<Wish['leftOut']> = []
  for (const row of rows) {
    const offered = row.actions.filter((one) => one.action === action)
    const possible = offered.filter((one) => one.possible)
    for (const { subscription } of possible)
      targets.push({ person: row, subscription: row.subscriptions.find(({ id }) => id === subscription) ?? null })
    if (possible.length === 0) leftOut.push({ name: row.displayName, reason: offered[0]?.reason?.detail ?? never })
  }
  return { action, targets, leftOut }
}

/** What of a subscription is going to change on a day, or is changing now. */
export type Change = Pick<OpenOrder, 'id' | 'number' | 'action' | 'state' | 'heldReason' | 'scheduledFor'>

export type CellState =
  /** A subscription that works, or did and is suspended or ending; `more` are further ones of its kind. */
  | { is: 'subscription'; subscription: SubscriptionBrief; more: number; change: Change | undefined }
  /** An order is under way, or waits for its day. */
  | { is: 'settingUp'; order: OpenOrder | undefined; number: string | undefined }
  | { is: 'possible'; action: ActionName }
  | { is: 'impossible'; detail: string }
  | { is: 'nothing' }

/** What stands in a person's telephony or mobile cell. */
export function cellState(
  row: Pick<PersonRow, 'subscriptions' | 'openOrders' | 'actions'>,
  kind: ProductKind,
  permissions: readonly Permission[],
): CellState {
  const ofKind = row.subscriptions.filter((subscription) => subscription.kind === kind)
  const standing = ofKind.filter(({ state }) => state !== 'ordered' && state !== 'ended')
  const first = standing[0]
  if (first)
    return {
      is: 'subscription',
      subscription: first,
      more: standing.length - 1,
      change: row.openOrders.find(({ subscription }) => subscription === first.id),
    }
  const order = row.openOrders.find(({ action }) => action === actionFor[kind])
  const ordered = ofKind.find(({ state }) => state === 'ordered')
  if (order || ordered) return { is: 'settingUp', order, number: ordered?.number ?? undefined }
  const action = offeredActions(row, permissions).find((offered) => offered.action === actionFor[kind])
  if (action?.possible) return { is: 'possible', action: action.action }
  if (action?.reason) return { is: 'impossible', detail: action.reason.detail }
  return { is: 'nothing' }
}

/** What is worth a mark beside the name: an ordinary colleague has none. */
export function nameMark(row: Pick<PersonRow, 'kind' | 'state'>): 'disabled' | 'deleted' | 'local' | null {
  if (row.state === 'disabled' || row.state === 'deleted') return row.state
  return row.kind === 'local' ? 'local' : null
}
