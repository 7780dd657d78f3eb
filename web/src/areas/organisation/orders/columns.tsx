import { makeStyles, mergeClasses, tokens } from '@fluentui/react-components'
import { Warning16Filled } from '@fluentui/react-icons'
import { Link } from '@tanstack/react-router'
import { FormattedMessage } from 'react-intl'
import type { OrderBrief } from '~/api/types'
import { useFormat } from '~/app/i18n'
import { useSession } from '~/app/session'
import { OrderStateBadge } from '~/parts/OrderStateBadge'
import type { Column } from '~/parts/PagedTable'
import { useParts } from '~/parts/styles'
import type { OrderSort, OrderSortColumn } from '../search'
import { useOrganisationStyles } from '../styles'

const useStyles = makeStyles({
  what: { minWidth: '200px', maxWidth: '460px' },
  problem: { display: 'flex', gap: '6px', alignItems: 'flex-start' },
  // The whole of it, and what to do, stands on the order's own page.
  clamped: { display: '-webkit-box', WebkitLineClamp: '2', WebkitBoxOrient: 'vertical', overflow: 'hidden' },
  icon: { color: tokens.colorStatusWarningForeground3, flexShrink: 0, marginTop: '1px' },
})

/** An instant that breaks between day and time, and nowhere else. */
const twoLines = (instant: string): string => instant.replace(/ (?!\d\d[:.]\d\d$)/g, '\u00a0')

export function useOrderColumns(sort: OrderSort, onSort: (sort: OrderSort) => void): Column<OrderBrief>[] {
  const styles = useStyles()
  const area = useOrganisationStyles()
  const parts = useParts()
  const format = useFormat()
  const { organisation } = useSession()
  const sorting = (column: OrderSortColumn): Column<OrderBrief>['sort'] => ({
    now: sort === column ? 'ascending' : sort === `-${column}` ? 'descending' : 'none',
    change: () => onSort(sort === `-${column}` ? column : `-${column}`),
  })
  return [
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
      sort: sorting('summary'),
      cell: ({ summary, problem }) => (
        <div className={mergeClasses(area.stack, styles.what)}>
          {summary}
          {problem ? (
            <span className={mergeClasses(styles.problem, parts.caption)}>
              <Warning16Filled className={styles.icon} aria-hidden="true" />
              <span
                className={styles.clamped}
                title={problem.advice ? `${problem.detail} ${problem.advice}` : undefined}
              >
                {problem.detail}
              </span>
            </span>
          ) : null}
        </div>
      ),
    },
    {
      id: 'state',
      title: <FormattedMessage id="orders.state" />,
      sort: sorting('state'),
      cell: (order) => <OrderStateBadge {...order} />,
    },
    {
      id: 'steps',
      title: <FormattedMessage id="orders.steps" />,
      from: 'rare',
      cell: ({ steps }) =>
        steps.total === 0 ? (
          '–'
        ) : (
          <span className={parts.whole}>
            <FormattedMessage id="orders.stepsDone" values={steps} />
          </span>
        ),
    },
    {
      id: 'requestedBy',
      title: <FormattedMessage id="orders.requestedBy" />,
      from: 'optional',
      sort: sorting('requestedBy'),
      cell: ({ requestedBy }) => requestedBy.name,
    },
    {
      id: 'requestedAt',
      title: <FormattedMessage id="orders.requestedAt" />,
      from: 'optional',
      sort: sorting('requestedAt'),
      cell: ({ requestedAt }) => twoLines(format.instant(requestedAt)),
    },
    {
      id: 'executedAt',
      title: <FormattedMessage id="orders.executedAt" />,
      from: 'rare',
      sort: sorting('executedAt'),
      cell: ({ executedAt }) => (executedAt ? twoLines(format.instant(executedAt)) : '–'),
    },
    {
      id: 'oneTime',
      title: <FormattedMessage id="orders.oneTime" />,
      from: 'rare',
      end: true,
      sort: sorting('oneTime'),
      cell: ({ oneTime }) => format.money(oneTime),
    },
    {
      id: 'monthly',
      title: <FormattedMessage id="orders.monthly" />,
      from: 'optional',
      end: true,
      sort: sorting('monthly'),
      cell: ({ monthly }) => format.money(monthly),
    },
  ]
}
