import { Badge, makeStyles } from '@fluentui/react-components'
import { FormattedMessage } from 'react-intl'
import type { OrderBrief, OrderState } from '~/api/types'

const colours: Record<OrderState, 'informative' | 'brand' | 'warning' | 'success' | 'danger'> = {
  acknowledged: 'brand',
  pending: 'brand',
  held: 'warning',
  inProgress: 'brand',
  completed: 'success',
  partial: 'warning',
  failed: 'danger',
  cancelled: 'informative',
  rejected: 'danger',
}

const useStyles = makeStyles({ badge: { flexShrink: 0, whiteSpace: 'nowrap' } })

/** The state of an order in a word; a held one says what it waits for. */
export function OrderStateBadge({ state, heldReason }: Pick<OrderBrief, 'state' | 'heldReason'>) {
  return (
    <Badge appearance="tint" color={colours[state] ?? 'informative'} shape="rounded" className={useStyles().badge}>
      <FormattedMessage id={state === 'held' && heldReason ? `held.${heldReason}` : `order.state.${state}`} />
    </Badge>
  )
}

export type SettledState = 'completed' | 'partial' | 'failed' | 'cancelled' | 'rejected' | 'held'

/** Whether there is something to tell about an order: it has ended, or it waits for a person. */
export const isSettled = (state: OrderState): state is SettledState =>
  ['completed', 'partial', 'failed', 'cancelled', 'rejected', 'held'].includes(state)

/** Whether an order will not change again. */
export const isEnded = (state: OrderState): boolean => isSettled(state) && state !== 'held'
