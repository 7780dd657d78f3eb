import { makeStyles, tokens } from '@fluentui/react-components'
import type { ReactNode } from 'react'
import { FormattedMessage } from 'react-intl'
import type { Money, Totals } from '~/api/types'
import { useFormat } from '~/app/i18n'

const useStyles = makeStyles({
  table: { width: '100%', borderCollapse: 'collapse', fontVariantNumeric: 'tabular-nums' },
  head: {
    textAlign: 'end',
    fontWeight: 400,
    fontSize: tokens.fontSizeBase200,
    color: tokens.colorNeutralForeground2,
    paddingBottom: '4px',
  },
  name: { textAlign: 'start', fontWeight: 400, padding: '3px 8px 3px 0' },
  cell: { textAlign: 'end', whiteSpace: 'nowrap', padding: '3px 0 3px 8px' },
  gross: { fontWeight: 600, borderTop: `1px solid ${tokens.colorNeutralStroke1}` },
})

/** One-time and monthly, without VAT, its VAT, and both together. */
export function QuoteSums({ oneTime, monthly, vatRate }: { oneTime: Totals; monthly: Totals; vatRate: number }) {
  const styles = useStyles()
  const format = useFormat()
  const row = (name: ReactNode, once: Money, each: Money, className?: string) => (
    <tr className={className}>
      <th scope="row" className={styles.name}>
        {name}
      </th>
      <td className={styles.cell}>{format.money(once)}</td>
      <td className={styles.cell}>{format.money(each)}</td>
    </tr>
  )
  return (
    <table className={styles.table}>
      <thead>
        <tr>
          <td />
          <th scope="col" className={styles.head}>
            <FormattedMessage id="quote.oneTime" />
          </th>
          <th scope="col" className={styles.head}>
            <FormattedMessage id="quote.monthly" />
          </th>
        </tr>
      </thead>
      <tbody>
        {row(<FormattedMessage id="quote.net" />, oneTime.net, monthly.net)}
        {row(<FormattedMessage id="quote.vat" values={{ rate: vatRate }} />, oneTime.vat, monthly.vat)}
        {row(
          <strong>
            <FormattedMessage id="quote.gross" />
          </strong>,
          oneTime.gross,
          monthly.gross,
          styles.gross,
        )}
      </tbody>
    </table>
  )
}
