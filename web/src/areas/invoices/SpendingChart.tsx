/**
 * What was spent, a column a period, in layers by category. Each column is a button: it says its figures to a screen reader,
 * and chooses the period whose figures stand beside the chart. The same is to be had as a table.
 */
import { makeStyles, mergeClasses, tokens } from '@fluentui/react-components'
import type { KeyboardEvent } from 'react'
import { useIntl } from 'react-intl'
import type { SpendingPeriod } from '~/api/types'
import { useFormat } from '~/app/i18n'
import { useThemeName } from '~/app/session'
import { hoverBackground } from '~/parts/styles'
import { colourOf } from './categoryColours'
import { heightOf, scaleOf, stackOf } from './stack'

const useStyles = makeStyles({
  chart: { display: 'grid', gridTemplateColumns: 'auto minmax(0, 1fr)', columnGap: '8px', paddingTop: '20px' },
  axis: {
    position: 'relative',
    minWidth: '44px',
    height: '220px',
    fontSize: tokens.fontSizeBase200,
    color: tokens.colorNeutralForeground2,
    fontVariantNumeric: 'tabular-nums',
  },
  tick: { position: 'absolute', insetInlineEnd: 0, transform: 'translateY(50%)', whiteSpace: 'nowrap' },
  plot: { position: 'relative', height: '220px' },
  line: {
    position: 'absolute',
    insetInlineStart: 0,
    insetInlineEnd: 0,
    borderTop: `1px solid ${tokens.colorNeutralStroke3}`,
  },
  nought: { borderTop: `1px solid ${tokens.colorNeutralStroke1}` },
  columns: { position: 'absolute', inset: 0, display: 'flex' },
  column: {
    position: 'relative',
    flexGrow: 1,
    flexBasis: 0,
    minWidth: 0,
    padding: 0,
    border: 'none',
    borderRadius: tokens.borderRadiusMedium,
    backgroundColor: 'transparent',
    cursor: 'pointer',
    ':hover': { backgroundColor: hoverBackground },
    ':focus-visible': { outline: `2px solid ${tokens.colorStrokeFocus2}`, outlineOffset: '-2px', zIndex: 1 },
  },
  chosen: {
    backgroundColor: tokens.colorBrandBackground2,
    // Where the theme has no tints, a line says what is chosen.
    boxShadow: `inset 0 0 0 1px ${tokens.colorTransparentStroke}`,
    ':hover': { backgroundColor: tokens.colorBrandBackground2 },
  },
  piece: {
    position: 'absolute',
    insetInlineStart: '50%',
    width: 'min(44px, 64%)',
    transform: 'translateX(-50%)',
    // The card's colour between two layers tells them apart without their own colours.
    borderTop: `1px solid ${tokens.colorNeutralBackground1}`,
    boxSizing: 'border-box',
    minHeight: '2px',
    forcedColorAdjust: 'none',
  },
  sums: { pointerEvents: 'none' },
  place: { position: 'relative', flexGrow: 1, flexBasis: 0, minWidth: 0 },
  sum: {
    position: 'absolute',
    insetInlineStart: 0,
    insetInlineEnd: 0,
    textAlign: 'center',
    fontSize: tokens.fontSizeBase200,
    fontWeight: 600,
    color: tokens.colorNeutralForeground1,
    whiteSpace: 'nowrap',
    '@media (max-width: 740px)': { display: 'none' },
  },
  names: {
    gridColumnStart: 2,
    display: 'flex',
    fontSize: tokens.fontSizeBase200,
    color: tokens.colorNeutralForeground2,
    paddingTop: '6px',
  },
  name: {
    flexGrow: 1,
    flexBasis: 0,
    minWidth: 0,
    textAlign: 'center',
    overflow: 'hidden',
    whiteSpace: 'nowrap',
    textOverflow: 'ellipsis',
  },
  nameChosen: { fontWeight: 600, color: tokens.colorNeutralForeground1 },
})

