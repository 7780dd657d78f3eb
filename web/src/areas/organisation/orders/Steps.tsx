import { makeStyles, mergeClasses, tokens } from '@fluentui/react-components'
import {
  ArrowUndo20Regular,
  CheckmarkCircle20Filled,
  Circle20Regular,
  Clock20Regular,
  ErrorCircle20Filled,
  type FluentIcon,
  SubtractCircle20Regular,
} from '@fluentui/react-icons'
import { FormattedMessage, useIntl } from 'react-intl'
import type { OrderItemView, Step } from '~/api/types'
import { useFormat } from '~/app/i18n'
import { actionText } from '~/parts/ActionText'
import { useParts } from '~/parts/styles'

const useStyles = makeStyles({
  group: { marginTop: '12px' },
  summary: {
    cursor: 'pointer',
    borderRadius: tokens.borderRadiusSmall,
    ':focus-visible': { outline: `2px solid ${tokens.colorStrokeFocus2}`, outlineOffset: '2px' },
  },
  steps: { listStyleType: 'none', margin: '12px 0 0', padding: 0 },
  step: {
    display: 'grid',
    gridTemplateColumns: '20px minmax(0, 1fr)',
    columnGap: '12px',
    paddingBottom: '16px',
    position: 'relative',
    ':last-child': { paddingBottom: 0 },
    ':not(:last-child)::before': {
      content: '""',
      position: 'absolute',
      insetInlineStart: '9px',
      top: '24px',
      bottom: '4px',
      width: '2px',
      borderRadius: '1px',
      backgroundColor: tokens.colorNeutralStroke2,
    },
  },
  title: { margin: 0 },
  outcome: { margin: '2px 0 0', overflowWrap: 'anywhere' },
  pending: { color: tokens.colorNeutralForeground3 },
  done: { color: tokens.colorStatusSuccessForeground1 },
  failed: { color: tokens.colorStatusDangerForeground1 },
  waiting: { color: tokens.colorStatusWarningForeground3 },
  spinner: {
    width: '16px',
    height: '16px',
    margin: '2px',
    boxSizing: 'border-box',
    borderRadius: '50%',
    border: `2px solid ${tokens.colorBrandStroke2}`,
    borderTopColor: tokens.colorBrandStroke1,
    animationName: { to: { transform: 'rotate(360deg)' } },
    animationDuration: '1.2s',
    animationIterationCount: 'infinite',
    animationTimingFunction: 'linear',
    '@media (prefers-reduced-motion: reduce)': { animationDuration: '0s' },
  },
})

const icons: Record<Step['state'], { icon: FluentIcon | null; tone: 'pending' | 'done' | 'failed' | 'waiting' }> = {
  pending: { icon: Circle20Regular, tone: 'pending' },
  running: { icon: null, tone: 'pending' },
  waiting: { icon: Clock20Regular, tone: 'waiting' },
  done: { icon: CheckmarkCircle20Filled, tone: 'done' },
  failed: { icon: ErrorCircle20Filled, tone: 'failed' },
  compensating: { icon: null, tone: 'pending' },
  compensated: { icon: ArrowUndo20Regular, tone: 'pending' },
  skipped: { icon: SubtractCircle20Regular, tone: 'pending' },
}

/**
 * Every step of an order, in the order they are done, each with where it stands and what came of it. Where several items have
 * steps, each item's stand together under whom it is for; those that are carried out already are folded.
 */
export function Steps({ steps, items }: { steps: Step[]; items: OrderItemView[] }) {
  const styles = useStyles()
  const parts = useParts()
  const intl = useIntl()
  if (steps.length === 0)
    return (
      <p className={mergeClasses(styles.outcome, parts.muted)}>
        <FormattedMessage id="order.noSteps" />
      </p>
    )
  const groups = items.flatMap((item) => {
    const own = steps.filter((step) => step.item === item.id)
    return own.length > 0 ? [{ item, own }] : []
  })
  if (groups.length <= 1) return <List steps={steps} />
  return groups.map(({ item, own }) => {
    const done = own.filter(({ state }) => state === 'done' || state === 'skipped').length
    return (
      <details key={item.id} className={styles.group} open={done < own.length}>
        <summary className={styles.summary}>
          <span className={parts.small}>
            {item.person?.name ?? item.callGroup?.name ?? actionText(intl, item.action)}
          </span>{' '}
          <span className={parts.caption}>
            <FormattedMessage id="orders.stepsDone" values={{ done, total: own.length, failed: 0 }} />
          </span>
        </summary>
        <List steps={own} />
      </details>
    )
  })
}

function List({ steps }: { steps: Step[] }) {
  const styles = useStyles()
  const parts = useParts()
  const format = useFormat()
  return (
    <ol className={styles.steps}>
      {steps.map((step) => {
        const { icon: Icon, tone } = icons[step.state] ?? icons.pending
        const at = step.finishedAt ?? step.startedAt
        return (
          <li key={step.id} className={styles.step}>
            {Icon ? (
              <Icon className={styles[tone]} aria-hidden="true" />
            ) : (
              <span className={styles.spinner} aria-hidden="true" />
            )}
            <div>
              <p className={styles.title}>{step.title}</p>
              <span className={parts.caption}>
                <FormattedMessage id={`step.${step.state}`} />
                {at ? ` · ${format.instant(at)}` : ''}
                {step.attempts > 1 && step.state !== 'done' ? (
                  <>
                    {' · '}
                    <FormattedMessage id="step.attempts" values={{ count: step.attempts }} />
                  </>
                ) : null}
              </span>
              {step.outcome ? <p className={mergeClasses(styles.outcome, parts.caption)}>{step.outcome}</p> : null}
              {step.advice ? <p className={mergeClasses(styles.outcome, parts.caption)}>{step.advice}</p> : null}
            </div>
          </li>
        )
      })}
    </ol>
  )
}
