/**
 * What the user list shows and offers, decided in one place. The server decides what is possible (`actions`, with its
 * reason when not); here is only which of it this role sees: what a role may never do is absent, not greyed out.
 */
import type { ActionName, OpenOrder, Permission, PersonRow, PossibleAction, SubscriptionBrief } from '~/api/types'
import { mayOrder } from '~/parts/rights'

export type ProductKind = SubscriptionBrief['kind']

export const actionFor: Record<ProductKind, ActionName> = { telephony: 'activateTelephony', mobile: 'createMobile' }

/** The actions a role is offered for a person: the possible ones first, then those that say why they are not. */
export function offeredActions(row: Pick<PersonRow, 'actions'>, permissions: readonly Permission[]): PossibleAction[] {
  if (!mayOrder(permissions)) return []
  return [...row.actions.filter(({ possible }) => possible), ...row.actions.filter(({ possible }) => !possible)]
}

export type CellState =
  /** A subscription that works, or did and is suspended or ending; `more` are further ones of its kind. */
  | { is: 'subscription'; subscription: SubscriptionBrief; more: number }
  /** An order is under way. */
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
  if (first) return { is: 'subscription', subscription: first, more: standing.length - 1 }
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
