import {
  Button,
  Dialog,
  DialogActions,
  DialogBody,
  DialogContent,
  DialogSurface,
  DialogTitle,
  makeStyles,
  mergeClasses,
  tokens,
} from '@fluentui/react-components'
import { FormattedMessage, useIntl } from 'react-intl'
import type { NumberSeries } from '~/api/types'
import { useFormat } from '~/app/i18n'
import { useSession } from '~/app/session'
import { mayOrder } from '~/parts/rights'
import { useParts } from '~/parts/styles'
import type { UsableNumber } from './rules'
import { Legend, Strip } from './Strip'

const useStyles = makeStyles({
  surface: { maxWidth: '720px' },
  content: { display: 'flex', flexDirection: 'column', gap: '12px' },
  scroll: {
    maxHeight: '380px',
    overflowY: 'auto',
    border: `1px solid ${tokens.colorNeutralStroke2}`,
    borderRadius: tokens.borderRadiusLarge,
  },
  table: { width: '100%', borderCollapse: 'collapse' },
  head: {
    position: 'sticky',
    top: 0,
    backgroundColor: tokens.colorNeutralBackground1,
    textAlign: 'start',
    fontSize: tokens.fontSizeBase200,
    padding: '8px 12px',
    boxShadow: `inset 0 -1px ${tokens.colorNeutralStroke2}`,
  },
  cell: { padding: '4px 12px', height: '32px', borderBottom: `1px solid ${tokens.colorNeutralStroke3}` },
  end: { textAlign: 'end', fontVariantNumeric: 'tabular-nums' },
})

/** More runs than this are counted, not listed. */
const mostRuns = 300

/** A series from its first number to its last: what is used, kept, at rest and free. */
export function SeriesDialog({
  series: { first, last, free, total, kind, runs },
  onUse,
  onClose,
}: {
  series: NumberSeries
  onUse: (number: UsableNumber) => void
  onClose: () => void
}) {
  const styles = useStyles()
  const parts = useParts()
  const intl = useIntl()
  const format = useFormat()
  const { organisation } = useSession()
  const orders = mayOrder(organisation.permissions)
  const range = `${format.number(first)} – ${format.number(last)}`
  return (
    <Dialog open onOpenChange={(_, data) => (data.open ? undefined : onClose())}>
      <DialogSurface className={styles.surface}>
        <DialogBody>
          <DialogTitle>{range}</DialogTitle>
          <DialogContent className={styles.content}>
            <span className={parts.muted}>
              <FormattedMessage id="numbers.series" values={{ free, total }} /> ·{' '}
              <FormattedMessage id={`kind.${kind}`} />
            </span>
            <Strip runs={runs} />
            <Legend />
            {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard. */}
            <section className={styles.scroll} tabIndex={0} aria-label={intl.formatMessage({ id: 'series.runs' })}>
              <table className={styles.table} aria-label={intl.formatMessage({ id: 'series.runs' })}>
                <thead>
                  <tr>
                    <th scope="col" className={styles.head}>
                      <FormattedMessage id="series.fromTo" />
                    </th>
                    <th scope="col" className={styles.head}>
                      <FormattedMessage id="numbers.state" />
                    </th>
                    <th scope="col" className={mergeClasses(styles.head, styles.end)}>
                      <FormattedMessage id="dashboard.count" />
                    </th>
                    {orders ? (
                      <th scope="col" className={styles.head}>
                        <span className={parts.visuallyHidden}>
                          <FormattedMessage id="users.column.actions" />
                        </span>
                      </th>
                    ) : null}
                  </tr>
                </thead>
                <tbody>
                  {runs.slice(0, mostRuns).map((run) => (
                    <tr key={run.first}>
                      <td className={mergeClasses(styles.cell, parts.figures)}>
                        {format.number(run.first)}
                        {run.count > 1 ? ` – ${format.number(run.last)}` : null}
                      </td>
                      <td className={styles.cell}>
                        <FormattedMessage id={`series.state.${run.state}`} />
                      </td>
                      <td className={mergeClasses(styles.cell, styles.end)}>{format.count(run.count)}</td>
                      {orders ? (
                        <td className={mergeClasses(styles.cell, styles.end)}>
                          {run.state === 'free' ? (
                            <Button
                              size="small"
                              aria-label={intl.formatMessage(
                                { id: 'numbers.useIt' },
                                { number: format.number(run.first) },
                              )}
                              onClick={() => onUse({ number: run.first, kind, state: 'free', reservation: null })}
                            >
                              <FormattedMessage id="series.useFirst" />
                            </Button>
                          ) : null}
                        </td>
                      ) : null}
                    </tr>
                  ))}
                </tbody>
              </table>
            </section>
            {runs.length > mostRuns ? (
              <span className={parts.caption}>
                <FormattedMessage id="series.more" values={{ count: runs.length - mostRuns }} />
              </span>
            ) : null}
          </DialogContent>
          <DialogActions>
            <Button appearance="primary" onClick={onClose}>
              <FormattedMessage id="common.close" />
            </Button>
          </DialogActions>
        </DialogBody>
      </DialogSurface>
    </Dialog>
  )
}
