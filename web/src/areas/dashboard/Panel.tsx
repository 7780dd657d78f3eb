import { makeStyles, mergeClasses, Skeleton, SkeletonItem, tokens } from '@fluentui/react-components'
import type { FluentIcon } from '@fluentui/react-icons'
import type { ReactNode } from 'react'
import { useIntl } from 'react-intl'
import type { Dashboard } from '~/api/types'
import { ErrorState } from '~/parts/States'
import { useParts } from '~/parts/styles'

/** What each card of the dashboard is given: the figures once they have come, or what went wrong and how to ask again. */
export interface CardState {
  data: Dashboard | undefined
  error: unknown
  retry: () => void
}

const useStyles = makeStyles({
  tile: { padding: '12px 16px 14px', minHeight: '118px', position: 'relative' },
  tileHead: { display: 'flex', alignItems: 'center', gap: '10px', margin: 0, fontWeight: 400, fontSize: 'inherit' },
  icon: { color: tokens.colorBrandForeground1, display: 'flex' },
  figure: {
    margin: '4px 0 2px',
    fontSize: tokens.fontSizeHero700,
    lineHeight: tokens.lineHeightHero700,
    fontWeight: 600,
    fontVariantNumeric: 'tabular-nums',
    overflowWrap: 'anywhere',
  },
  panel: { padding: '16px', minWidth: 0 },
  head: { marginBottom: '8px' },
})

/** One large figure under a heading. */
export function Tile({
  icon: Icon,
  title,
  state,
  children,
}: {
  icon: FluentIcon
  title: ReactNode
  state: CardState
  children: (data: Dashboard) => { figure: ReactNode; note: ReactNode }
}) {
  const styles = useStyles()
  const parts = useParts()
  const intl = useIntl()
  const shown = state.data ? children(state.data) : null
  return (
    <section className={mergeClasses(parts.card, styles.tile)}>
      <h2 className={styles.tileHead}>
        <span className={styles.icon} aria-hidden="true">
          <Icon />
        </span>
        {title}
      </h2>
      {shown ? (
        <>
          <div className={styles.figure}>{shown.figure}</div>
          <div className={parts.caption}>{shown.note}</div>
        </>
      ) : state.error ? (
        <ErrorState compact error={state.error} onRetry={state.retry} />
      ) : (
        <Skeleton aria-label={intl.formatMessage({ id: 'common.loading' })}>
          <SkeletonItem size={32} style={{ width: '60%', margin: '8px 0' }} />
          <SkeletonItem size={12} style={{ width: '80%' }} />
        </Skeleton>
      )}
    </section>
  )
}

/** A larger card with a heading. */
export function Panel({
  title,
  note,
  state,
  lines = 3,
  children,
}: {
  title: ReactNode
  note?: ReactNode
  state?: CardState
  lines?: number
  children: (data: Dashboard) => ReactNode
}) {
  const styles = useStyles()
  const parts = useParts()
  const intl = useIntl()
  return (
    <section className={mergeClasses(parts.card, styles.panel)}>
      <div className={styles.head}>
        <h2 className={parts.subheading}>{title}</h2>
        {note ? <div className={parts.caption}>{note}</div> : null}
      </div>
      {state?.data ? (
        children(state.data)
      ) : state?.error ? (
        <ErrorState compact error={state.error} onRetry={state.retry} />
      ) : (
        <Skeleton aria-label={intl.formatMessage({ id: 'common.loading' })}>
          {Array.from({ length: lines }, (_, at) => at).map((at) => (
            <SkeletonItem key={at} size={20} style={{ margin: '10px 0' }} />
          ))}
        </Skeleton>
      )}
    </section>
  )
}
