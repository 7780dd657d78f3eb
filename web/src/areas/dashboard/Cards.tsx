import { mergeClasses } from '@fluentui/react-components'
import {
  ClipboardTaskListLtr20Regular,
  PeopleTeam20Regular,
  PhoneSpanIn20Regular,
  ReceiptMoney20Regular,
} from '@fluentui/react-icons'
import { Link } from '@tanstack/react-router'
import { FormattedMessage } from 'react-intl'
import { useFormat } from '~/app/i18n'
import { useSession } from '~/app/session'
import { useParts } from '~/parts/styles'
import { type CardState, Tile } from './Panel'

export function EmployeesCard(state: CardState) {
  const format = useFormat()
  const parts = useParts()
  const params = { organisation: useSession().organisation.id }
  return (
    <Tile icon={PeopleTeam20Regular} title={<FormattedMessage id="dashboard.employees" />} state={state}>
      {({ employees }) => ({
        figure: format.count(employees.total),
        note: (
          <>
            <Link
              to="/o/$organisation/users"
              params={params}
              search={{ has: 'telephony' }}
              className={mergeClasses(parts.link, parts.whole)}
            >
              <FormattedMessage id="dashboard.withTelephony" values={{ count: employees.withTelephony }} />
            </Link>
            {' · '}
            <Link
              to="/o/$organisation/users"
              params={params}
              search={{ has: 'mobile' }}
              className={mergeClasses(parts.link, parts.whole)}
            >
              <FormattedMessage id="dashboard.withMobile" values={{ count: employees.withMobile }} />
            </Link>
            {' · '}
            <Link
              to="/o/$organisation/users"
              params={params}
              search={{ has: 'none' }}
              className={mergeClasses(parts.link, parts.whole)}
            >
              <FormattedMessage id="dashboard.withNeither" values={{ count: employees.withNeither }} />
            </Link>
          </>
        ),
      })}
    </Tile>
  )
}

export function SubscriptionsCard(state: CardState) {
  const format = useFormat()
  return (
    <Tile icon={PhoneSpanIn20Regular} title={<FormattedMessage id="dashboard.subscriptions" />} state={state}>
      {({ subscriptions, monthlyCost }) => ({
        figure: format.count(subscriptions.reduce((sum, { count }) => sum + count, 0)),
        note: <FormattedMessage id="dashboard.monthly" values={{ amount: format.money(monthlyCost) }} />,
      })}
    </Tile>
  )
}

export function OrdersCard(state: CardState) {
  const format = useFormat()
  const parts = useParts()
  const params = { organisation: useSession().organisation.id }
  return (
    <Tile icon={ClipboardTaskListLtr20Regular} title={<FormattedMessage id="dashboard.openOrders" />} state={state}>
      {({ orders }) => ({
        figure: format.count(orders.inProgress + orders.needsAttention),
        note: (
          <Link
            to="/o/$organisation/organisation/orders"
            params={params}
            search={orders.needsAttention > 0 ? { state: 'held' } : {}}
            className={parts.link}
          >
            {orders.needsAttention > 0 ? (
              <FormattedMessage id="dashboard.needAttention" values={{ count: orders.needsAttention }} />
            ) : (
              <FormattedMessage id="dashboard.allOrders" />
            )}
          </Link>
        ),
      })}
    </Tile>
  )
}

/** The first of the month after `now`, when the month's bill is made. */
export function nextInvoiceDay(now: Date): string {
  const next = new Date(Date.UTC(now.getFullYear(), now.getMonth() + 1, 1))
  return next.toISOString().slice(0, 10)
}

export function InvoiceCard(state: CardState) {
  const format = useFormat()
  const parts = useParts()
  const organisation = useSession().organisation.id
  return (
    <Tile icon={ReceiptMoney20Regular} title={<FormattedMessage id="dashboard.latestInvoice" />} state={state}>
      {({ latestInvoice }) =>
        latestInvoice
          ? {
              figure: format.money(latestInvoice.total, true),
              note: (
                <>
                  <Link
                    to="/o/$organisation/invoices/$invoice"
                    params={{ organisation, invoice: latestInvoice.id }}
                    className={mergeClasses(parts.link, parts.underlined, parts.whole)}
                  >
                    <FormattedMessage id="dashboard.openInvoice" values={{ number: latestInvoice.number }} />
                  </Link>
                  {' · '}
                  <FormattedMessage id="dashboard.due" values={{ day: format.day(latestInvoice.due) }} />
                  {typeof latestInvoice.changePercent === 'number' ? (
                    <>
                      {' · '}
                      <FormattedMessage
                        id="dashboard.change"
                        values={{ change: format.change(latestInvoice.changePercent) }}
                      />
                    </>
                  ) : null}
                </>
              ),
            }
          : {
              figure: <FormattedMessage id="dashboard.noInvoice" />,
              note: (
                <FormattedMessage
                  id="dashboard.firstInvoice"
                  values={{ day: format.day(nextInvoiceDay(new Date())) }}
                />
              ),
            }
      }
    </Tile>
  )
}
