import {
  makeStyles,
  Table,
  TableBody,
  TableCell,
  TableHeader,
  TableHeaderCell,
  TableRow,
  tokens,
} from '@fluentui/react-components'
import { Call20Regular, Phone20Regular, PhoneSpanIn24Regular } from '@fluentui/react-icons'
import { Link } from '@tanstack/react-router'
import { FormattedMessage } from 'react-intl'
import { useFormat } from '~/app/i18n'
import { useSession } from '~/app/session'
import { EmptyState } from '~/parts/States'
import { useParts } from '~/parts/styles'
import { type CardState, Panel } from './Panel'

const useStyles = makeStyles({
  product: { display: 'flex', alignItems: 'center', gap: '10px', minWidth: 0 },
  icon: { color: tokens.colorNeutralForeground2, display: 'flex', flexShrink: 0 },
  name: { width: '40%' },
  number: { textAlign: 'end', fontVariantNumeric: 'tabular-nums', '& > *': { justifyContent: 'flex-end' } },
  total: { fontWeight: 600 },
  head: { fontSize: tokens.fontSizeBase200, '& *': { fontSize: tokens.fontSizeBase200, fontWeight: 600 } },
  share: {
    height: '6px',
    borderRadius: '3px',
    backgroundColor: tokens.colorCompoundBrandBackground,
    minWidth: '2px',
    forcedColorAdjust: 'none',
  },
  shareCell: { width: '24%', '@media (max-width: 740px)': { display: 'none' } },
  // In the contrast theme the track is an outline: a filled one would look like the bar.
  track: {
    backgroundColor: tokens.colorNeutralBackground6,
    borderRadius: '3px',
    outline: `1px solid ${tokens.colorTransparentStroke}`,
  },
})

export function SubscriptionTable(state: CardState) {
  const styles = useStyles()
  const parts = useParts()
  const format = useFormat()
  const params = { organisation: useSession().organisation.id }
  return (
    <Panel
      title={<FormattedMessage id="dashboard.byProduct" />}
      note={<FormattedMessage id="dashboard.byProduct.note" />}
      state={state}
      lines={5}
    >
      {({ subscriptions, monthlyCost }) =>
        subscriptions.length === 0 ? (
          <EmptyState
            icon={PhoneSpanIn24Regular}
            title={<FormattedMessage id="dashboard.noSubscriptions" />}
            action={
              <Link to="/o/$organisation/users" params={params} search={{ has: 'none' }} className={parts.link}>
                <FormattedMessage id="dashboard.goToUsers" />
              </Link>
            }
          >
            <FormattedMessage id="dashboard.noSubscriptions.body" />
          </EmptyState>
        ) : (
          <Table>
            <TableHeader>
              <TableRow className={styles.head}>
                <TableHeaderCell className={styles.name}>
                  <FormattedMessage id="dashboard.product" />
                </TableHeaderCell>
                <TableHeaderCell className={styles.number}>
                  <FormattedMessage id="dashboard.count" />
                </TableHeaderCell>
                <TableHeaderCell className={styles.number}>
                  <FormattedMessage id="dashboard.perMonth" />
                </TableHeaderCell>
                <TableHeaderCell className={styles.shareCell}>
                  <FormattedMessage id="dashboard.share" />
                </TableHeaderCell>
              </TableRow>
            </TableHeader>
            <TableBody>
              {subscriptions.map(({ offering, kind, count, monthlyCost: cost }) => (
                <TableRow key={offering.id}>
                  <TableCell>
                    <span className={styles.product}>
                      <span className={styles.icon} aria-hidden="true">
                        {kind === 'telephony' ? <Call20Regular /> : <Phone20Regular />}
                      </span>
                      <span className={parts.ellipsis} title={offering.name}>
                        {offering.name}
                      </span>
                    </span>
                  </TableCell>
                  <TableCell className={styles.number}>{format.count(count)}</TableCell>
                  <TableCell className={styles.number}>{format.money(cost)}</TableCell>
                  <TableCell className={styles.shareCell} aria-hidden="true">
                    <div className={styles.track}>
                      <div
                        className={styles.share}
                        style={{ width: `${monthlyCost.amount > 0 ? (100 * cost.amount) / monthlyCost.amount : 0}%` }}
                      />
                    </div>
                  </TableCell>
                </TableRow>
              ))}
              <TableRow className={styles.total}>
                <TableCell>
                  <FormattedMessage id="common.total" />
                </TableCell>
                <TableCell className={styles.number}>
                  {format.count(subscriptions.reduce((sum, { count }) => sum + count, 0))}
                </TableCell>
                <TableCell className={styles.number}>{format.money(monthlyCost)}</TableCell>
                <TableCell className={styles.shareCell} aria-hidden="true" />
              </TableRow>
            </TableBody>
          </Table>
        )
      }
    </Panel>
  )
}
