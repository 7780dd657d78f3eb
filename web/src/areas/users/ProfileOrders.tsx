import { Button, mergeClasses } from '@fluentui/react-components'
import { CalendarClock16Regular } from '@fluentui/react-icons'
import { Link } from '@tanstack/react-router'
import { FormattedMessage, useIntl } from 'react-intl'
import { isPersonAction, type Person } from '~/api/types'
import { useFormat } from '~/app/i18n'
import { useDialogs } from '~/app/ordering'
import { PortButtons } from '~/app/PortButtons'
import { useSession } from '~/app/session'
import { UndoButton } from '~/app/UndoButton'
import { OrderStateBadge } from '~/parts/OrderStateBadge'
import { mayOrder } from '~/parts/rights'
import { useParts } from '~/parts/styles'
import { useProfileStyles } from './profileStyles'

const shown = 5

/** Orders that ended longer ago need not be asked whether they can be undone: the window is shorter everywhere. */
const recently = 24 * 3600_000
export const isRecent = (executedAt: string | null, now: number): boolean =>
  executedAt !== null && now - Date.parse(executedAt) < recently

/** What is planned for the person and can still be moved, and what was ordered before. */
export function ProfileOrders({ person }: { person: Person }) {
  const styles = useProfileStyles()
  const parts = useParts()
  const intl = useIntl()
  const format = useFormat()
  const { organisation } = useSession()
  const openDialog = useDialogs()
  const may = mayOrder(organisation.permissions)
  const now = Date.now()
  const planned = person.openOrders.filter(({ scheduledFor }) => scheduledFor)
  if (person.orders.length === 0 && planned.length === 0) return null
  return (
    <>
      {planned.length > 0 ? (
        <>
          <h2 className={parts.small}>
            <FormattedMessage id="profile.planned" />
          </h2>
          <ul className={styles.plain}>
            {planned.map(({ id, number, action, state, scheduledFor }) => (
              <li key={`${id}${action}`} className={mergeClasses(styles.line, styles.middle)}>
                <span className={styles.scheduled}>
                  <CalendarClock16Regular aria-hidden="true" />
                  <FormattedMessage
                    id="users.changeOn"
                    values={{
                      what: isPersonAction(action) ? intl.formatMessage({ id: `action.${action}` }) : action,
                      day: format.day(scheduledFor ?? ''),
                    }}
                  />
                </span>
                {/* The day of a number on its way is agreed with the other operator, and moved there. */}
                {may && state === 'pending' ? (
                  <Button
                    size="small"
                    aria-label={intl.formatMessage({ id: 'move.buttonFor' }, { number })}
                    onClick={() => openDialog({ show: 'move', order: id })}
                  >
                    <FormattedMessage id="move.button" />
                  </Button>
                ) : null}
              </li>
            ))}
          </ul>
        </>
      ) : null}
      {person.orders.length > 0 ? (
        <>
          <h2 className={parts.small}>
            <FormattedMessage id="profile.orders" />
          </h2>
          <ul className={styles.plain}>
            {person.orders.slice(0, shown).map(({ id, number, state, heldReason, summary, executedAt }) => (
              <li key={id} className={mergeClasses(styles.line, styles.middle, styles.order)}>
                <span className={mergeClasses(styles.grow, parts.ellipsis, styles.orderText)}>
                  <Link
                    to="/o/$organisation/organisation/orders/$order"
                    params={{ organisation: organisation.id, order: id }}
                    className={parts.link}
                  >
                    {number}
                  </Link>{' '}
                  <span className={parts.caption} title={summary}>
                    {summary}
                  </span>
                </span>
                <OrderStateBadge state={state} heldReason={heldReason} />
                {heldReason === 'scheduledPort' ? (
                  <PortButtons organisation={organisation.id} order={id} size="small" />
                ) : null}
                {may && state === 'completed' && isRecent(executedAt, now) ? (
                  <UndoButton organisation={organisation.id} order={id} />
                ) : null}
              </li>
            ))}
          </ul>
        </>
      ) : null}
    </>
  )
}
