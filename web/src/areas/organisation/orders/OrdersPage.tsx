import { Button, Dropdown, makeStyles, mergeClasses, Option, SearchBox } from '@fluentui/react-components'
import { ClipboardTaskListLtr24Regular, Search24Regular } from '@fluentui/react-icons'
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { useEffect, useRef, useState } from 'react'
import { FormattedMessage, useIntl } from 'react-intl'
import type { OrderBrief } from '~/api/types'
import { useFormat } from '~/app/i18n'
import { useSession } from '~/app/session'
import { useTitle } from '~/parts/hooks'
import { OrderStateBadge } from '~/parts/OrderStateBadge'
import { type Column, PagedTable } from '~/parts/PagedTable'
import { EmptyState } from '~/parts/States'
import { useParts } from '~/parts/styles'
import { ordersQuery } from '../queries'
import { type OrderSortColumn, type OrdersSearch, orderStates } from '../search'

const useStyles = makeStyles({
  tools: { display: 'flex', gap: '8px', alignItems: 'center', flexWrap: 'wrap' },
  count: { flexGrow: 1 },
  search: { width: '240px', maxWidth: '100%' },
  state: { minWidth: '180px' },
})

const route = getRouteApi('/o/$organisation/organisation/orders')

export function OrdersPage() {
  const styles = useStyles()
  const parts = useParts()
  const intl = useIntl()
  const format = useFormat()
  const { organisation } = useSession()
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const list = useInfiniteQuery({ ...ordersQuery(organisation.id, search), placeholderData: keepPreviousData })
  useTitle(intl.formatMessage({ id: 'organisation.orders' }))

  const ask = (changes: Partial<OrdersSearch>) =>
    void navigate({ search: (now) => ({ ...now, ...changes }), replace: true })
  const [q, setQ] = useState(search.q ?? '')
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  useEffect(() => () => clearTimeout(timer.current), [])

  const sort = search.sort ?? '-requestedAt'
  const sorting = (column: OrderSortColumn): Column<OrderBrief>['sort'] => ({
    now: sort === column ? 'ascending' : sort === `-${column}` ? 'descending' : 'none',
    change: () => ask({ sort: sort === `-${column}` ? column : `-${column}` }),
  })
  const columns: Column<OrderBrief>[] = [
    {
      id: 'number',
      title: <FormattedMessage id="orders.number" />,
      sort: sorting('number'),
      cell: ({ id, number }) => (
        <Link
          to="/o/$organisation/organisation/orders/$order"
          params={{ organisation: organisation.id, order: id }}
          className={mergeClasses(parts.link, parts.whole)}
        >
          {number}
        </Link>
      ),
    },
    {
      id: 'summary',
      title: <FormattedMessage id="orders.what" />,
      cell: ({ summary }) => summary,
    },
    {
      id: 'state',
      title: <FormattedMessage id="orders.state" />,
      sort: sorting('state'),
      cell: (order) => <OrderStateBadge {...order} />,
    },
    {
      id: 'requestedBy',
      title: <FormattedMessage id="orders.requestedBy" />,
      from: 'optional',
      cell: ({ requestedBy }) => requestedBy.name,
    },
    {
      id: 'requestedAt',
      title: <FormattedMessage id="orders.requestedAt" />,
      from: 'optional',
      sort: sorting('requestedAt'),
      cell: ({ requestedAt }) => format.instant(requestedAt),
    },
    {
      id: 'executedAt',
      title: <FormattedMessage id="orders.executedAt" />,
      from: 'rare',
      cell: ({ executedAt }) => (executedAt ? format.instant(executedAt) : '–'),
    },
    {
      id: 'oneTime',
      title: <FormattedMessage id="orders.oneTime" />,
      from: 'rare',
      end: true,
      cell: ({ oneTime }) => format.money(oneTime),
    },
    {
      id: 'monthly',
      title: <FormattedMessage id="orders.monthly" />,
      from: 'optional',
      end: true,
      cell: ({ monthly }) => format.money(monthly),
    },
  ]
  const total = list.data?.pages.at(-1)?.total
  const filtered = Boolean(search.q || search.state)
  const stateLabel = intl.formatMessage({ id: 'orders.filterState' })
  const stateText = search.state
    ? intl.formatMessage({ id: `order.state.${search.state}` })
    : intl.formatMessage({ id: 'orders.anyState' })
  return (
    <>
      <div className={styles.tools}>
        <span role="status" className={mergeClasses(parts.caption, styles.count)}>
          {total === undefined ? (
            <FormattedMessage id="common.loading" />
          ) : (
            <FormattedMessage id="orders.count" values={{ count: total }} />
          )}
        </span>
        <SearchBox
          className={styles.search}
          placeholder={intl.formatMessage({ id: 'orders.search' })}
          aria-label={intl.formatMessage({ id: 'orders.search' })}
          value={q}
          onChange={(_, { value }) => {
            setQ(value)
            clearTimeout(timer.current)
            timer.current = setTimeout(() => ask({ q: value.trim() || undefined }), 200)
          }}
        />
        <Dropdown
          className={styles.state}
          aria-label={stateLabel}
          value={stateText}
          selectedOptions={[search.state ?? 'any']}
          onOptionSelect={(_, { optionValue }) => ask({ state: orderStates.find((state) => state === optionValue) })}
        >
          <Option value="any" text={intl.formatMessage({ id: 'orders.anyState' })}>
            {intl.formatMessage({ id: 'orders.anyState' })}
          </Option>
          {orderStates.map((state) => (
            <Option key={state} value={state} text={intl.formatMessage({ id: `order.state.${state}` })}>
              {intl.formatMessage({ id: `order.state.${state}` })}
            </Option>
          ))}
        </Dropdown>
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
                <Button
                  onClick={() => {
                    setQ('')
                    ask({ q: undefined, state: undefined })
                  }}
                >
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
