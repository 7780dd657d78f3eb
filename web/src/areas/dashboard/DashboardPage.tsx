import { makeStyles, mergeClasses, tokens } from '@fluentui/react-components'
import { useQuery } from '@tanstack/react-query'
import { FormattedMessage, useIntl } from 'react-intl'
import { useSession } from '~/app/session'
import { useTitle } from '~/parts/hooks'
import { useParts } from '~/parts/styles'
import { EmployeesCard, InvoiceCard, OrdersCard, SubscriptionsCard } from './Cards'
import { FrequentlyUsed } from './FrequentlyUsed'
import { dashboardQuery } from './queries'
import { SubscriptionTable } from './SubscriptionTable'
import { Warnings } from './Warnings'

const useStyles = makeStyles({
  cards: {
    display: 'grid',
    // As many as the role sees fill the line.
    gridAutoFlow: 'column',
    gridAutoColumns: 'minmax(0, 1fr)',
    gap: '16px',
    '@media (max-width: 1090px)': {
      gridAutoFlow: 'row',
      gridTemplateColumns: 'repeat(2, minmax(0, 1fr))',
      '& > :last-child:nth-child(odd)': { gridColumn: '1 / -1' },
    },
    '@media (max-width: 560px)': { gridTemplateColumns: 'minmax(0, 1fr)', gap: '8px' },
  },
  lower: {
    display: 'grid',
    gridTemplateColumns: 'minmax(0, 12fr) minmax(240px, 5fr)',
    gap: '16px',
    alignItems: 'start',
    '@media (max-width: 1090px)': { gridTemplateColumns: 'minmax(0, 1fr)' },
  },
  column: { display: 'flex', flexDirection: 'column', gap: '16px', minWidth: 0 },
  greeting: { paddingBottom: tokens.spacingVerticalXXS },
})

export function DashboardPage() {
  const styles = useStyles()
  const parts = useParts()
  const intl = useIntl()
  const { me, organisation, can } = useSession()
  const dashboard = useQuery(dashboardQuery(organisation.id))
  const retry = () => void dashboard.refetch()
  const state = { data: dashboard.data, error: dashboard.data ? null : dashboard.error, retry }
  useTitle(intl.formatMessage({ id: 'nav.dashboard' }))
  return (
    <div className={parts.page}>
      <h1 className={mergeClasses(parts.heading, styles.greeting)}>
        <FormattedMessage id="dashboard.greeting" values={{ name: me.principal.name.split(' ')[0] }} />
      </h1>
      <div className={styles.cards}>
        <EmployeesCard {...state} />
        <SubscriptionsCard {...state} />
        <OrdersCard {...state} />
        {can('readInvoices') ? <InvoiceCard {...state} /> : null}
      </div>
      <div className={styles.lower}>
        <SubscriptionTable {...state} />
        <div className={styles.column}>
          <Warnings {...state} />
          <FrequentlyUsed />
        </div>
      </div>
    </div>
  )
}
