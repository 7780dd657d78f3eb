import { makeStyles, mergeClasses, ProgressBar, Skeleton, SkeletonItem, tokens } from '@fluentui/react-components'
import { useQuery } from '@tanstack/react-query'
import { FormattedMessage, useIntl } from 'react-intl'
import type { TariffCategory } from '~/api/types'
import { useFormat } from '~/app/i18n'
import { useSession } from '~/app/session'
import { WithHelp } from '~/parts/Help'
import { ErrorState } from '~/parts/States'
import { useParts } from '~/parts/styles'
import { Change } from './Change'
import { forecastQuery } from './queries'

const useStyles = makeStyles({
  panel: { padding: '16px', minWidth: 0, display: 'flex', flexDirection: 'column', gap: '8px' },
  figure: {
    fontSize: tokens.fontSizeHero700,
    lineHeight: tokens.lineHeightHero700,
    fontWeight: 600,
    fontVariantNumeric: 'tabular-nums',
    overflowWrap: 'anywhere',
  },
  facts: { display: 'grid', gridTemplateColumns: 'minmax(0, 1fr) auto', gap: '4px 12px', margin: 0 },
  value: { margin: 0, textAlign: 'end', fontVariantNumeric: 'tabular-nums', whiteSpace: 'nowrap' },
  rule: { borderTop: `1px solid ${tokens.colorNeutralStroke2}`, paddingTop: '8px' },
})

/** What the running month is going to cost, as it looks now. */
export function ForecastPanel() {
  const styles = useStyles()
  const parts = useParts()
  const intl = useIntl()
  const format = useFormat()
  const { organisation } = useSession()
  const { data, error, refetch } = useQuery(forecastQuery(organisation.id))
  const title = intl.formatMessage({ id: 'invoices.forecast' })
  return (
    <section className={mergeClasses(parts.card, styles.panel)} aria-labelledby="forecast">
      <WithHelp about={title} text="invoices.forecast.help">
        <h2 id="forecast" className={parts.subheading}>
          {title}
        </h2>
      </WithHelp>
      {data ? (
        <>
          <div className={parts.caption}>{format.period(data.period)}</div>
          <div>
            <div className={styles.figure}>{format.money(data.net)}</div>
            <div className={parts.caption}>
              <FormattedMessage id="invoices.forecast.vat" values={{ total: format.money(data.total) }} />
            </div>
          </div>
          {data.comparedWith ? (
            <div>
              <Change change={data.comparedWith.change} withAmount />{' '}
              <span className={parts.caption}>
                <FormattedMessage
                  id="invoices.forecast.compared"
                  values={{ period: format.period(data.comparedWith.period) }}
                />
              </span>
            </div>
          ) : null}
          <ProgressBar
            value={data.net.amount > 0 ? Math.min(1, Math.max(0, data.soFar.amount / data.net.amount)) : 0}
            thickness="large"
            aria-label={intl.formatMessage({ id: 'invoices.forecast.soFar' })}
          />
          <dl className={styles.facts}>
            <dt className={parts.muted}>
              <FormattedMessage id="invoices.forecast.soFar" />
            </dt>
            <dd className={styles.value}>{format.money(data.soFar)}</dd>
          </dl>
          <dl className={mergeClasses(styles.facts, styles.rule)}>
            {data.categories
              .filter(({ amount }) => amount.amount !== 0)
              .map(({ category, amount }) => (
                <Pair key={category} category={category} amount={format.money(amount)} />
              ))}
          </dl>
        </>
      ) : error ? (
        <ErrorState compact error={error} onRetry={() => void refetch()} />
      ) : (
        <Skeleton aria-label={intl.formatMessage({ id: 'common.loading' })}>
          <SkeletonItem size={32} style={{ width: '70%', margin: '8px 0' }} />
          <SkeletonItem size={16} style={{ margin: '8px 0' }} />
          <SkeletonItem size={16} style={{ width: '60%' }} />
        </Skeleton>
      )}
    </section>
  )
}

function Pair({ category, amount }: { category: TariffCategory; amount: string }) {
  const styles = useStyles()
  const parts = useParts()
  return (
    <>
      <dt className={parts.muted}>
        <FormattedMessage id={`category.${category}`} />
      </dt>
      <dd className={styles.value}>{amount}</dd>
    </>
  )
}
