/**
 * Orders one thing, for one person or for a thousand: choices at the left, what they cost and do at the right as soon as
 * they are complete, one click to order. Nothing is ordered that was not shown.
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
import { type ComponentType, type ReactNode, useCallback, useMemo, useRef, useState } from 'react'
import { FormattedMessage, useIntl } from 'react-intl'
import { keys } from '~/api/keys'
import { placeOrder } from '~/api/orders'
import { refreshPeople, showBeingSetUp } from '~/api/people'
import type { ActionName, Delivery as Parcel, Quote } from '~/api/types'
import { useFormat } from '~/app/i18n'
import type { Wish } from '~/app/ordering'
import { useSession } from '~/app/session'
import { useStepUp } from '~/app/stepUp'
import { UndoButton } from '~/app/UndoButton'
import { WithHelp } from '~/parts/Help'
import { useDebounced } from '~/parts/hooks'
import { notify } from '~/parts/notify'
import { useProblemText } from '~/parts/problemText'
import { ErrorState } from '~/parts/States'
import { useParts } from '~/parts/styles'
import type { TextId } from '~/texts'
import { Delivery } from './Delivery'
import type { FormProps } from './form'
import { useFormStyles } from './formStyles'
import { AddOnForm } from './forms/AddOnForm'
import { ChangeNumberForm } from './forms/ChangeNumberForm'
import { EndForm } from './forms/EndForm'
import { MobileForm } from './forms/MobileForm'
import { PackageForm } from './forms/PackageForm'
import { ReasonForm } from './forms/ReasonForm'
import { ReplaceSimForm } from './forms/ReplaceSimForm'
import { TelephonyForm } from './forms/TelephonyForm'
import { LeftOut } from './LeftOut'
import { rememberPlaced } from './placed'
import { QuoteView } from './QuoteView'
import { quoteQuery } from './queries'
import { useRenewal } from './renewal'
import { addressProblems, afterRefusal, idempotencyKeys, sortProblems } from './rules'
import { StartDate } from './StartDate'
import { canWait, isPosted, movesNumber, nameOfSubscription, type Template, targetOf, toItems } from './wish'

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
    minHeight: '300px',
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
  text: { margin: 0 },
  bones: { display: 'flex', flexDirection: 'column', gap: '10px' },
  list: { margin: '4px 0 0', paddingInlineStart: '18px' },
})

const forms: Record<ActionName, ComponentType<FormProps>> = {
  activateTelephony: TelephonyForm,
  createMobile: MobileForm,
  changeMobilePackage: PackageForm,
  addAddOn: AddOnForm,
  removeAddOn: AddOnForm,
  suspendSim: ReasonForm,
  resumeSim: ReasonForm,
  replaceSim: ReplaceSimForm,
  changeNumber: ChangeNumberForm,
  endSubscription: EndForm,
}

/** So many names stand under a problem before the rest is counted. */
const namesShown = 5

