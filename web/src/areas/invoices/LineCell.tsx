import { mergeClasses } from '@fluentui/react-components'
import { memo } from 'react'
import { type IntlShape, useIntl } from 'react-intl'
import type { InvoiceLine, NewReference } from '~/api/types'
import { useFormat } from '~/app/i18n'
import { type ColumnId, isFigure } from './columns'
import { LineReference } from './LineReference'
import { useLineStyles } from './lineStyles'
import type { InvoiceSearch } from './search'

type Format = ReturnType<typeof useFormat>

/** What one column says of a line. */
export const LineCell = memo(function LineCell({
  id,
  line,
  editable,
  next,
  onAsk,
  onWritten,
}: {
  id: ColumnId
  line: InvoiceLine
  /** Whether references may be written. */
  editable: boolean
  /** The reference that stands on the next invoice, where it was changed here. */
  next: string | null | undefined
  onAsk: (changes: Partial<InvoiceSearch>) => void
  onWritten: (written: readonly NewReference[]) => void
}) {
  const styles = useLineStyles()
  const intl = useIntl()
  const format = useFormat()
  if (id === 'person' && line.person) {
    const { id: person, name } = line.person
    return (
      <div role="cell" className={mergeClasses(styles.cell, styles.open)}>
        <button
          type="button"
          className={styles.who}
          title={name}
          aria-label={intl.formatMessage({ id: 'invoices.onlyOf' }, { name })}
          onClick={() => onAsk({ person })}
        >
          {name}
        </button>
      </div>
    )
  }
  if (id === 'reference' && editable && line.subscription)
    return (
      <div role="cell" className={mergeClasses(styles.cell, styles.open)}>
        <LineReference line={line} subscription={line.subscription} next={next} onWritten={onWritten} />
      </div>
    )
  const text = textOf(id, line, intl, format)
  return (
    <div role="cell" className={mergeClasses(styles.cell, isFigure(id) && styles.figure)} title={text}>
      {text}
    </div>
  )
})

function textOf(id: ColumnId, line: InvoiceLine, intl: IntlShape, format: Format): string {
  switch (id) {
    case 'organisation':
      return line.organisation.name
    case 'person':
      return intl.formatMessage({ id: 'invoices.ownCharge' })
    case 'number':
      return line.number ? format.number(line.number) : ''
    case 'product':
      return line.usedIn
        ? intl.formatMessage(
            { id: 'invoices.usedIn' },
            { product: line.product, period: format.period(line.usedIn, true) },
          )
        : line.product
    case 'category':
      return intl.formatMessage({ id: `category.${line.category}` })
    case 'reference':
      return line.reference ?? ''
    case 'days':
      return line.from && line.to
        ? intl.formatMessage({ id: 'invoices.days' }, { from: shortest(line.from, intl), to: shortest(line.to, intl) })
        : ''
    case 'quantity':
      return intl.formatMessage(
        { id: `invoices.unit.${line.unit}` },
        { count: line.quantity, quantity: format.count(line.quantity), base: line.base },
      )
    case 'price':
      return line.base === 1 || line.unit === 'day' || line.unit === 'month'
        ? format.money(line.price)
        : intl.formatMessage(
            { id: 'invoices.priceFor' },
            {
              price: format.money(line.price),
              what: intl.formatMessage(
                { id: `invoices.unit.${line.unit}` },
                { count: line.base, quantity: format.count(line.base), base: line.base },
              ),
            },
          )
    case 'discount':
      return line.discount ? `${format.share(line.discount.basisPoints)} · ${format.money(line.discount.amount)}` : ''
    case 'vatRate':
      return format.share(line.vatRate * 100)
    case 'amount':
      return format.money(line.amount)
  }
}

/** `1 Nov`: the month of an invoice needs no year. */
const shortest = (day: string, intl: IntlShape): string =>
  intl.formatDate(day, { day: 'numeric', month: 'short', timeZone: 'UTC' })
