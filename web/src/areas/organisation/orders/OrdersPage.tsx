import { Button, mergeClasses } from '@fluentui/react-components'
import { ClipboardTaskListLtr24Regular, Search24Regular } from '@fluentui/react-icons'
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { FormattedMessage, useIntl } from 'react-intl'
import { useDialogs } from '~/app/ordering'
import { useSession } from '~/app/session'
import { useTitle } from '~/parts/hooks'
import { PagedTable } from '~/parts/PagedTable'
import { EmptyState } from '~/parts/States'
import { useParts } from '~/parts/styles'
import { ordersQuery } from '../queries'
import { type OrdersSearch, withoutFilters } from '../search'
import { useOrganisationStyles } from '../styles'
import { useOrderColumns } from './columns'
import { Filters } from './Filters'

const route = getRouteApi('/o/$organisation/organisation/orders')

/** Every order: who asked for it and when, how far it is, what it costs, and what is to be done where it went wrong. */
export function OrdersPage() {
  const parts = useParts()
  const intl = useIntl()
  const area = useOrganisationStyles()
  const openDialog = useDialogs()
  const { organisation, can } = useSession()
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const list = useInfiniteQuery({ ...ordersQuery(organisation.id, search), placeholderData: keepPreviousData })
  useTitle(intl.formatMessage({ id: 'organisation.orders' }))

  const ask = (changes: Partial<OrdersSearch>) =>
    void navigate({ search: (now) => ({ ...now, ...changes }), replace: true })
  const columns = useOrderColumns(search.sort ?? '-requestedAt', (sort) => ask({ sort }))
  const total = list.data?.pages.at(-1)?.total
  const { sort: _, ...filters } = search
  const filtered = Object.values(filters).some((value) => value !== undefined)
  return (
    <>
      <Filters search={search} onAsk={ask} />
      <div className={area.tools}>
        <span role="status" className={mergeClasses(parts.caption, area.grow)}>
          {total === undefined ? (
            <FormattedMessage id="common.loading" />
          ) : (
            <FormattedMessage id="orders.count" values={{ count: total }} />
          )}
        </span>
        {can('orderGoods') ? (
          <>
            <Button onClick={() => openDialog({ show: 'service' })}>
              <FormattedMessage id="action.bookService" />
            </Button>
            <Button onClick={() => openDialog({ show: 'hardware' })}>
              <FormattedMessage id="action.buyHardware" />
            </Button>
          </>
        ) : null}
      </div>
      <PagedTable
        label={intl.formatMessage({ id: 'organisation.orders' })}
        list={list}
        columns={columns}
        empty={
          filtered ? (
            <EmptyState
              icon={Search24Regular}
              title={<FormattedMessage id="orders.noneFound" />}
              action={
                <Button onClick={() => ask(withoutFilters)}>
                  <FormattedMessage id="users.clearFilters" />
                </Button>
              }
            />
          ) : (
            <EmptyState
              icon={ClipboardTaskListLtr24Regular}
              title={<FormattedMessage id="orders.none" />}
              action={
                <Link to="/o/$organisation/users" params={{ organisation: organisation.id }} className={parts.link}>
                  <FormattedMessage id="dashboard.goToUsers" />
                </Link>
              }
            >
              <FormattedMessage id="orders.none.body" />
            </EmptyState>
          )
        }
      />
    </>
  )
}
