/** What changed from the invoice before, and why: by category, then by cause, then the lines that explain it. */
import { Button, makeStyles, mergeClasses, Skeleton, SkeletonItem, tokens } from '@fluentui/react-components'
import { ArrowSwap24Regular, ChevronRight20Regular } from '@fluentui/react-icons'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Fragment, useId, useState } from 'react'
import { FormattedMessage, useIntl } from 'react-intl'
import type { ChangedCategory, InvoiceDetails } from '~/api/types'
import { useFormat } from '~/app/i18n'
import { useSession } from '~/app/session'
import { EmptyState, ErrorState } from '~/parts/States'
import { useParts } from '~/parts/styles'
import { Change } from './Change'
import { changesQuery } from './queries'

const useStyles = makeStyles({
  summary: {
    padding: '16px',
    display: 'flex',
    flexWrap: 'wrap',
    alignItems: 'baseline',
    columnGap: '12px',
    rowGap: '4px',
  },
  list: { listStyleType: 'none', margin: 0, padding: 0, display: 'flex', flexDirection: 'column', gap: '8px' },
  head: {
    display: 'grid',
    gridTemplateColumns: '32px minmax(140px, 1fr) 132px 132px 190px',
    columnGap: '12px',
    alignItems: 'center',
    padding: '10px 16px 10px 8px',
    '@media (max-width: 740px)': { gridTemplateColumns: '32px minmax(0, 1fr) auto' },
  },
  wide: { '@media (max-width: 740px)': { display: 'none' } },
  figure: { textAlign: 'end', fontVariantNumeric: 'tabular-nums', whiteSpace: 'nowrap' },
  name: { display: 'flex', flexDirection: 'column', gap: '2px', minWidth: 0 },
  turned: { transform: 'rotate(90deg)' },
  chevron: { transitionProperty: 'transform', transitionDuration: '120ms' },
  lines: { borderTop: `1px solid ${tokens.colorNeutralStroke3}`, overflowX: 'auto', padding: '0 16px 12px 52px' },
  table: { width: '100%', borderCollapse: 'collapse', fontSize: tokens.fontSizeBase300 },
  th: {
    padding: '8px 8px 6px 0',
    fontSize: tokens.fontSizeBase200,
    fontWeight: 600,
    textAlign: 'start',
    whiteSpace: 'nowrap',
  },
  td: { padding: '6px 8px 6px 0', borderTop: `1px solid ${tokens.colorNeutralStroke3}`, verticalAlign: 'top' },
  more: { margin: '8px 0 0' },
})

export function Changes({ invoice }: { invoice: InvoiceDetails }) {
  const styles = useStyles()
  const parts = useParts()
  const intl = useIntl()
  const format = useFormat()
  const { organisation } = useSession()
  const { data, error, refetch } = useQuery(changesQuery(organisation.id, invoice.id))
  if (!data)
    return error ? (
      <div className={parts.card}>
        <ErrorState error={error} onRetry={() => void refetch()} />
      </div>
    ) : (
      <Skeleton aria-label={intl.formatMessage({ id: 'common.loading' })}>
        <SkeletonItem size={128} />
      </Skeleton>
    )
  if (!data.comparedWith)
    return (
      <div className={parts.card}>
        <EmptyState icon={ArrowSwap24Regular} title={<FormattedMessage id="invoices.changes.first" />}>
          <FormattedMessage id="invoices.changes.first.body" />
        </EmptyState>
      </div>
    )
  const before = data.comparedWith
  return (
    <>
      <section
        className={mergeClasses(parts.card, styles.summary)}
        aria-label={intl.formatMessage({ id: 'invoices.changes.sum' })}
      >
        <span>
          <FormattedMessage
            id={
              data.change.amount.amount === 0
                ? 'invoices.changes.same'
                : data.change.amount.amount > 0
                  ? 'invoices.changes.more'
                  : 'invoices.changes.less'
            }
            values={{
              amount: (
                <strong>{format.money({ ...data.change.amount, amount: Math.abs(data.change.amount.amount) })}</strong>
              ),
              before: (
                <Link
                  to="/o/$organisation/invoices/$invoice"
                  params={{ organisation: organisation.id, invoice: before.id }}
                  className={mergeClasses(parts.link, parts.underlined)}
                >
                  {before.number}
                </Link>
              ),
              period: format.period(before.period),
            }}
          />
        </span>
        <Change change={data.change} />
        <span className={parts.caption}>
          <FormattedMessage
            id="invoices.changes.fromTo"
            values={{ before: format.money(data.before), now: format.money(data.now) }}
          />
        </span>
      </section>
      <ul className={styles.list}>
        {data.categories.map((category) => (
          <Category key={category.category} category={category} several={invoice.organisations.length > 1} />
        ))}
      </ul>
    </>
  )
}

