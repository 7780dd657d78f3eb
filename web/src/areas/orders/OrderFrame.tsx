/**
 * The frame of every dialog that orders: choices at the left, what they cost and do at the right as soon as they are complete,
 * one click to order. Nothing is ordered that was not shown.
 */
import {
  Button,
  Dialog,
  DialogActions,
  DialogBody,
  DialogContent,
  DialogSurface,
  DialogTitle,
  DialogTrigger,
  MessageBar,
  MessageBarBody,
  makeStyles,
  mergeClasses,
  Skeleton,
  SkeletonItem,
  Spinner,
  tokens,
} from '@fluentui/react-components'
import { Dismiss24Regular } from '@fluentui/react-icons'
import type { ReactNode } from 'react'
import { FormattedMessage, useIntl } from 'react-intl'
import { WithHelp } from '~/parts/Help'
import { ErrorState } from '~/parts/States'
import { useParts } from '~/parts/styles'
import type { TextId } from '~/texts'
import { useFormStyles } from './formStyles'
import type { Placing } from './placing'
import type { Pricing } from './pricing'
import { QuoteView } from './QuoteView'

const useStyles = makeStyles({
  surface: { maxWidth: '940px', width: 'calc(100vw - 32px)', maxHeight: 'calc(100vh - 32px)', padding: '20px 24px' },
  // What the surface leaves of the screen: its own height, less its padding and border.
  body: { maxHeight: 'calc(100vh - 32px - 42px)' },
  panes: {
    display: 'grid',
    gridTemplateColumns: 'minmax(0, 1fr) 350px',
    gap: '24px',
    alignItems: 'start',
    // Room for focus rings at the edge of what scrolls.
    padding: '2px',
    '@media (max-width: 800px)': { gridTemplateColumns: 'minmax(0, 1fr)' },
  },
  quote: {
    backgroundColor: tokens.colorNeutralBackground2,
    borderRadius: tokens.borderRadiusXLarge,
    border: `1px solid ${tokens.colorNeutralStroke2}`,
    padding: '16px',
    // As tall as most quotes are, so that the dialog stands still when one arrives.
    minHeight: '340px',
    boxSizing: 'border-box',
    display: 'flex',
    flexDirection: 'column',
    gap: '12px',
    // The price stays in sight while a long form is scrolled.
    position: 'sticky',
    top: '2px',
    '@media (max-width: 800px)': { minHeight: '120px', position: 'static' },
  },
  // Not paler: what is being priced anew must stay readable.
  stale: { cursor: 'progress' },
  bones: { display: 'flex', flexDirection: 'column', gap: '10px' },
})

export function OrderFrame({
  title,
  pricing,
  placing,
  missing,
  marked,
  complaints,
  send,
  count,
  children,
  onClose,
}: {
  title: ReactNode
  pricing: Pricing
  placing: Placing
  /** What is still to choose while it cannot be priced. */
  missing: TextId | null
  /** Whether all that the quote complains about stands beside a field of the form. */
  marked: boolean
  /** What it complains about and no field shows. */
  complaints: ReactNode
  /** What the button that orders says; it may count. */
  send: TextId
  count: number
  /** The form. */
  children: ReactNode
  /** Told whether an order was placed. */
  onClose: (placed: boolean) => void
}) {
  const styles = useStyles()
  const formStyles = useFormStyles()
  const parts = useParts()
  const intl = useIntl()
  const { asked, quote, error, waits, refetch } = pricing
  const { sending, notice } = placing
  const ready = asked && quote !== undefined && !waits && quote.problems.length === 0 && !sending
  return (
    <Dialog
      open
      modalType="modal"
      onOpenChange={(_, data) => {
        if (!data.open && !sending) onClose(false)
      }}
    >
      <DialogSurface className={styles.surface} aria-describedby={undefined}>
        <DialogBody className={styles.body}>
          <DialogTitle
            action={
              <DialogTrigger action="close">
                <Button
                  appearance="subtle"
                  icon={<Dismiss24Regular />}
                  disabled={sending}
                  aria-label={intl.formatMessage({ id: 'common.close' })}
                />
              </DialogTrigger>
            }
          >
            {title}
          </DialogTitle>
          <DialogContent>
            <div className={styles.panes}>
              <div className={formStyles.form}>{children}</div>
              <section className={styles.quote} aria-labelledby="quote" aria-busy={waits && asked}>
                <WithHelp about={intl.formatMessage({ id: 'quote.title' })} text="help.dialog.undo">
                  <h3 id="quote" className={parts.subheading}>
                    <FormattedMessage id="quote.title" />
                  </h3>
                </WithHelp>
                {notice ? (
                  <MessageBar intent="warning" layout="multiline" politeness="assertive">
                    <MessageBarBody>{notice}</MessageBarBody>
                  </MessageBar>
                ) : null}
                {asked && marked ? (
                  <MessageBar intent="error" layout="multiline">
                    <MessageBarBody>
                      <FormattedMessage id="quote.marked" />
                    </MessageBarBody>
                  </MessageBar>
                ) : null}
                {asked ? complaints : null}
                {!asked ? (
                  <p className={mergeClasses(parts.paragraph, parts.muted)}>
                    {missing ? <FormattedMessage id={missing} /> : null}
                  </p>
                ) : quote ? (
                  <div className={waits ? styles.stale : undefined}>
                    <QuoteView quote={quote} />
                  </div>
                ) : error ? (
                  <ErrorState compact error={error} onRetry={() => void refetch()} />
                ) : (
                  <Skeleton aria-label={intl.formatMessage({ id: 'quote.loading' })} className={styles.bones}>
                    {[16, 12, 12, 12, 20, 20].map((size, at) => (
                      // biome-ignore lint/suspicious/noArrayIndexKey: the lines are always the same six.
                      <SkeletonItem key={at} size={size as 16} />
                    ))}
                  </Skeleton>
                )}
              </section>
            </div>
          </DialogContent>
          <DialogActions>
            <DialogTrigger action="close">
              <Button disabled={sending}>
                <FormattedMessage id="common.cancel" />
              </Button>
            </DialogTrigger>
            <Button
              appearance="primary"
              disabled={!ready}
              icon={sending ? <Spinner size="tiny" /> : undefined}
              onClick={() => {
                if (quote) placing.send(quote)
              }}
            >
              <FormattedMessage id={sending ? 'order.sending' : send} values={{ count }} />
            </Button>
          </DialogActions>
        </DialogBody>
      </DialogSurface>
    </Dialog>
  )
}

/** What a quote complains about, each on its own. */
export function Complaints({ details }: { details: readonly string[] }) {
  return details.map((detail) => (
    <MessageBar key={detail} intent="error" layout="multiline">
      <MessageBarBody>{detail}</MessageBarBody>
    </MessageBar>
  ))
}
