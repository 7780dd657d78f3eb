/** Everything else that an invoice says: between whom, how it is paid, its VAT, and what it comes to by category. */
import { makeStyles, mergeClasses, tokens } from '@fluentui/react-components'
import { Fragment, type ReactNode } from 'react'
import { FormattedMessage, useIntl } from 'react-intl'
import type { InvoiceDetails, InvoiceParty } from '~/api/types'
import { useFormat } from '~/app/i18n'
import { CopyButton } from '~/parts/CopyButton'
import { useParts } from '~/parts/styles'
import { Change } from './Change'

const useStyles = makeStyles({
  columns: {
    display: 'grid',
    gridTemplateColumns: 'repeat(2, minmax(0, 1fr))',
    gap: '16px',
    alignItems: 'start',
    maxWidth: '1200px',
    '@media (max-width: 900px)': { gridTemplateColumns: 'minmax(0, 1fr)' },
  },
  card: { padding: '16px' },
  title: { marginBottom: '8px' },
  facts: { display: 'grid', gridTemplateColumns: 'minmax(110px, 180px) minmax(0, 1fr)', gap: '6px 16px', margin: 0 },
  value: { margin: 0, overflowWrap: 'anywhere', display: 'flex', alignItems: 'center', gap: '4px' },
  table: { width: '100%', borderCollapse: 'collapse' },
  th: { padding: '4px 0 6px', fontSize: tokens.fontSizeBase200, fontWeight: 600, textAlign: 'start' },
  td: { padding: '5px 0', borderTop: `1px solid ${tokens.colorNeutralStroke3}`, fontWeight: 400, textAlign: 'start' },
  figure: { textAlign: 'end', fontVariantNumeric: 'tabular-nums', whiteSpace: 'nowrap', paddingInlineStart: '12px' },
})

export function Details({ invoice }: { invoice: InvoiceDetails }) {
  const styles = useStyles()
  const parts = useParts()
  const intl = useIntl()
  const format = useFormat()
  const { payment } = invoice
  const card = (title: ReactNode, children: ReactNode) => (
    <section className={mergeClasses(parts.card, styles.card)}>
      <h2 className={mergeClasses(parts.subheading, styles.title)}>{title}</h2>
      {children}
    </section>
  )
  const facts = (pairs: [ReactNode, ReactNode][]) => (
    <dl className={styles.facts}>
      {pairs
        .filter(([, value]) => value)
        .map(([name, value], at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the facts of one invoice stay where they are.
          <Fragment key={at}>
            <dt className={parts.muted}>{name}</dt>
            <dd className={styles.value}>{value}</dd>
          </Fragment>
        ))}
    </dl>
  )
  const party = ({ name, cvr, street, postalCode, city, country, gln, email }: InvoiceParty) =>
    facts([
      [<FormattedMessage key="n" id="address.name" />, name],
      [
        <FormattedMessage key="a" id="finance.address" />,
        [street, [postalCode, city].filter(Boolean).join(' '), country === 'DK' ? null : country]
          .filter(Boolean)
          .join(', '),
      ],
      ['CVR', cvr],
      ['GLN', gln],
      [<FormattedMessage key="e" id="profile.email" />, email],
    ])
  const head = (texts: ReactNode[]) => (
    <thead>
      <tr>
        {texts.map((text, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the columns of one table stay where they are.
          <th key={at} scope="col" className={mergeClasses(styles.th, at > 0 && styles.figure)}>
            {text}
          </th>
        ))}
      </tr>
    </thead>
  )
  return (
    <div className={styles.columns}>
      {card(
        <FormattedMessage id="invoices.byCategory" />,
        <table className={styles.table}>
          {head([
            <FormattedMessage key="c" id="invoices.category" />,
            <FormattedMessage key="l" id="invoices.lineCount" />,
            <FormattedMessage key="a" id="invoices.amount" />,
            <FormattedMessage key="d" id="invoices.change" />,
          ])}
          <tbody>
            {invoice.categories.map(({ category, lines, amount, change }) => (
              <tr key={category}>
                <th scope="row" className={styles.td}>
                  <FormattedMessage id={`category.${category}`} />
                </th>
                <td className={mergeClasses(styles.td, styles.figure)}>{format.count(lines)}</td>
                <td className={mergeClasses(styles.td, styles.figure)}>{format.money(amount)}</td>
                <td className={mergeClasses(styles.td, styles.figure)}>
                  <Change change={change ?? null} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>,
      )}
      {card(
        <FormattedMessage id="invoices.payment" />,
        facts([
          [<FormattedMessage key="d" id="invoices.due" />, format.day(invoice.due)],
          [<FormattedMessage key="t" id="invoices.total" />, format.money(invoice.total)],
          [
            <FormattedMessage key="a" id="invoices.account" />,
            <Fragment key="v">
              {payment.registration} {payment.account}
              <CopyButton
                value={`${payment.registration} ${payment.account}`}
                label={intl.formatMessage({ id: 'invoices.copyAccount' })}
              />
            </Fragment>,
          ],
          [
            <FormattedMessage key="r" id="invoices.paymentReference" />,
            <Fragment key="v">
              {payment.reference}
              <CopyButton value={payment.reference} label={intl.formatMessage({ id: 'invoices.copyReference' })} />
            </Fragment>,
          ],
          [<FormattedMessage key="b" id="finance.buyerReference" />, invoice.buyerReference],
          [<FormattedMessage key="o" id="invoices.orderReference" />, invoice.orderReference],
        ]),
      )}
      {card(<FormattedMessage id="invoices.seller" />, party(invoice.seller))}
      {card(<FormattedMessage id="invoices.buyer" />, party(invoice.buyer))}
      {card(
        <FormattedMessage id="invoices.vat" />,
        <table className={styles.table}>
          {head([
            <FormattedMessage key="r" id="invoices.vatRate" />,
            <FormattedMessage key="t" id="invoices.taxable" />,
            <FormattedMessage key="v" id="invoices.vat" />,
          ])}
          <tbody>
            {invoice.vatTotals.map(({ category, rate, taxable, vat }) => (
              <tr key={`${category}${rate}`}>
                <th scope="row" className={styles.td}>
                  {format.share(rate * 100)}
                </th>
                <td className={mergeClasses(styles.td, styles.figure)}>{format.money(taxable)}</td>
                <td className={mergeClasses(styles.td, styles.figure)}>{format.money(vat)}</td>
              </tr>
            ))}
          </tbody>
        </table>,
      )}
      {invoice.organisations.length > 1
        ? card(
            <FormattedMessage id="invoices.organisations" />,
            <table className={styles.table}>
              {head([
                <FormattedMessage key="o" id="invoices.column.organisation" />,
                <FormattedMessage key="l" id="invoices.lineCount" />,
                <FormattedMessage key="a" id="invoices.amount" />,
              ])}
              <tbody>
                {invoice.organisations.map(({ id, name, lines, amount }) => (
                  <tr key={id}>
                    <th scope="row" className={styles.td}>
                      {name}
                    </th>
                    <td className={mergeClasses(styles.td, styles.figure)}>{format.count(lines)}</td>
                    <td className={mergeClasses(styles.td, styles.figure)}>{format.money(amount)}</td>
                  </tr>
                ))}
              </tbody>
            </table>,
          )
        : null}
    </div>
  )
}
