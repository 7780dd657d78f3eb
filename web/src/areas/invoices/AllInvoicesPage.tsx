import { Button, makeStyles, mergeClasses, SearchBox, Select } from '@fluentui/react-components'
import { ChevronLeft20Regular, ReceiptMoney24Regular, Search24Regular } from '@fluentui/react-icons'
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { useEffect, useRef, useState } from 'react'
import { FormattedMessage, useIntl } from 'react-intl'
import type { Invoice } from '~/api/types'
import { useSession } from '~/app/session'
import { useTitle } from '~/parts/hooks'
import type { Column } from '~/parts/PagedTable'
import { EmptyState } from '~/parts/States'
import { useParts } from '~/parts/styles'
import { InvoiceTable } from './InvoiceTable'
import { invoicesQuery } from './queries'
import { type InvoiceSort, type InvoicesSearch, invoiceKinds, invoiceStates } from './search'

const useStyles = makeStyles({
  back: { display: 'inline-flex', alignItems: 'center', gap: '4px', alignSelf: 'flex-start' },
  tools: { display: 'flex', gap: '8px', alignItems: 'center', flexWrap: 'wrap' },
  count: { flexGrow: 1 },
  search: { width: '240px', maxWidth: '100%' },
})

const route = getRouteApi('/o/$organisation/invoices/all')

/** Every invoice and credit note there has been. */
export function AllInvoicesPage() {
  const styles = useStyles()
  const parts = useParts()
  const intl = useIntl()
  const { organisation } = useSession()
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const list = useInfiniteQuery({ ...invoicesQuery(organisation.id, search), placeholderData: keepPreviousData })
  const [q, setQ] = useState(search.q ?? '')
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  useEffect(() => () => clearTimeout(timer.current), [])
  useTitle(intl.formatMessage({ id: 'invoices.all' }))
  const ask = (changes: Partial<InvoicesSearch>) =>
    void navigate({ search: (now) => ({ ...now, ...changes }), replace: true })
  const sort = search.sort ?? '-issued'
  const sorting = (column: InvoiceSort): Column<Invoice>['sort'] => ({
    now: sort === column ? 'ascending' : sort === `-${column}` ? 'descending' : 'none',
    change: () => ask({ sort: sort === `-${column}` ? column : `-${column}` }),
  })
  const total = list.data?.pages.at(-1)?.total
  const filtered = Boolean(search.q || search.kind || search.state)
  return (
    <div className={parts.page}>
      <Link
        to="/o/$organisation/invoices"
        params={{ organisation: organisation.id }}
        className={mergeClasses(parts.link, styles.back)}
      >
        <ChevronLeft20Regular aria-hidden="true" />
        <FormattedMessage id="nav.invoices" />
      </Link>
      <h1 className={parts.heading}>
        <FormattedMessage id="invoices.all" />
      </h1>
      <div className={styles.tools}>
        <span role="status" className={mergeClasses(parts.caption, styles.count)}>
          {total === undefined ? (
            <FormattedMessage id="common.loading" />
          ) : (
            <FormattedMessage id="invoices.count" values={{ count: total }} />
          )}
        </span>
        <SearchBox
          className={styles.search}
          placeholder={intl.formatMessage({ id: 'invoices.search' })}
          aria-label={intl.formatMessage({ id: 'invoices.search' })}
          value={q}
          onChange={(_, { value }) => {
            setQ(value)
            clearTimeout(timer.current)
            timer.current = setTimeout(() => ask({ q: value.trim() || undefined }), 200)
          }}
        />
        <Select
          aria-label={intl.formatMessage({ id: 'invoices.filterKind' })}
          value={search.kind ?? ''}
          onChange={(_, { value }) => ask({ kind: invoiceKinds.find((kind) => kind === value) })}
        >
          <option value="">{intl.formatMessage({ id: 'invoices.anyKind' })}</option>
          {invoiceKinds.map((kind) => (
            <option key={kind} value={kind}>
              {intl.formatMessage({ id: `invoices.kind.${kind}` })}
            </option>
          ))}
        </Select>
        <Select
          aria-label={intl.formatMessage({ id: 'invoices.filterState' })}
          value={search.state ?? ''}
          onChange={(_, { value }) => ask({ state: invoiceStates.find((state) => state === value) })}
        >
          <option value="">{intl.formatMessage({ id: 'orders.anyState' })}</option>
          {invoiceStates.map((state) => (
            <option key={state} value={state}>
              {intl.formatMessage({ id: `invoices.state.${state}` })}
            </option>
          ))}
        </Select>
      </div>
      <InvoiceTable
        list={list}
        sorting={sorting}
        empty={
          filtered ? (
            <EmptyState
              icon={Search24Regular}
              title={<FormattedMessage id="invoices.noneFound" />}
              action={
                <Button
                  onClick={() => {
                    setQ('')
                    ask({ q: undefined, kind: undefined, state: undefined })
                  }}
                >
                  <FormattedMessage id="users.clearFilters" />
                </Button>
              }
            />
          ) : (
            <EmptyState icon={ReceiptMoney24Regular} title={<FormattedMessage id="invoices.none" />}>
              <FormattedMessage id="invoices.none.body" />
            </EmptyState>
          )
        }
      />
    </div>
  )
}
