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
  MessageBarTitle,
  makeStyles,
  mergeClasses,
  Skeleton,
  SkeletonItem,
  tokens,
} from '@fluentui/react-components'
import { ArrowLeft16Regular } from '@fluentui/react-icons'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { type ReactNode, useRef, useState } from 'react'
import { FormattedMessage, useIntl } from 'react-intl'
import { keys } from '~/api/keys'
import { cancelOrder } from '~/api/orders'
import { orderQuery } from '~/api/organisation'
import { portsOfOrderQuery } from '~/api/ports'
import { isProblem } from '~/api/problem'
import type { Order, OrderItemView } from '~/api/types'
import { useFormat } from '~/app/i18n'
import { useDialogs } from '~/app/ordering'
import { PortButtons } from '~/app/PortButtons'
import { useSession } from '~/app/session'
import { UndoButton } from '~/app/UndoButton'
import { ActionText } from '~/parts/ActionText'
import { GoodsLines } from '~/parts/GoodsLines'
import { useTitle } from '~/parts/hooks'
import { ItemPrice } from '~/parts/ItemPrice'
import { notify } from '~/parts/notify'
import { isEnded, OrderStateBadge } from '~/parts/OrderStateBadge'
import { useProblemText } from '~/parts/problemText'
import { mayOrder } from '~/parts/rights'
import { ErrorState } from '~/parts/States'
import { useParts } from '~/parts/styles'
import { Steps } from './Steps'

const useStyles = makeStyles({
  top: { display: 'flex', alignItems: 'center', gap: '12px', flexWrap: 'wrap' },
  title: { display: 'flex', alignItems: 'center', gap: '12px', flexWrap: 'wrap', flexGrow: 1 },
  back: { display: 'inline-flex', alignItems: 'center', gap: '4px', width: 'fit-content' },
  columns: {
    display: 'grid',
    gridTemplateColumns: 'minmax(0, 5fr) minmax(0, 4fr)',
    gap: '16px',
    alignItems: 'start',
    '@media (max-width: 1090px)': { gridTemplateColumns: 'minmax(0, 1fr)' },
  },
  card: { padding: '16px 20px', minWidth: 0 },
  column: { display: 'flex', flexDirection: 'column', gap: '16px', minWidth: 0 },
  facts: {
    display: 'grid',
    gridTemplateColumns: 'minmax(96px, 150px) minmax(0, 1fr)',
    gap: '6px 16px',
    margin: '12px 0 0',
  },
  value: { margin: 0, overflowWrap: 'anywhere' },
  items: { listStyleType: 'none', margin: 0, padding: 0 },
  item: {
    padding: '12px 0',
    borderBottom: `1px solid ${tokens.colorNeutralStroke3}`,
    display: 'flex',
    flexDirection: 'column',
    gap: '4px',
    ':last-child': { borderBottom: 'none', paddingBottom: 0 },
  },
  line: { display: 'flex', justifyContent: 'space-between', gap: '12px', flexWrap: 'wrap' },
  text: { margin: 0 },
})

const route = getRouteApi('/o/$organisation/organisation/orders/$order')

export function OrderPage() {
  const styles = useStyles()
  const parts = useParts()
  const intl = useIntl()
  const { organisation } = useSession()
  const { order: id } = route.useParams()
  const { data: order, error, refetch } = useQuery(orderQuery(organisation.id, id))
  useTitle(order?.number ?? intl.formatMessage({ id: 'organisation.orders' }))
  return (
    <>
      <Link
        to="/o/$organisation/organisation/orders"
        params={{ organisation: organisation.id }}
        className={mergeClasses(parts.link, styles.back)}
      >
        <ArrowLeft16Regular aria-hidden="true" />
        <FormattedMessage id="orders.back" />
      </Link>
      {order ? (
        <Details order={order} />
      ) : error ? (
        <div className={parts.card}>
          <ErrorState error={error} onRetry={isProblem(error, 404) ? undefined : () => void refetch()} />
        </div>
      ) : (
        <Skeleton aria-label={intl.formatMessage({ id: 'common.loading' })} className={styles.columns}>
          <SkeletonItem size={128} />
          <SkeletonItem size={128} />
        </Skeleton>
      )}
    </>
  )
}

function Fact({ name, children }: { name: ReactNode; children: ReactNode }) {
  const styles = useStyles()
  const parts = useParts()
  return (
    <>
      <dt className={parts.muted}>{name}</dt>
      <dd className={styles.value}>{children}</dd>
    </>
  )
}

