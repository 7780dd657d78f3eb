import { Button, makeStyles, mergeClasses, Skeleton, SkeletonItem } from '@fluentui/react-components'
import { useQuery } from '@tanstack/react-query'
import { lazy, Suspense, useRef, useState } from 'react'
import { FormattedMessage, useIntl } from 'react-intl'
import type { NumberSeries } from '~/api/types'
import { useFormat } from '~/app/i18n'
import { useSession } from '~/app/session'
import { ErrorState } from '~/parts/States'
import { useParts } from '~/parts/styles'
import { seriesQuery } from '../queries'
import type { UsableNumber } from './rules'
import { Legend, Strip } from './Strip'

const SeriesDialog = lazy(() => import('./SeriesDialog').then((module) => ({ default: module.SeriesDialog })))

const useStyles = makeStyles({
  series: { display: 'grid', gridTemplateColumns: 'repeat(auto-fill, minmax(280px, 1fr))', gap: '16px' },
  card: { padding: '14px 16px 10px', display: 'flex', flexDirection: 'column', gap: '8px' },
  bone: { height: '112px' },
  line: { display: 'flex', justifyContent: 'space-between', alignItems: 'center', gap: '8px' },
  see: { marginInlineEnd: '-8px' },
})

/** So many series are shown before somebody asks for the rest. */
const shownAtOnce = 6

/** The organisation's series, each as a strip of what is used and what is free. */
export function Series({ onUse }: { onUse: (number: UsableNumber) => void }) {
  const styles = useStyles()
  const parts = useParts()
  const intl = useIntl()
  const format = useFormat()
  const { organisation } = useSession()
  const { data, error, refetch } = useQuery(seriesQuery(organisation.id))
  const [all, setAll] = useState(false)
  const [shown, setShown] = useState<NumberSeries | null>(null)
  const opener = useRef<Element>(null)
  const close = () => {
    setShown(null)
    requestAnimationFrame(() => {
      if (opener.current instanceof HTMLElement) opener.current.focus()
    })
  }
  if (error && !data)
    return (
      <div className={parts.card}>
        <ErrorState error={error} onRetry={() => void refetch()} />
      </div>
    )
  if (!data)
    return (
      <Skeleton aria-label={intl.formatMessage({ id: 'common.loading' })} className={styles.series}>
        <SkeletonItem className={styles.bone} />
      </Skeleton>
    )
  if (data.items.length === 0) return null
  return (
    <>
      <Legend />
      <div className={styles.series}>
        {data.items.slice(0, all ? undefined : shownAtOnce).map((series) => {
          const { id, first, last, total, free, kind, runs } = series
          const range = `${format.number(first)} – ${format.number(last)}`
          return (
            <section key={id} className={mergeClasses(parts.card, styles.card)} aria-label={range}>
              <h2 className={mergeClasses(parts.small, parts.figures)}>{range}</h2>
              <Strip runs={runs} />
              <div className={styles.line}>
                <span className={parts.caption}>
                  <FormattedMessage id="numbers.series" values={{ free, total }} /> ·{' '}
                  <FormattedMessage id={`kind.${kind}`} />
                </span>
                <Button
                  className={styles.see}
                  appearance="subtle"
                  size="small"
                  aria-label={intl.formatMessage({ id: 'series.seeOf' }, { range })}
                  onClick={(event) => {
                    opener.current = event.currentTarget
                    setShown(series)
                  }}
                >
                  <FormattedMessage id="series.see" />
                </Button>
              </div>
            </section>
          )
        })}
      </div>
      {data.items.length > shownAtOnce && !all ? (
        <div>
          <Button appearance="subtle" onClick={() => setAll(true)}>
            <FormattedMessage id="series.all" values={{ count: data.items.length }} />
          </Button>
        </div>
      ) : null}
      <Suspense fallback={null}>
        {shown ? (
          <SeriesDialog
            series={shown}
            onClose={close}
            onUse={(number) => {
              close()
              setTimeout(() => onUse(number))
            }}
          />
        ) : null}
      </Suspense>
    </>
  )
}
