import { makeStyles, mergeClasses, tokens } from '@fluentui/react-components'
import { FormattedMessage, useIntl } from 'react-intl'
import type { SpendingPeriod } from '~/api/types'
import { useFormat } from '~/app/i18n'
import { useParts } from '~/parts/styles'
import { Change } from './Change'
import { categories } from './search'

const useStyles = makeStyles({
  scroll: { overflowX: 'auto' },
  table: { width: '100%', borderCollapse: 'collapse', fontSize: tokens.fontSizeBase300 },
  head: {
    padding: '6px 8px',
    fontSize: tokens.fontSizeBase200,
    fontWeight: 600,
    textAlign: 'end',
    borderBottom: `1px solid ${tokens.colorNeutralStroke2}`,
    whiteSpace: 'nowrap',
  },
  first: { textAlign: 'start' },
  cell: {
    padding: '6px 8px',
    textAlign: 'end',
    fontWeight: 400,
    verticalAlign: 'top',
    whiteSpace: 'nowrap',
    fontVariantNumeric: 'tabular-nums',
    borderBottom: `1px solid ${tokens.colorNeutralStroke3}`,
  },
  total: { fontWeight: 600 },
})

/** The same as the chart, in figures: the newest period first. */
export function SpendingTable({ periods }: { periods: readonly SpendingPeriod[] }) {
  const styles = useStyles()
  const parts = useParts()
  const intl = useIntl()
  const format = useFormat()
  // A category of which nothing was invoiced would only push the others out of sight.
  const shown = categories.filter((category) =>
    periods.some((one) => one.categories.some((part) => part.category === category && part.amount.amount !== 0)),
  )
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard.
    <section className={styles.scroll} tabIndex={0} aria-label={intl.formatMessage({ id: 'invoices.spending.table' })}>
      <table className={styles.table}>
        <thead>
          <tr>
            <th scope="col" className={mergeClasses(styles.head, styles.first)}>
              <FormattedMessage id="invoices.period" />
            </th>
            <th scope="col" className={styles.head}>
              <FormattedMessage id="common.total" />
            </th>
            <th scope="col" className={styles.head}>
              <FormattedMessage id="invoices.change" />
            </th>
            {shown.map((category) => (
              <th key={category} scope="col" className={styles.head}>
                <FormattedMessage id={`category.${category}`} />
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {periods.toReversed().map((one) => (
            <tr key={one.period}>
              <th scope="row" className={mergeClasses(styles.cell, styles.first)}>
                {format.period(one.period)}
              </th>
              <td className={mergeClasses(styles.cell, styles.total)}>{format.money(one.amount)}</td>
              <td className={styles.cell}>
                <Change change={one.change ?? null} />
              </td>
              {shown.map((category) => {
                const part = one.categories.find((each) => each.category === category)
                return (
                  <td key={category} className={styles.cell}>
                    {part ? (
                      <>
                        {format.money(part.amount)}
                        <br />
                        <span className={parts.caption}>{format.share(part.shareBasisPoints)}</span>
                      </>
                    ) : null}
                  </td>
                )
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}
