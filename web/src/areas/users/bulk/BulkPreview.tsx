import {
  Button,
  Checkbox,
  DialogActions,
  DialogContent,
  MessageBar,
  MessageBarBody,
  makeStyles,
  mergeClasses,
  Spinner,
  tokens,
} from '@fluentui/react-components'
import { ArrowDownload20Regular, CheckmarkCircle16Filled, ErrorCircle16Filled } from '@fluentui/react-icons'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import { FormattedMessage, useIntl } from 'react-intl'
import { download } from '~/api/downloads'
import { keys } from '~/api/keys'
import { placeOrder } from '~/api/orders'
import { type Bulk, isPersonAction } from '~/api/types'
import { useSession } from '~/app/session'
import { notify } from '~/parts/notify'
import { useProblemText } from '~/parts/problemText'
import { QuoteSums } from '~/parts/QuoteSums'
import { useParts } from '~/parts/styles'

const useStyles = makeStyles({
  content: { display: 'flex', flexDirection: 'column', gap: '12px' },
  line: { display: 'flex', alignItems: 'center', gap: '12px', flexWrap: 'wrap', justifyContent: 'space-between' },
  scroll: {
    maxHeight: '340px',
    overflow: 'auto',
    border: `1px solid ${tokens.colorNeutralStroke2}`,
    borderRadius: tokens.borderRadiusLarge,
  },
  table: { width: '100%', borderCollapse: 'collapse', fontSize: tokens.fontSizeBase200 },
  head: {
    position: 'sticky',
    top: 0,
    textAlign: 'start',
    padding: '6px 10px',
    fontWeight: 600,
    backgroundColor: tokens.colorNeutralBackground3,
  },
  cell: { padding: '6px 10px', borderTop: `1px solid ${tokens.colorNeutralStroke3}`, verticalAlign: 'top' },
  result: { display: 'flex', gap: '6px' },
  good: { color: tokens.colorStatusSuccessForeground1, flexShrink: 0 },
  bad: { color: tokens.colorStatusDangerForeground1, flexShrink: 0 },
  sums: { maxWidth: '420px' },
})

/** So many rows are shown at once; the rest is in the file with the problems. */
const mostShown = 200

/** The second step: every row with what came of its check, and the price of those that can be ordered. */
export function BulkPreview({
  bulk,
  onBack,
  onPlaced,
}: {
  bulk: Bulk
  onBack: () => void
  onPlaced: (order: string) => void
}) {
  const styles = useStyles()
  const parts = useParts()
  const intl = useIntl()
  const client = useQueryClient()
  const problemText = useProblemText()
  const { organisation } = useSession()
  const [onlyProblems, setOnlyProblems] = useState(bulk.invalid > 0)
  const [complaint, setComplaint] = useState<string>()
  const key = useRef<string>(undefined)
  const place = useMutation({
    mutationFn: (quote: string) => {
      key.current ??= crypto.randomUUID()
      return placeOrder(organisation.id, quote, key.current)
    },
    onSuccess: (order) => {
      client.setQueryData(keys.order(organisation.id, order.id), order)
      for (const queryKey of [
        keys.orders(organisation.id),
        keys.people(organisation.id),
        keys.dashboard(organisation.id),
      ])
        void client.invalidateQueries({ queryKey })
      onPlaced(order.id)
    },
    onError: (error) => {
      const { title, detail } = problemText(error)
      setComplaint(detail && detail !== title ? `${title} ${detail}` : title)
    },
  })
  const file = useMutation({
    mutationFn: () => download(organisation.id, { kind: 'bulkErrors', id: bulk.id, format: 'csv' }),
    onError: (error) => notify({ intent: 'error', ...problemText(error) }),
  })
  const rows = onlyProblems ? bulk.rows.filter(({ problems }) => problems.length > 0) : bulk.rows
  const shown = rows.slice(0, mostShown)
  return (
    <>
      <DialogContent className={styles.content}>
        <div className={styles.line}>
          <span role="status" className={parts.small}>
            <FormattedMessage id="bulk.counts" values={{ valid: bulk.valid, invalid: bulk.invalid }} />
          </span>
          {bulk.invalid > 0 ? (
            <Checkbox
              checked={onlyProblems}
              onChange={(_, { checked }) => setOnlyProblems(checked === true)}
              label={intl.formatMessage({ id: 'bulk.onlyProblems' })}
            />
          ) : null}
        </div>
        {complaint ? (
          <MessageBar intent="error" layout="multiline" politeness="assertive">
            <MessageBarBody>{complaint}</MessageBarBody>
          </MessageBar>
        ) : null}
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard. */}
        <section className={styles.scroll} tabIndex={0} aria-label={intl.formatMessage({ id: 'bulk.paste' })}>
          <table className={styles.table}>
            <thead>
              <tr>
                {(['bulk.row', 'bulk.what', 'bulk.who', 'bulk.result'] as const).map((id) => (
                  <th key={id} scope="col" className={styles.head}>
                    <FormattedMessage id={id} />
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {shown.map(({ row, action, person, problems }) => (
                <tr key={row}>
                  <td className={mergeClasses(styles.cell, parts.figures)}>{row}</td>
                  <td className={styles.cell}>
                    {action && isPersonAction(action) ? <FormattedMessage id={`action.${action}`} /> : action}
                  </td>
                  <td className={styles.cell}>{person}</td>
                  <td className={styles.cell}>
                    {problems.length === 0 ? (
                      <span className={styles.result}>
                        <CheckmarkCircle16Filled className={styles.good} aria-hidden="true" />
                        <FormattedMessage id="bulk.ok" />
                      </span>
                    ) : (
                      problems.map(({ field, detail }) => (
                        <span key={`${field}${detail}`} className={styles.result}>
                          <ErrorCircle16Filled className={styles.bad} aria-hidden="true" />
                          {field ? `${field}: ${detail}` : detail}
                        </span>
                      ))
                    )}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
        {rows.length > shown.length ? (
          <span className={parts.caption}>
            <FormattedMessage id="bulk.more" values={{ count: rows.length - shown.length }} />
          </span>
        ) : null}
        {bulk.quote ? (
          <div className={styles.sums}>
            <QuoteSums oneTime={bulk.quote.oneTime} monthly={bulk.quote.monthly} vatRate={bulk.quote.vatRate} />
          </div>
        ) : (
          <p className={mergeClasses(parts.paragraph, parts.muted)}>
            <FormattedMessage id="bulk.none" />
          </p>
        )}
      </DialogContent>
      <DialogActions fluid>
        {bulk.invalid > 0 ? (
          <Button icon={<ArrowDownload20Regular />} disabled={file.isPending} onClick={() => file.mutate()}>
            <FormattedMessage id="bulk.errors" />
          </Button>
        ) : null}
        <Button disabled={place.isPending} onClick={onBack}>
          <FormattedMessage id="bulk.again" />
        </Button>
        <Button
          appearance="primary"
          disabled={!bulk.quote || place.isPending}
          icon={place.isPending ? <Spinner size="tiny" /> : undefined}
          onClick={() => {
            if (bulk.quote) place.mutate(bulk.quote.id)
          }}
        >
          <FormattedMessage id="bulk.order" values={{ count: bulk.valid }} />
        </Button>
      </DialogActions>
    </>
  )
}