function Details({ order }: { order: Order }) {
  const styles = useStyles()
  const parts = useParts()
  const format = useFormat()
  const openDialog = useDialogs()
  const { organisation } = useSession()
  return (
    <>
      <div className={styles.top}>
        <div className={styles.title}>
          <h2 className={parts.heading}>
            <FormattedMessage id="order.heading" values={{ number: order.number }} />
          </h2>
          {/* The state changes while one looks at it: say so. */}
          <span role="status">
            <OrderStateBadge state={order.state} heldReason={order.heldReason} />
          </span>
        </div>
        <PortButtons organisation={organisation.id} order={order.id} />
        {mayOrder(organisation.permissions) || organisation.permissions.includes('orderGoods') ? (
          <>
            <UndoButton organisation={organisation.id} order={order.id} size="medium" saysWhyNot />
            {order.scheduledFor ? (
              <Button onClick={() => openDialog({ show: 'move', order: order.id })}>
                <FormattedMessage id="move.button" />
              </Button>
            ) : order.cancellable ? (
              <Cancel order={order} />
            ) : null}
          </>
        ) : null}
      </div>
      <Outcome order={order} />
      <div className={styles.columns}>
        <div className={styles.column}>
          <section className={mergeClasses(parts.card, styles.card)} aria-labelledby="about">
            <h3 id="about" className={parts.subheading}>
              {order.summary}
            </h3>
            <dl className={styles.facts}>
              <Fact name={<FormattedMessage id="orders.requestedBy" />}>{order.requestedBy.name}</Fact>
              <Fact name={<FormattedMessage id="orders.requestedAt" />}>{format.instant(order.requestedAt)}</Fact>
              <Fact name={<FormattedMessage id="orders.executedAt" />}>
                {order.executedAt ? (
                  format.instant(order.executedAt)
                ) : isEnded(order.state) ? (
                  '–'
                ) : (
                  <FormattedMessage id="orders.notYet" />
                )}
              </Fact>
              <Fact name={<FormattedMessage id="orders.oneTime" />}>{format.money(order.oneTime)}</Fact>
              <Fact name={<FormattedMessage id="orders.monthly" />}>
                {format.money(order.monthly)}{' '}
                <span className={parts.caption}>
                  <FormattedMessage id="common.exclVat" />
                </span>
              </Fact>
              {order.scheduledFor ? (
                <Fact name={<FormattedMessage id="orders.scheduledFor" />}>{format.day(order.scheduledFor)}</Fact>
              ) : null}
              {order.comment ? <Fact name={<FormattedMessage id="orders.comment" />}>{order.comment}</Fact> : null}
            </dl>
          </section>
          <section className={mergeClasses(parts.card, styles.card)} aria-labelledby="items">
            <h3 id="items" className={parts.subheading}>
              <FormattedMessage id="order.items" />
            </h3>
            <ul className={styles.items}>
              {order.items.map((item) => (
                <Item key={item.id} item={item} />
              ))}
            </ul>
          </section>
        </div>
        <section className={mergeClasses(parts.card, styles.card)} aria-labelledby="steps">
          <h3 id="steps" className={parts.subheading}>
            <FormattedMessage id="order.steps" />
          </h3>
          <Steps steps={order.steps} items={order.items} />
        </section>
      </div>
    </>
  )
}

function Item({ item }: { item: OrderItemView }) {
  const styles = useStyles()
  const parts = useParts()
  const format = useFormat()
  const { organisation } = useSession()
  return (
    <li className={styles.item}>
      <div className={styles.line}>
        <span className={parts.small}>
          <ActionText action={item.action} />
          {item.person ? (
            <>
              {' · '}
              <Link
                to="/o/$organisation/users"
                params={{ organisation: organisation.id }}
                search={{ q: item.person.name, open: item.person.id }}
                className={mergeClasses(parts.link, parts.underlined)}
              >
                {item.person.name}
              </Link>
            </>
          ) : null}
        </span>
        <span className={parts.figures}>
          <ItemPrice monthly={item.monthly} oneTime={item.oneTime} />
        </span>
      </div>
      <p className={mergeClasses(styles.text, parts.muted)}>
        {[item.offering?.name, item.callGroup?.name, item.number ? format.number(item.number) : null]
          .filter(Boolean)
          .join(' · ')}
        {item.packs ? <FormattedMessage id="sims.packsOf" values={{ packs: item.packs }} /> : null}
        {item.wish ? ` · ${item.wish}` : null}
      </p>
      <GoodsLines lines={item.lines} />
      {item.cards.length > 0 ? (
        <details>
          <summary className={parts.caption}>
            <FormattedMessage id="sims.cards" values={{ count: item.cards.length }} />
          </summary>
          <ul className={mergeClasses(styles.items, parts.caption, parts.figures)}>
            {item.cards.map((iccid) => (
              <li key={iccid}>{format.iccid(iccid)}</li>
            ))}
          </ul>
        </details>
      ) : null}
      {item.problem ? (
        <MessageBar intent={item.state === 'failed' ? 'error' : 'warning'} layout="multiline">
          <MessageBarBody>
            {item.problem.detail} {item.problem.advice}
          </MessageBarBody>
        </MessageBar>
      ) : null}
    </li>
  )
}

