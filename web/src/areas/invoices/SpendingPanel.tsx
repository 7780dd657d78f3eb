/** What was spent by category over the periods: as a chart with one period's figures beside it, or all of it as a table. */
import { Button, makeStyles, mergeClasses, Select, Skeleton, SkeletonItem, tokens } from '@fluentui/react-components'
import { ChartMultiple24Regular, DataBarVertical20Regular, Table20Regular } from '@fluentui/react-icons'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { FormattedMessage, useIntl } from 'react-intl'
import type { SpendingPeriod } from '~/api/types'
import { useFormat } from '~/app/i18n'
import { useSession, useThemeName } from '~/app/session'
import { danishDay } from '~/parts/days'
import { EmptyState, ErrorState } from '~/parts/States'
import { useParts } from '~/parts/styles'
import { Change } from './Change'
import { colourOf } from './categoryColours'
import { periodsAgo } from './periods'
import { spendingQuery } from './queries'
import { SpendingChart } from './SpendingChart'
import { SpendingTable } from './SpendingTable'

const useStyles = makeStyles({
  panel: { padding: '16px', minWidth: 0 },
  head: { display: 'flex', alignItems: 'flex-start', gap: '8px', flexWrap: 'wrap', marginBottom: '12px' },
  titles: { flexGrow: 1, minWidth: '180px' },
  body: {
    display: 'grid',
    gridTemplateColumns: 'minmax(0, 1fr) auto',
    gap: '32px',
    '@media (max-width: 1200px)': { gridTemplateColumns: 'minmax(0, 1fr)', gap: '16px' },
  },
  table: { borderCollapse: 'collapse', width: '100%', fontSize: tokens.fontSizeBase300 },
  heading: { margin: '0 0 6px' },
  name: { padding: '5px 8px 5px 0', fontWeight: 400, textAlign: 'start' },
  what: { display: 'flex', alignItems: 'center', gap: '8px' },
  swatch: {
    width: '12px',
    height: '12px',
    borderRadius: tokens.borderRadiusSmall,
    flexShrink: 0,
    forcedColorAdjust: 'none',
  },
  figure: { padding: '5px 0 5px 8px', textAlign: 'end', fontVariantNumeric: 'tabular-nums', whiteSpace: 'nowrap' },
  total: { '& > *': { borderTop: `1px solid ${tokens.colorNeutralStroke2}`, fontWeight: 600, paddingTop: '8px' } },
  bone: { height: '260px' },
})

const spans = [6, 12, 24] as const

export function SpendingPanel() {
  const styles = useStyles()
  const parts = useParts()
  const intl = useIntl()
  const { organisation } = useSession()
  const [months, setMonths] = useState<(typeof spans)[number]>(6)
  const [asTable, setAsTable] = useState(false)
  const [wanted, setWanted] = useState<string>()
  // The running month has no invoice yet: so many months before it are the last that have.
  const from = periodsAgo(danishDay(Date.now()).slice(0, 7), months)
  const { data, error, refetch } = useQuery({
    ...spendingQuery(organisation.id, from),
    placeholderData: keepPreviousData,
  })
  const periods = data?.periods.slice(-months) ?? []
  const chosen = periods.find(({ period }) => period === wanted) ?? periods.at(-1)
  return (
    <section className={mergeClasses(parts.card, styles.panel)} aria-labelledby="spending">
      <div className={styles.head}>
        <div className={styles.titles}>
          <h2 id="spending" className={parts.subheading}>
            <FormattedMessage id="invoices.spending" />
          </h2>
          <div className={parts.caption}>
            <FormattedMessage id="invoices.spending.note" />
          </div>
        </div>
        {periods.length > 0 ? (
          <>
            <Select
              aria-label={intl.formatMessage({ id: 'invoices.spending.span' })}
              value={String(months)}
              onChange={(_, { value }) => setMonths(spans.find((span) => String(span) === value) ?? 6)}
            >
              {spans.map((span) => (
                <option key={span} value={span}>
                  {intl.formatMessage({ id: 'invoices.spending.months' }, { count: span })}
                </option>
              ))}
            </Select>
            <Button
              appearance="subtle"
              icon={asTable ? <DataBarVertical20Regular /> : <Table20Regular />}
              onClick={() => setAsTable(!asTable)}
            >
              <FormattedMessage id={asTable ? 'invoices.spending.asChart' : 'invoices.spending.asTable'} />
            </Button>
          </>
        ) : null}
      </div>
      {!data ? (
        error ? (
          <ErrorState compact error={error} onRetry={() => void refetch()} />
        ) : (
          <Skeleton aria-label={intl.formatMessage({ id: 'common.loading' })}>
            <SkeletonItem className={styles.bone} />
          </Skeleton>
        )
      ) : periods.length === 0 || !chosen ? (
        <EmptyState icon={ChartMultiple24Regular} title={<FormattedMessage id="invoices.spending.none" />}>
          <FormattedMessage id="invoices.none.body" />
        </EmptyState>
      ) : asTable ? (
        <SpendingTable periods={periods} />
      ) : (
        <div className={styles.body}>
          <SpendingChart periods={periods} chosen={chosen.period} onChoose={setWanted} />
          <Figures period={chosen} />
        </div>
      )}
    </section>
  )
}

/** One period: each category's colour, amount, share, and change from the period before. */
function Figures({ period: { period, amount, change, categories } }: { period: SpendingPeriod }) {
  const styles = useStyles()
  const parts = useParts()
  const format = useFormat()
  const theme = useThemeName()
  return (
    <div aria-live="polite">
      <h3 className={mergeClasses(parts.small, styles.heading)}>{format.period(period)}</h3>
      <table className={styles.table}>
        <thead className={parts.visuallyHidden}>
          <tr>
            <th scope="col">
              <FormattedMessage id="invoices.category" />
            </th>
            <th scope="col">
              <FormattedMessage id="invoices.amount" />
            </th>
            <th scope="col">
              <FormattedMessage id="invoices.share" />
            </th>
            <th scope="col">
              <FormattedMessage id="invoices.change" />
            </th>
          </tr>
        </thead>
        <tbody>
          {categories.map((one) => (
            <tr key={one.category}>
              <th scope="row" className={styles.name}>
                <span className={styles.what}>
                  <span
                    className={styles.swatch}
                    style={{ backgroundColor: colourOf(theme, one.category) }}
                    aria-hidden="true"
                  />
                  <FormattedMessage id={`category.${one.category}`} />
                </span>
              </th>
              <td className={styles.figure}>{format.money(one.amount)}</td>
              <td className={mergeClasses(styles.figure, parts.muted)}>{format.share(one.shareBasisPoints)}</td>
              <td className={styles.figure}>
                <Change change={one.change ?? null} />
              </td>
            </tr>
          ))}
          <tr className={styles.total}>
            <th scope="row" className={styles.name}>
              <FormattedMessage id="common.total" />
            </th>
            <td className={styles.figure}>{format.money(amount)}</td>
            <td className={styles.figure} />
            <td className={styles.figure}>
              <Change change={change ?? null} />
            </td>
          </tr>
        </tbody>
      </table>
    </div>
  )
}
