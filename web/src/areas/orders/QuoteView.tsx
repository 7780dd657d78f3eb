import { makeStyles, mergeClasses, tokens } from '@fluentui/react-components'
import { Info16Regular } from '@fluentui/react-icons'
import type { ReactNode } from 'react'
import { FormattedMessage } from 'react-intl'
import type { Money, Quote, Totals } from '~/api/types'
import { useFormat } from '~/app/i18n'
import { useParts } from '~/parts/styles'

const useStyles = makeStyles({
  quote: { display: 'flex', flexDirection: 'column', gap: '12px' },
  line: { display: 'flex', justifyContent: 'space-between', gap: '12px' },
  text: { margin: 0, minWidth: 0, overflowWrap: 'anywhere' },
  amount: { fontVariantNumeric: 'tabular-nums', whiteSpace: 'nowrap' },
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
  effects: { listStyleType: 'none', margin: 0, padding: 0, display: 'flex', flexDirection: 'column', gap: '6px' },
  effect: { display: 'flex', gap: '8px', alignItems: 'flex-start' },
  icon: { color: tokens.colorBrandForeground1, flexShrink: 0, marginTop: '2px' },
})

/** What an order would cost and do, before anybody says yes: for whom, one-time and monthly, VAT, from when, effects. */
export function QuoteView({ quote }: { quote: Quote }) {
  const styles = useStyles()
  const parts = useParts()
  const format = useFormat()
  return (
    <div className={styles.quote}>
      {quote.items.map((item) => (
        <div key={item.index}>
          <div className={styles.line}>
            <p className={mergeClasses(styles.text, parts.small)}>{item.offering?.name}</p>
            <span className={styles.amount}>
              <FormattedMessage id="quote.perMonth" values={{ amount: format.money(item.monthly) }} />
            </span>
          </div>
          <p className={mergeClasses(styles.text, parts.muted)}>
            {item.person ? <FormattedMessage id="quote.for" values={{ name: item.person.name }} /> : null}
          </p>
          {item.number ? (
            <p className={mergeClasses(styles.text, parts.muted)}>
              <FormattedMessage id="quote.number" values={{ number: format.number(item.number) }} />
            </p>
          ) : (
            <p className={mergeClasses(styles.text, parts.muted)}>
              <FormattedMessage id="quote.newNumber" />
            </p>
          )}
          {item.sim ? (
            <p className={mergeClasses(styles.text, parts.muted)}>
              <FormattedMessage
                id="quote.sim"
                values={{ iccid: /^\d{19,20}$/.test(item.sim) ? format.iccid(item.sim) : item.sim }}
              />
            </p>
          ) : null}
          <p className={mergeClasses(styles.text, parts.muted)}>
            <FormattedMessage id="quote.from" values={{ day: format.day(item.startsOn) }} />
          </p>
        </div>
      ))}
      <Sums oneTime={quote.oneTime} monthly={quote.monthly} vatRate={quote.vatRate} />
      {quote.items.some(({ effects }) => effects.length > 0) ? (
        <ul className={styles.effects}>
          {quote.items.flatMap(({ index, effects }) =>
            effects.map(({ code, detail }) => (
              <li key={`${index}${code}`} className={styles.effect}>
                <Info16Regular className={styles.icon} aria-hidden="true" />
                <span>{detail}</span>
              </li>
            )),
          )}
        </ul>
      ) : null}
    </div>
  )
}

function Sums({ oneTime, monthly, vatRate }: { oneTime: Totals; monthly: Totals; vatRate: number }) {
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