/** What the state means for the reader and what to do now; nothing where the badge says it all. */
function Outcome({ order }: { order: Order }) {
  const intents = {
    held: 'warning',
    partial: 'warning',
    failed: 'error',
    rejected: 'error',
    cancelled: 'info',
  } as const
  const { organisation } = useSession()
  const { state, heldReason } = order
  const { data: ports } = useQuery({
    ...portsOfOrderQuery(organisation.id, order.id),
    enabled: state === 'held' && heldReason === 'scheduledPort',
  })
  // A number does not move by itself while somebody here has still to say something.
  const asksUs = ports?.items.find((port) => port.state === 'draft' || port.state === 'rejected')?.state
  if (!Object.hasOwn(intents, state)) return null
  const shown = state as keyof typeof intents
  // Nothing is wrong with it: the operator's people agree it, and the item says so.
  const isBooked = state === 'held' && order.items.some((item) => item.problem?.code === 'serviceBooking')
  return (
    <MessageBar intent={isBooked ? 'info' : intents[shown]} layout="multiline">
      <MessageBarBody>
        <MessageBarTitle>
          <FormattedMessage id={`order.outcome.${shown}`} />
        </MessageBarTitle>{' '}
        <FormattedMessage
          id={
            isBooked
              ? 'order.advice.booked'
              : asksUs === 'draft' || asksUs === 'rejected'
                ? `order.advice.port.${asksUs}`
                : shown === 'held' && heldReason
                  ? `order.advice.${heldReason}`
                  : `order.advice.${shown}`
          }
        />
      </MessageBarBody>
    </MessageBar>
  )
}

function Cancel({ order }: { order: Order }) {
  const client = useQueryClient()
  const problemText = useProblemText()
  const { organisation } = useSession()
  const [asking, setAsking] = useState(false)
  const key = useRef<string>(undefined)
  const cancel = useMutation({
    mutationFn: () => {
      key.current ??= crypto.randomUUID()
      return cancelOrder(organisation.id, order.id, key.current)
    },
    onSuccess: (cancelled) => {
      client.setQueryData(keys.order(organisation.id, order.id), cancelled)
      void client.invalidateQueries({ queryKey: keys.orders(organisation.id) })
      void client.invalidateQueries({ queryKey: keys.dashboard(organisation.id) })
      notify({ intent: 'success', title: <FormattedMessage id="order.cancelling" values={{ number: order.number }} /> })
    },
    onError: (error) => {
      notify({ intent: 'error', ...problemText(error) })
      // It has moved on in the meantime: show where it stands now.
      void client.invalidateQueries({ queryKey: keys.order(organisation.id, order.id) })
    },
    onSettled: () => setAsking(false),
  })
  return (
    <Dialog open={asking} modalType="alert" onOpenChange={(_, data) => setAsking(data.open)}>
      <DialogTrigger disableButtonEnhancement>
        <Button>
          <FormattedMessage id="order.cancel" />
        </Button>
      </DialogTrigger>
      <DialogSurface>
        <DialogBody>
          <DialogTitle>
            <FormattedMessage id="order.cancel.title" values={{ number: order.number }} />
          </DialogTitle>
          <DialogContent>
            <FormattedMessage id="order.cancel.body" values={{ summary: order.summary }} />
          </DialogContent>
          <DialogActions>
            <Button onClick={() => setAsking(false)} disabled={cancel.isPending}>
              <FormattedMessage id="order.cancel.keep" />
            </Button>
            <Button appearance="primary" onClick={() => cancel.mutate()} disabled={cancel.isPending}>
              <FormattedMessage id="order.cancel" />
            </Button>
          </DialogActions>
        </DialogBody>
      </DialogSurface>
    </Dialog>
  )
}