function Category({ category, several }: { category: ChangedCategory; several: boolean }) {
  const styles = useStyles()
  const parts = useParts()
  const intl = useIntl()
  const format = useFormat()
  const [open, setOpen] = useState(false)
  const id = useId()
  const name = intl.formatMessage({ id: `category.${category.category}` })
  return (
    <li className={parts.card}>
      <div className={styles.head}>
        <Button
          appearance="subtle"
          size="small"
          icon={<ChevronRight20Regular className={mergeClasses(styles.chevron, open && styles.turned)} />}
          aria-expanded={open}
          aria-controls={open ? id : undefined}
          aria-label={intl.formatMessage({ id: 'invoices.changes.why' }, { name })}
          onClick={() => setOpen(!open)}
        />
        <div className={styles.name}>
          <h2 className={parts.small}>{name}</h2>
          <span className={parts.caption}>
            {category.causes.map(({ cause, count, change }, at) => (
              <Fragment key={cause}>
                {at > 0 ? ' · ' : null}
                <FormattedMessage
                  id={`invoices.cause.${cause}.count`}
                  values={{ count, amount: <span className={parts.whole}>{format.signedMoney(change)}</span> }}
                />
              </Fragment>
            ))}
          </span>
        </div>
        <span className={mergeClasses(styles.figure, styles.wide, parts.muted)}>{format.money(category.before)}</span>
        <span className={mergeClasses(styles.figure, styles.wide)}>{format.money(category.now)}</span>
        <span className={styles.figure}>
          <Change change={category.change} withAmount />
        </span>
      </div>
      {open ? (
        <section
          id={id}
          className={styles.lines}
          // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard.
          tabIndex={0}
          aria-label={intl.formatMessage({ id: 'invoices.changes.why' }, { name })}
        >
          <table className={styles.table}>
            <thead>
              <tr>
                <th scope="col" className={styles.th}>
                  <FormattedMessage id="invoices.changes.cause" />
                </th>
                {several ? (
                  <th scope="col" className={styles.th}>
                    <FormattedMessage id="invoices.column.organisation" />
                  </th>
                ) : null}
                <th scope="col" className={styles.th}>
                  <FormattedMessage id="invoices.column.person" />
                </th>
                <th scope="col" className={styles.th}>
                  <FormattedMessage id="invoices.column.product" />
                </th>
                <th scope="col" className={mergeClasses(styles.th, styles.figure)}>
                  <FormattedMessage id="invoices.changes.before" />
                </th>
                <th scope="col" className={mergeClasses(styles.th, styles.figure)}>
                  <FormattedMessage id="invoices.changes.now" />
                </th>
                <th scope="col" className={mergeClasses(styles.th, styles.figure)}>
                  <FormattedMessage id="invoices.changes.difference" />
                </th>
              </tr>
            </thead>
            <tbody>
              {category.lines.map((line, at) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: these lines never move; nothing else tells them apart.
                <tr key={at}>
                  <td className={styles.td}>
                    <FormattedMessage id={`invoices.cause.${line.cause}`} />
                  </td>
                  {several ? <td className={styles.td}>{line.organisation.name}</td> : null}
                  <td className={styles.td}>
                    {line.person?.name ?? <FormattedMessage id="invoices.ownCharge" />}
                    {line.number ? <div className={parts.caption}>{format.number(line.number)}</div> : null}
                  </td>
                  <td className={styles.td}>
                    {line.product}
                    {line.reference ? <div className={parts.caption}>{line.reference}</div> : null}
                  </td>
                  <td className={mergeClasses(styles.td, styles.figure)}>
                    {line.before ? format.money(line.before) : '–'}
                  </td>
                  <td className={mergeClasses(styles.td, styles.figure)}>{line.now ? format.money(line.now) : '–'}</td>
                  <td className={mergeClasses(styles.td, styles.figure)}>{format.signedMoney(line.change)}</td>
                </tr>
              ))}
            </tbody>
          </table>
          {category.more > 0 ? (
            <p className={mergeClasses(styles.more, parts.muted)}>
              <FormattedMessage id="invoices.changes.moreLines" values={{ count: category.more }} />
            </p>
          ) : null}
        </section>
      ) : null}
    </li>
  )
}
