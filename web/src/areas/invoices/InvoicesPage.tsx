import { Button, makeStyles, mergeClasses } from '@fluentui/react-components'
import { ReceiptMoney24Regular, Settings20Regular } from '@fluentui/react-icons'
import { useInfiniteQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { lazy, Suspense, useRef, useState } from 'react'
import { FormattedMessage, useIntl } from 'react-intl'
import { useSession } from '~/app/session'
import { useTitle } from '~/parts/hooks'
import { EmptyState } from '~/parts/States'
import { useParts } from '~/parts/styles'
import { ForecastPanel } from './ForecastPanel'
import { InvoiceTable } from './InvoiceTable'
import { invoicesQuery, latestCount } from './queries'
import { SpendingPanel } from './SpendingPanel'

const FinanceDialog = lazy(() => import('./FinanceDialog').then((module) => ({ default: module.FinanceDialog })))

const useStyles = makeStyles({
  top: { display: 'flex', alignItems: 'center', gap: '12px', flexWrap: 'wrap' },
  grow: { flexGrow: 1 },
  list: { display: 'flex', flexDirection: 'column', gap: '8px' },
  under: { display: 'flex', alignItems: 'baseline', gap: '12px', justifyContent: 'space-between', flexWrap: 'wrap' },
  lower: {
    display: 'grid',
    gridTemplateColumns: 'minmax(0, 1fr) minmax(260px, 320px)',
    gap: '16px',
    alignItems: 'start',
    '@media (max-width: 1090px)': { gridTemplateColumns: 'minmax(0, 1fr)' },
  },
})

/** The latest invoices, what was spent on what, and what the running month is going to cost. */
export function InvoicesPage() {
  const styles = useStyles()
  const parts = useParts()
  const intl = useIntl()
  const { organisation, can } = useSession()
  const latest = useInfiniteQuery(invoicesQuery(organisation.id, {}, latestCount))
  const [editing, setEditing] = useState(false)
  const opener = useRef<HTMLButtonElement>(null)
  const total = latest.data?.pages[0]?.total ?? 0
  useTitle(intl.formatMessage({ id: 'nav.invoices' }))
  return (
    <div className={parts.page}>
      <div className={styles.top}>
        <h1 className={mergeClasses(parts.heading, styles.grow)}>
          <FormattedMessage id="nav.invoices" />
        </h1>
        {can('editFinance') ? (
          <Button ref={opener} icon={<Settings20Regular />} onClick={() => setEditing(true)}>
            <FormattedMessage id="finance.open" />
          </Button>
        ) : null}
      </div>
      <section className={styles.list} aria-labelledby="latest">
        <div className={styles.under}>
          <h2 id="latest" className={parts.subheading}>
            <FormattedMessage id="invoices.latest" />
          </h2>
          {total > latestCount ? (
            <Link to="/o/$organisation/invoices/all" params={{ organisation: organisation.id }} className={parts.link}>
              <FormattedMessage id="invoices.showAll" values={{ count: total }} />
            </Link>
          ) : null}
        </div>
        <InvoiceTable
          // What is older stands behind the link.
          list={{ ...latest, hasNextPage: false } as typeof latest}
          empty={
            <EmptyState icon={ReceiptMoney24Regular} title={<FormattedMessage id="invoices.none" />}>
              <FormattedMessage id="invoices.none.body" />
            </EmptyState>
          }
        />
      </section>
      <div className={styles.lower}>
        <SpendingPanel />
        <ForecastPanel />
      </div>
      <Suspense fallback={null}>
        {editing ? (
          <FinanceDialog
            onClose={() => {
              setEditing(false)
              requestAnimationFrame(() => opener.current?.focus())
            }}
          />
        ) : null}
      </Suspense>
    </div>
  )
}
