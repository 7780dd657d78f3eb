/**
 * Orders something for the organisation itself, for nobody in particular: the choices at the left, what they cost and do at
 * the right as soon as they are complete, one click to order.
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
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { type ReactNode, useRef, useState } from 'react'
import { FormattedMessage, useIntl } from 'react-intl'
import { keys } from '~/api/keys'
import { placeOrder } from '~/api/orders'
import type { FieldProblem, Quote } from '~/api/types'
import { useSession } from '~/app/session'
import { useStepUp } from '~/app/stepUp'
import { UndoButton } from '~/app/UndoButton'
import { useDebounced } from '~/parts/hooks'
import { notify } from '~/parts/notify'
import { useProblemText } from '~/parts/problemText'
import { ErrorState } from '~/parts/States'
import { useParts } from '~/parts/styles'
import type { TextId } from '~/texts'
import { useFormStyles } from './formStyles'
import { rememberPlaced } from './placed'
import { QuoteView } from './QuoteView'
import { type QuoteRequest, quoteQuery } from './queries'
import { useRenewal } from './renewal'
import { afterRefusal, idempotencyKeys } from './rules'

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
    minHeight: '240px',
    boxSizing: 'border-box',
    display: 'flex',
    flexDirection: 'column',
    gap: '12px',
    position: 'sticky',
    top: '2px',
    '@media (max-width: 800px)': { minHeight: '120px', position: 'static' },
  },
  stale: { cursor: 'progress' },
  bones: { display: 'flex', flexDirection: 'column', gap: '10px' },
})

export function DirectOrderDialog({
  title,
  request,
  missing,
  send,
  said,
  atFields,
  children,
  onClose,
}: {
  title: ReactNode
  /** What is to be ordered once it is complete; keep it the same while nothing changes. */
  request: QuoteRequest | null
  /** What is still to choose while it is not. */
  missing: TextId | null
  send: TextId
  /** What is said of the order once it is placed. */
  said: ReactNode
  /** Whether the form shows a problem beside the field it is about. */
  atFields: (problem: FieldProblem) => boolean
  /** The form; it is given what the quote complains about. */
  children: (problems: readonly FieldProblem[]) => ReactNode
  /** Told whether an order was placed. */
  onClose: (placed: boolean) => void
}) {
  const styles = useStyles()
  const formStyles = useFormStyles()
  const parts = useParts()
  const intl = useIntl()
  const client = useQueryClient()
  const problemText = useProblemText()
  const stepUp = useStepUp()
  const { organisation } = useSession()
  const [notice, setNotice] = useState<ReactNode>(null)
  const keyOf = useRef(idempotencyKeys())
  // What is typed is not priced letter by letter.
  const settled = useDebounced(request, 300)
  const quotable = quoteQuery(organisation.id, settled)
  const { data, error, isFetching, isPlaceholderData, refetch } = useQuery({
    ...quotable,
    placeholderData: keepPreviousData,
  })
  const quote = request ? data : undefined
  const waits = isFetching || isPlaceholderData || settled !== request
  useRenewal(isPlaceholderData ? undefined : quote, refetch)

  const place = useMutation({
    mutationFn: async ({ id, freshSignIn }: Quote) =>
      placeOrder(organisation.id, id, keyOf.current(id), freshSignIn ? await stepUp() : undefined),
    onMutate: () => setNotice(null),
    onSuccess: (order) => {
      rememberPlaced({ organisation: organisation.id, order: order.id, people: [] })
      client.setQueryData(keys.order(organisation.id, order.id), order)
      for (const queryKey of [
        keys.orders(organisation.id),
        keys.numbers(organisation.id),
        keys.series(organisation.id),
        keys.callGroups(organisation.id),
        keys.dashboard(organisation.id),
      ])
        void client.invalidateQueries({ queryKey })
      notify({
        id: `placed-${order.id}`,
        intent: 'success',
        title: <FormattedMessage id="order.placed" values={{ number: order.number }} />,
        body: said,
        link: (close) => (
          <>
            <UndoButton organisation={organisation.id} order={order.id} onDone={close} />
            <Link
              onClick={close}
              to="/o/$organisation/organisation/orders/$order"
              params={{ organisation: organisation.id, order: order.id }}
              className={parts.link}
            >
              <FormattedMessage id="orders.open" />
            </Link>
          </>
        ),
      })
      onClose(true)
    },
    onError: (refusal) => {
      const next = afterRefusal(refusal)
      const { title: what, detail } = problemText(refusal)
      setNotice(detail && detail !== what ? `${what} ${detail}` : what)
      if (next.kind === 'newQuote') client.setQueryData(quotable.queryKey, next.quote)
      if (next.kind === 'ask' || next.kind === 'choose') {
        void client.invalidateQueries({ queryKey: keys.numbers(organisation.id) })
        void refetch()
      }
    },
  })
  const sending = place.isPending
  const problems = quote?.problems ?? []
  const elsewhere = problems.filter((problem) => !atFields(problem))
  const ready = request !== null && quote !== undefined && !waits && problems.length === 0 && !sending
  return (
    <Dialog
      open
      modalType="modal"
      onOpenChange={(_, { open }) => {
        if (!open && !sending) onClose(false)
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
              <div className={formStyles.form}>{children(problems)}</div>
              <section className={styles.quote} aria-labelledby="quote" aria-busy={waits && request !== null}>
                <h3 id="quote" className={parts.subheading}>
                  <FormattedMessage id="quote.title" />
                </h3>
                {notice ? (
                  <MessageBar intent="warning" layout="multiline" politeness="assertive">
                    <MessageBarBody>{notice}</MessageBarBody>
                  </MessageBar>
                ) : null}
                {problems.length > 0 && elsewhere.length === 0 ? (
                  <MessageBar intent="error" layout="multiline">
                    <MessageBarBody>
                      <FormattedMessage id="quote.marked" />
                    </MessageBarBody>
                  </MessageBar>
                ) : null}
                {elsewhere.map(({ pointer, detail }) => (
                  <MessageBar key={`${pointer}${detail}`} intent="error" layout="multiline">
                    <MessageBarBody>{detail}</MessageBarBody>
                  </MessageBar>
                ))}
                {request === null ? (
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
                    {[16, 12, 12, 20].map((size, at) => (
                      // biome-ignore lint/suspicious/noArrayIndexKey: the lines are always the same four.
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
                if (quote) place.mutate(quote)
              }}
            >
              <FormattedMessage id={sending ? 'order.sending' : send} values={{ count: 1 }} />
            </Button>
          </DialogActions>
        </DialogBody>
      </DialogSurface>
    </Dialog>
  )
}
