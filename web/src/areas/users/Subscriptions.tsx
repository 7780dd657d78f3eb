import { Badge, Button, mergeClasses } from '@fluentui/react-components'
import { Call16Regular, MoreVertical20Regular, Phone16Regular } from '@fluentui/react-icons'
import { useQueryClient } from '@tanstack/react-query'
import { FormattedMessage, useIntl } from 'react-intl'
import { refreshPeople } from '~/api/people'
import type { Person, SubscriptionBrief } from '~/api/types'
import { useFormat } from '~/app/i18n'
import { ReferenceEditor } from '~/app/ReferenceEditor'
import { useSession } from '~/app/session'
import { useParts } from '~/parts/styles'
import { UsedThisMonth } from '~/parts/UsedThisMonth'
import type { ProfileProps } from './Profile'
import { useProfileStyles } from './profileStyles'
import { groupedActions } from './rules'

const colours = {
  ordered: 'brand',
  active: 'success',
  suspended: 'danger',
  ending: 'warning',
  ended: 'informative',
} as const

/** What the person has, what each costs, and everything that can be done with it. */
export function Subscriptions({ person, onMenu, onOrder }: { person: Person } & ProfileProps) {
  const styles = useProfileStyles()
  const parts = useParts()
  const { organisation } = useSession()
  const groups = groupedActions(person, organisation.permissions)
  const own = groups.find(({ subscription }) => subscription === null)?.actions.filter(({ possible }) => possible) ?? []
  return (
    <>
      <h2 className={parts.small}>
        <FormattedMessage id="profile.subscriptions" />
      </h2>
      {person.subscriptions.length === 0 ? (
        <p className={mergeClasses(styles.text, parts.muted)}>
          <FormattedMessage id="profile.noSubscriptions" />
        </p>
      ) : (
        <ul className={mergeClasses(styles.plain, styles.spaced)}>
          {person.subscriptions.map((subscription) => (
            <One
              key={subscription.id}
              person={person}
              subscription={subscription}
              endsOn={
                person.openOrders.find(
                  (order) => order.subscription === subscription.id && order.action === 'endSubscription',
                )?.scheduledFor ?? null
              }
              onMenu={
                groups.some((group) => group.subscription?.id === subscription.id)
                  ? (anchor) => onMenu(person, anchor, subscription.id)
                  : null
              }
            />
          ))}
        </ul>
      )}
      {own.length > 0 ? (
        <div className={styles.buttons}>
          {own.map(({ action }) => (
            <Button
              key={action}
              size="small"
              icon={action === 'activateTelephony' ? <Call16Regular /> : <Phone16Regular />}
              onClick={() => onOrder(action, person)}
            >
              <FormattedMessage id={`action.${action}`} />
            </Button>
          ))}
        </div>
      ) : null}
    </>
  )
}

function One({
  person,
  subscription,
  endsOn,
  onMenu,
}: {
  person: Person
  subscription: SubscriptionBrief
  /** The day on which it ends, where that is ordered. */
  endsOn: string | null
  onMenu: ((anchor: HTMLElement) => void) | null
}) {
  const styles = useProfileStyles()
  const parts = useParts()
  const intl = useIntl()
  const format = useFormat()
  const client = useQueryClient()
  const { organisation, can } = useSession()
  const editable = can('editFinance') && subscription.state !== 'ended'
  const { id, kind, offering, number, state, monthlyCost, startedAt, addOns, reference } = subscription
  const name = number ? format.number(number) : offering.name
  const about = [
    intl.formatMessage({ id: `kind.${kind}` }),
    number ? format.number(number) : null,
    endsOn
      ? intl.formatMessage({ id: 'profile.until' }, { day: format.day(endsOn) })
      : state === 'active' && startedAt
        ? intl.formatMessage({ id: 'profile.since' }, { day: format.day(startedAt) })
        : null,
    reference && !editable ? intl.formatMessage({ id: 'profile.reference' }, { reference }) : null,
  ].filter(Boolean)
  return (
    <li className={styles.section}>
      <div className={mergeClasses(styles.line, styles.middle)}>
        <span className={styles.grow}>
          {offering.name}{' '}
          {state === 'active' ? null : (
            <Badge appearance="tint" color={colours[state]} shape="rounded">
              <FormattedMessage id={`subscription.${state}`} />
            </Badge>
          )}
          <br />
          <span className={parts.caption}>{about.join(' · ')}</span>
        </span>
        <span className={styles.amount}>{format.money(monthlyCost)}</span>
        {onMenu ? (
          <Button
            appearance="subtle"
            size="small"
            icon={<MoreVertical20Regular />}
            aria-haspopup="menu"
            aria-label={intl.formatMessage({ id: 'profile.more' }, { name })}
            onClick={(event) => onMenu(event.currentTarget)}
          />
        ) : null}
      </div>
      {editable ? (
        <ReferenceEditor
          of={{ subscription: subscription.id, reference, name: `${person.displayName}, ${name}` }}
          onSaved={() => void refreshPeople(client, organisation.id, [person.id])}
        />
      ) : null}
      {addOns.length > 0 ? (
        <ul className={mergeClasses(styles.plain, styles.addOn)}>
          {addOns.map((addOn) => (
            <li key={addOn.offering.id} className={styles.line}>
              <span className={parts.caption}>{addOn.offering.name}</span>
              <span className={mergeClasses(styles.amount, parts.caption)}>{format.money(addOn.monthlyCost)}</span>
            </li>
          ))}
        </ul>
      ) : null}
      {kind === 'mobile' && state !== 'ordered' && state !== 'ended' ? <UsedThisMonth subscription={id} /> : null}
    </li>
  )
}
