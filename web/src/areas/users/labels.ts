import { useMemo } from 'react'
import { useIntl } from 'react-intl'
import {
  type ActionName,
  isPersonAction,
  type Money,
  type OpenOrder,
  personActions,
  type SubscriptionBrief,
} from '~/api/types'
import { useFormat } from '~/app/i18n'
import type { Change } from './rules'

type HeldReason = NonNullable<OpenOrder['heldReason']>

export interface Labels {
  actions: Record<ActionName, string>
  actionFor: (action: ActionName, name: string) => string
  marks: Record<'disabled' | 'deleted' | 'local', string>
  held: Record<HeldReason, string>
  subscriptionStates: Record<SubscriptionBrief['state'], string>
  settingUp: string
  /** What is happening to a subscription, or will on a day. */
  change: (change: Change) => string
  startsOn: (day: string) => string
  select: (name: string) => string
  more: (name: string) => string
  open: (name: string) => string
  close: (name: string) => string
  money: (money: Money) => string
}

/** The words of a row, put together once per language instead of once per cell. */
export function useLabels(): Labels {
  const intl = useIntl()
  const format = useFormat()
  return useMemo(() => {
    const say = intl.formatMessage
    const amounts = new Map<string, string>()
    const actions = Object.fromEntries(
      personActions.map((action) => [action, say({ id: `action.${action}` })]),
    ) as Labels['actions']
    const held: Labels['held'] = {
      approval: say({ id: 'held.approval' }),
      scheduledPort: say({ id: 'held.scheduledPort' }),
      needsAttention: say({ id: 'held.needsAttention' }),
    }
    return {
      actions,
      actionFor: (action, name) => say({ id: 'users.actionFor' }, { action: actions[action], name }),
      marks: {
        disabled: say({ id: 'users.mark.disabled' }),
        deleted: say({ id: 'users.mark.deleted' }),
        local: say({ id: 'users.mark.local' }),
      },
      held,
      subscriptionStates: {
        ordered: say({ id: 'subscription.ordered' }),
        active: say({ id: 'subscription.active' }),
        suspended: say({ id: 'subscription.suspended' }),
        ending: say({ id: 'subscription.ending' }),
        ended: say({ id: 'subscription.ended' }),
      },
      settingUp: say({ id: 'users.settingUp' }),
      change: ({ action, heldReason, scheduledFor }) => {
        const what = isPersonAction(action) ? actions[action] : action
        if (scheduledFor) return say({ id: 'users.changeOn' }, { what, day: format.shortDay(scheduledFor) })
        // The number is said to wait for its day: that it changes goes without saying, and there is little room.
        if (heldReason === 'scheduledPort') return held[heldReason]
        return say(
          { id: 'users.changing' },
          { what, state: heldReason ? held[heldReason] : say({ id: 'order.state.inProgress' }) },
        )
      },
      startsOn: (day) => say({ id: 'users.startsOn' }, { day: format.shortDay(day) }),
      select: (name) => say({ id: 'users.select' }, { name }),
      more: (name) => say({ id: 'users.more' }, { name }),
      open: (name) => say({ id: 'users.openProfile' }, { name }),
      close: (name) => say({ id: 'users.closeProfile' }, { name }),
      money: (money) => {
        const key = `${money.amount}${money.currency}`
        let text = amounts.get(key)
        if (text === undefined) {
          text = format.money(money)
          amounts.set(key, text)
        }
        return text
      },
    }
  }, [intl, format])
}
