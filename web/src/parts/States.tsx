/** What a place shows when it has nothing to show: still loading, empty, or failed. */
import { Button, makeStyles, mergeClasses, tokens } from '@fluentui/react-components'
import { ArrowClockwise20Regular, ErrorCircle24Regular, type FluentIcon } from '@fluentui/react-icons'
import type { ReactNode } from 'react'
import { FormattedMessage } from 'react-intl'
import { useProblemText } from './problemText'
import { useParts } from './styles'

const useStyles = makeStyles({
  box: {
    display: 'flex',
    flexDirection: 'column',
    alignItems: 'center',
    justifyContent: 'center',
    gap: '8px',
    padding: '40px 24px',
    textAlign: 'center',
    flexGrow: 1,
  },
  compact: { padding: '8px 0', alignItems: 'flex-start', textAlign: 'start' },
  disc: {
    width: '56px',
    height: '56px',
    borderRadius: '50%',
    display: 'flex',
    alignItems: 'center',
    justifyContent: 'center',
    marginBottom: '4px',
    backgroundColor: tokens.colorBrandBackground2,
    color: tokens.colorBrandForeground2,
  },
  failed: { backgroundColor: tokens.colorStatusDangerBackground1, color: tokens.colorStatusDangerForeground1 },
  body: { maxWidth: '460px', margin: 0 },
  action: { marginTop: '8px', display: 'flex', gap: '8px', flexWrap: 'wrap', justifyContent: 'center' },
})

export function EmptyState({
  icon: Icon,
  title,
  children,
  action,
  page = false,
}: {
  icon: FluentIcon
  title: ReactNode
  children?: ReactNode
  action?: ReactNode
  /** Whether this is all of a page, so that its title is the page's heading. */
  page?: boolean
}) {
  const styles = useStyles()
  const parts = useParts()
  return (
    <div className={styles.box}>
      <span className={styles.disc} aria-hidden="true">
        <Icon />
      </span>
      {page ? <h1 className={parts.subheading}>{title}</h1> : <p className={parts.subheading}>{title}</p>}
      {children ? <p className={mergeClasses(styles.body, parts.muted)}>{children}</p> : null}
      {action ? <div className={styles.action}>{action}</div> : null}
    </div>
  )
}

export function ErrorState({
  error,
  onRetry,
  compact = false,
}: {
  error: unknown
  onRetry?: () => void
  compact?: boolean
}) {
  const styles = useStyles()
  const parts = useParts()
  const { title, detail, requestId } = useProblemText()(error)
  return (
    <div className={mergeClasses(styles.box, compact && styles.compact)} role="alert">
      {compact ? null : (
        <span className={mergeClasses(styles.disc, styles.failed)} aria-hidden="true">
          <ErrorCircle24Regular />
        </span>
      )}
      <p className={compact ? parts.small : parts.subheading}>{title}</p>
      {detail ? <p className={mergeClasses(styles.body, parts.muted)}>{detail}</p> : null}
      {requestId && !compact ? (
        <p className={mergeClasses(styles.body, parts.caption)}>
          <FormattedMessage id="problem.reference" values={{ id: requestId }} />
        </p>
      ) : null}
      {onRetry ? (
        <div className={styles.action}>
          <Button icon={<ArrowClockwise20Regular />} onClick={onRetry} size={compact ? 'small' : 'medium'}>
            <FormattedMessage id="common.retry" />
          </Button>
        </div>
      ) : null}
    </div>
  )
}
