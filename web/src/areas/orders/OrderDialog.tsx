/**
 * Orders one product for one person: choices at the left, what they cost and do at the right as soon as they are
 * complete, one click to order. Nothing is ordered that was not shown.
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
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { type ReactNode, useCallback, useEffect, useRef, useState } from 'react'
import { FormattedMessage, useIntl } from 'react-intl'
import { keys } from '~/api/keys'
import { refreshPeople, showBeingSetUp } from '~/api/people'
import type { ActionName, OrderItem, PersonRow, Quote } from '~/api/types'
import { useSession } from '~/app/session'
import { notify } from '~/parts/notify'
import { useProblemText } from '~/parts/problemText'
import { ErrorState } from '~/parts/States'
import { useParts } from '~/parts/styles'
import type { TextId } from '~/texts'
import { MobileForm } from './MobileForm'
import { rememberPlaced } from './placed'
import { QuoteView } from './QuoteView'
import { placeOrder, quoteQuery } from './queries'
import { afterRefusal, idempotencyKeys, sortProblems } from './rules'
import { TelephonyForm } from './TelephonyForm'

const useStyles = makeStyles({
  surface: { maxWidth: '920px', width: 'calc(100vw - 32px)', maxHeight: 'calc(100vh - 32px)', padding: '20px 24px' },
  panes: {
    display: 'grid',
    gridTemplateColumns: 'minmax(0, 1fr) 340px',
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
    minHeight: '300px',
    boxSizing: 'border-box',
    display: 'flex',
    flexDirection: 'column',
    gap: '12px',
    '@media (max-width: 800px)': { minHeight: '120px' },
  },
  stale: { opacity: 0.55 },
  text: { margin: 0 },
  bones: { display: 'flex', flexDirection: 'column', gap: '10px' },
})

export function OrderDialog({
  action,
  person,
  onClose,
}: {
  action: ActionName
  person: PersonRow
  /** Told whether an order was placed. */
  onClose: (placed: boolean) => void
}) {
  const styles = useStyles()
  const parts = useParts()
  const intl = useIntl()
  const client = useQueryClient()
  const problemText = useProblemText()
  const { organisation } = useSession()
  const [choice, setChoice] = useState<{ item: OrderItem | null; missing: TextId | null }>({
    item: null,
    missing: null,
  })
  const [notice, setNotice] = useState<ReactNode>(null)
  const keyOf = useRef(idempotencyKeys())

  const onItem = useCallback((item: OrderItem | null, missing: TextId | null) => {
    setChoice((now) =>
      JSON.stringify(now.item) === JSON.stringify(item) && now.missing === missing ? now : { item, missing },
    )
  }, [])
  const asked = quoteQuery(organisation.id, choice.item)
  const { data: quote, error, isFetching, refetch } = useQuery(asked)
  useRenewal(quote, refetch)
  const problems = sortProblems(quote?.problems ?? [])

  const place = useMutation({
    mutationFn: (id: string) => placeOrder(organisation.id, id, keyOf.current(id)),
    onMutate: () => setNotice(null),
    onSuccess: (order) => {
      showBeingSetUp(client, organisation.id, person.id, order, action)
      rememberPlaced({ organisation: organisation.id, order: order.id, person: person.id })
      client.setQueryData(keys.order(organisation.id, order.id), order)
      void refreshPeople(client, organisation.id, [person.id])
      for (const queryKey of [
        keys.orders(organisation.id),
        keys.numbers(organisation.id),
        keys.series(organisation.id),
        keys.sims(organisation.id),
        keys.dashboard(organisation.id),
      ])
        void client.invalidateQueries({ queryKey })
      notify({
        id: `placed-${order.id}`,
        intent: 'success',
        title: <FormattedMessage id="order.placed" values={{ number: order.number }} />,
        body: <FormattedMessage id={`order.placed.${action}`} values={{ name: person.displayName }} />,
        link: (close) => (
          <Link
            onClick={close}
            to="/o/$organisation/organisation/orders/$order"
            params={{ organisation: organisation.id, order: order.id }}
            className={parts.link}
          >
            <FormattedMessage id="orders.open" />
          </Link>
        ),
      })
      onClose(true)
    },
    onError: (refusal) => {
      const next = afterRefusal(refusal)
      const { title, detail } = problemText(refusal)
      setNotice(detail && detail !== title ? `${title} ${detail}` : title)
      if (next.kind === 'newQuote') client.setQueryData(asked.queryKey, next.quote)
      if (next.kind === 'ask') void refetch()
      if (next.kind === 'choose') {
        void client.invalidateQueries({ queryKey: keys.numbers(organisation.id) })
        void client.invalidateQueries({ queryKey: keys.sims(organisation.id) })
        void refetch()
      }
    },
  })

  const sending = place.isPending
  const hasProblems = (quote?.problems.length ?? 0) > 0
  const ready = choice.item !== null && quote !== undefined && !isFetching && !hasProblems && !sending
  const Form = action === 'activateTelephony' ? TelephonyForm : MobileForm
  return (
    <Dialog
      open
      modalType="modal"
      onOpenChange={(_, data) => {
        if (!data.open && !sending) onClose(false)
      }}
    >
      <DialogSurface className={styles.surface} aria-describedby={undefined}>
        <DialogBody>
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
            <FormattedMessage id={`order.title.${action}`} values={{ name: person.displayName }} />
          </DialogTitle>
          <DialogContent>
            <div className={styles.panes}>
              <Form person={person} onItem={onItem} problems={problems.fields} />
              <section className={styles.quote} aria-labelledby="quote" aria-busy={isFetching}>
                <h3 id="quote" className={parts.subheading}>
                  <FormattedMessage id="quote.title" />
                </h3>
                {notice ? (
                  <MessageBar intent="warning" layout="multiline" politeness="assertive">
                    <MessageBarBody>{notice}</MessageBarBody>
                  </MessageBar>
                ) : null}
                {hasProblems && problems.rest.length === 0 ? (
                  <MessageBar intent="error" layout="multiline">
                    <MessageBarBody>
                      <FormattedMessage id="quote.marked" />
                    </MessageBarBody>
                  </MessageBar>
                ) : null}
                {problems.rest.map((detail) => (
                  <MessageBar key={detail} intent="error" layout="multiline">
                    <MessageBarBody>{detail}</MessageBarBody>
                  </MessageBar>
                ))}
                {choice.item === null ? (
                  <p className={mergeClasses(styles.text, parts.muted)}>
                    {choice.missing ? <FormattedMessage id={choice.missing} /> : null}
                  </p>
                ) : quote ? (
                  <div className={isFetching ? styles.stale : undefined}>
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
                if (quote) place.mutate(quote.id)
              }}
            >
              <FormattedMessage id={sending ? 'order.sending' : 'order.send'} />
            </Button>
          </DialogActions>
        </DialogBody>
      </DialogSurface>
    </Dialog>
  )
}

/** Asks for the quote again a moment before it expires, so that what is on screen can be ordered. */
function useRenewal(quote: Quote | undefined, renew: () => unknown): void {
  useEffect(() => {
    if (!quote) return
    const left = new Date(quote.expiresAt).getTime() - Date.now() - 5_000
    const timer = setTimeout(() => void renew(), Math.max(1_000, Math.min(left, 2 ** 31 - 1)))
    return () => clearTimeout(timer)
  }, [quote, renew])
}
