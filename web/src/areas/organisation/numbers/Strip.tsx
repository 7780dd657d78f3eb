/** A series drawn as a strip: pattern and words tell the states apart as well as colour. */
import { makeStyles, mergeClasses, tokens } from '@fluentui/react-components'
import { FormattedMessage, useIntl } from 'react-intl'
import type { NumberSeries } from '~/api/types'
import { useParts } from '~/parts/styles'
import { countsOf, stripOf } from './rules'

type RunState = NumberSeries['runs'][number]['state']
export const runStates = ['used', 'reserved', 'resting', 'free'] as const satisfies readonly RunState[]

const useStyles = makeStyles({
  strip: {
    display: 'flex',
    height: '12px',
    borderRadius: tokens.borderRadiusMedium,
    overflow: 'hidden',
    border: `1px solid ${tokens.colorNeutralStroke1}`,
    '@media (forced-colors: active)': { forcedColorAdjust: 'none' },
  },
  piece: { flexBasis: 0, minWidth: '1px', flexShrink: 1 },
  used: { backgroundColor: tokens.colorBrandBackground },
  reserved: {
    backgroundImage: `repeating-linear-gradient(135deg, ${tokens.colorPaletteMarigoldBorderActive} 0 3px, ${tokens.colorNeutralBackground1} 3px 6px)`,
  },
  resting: {
    backgroundImage: `repeating-linear-gradient(90deg, ${tokens.colorNeutralStrokeAccessible} 0 1px, ${tokens.colorNeutralBackground1} 1px 4px)`,
  },
  free: { backgroundColor: tokens.colorNeutralBackground5 },
  legend: { display: 'flex', flexWrap: 'wrap', gap: '4px 16px', listStyleType: 'none', margin: 0, padding: 0 },
  entry: { display: 'flex', alignItems: 'center', gap: '6px' },
  swatch: {
    width: '14px',
    height: '12px',
    boxSizing: 'border-box',
    borderRadius: tokens.borderRadiusSmall,
    border: `1px solid ${tokens.colorNeutralStrokeAccessible}`,
  },
})

export function Strip({ runs }: { runs: NumberSeries['runs'] }) {
  const styles = useStyles()
  const intl = useIntl()
  const counts = countsOf(runs)
  return (
    <div role="img" className={styles.strip} aria-label={intl.formatMessage({ id: 'series.counts' }, counts)}>
      {stripOf(runs).map(({ state, count }, at) => (
        <span
          // biome-ignore lint/suspicious/noArrayIndexKey: a piece is nothing but its place.
          key={at}
          className={mergeClasses(styles.piece, styles[state])}
          style={{ flexGrow: count }}
        />
      ))}
    </div>
  )
}

export function Legend() {
  const styles = useStyles()
  const parts = useParts()
  return (
    <ul className={styles.legend}>
      {runStates.map((state) => (
        <li key={state} className={mergeClasses(styles.entry, parts.caption)}>
          <span className={mergeClasses(styles.swatch, styles[state])} aria-hidden="true" />
          <FormattedMessage id={`series.state.${state}`} />
        </li>
      ))}
    </ul>
  )
}