export function SpendingChart({
  periods,
  chosen,
  onChoose,
}: {
  periods: readonly SpendingPeriod[]
  /** The period whose figures are shown beside the chart. */
  chosen: string | undefined
  onChoose: (period: string) => void
}) {
  const styles = useStyles()
  const intl = useIntl()
  const format = useFormat()
  const theme = useThemeName()
  const scale = scaleOf(periods.map(({ categories }) => categories.map(({ amount }) => amount.amount)))
  // More columns than a dozen have no room for their names in full; every third then.
  const every = periods.length > 13 ? 3 : 1
  const walk = (event: KeyboardEvent<HTMLElement>) => {
    const step = event.key === 'ArrowLeft' ? -1 : event.key === 'ArrowRight' ? 1 : 0
    const at = periods.findIndex(({ period }) => period === chosen)
    const to = periods[at + step]
    if (step === 0 || at < 0 || !to) return
    event.preventDefault()
    onChoose(to.period)
    event.currentTarget.querySelector<HTMLElement>(`[data-period="${to.period}"]`)?.focus()
  }
  const told = ({ period, amount, categories }: SpendingPeriod): string =>
    intl.formatMessage(
      { id: 'invoices.spending.column' },
      {
        period: format.period(period),
        amount: format.money(amount),
        parts: categories
          .filter((one) => one.amount.amount !== 0)
          .map(
            (one) =>
              `${intl.formatMessage({ id: `category.${one.category}` })} ${format.money(one.amount)} (${format.share(one.shareBasisPoints)})`,
          )
          .join(', '),
      },
    )
  return (
    <div className={styles.chart}>
      <div className={styles.axis} aria-hidden="true">
        {scale.ticks.map((amount) => (
          <span key={amount} className={styles.tick} style={{ bottom: `${heightOf(amount, scale)}%` }}>
            {format.shortAmount(amount)}
          </span>
        ))}
      </div>
      <div className={styles.plot}>
        {scale.ticks.map((amount) => (
          <div
            key={amount}
            className={mergeClasses(styles.line, amount === 0 && styles.nought)}
            style={{ bottom: `${heightOf(amount, scale)}%` }}
          />
        ))}
        <fieldset
          className={styles.columns}
          style={{ border: 'none', margin: 0, padding: 0, minWidth: 0 }}
          aria-label={intl.formatMessage({ id: 'invoices.spending.chart' })}
          onKeyDown={walk}
        >
          {periods.map((one) => {
            const pieces = stackOf(
              one.categories.map(({ category, amount }) => ({ key: category, amount: amount.amount })),
              scale,
            )
            return (
              <button
                key={one.period}
                type="button"
                data-period={one.period}
                className={mergeClasses(styles.column, one.period === chosen && styles.chosen)}
                aria-pressed={one.period === chosen}
                aria-label={told(one)}
                onClick={() => onChoose(one.period)}
              >
                {pieces.map(({ key, from, size }) => (
                  <span
                    key={key}
                    className={styles.piece}
                    style={{ bottom: `${from}%`, height: `${size}%`, backgroundColor: colourOf(theme, key) }}
                  />
                ))}
              </button>
            )
          })}
        </fieldset>
        {every === 1 ? (
          <div className={mergeClasses(styles.columns, styles.sums)} aria-hidden="true">
            {periods.map(({ period, amount, categories }) => {
              const up = categories.reduce((sum, one) => sum + Math.max(0, one.amount.amount), 0)
              return (
                <span key={period} className={styles.place}>
                  {amount.amount === 0 ? null : (
                    <span className={styles.sum} style={{ bottom: `calc(${heightOf(up, scale)}% + 2px)` }}>
                      {format.shortAmount(amount.amount)}
                    </span>
                  )}
                </span>
              )
            })}
          </div>
        ) : null}
      </div>
      <div className={styles.names} aria-hidden="true">
        {periods.map(({ period }, at) => (
          <span key={period} className={mergeClasses(styles.name, period === chosen && styles.nameChosen)}>
            {(periods.length - 1 - at) % every === 0 ? format.period(period, true) : ''}
          </span>
        ))}
      </div>
    </div>
  )
}