export function OrderDialog({
  wish: asked,
  onClose,
}: {
  wish: Wish
  /** Told whether an order was placed. */
  onClose: (placed: boolean) => void
}) {
  const styles = useStyles()
  const formStyles = useFormStyles()
  const parts = useParts()
  const intl = useIntl()
  const format = useFormat()
  const client = useQueryClient()
  const problemText = useProblemText()
  const stepUp = useStepUp()
  const { organisation } = useSession()
  const [removed, setRemoved] = useState<ReadonlySet<string>>(new Set())
  const [choice, setChoice] = useState<{ template: Template | null; missing: TextId | null }>({
    template: null,
    missing: null,
  })
  const [day, setDay] = useState<string | null>(null)
  const [parcel, setParcel] = useState<Parcel | null>({})
  const [notice, setNotice] = useState<ReactNode>(null)
  const keyOf = useRef(idempotencyKeys())

  const { action } = asked
  const wish = useMemo<Wish>(
    () => ({ ...asked, targets: asked.targets.filter(({ person }) => !removed.has(person.id)) }),
    [asked, removed],
  )
  const { targets } = wish
  const many = asked.targets.length > 1
  const first = targets[0]

  const onTemplate = useCallback((template: Template | null, missing: TextId | null) => {
    setChoice((now) =>
      JSON.stringify(now.template) === JSON.stringify(template) && now.missing === missing
        ? now
        : { template, missing },
    )
  }, [])
  const posted = isPosted(choice.template)
  const missing: TextId | null =
    choice.missing ??
    (day === '' && !movesNumber(choice.template)
      ? 'order.choose.day'
      : posted && parcel === null
        ? 'order.choose.address'
        : null)
  const request = useMemo(
    () =>
      choice.template && !missing && targets.length > 0
        ? {
            items: toItems(choice.template, targets),
            ...(day && !movesNumber(choice.template) ? { requestedStartDate: day } : {}),
            ...(posted && parcel ? { delivery: parcel } : {}),
          }
        : null,
    [choice.template, missing, targets, day, posted, parcel],
  )
  // What is typed (a reason, an address) is not priced letter by letter.
  const settled = useDebounced(request, 250)
  const quotable = quoteQuery(organisation.id, settled)
  const { data, error, isFetching, isPlaceholderData, refetch } = useQuery({
    ...quotable,
    placeholderData: keepPreviousData,
  })
  const quote = request ? data : undefined
  const waits = isFetching || isPlaceholderData || settled !== request
  useRenewal(isPlaceholderData ? undefined : quote, refetch)
  const problems = sortProblems(many ? [] : (quote?.problems ?? []))
  const ofTargets = useMemo(() => {
    if (!many) return []
    const found = new Map<string, number[]>()
    for (const { pointer, detail } of quote?.problems ?? []) {
      const at = targetOf(pointer)
      if (at === null || !targets[at]) continue
      found.set(detail, [...(found.get(detail) ?? []), at])
    }
    return [...found]
  }, [many, quote, targets])
  const whole = many
    ? (quote?.problems ?? []).filter(({ pointer }) => targetOf(pointer) === null).map(({ detail }) => detail)
    : problems.rest

  const place = useMutation({
    mutationFn: async ({ id, freshSignIn }: Quote) =>
      // What goes to another address than the registered one wants a fresh sign-in; its window must open within the click.
      placeOrder(organisation.id, id, keyOf.current(id), freshSignIn ? await stepUp() : undefined),
    onMutate: () => setNotice(null),
    onSuccess: (order) => {
      const people = [...new Set(targets.map(({ person }) => person.id))]
      for (const { person, subscription } of targets)
        showBeingSetUp(client, organisation.id, person.id, order, action, subscription?.id ?? null)
      rememberPlaced({ organisation: organisation.id, order: order.id, people })
      client.setQueryData(keys.order(organisation.id, order.id), order)
      void refreshPeople(client, organisation.id, people)
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
        body:
          day || many ? (
            <FormattedMessage
              id={day ? 'order.placed.scheduled' : 'order.placed.many'}
              values={{
                action: intl.formatMessage({ id: `action.${action}` }),
                count: targets.length,
                day: day ? format.day(day) : '',
                name: first?.person.displayName ?? '',
              }}
            />
          ) : (
            <FormattedMessage id={`order.placed.${action}`} values={{ name: first?.person.displayName ?? '' }} />
          ),
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
      const { title, detail } = problemText(refusal)
      setNotice(detail && detail !== title ? `${title} ${detail}` : title)
      if (next.kind === 'newQuote') client.setQueryData(quotable.queryKey, next.quote)
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
  const ready = request !== null && quote !== undefined && !waits && !hasProblems && !sending
  const Form = forms[action]
  const name = first
    ? first.subscription && !many
      ? `${first.person.displayName} (${nameOfSubscription(first.subscription, format.number)})`
      : first.person.displayName
    : ''
  const destructive = action === 'endSubscription' || action === 'suspendSim'
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
            {many ? (
              <FormattedMessage
                id="order.titleMany"
                values={{ action: intl.formatMessage({ id: `action.${action}` }), count: targets.length }}
              />
            ) : (
              <FormattedMessage id={`order.title.${action}`} values={{ name }} />
            )}
          </DialogTitle>
          <DialogContent>
            <div className={styles.panes}>
              <div className={formStyles.form}>
                {many ? (
                  <LeftOut
                    leftOut={asked.leftOut ?? []}
                    removed={asked.targets.filter(({ person }) => removed.has(person.id))}
                  />
                ) : null}
                <Form wish={wish} onTemplate={onTemplate} problems={problems.fields} />
                {posted ? (
                  <Delivery
                    name={many ? '' : (first?.person.displayName ?? '')}
                    onChange={setParcel}
                    problems={addressProblems(quote?.problems ?? [])}
                  />
                ) : null}
                {canWait(action) && !movesNumber(choice.template) ? (
                  <StartDate
                    ends={action === 'endSubscription' || action === 'removeAddOn'}
                    value={day}
                    onChange={setDay}
                    problem={problems.fields.date}
                  />
                ) : null}
              </div>
              <section className={styles.quote} aria-labelledby="quote" aria-busy={waits && request !== null}>
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
                {hasProblems && !many && problems.rest.length === 0 ? (
                  <MessageBar intent="error" layout="multiline">
                    <MessageBarBody>
                      <FormattedMessage id="quote.marked" />
                    </MessageBarBody>
                  </MessageBar>
                ) : null}
                {request === null
                  ? null
                  : whole.map((detail) => (
                      <MessageBar key={detail} intent="error" layout="multiline">
                        <MessageBarBody>{detail}</MessageBarBody>
                      </MessageBar>
                    ))}
                {request !== null && ofTargets.length > 0 ? (
                  <MessageBar intent="error" layout="multiline">
                    <MessageBarBody>
                      {ofTargets.map(([detail, places]) => (
                        <div key={detail}>
                          {detail}
                          <ul className={styles.list}>
                            {places.slice(0, namesShown).map((at) => (
                              <li key={at}>{targets[at]?.person.displayName}</li>
                            ))}
                            {places.length > namesShown ? (
                              <li>
                                <FormattedMessage id="order.andMore" values={{ count: places.length - namesShown }} />
                              </li>
                            ) : null}
                          </ul>
                        </div>
                      ))}
                      <Button
                        size="small"
                        onClick={() =>
                          setRemoved(
                            (now) =>
                              new Set([
                                ...now,
                                ...ofTargets.flatMap(([, places]) => places.map((at) => targets[at]?.person.id ?? '')),
                              ]),
                          )
                        }
                      >
                        <FormattedMessage
                          id="order.leaveOut"
                          values={{ count: new Set(ofTargets.flatMap(([, places]) => places)).size }}
                        />
                      </Button>
                    </MessageBarBody>
                  </MessageBar>
                ) : null}
                {request === null ? (
                  <p className={mergeClasses(styles.text, parts.muted)}>
                    {targets.length === 0 ? (
                      <FormattedMessage id="order.nobodyLeft" />
                    ) : missing ? (
                      <FormattedMessage id={missing} />
                    ) : null}
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
                if (quote) place.mutate(quote)
              }}
            >
              <FormattedMessage
                id={sending ? 'order.sending' : destructive ? `order.send.${action}` : 'order.send'}
                values={{ count: targets.length }}
              />
            </Button>
          </DialogActions>
        </DialogBody>
      </DialogSurface>
    </Dialog>
  )
}
