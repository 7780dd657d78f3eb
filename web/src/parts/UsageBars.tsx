import { makeStyles, mergeClasses, tokens } from '@fluentui/react-components'
import { FormattedMessage, useIntl } from 'react-intl'
import type { KindUsage } from '~/api/types'
import { useParts } from './styles'
import { amountOf, levelOf, shownKinds } from './usage'

const useStyles = makeStyles({
  list: { listStyleType: 'none', margin: 0, padding: 0, display: 'flex', flexDirection: 'column', gap: '6px' },
  line: { display: 'flex', justifyContent: 'space-between', gap: '12px' },
  track: {
    height: '6px',
    marginTop: '2px',
    borderRadius: tokens.borderRadiusMedium,
    backgroundColor: tokens.colorNeutralBackground6,
    outline: `1px solid ${tokens.colorTransparentStroke}`,
    overflow: 'hidden',
    '@media (forced-colors: active)': { border: '1px solid CanvasText' },
  },
  bar: {
    height: '100%',
    borderRadius: tokens.borderRadiusMedium,
    backgroundColor: tokens.colorCompoundBrandBackground,
    '@media (forced-colors: active)': { backgroundColor: 'Highlight' },
  },
  near: { backgroundColor: tokens.colorStatusWarningBackground3 },
  reached: { backgroundColor: tokens.colorStatusDangerBackground3 },
  nearText: { color: tokens.colorStatusWarningForeground3, fontWeight: 600 },
  reachedText: { color: tokens.colorStatusDangerForeground1, fontWeight: 600 },
})

/** What was used this month, each kind against its limit. The words say what the colour says. */
export function UsageBars({ kinds }: { kinds: readonly KindUsage[] }) {
  const styles = useStyles()
  const parts = useParts()
  const intl = useIntl()
  return (
    <ul className={styles.list} aria-label={intl.formatMessage({ id: 'usage.title' })}>
      {shownKinds(kinds).map(({ kind, unit, used, limit, percent }) => {
        const level = percent === null ? 'fine' : levelOf(percent)
        const words = (value: number) => {
          const amount = amountOf(unit, value)
          return intl.formatMessage({ id: `usage.${amount.unit}` }, { value: amount.value })
        }
        return (
          <li key={kind}>
            <div className={mergeClasses(styles.line, parts.caption)}>
              <span>
                <FormattedMessage id={`usage.${kind}`} />
              </span>
              <span
                className={mergeClasses(
                  parts.figures,
                  level === 'near' && styles.nearText,
                  level === 'reached' && styles.reachedText,
                )}
              >
                {limit === null ? (
                  <FormattedMessage id="usage.unlimited" values={{ used: words(used) }} />
                ) : (
                  <FormattedMessage
                    id={`usage.of.${level}`}
                    values={{ used: words(used), limit: words(limit), percent: percent ?? 0 }}
                  />
                )}
              </span>
            </div>
            {limit === null ? null : (
              <div className={styles.track} aria-hidden="true">
                <div
                  className={mergeClasses(
                    styles.bar,
                    level === 'near' && styles.near,
                    level === 'reached' && styles.reached,
                  )}
                  style={{ width: `${Math.min(100, percent ?? 0)}%` }}
                />
              </div>
            )}
          </li>
        )
      })}
    </ul>
  )
}
