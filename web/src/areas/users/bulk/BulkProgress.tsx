import { Button, DialogActions, DialogContent, makeStyles, ProgressBar } from '@fluentui/react-components'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useRef } from 'react'
import { FormattedMessage, useIntl } from 'react-intl'
import { keys } from '~/api/keys'
import { cancelOrder } from '~/api/orders'
import { orderQuery } from '~/api/organisation'
import { isLive } from '~/app/live'
import { useSession } from '~/app/session'
import { UndoButton } from '~/app/UndoButton'
import { notify } from '~/parts/notify'
import { isEnded, OrderStateBadge } from '~/parts/OrderStateBadge'
import { useProblemText } from '~/parts/problemText'
import { ErrorState } from '~/parts/States'
import { useParts } from '~/parts/styles'
import { progressOf } from './progress'

const useStyles = makeStyles({
  content: { display: 'flex', flexDirection: 'column', gap: '12px' },
  line: { display: 'flex', alignItems: 'center', gap: '12px', flexWrap: 'wrap' },
})

/** The last step: how far the order has come, and the way to stop what has not begun. */
export function BulkProgress({ order: id, onClose }: { order: string; onClose: () => void }) {
  const styles = useStyles()
  const parts = useParts()
  const intl = useIntl()
  const client = useQueryClient()
  const problemText = useProblemText()
  const { organisation } = useSession()
  const key = useRef<string>(undefined)
  const {
    data: order,
    error,
    refetch,
  } = useQuery({
    ...orderQuery(organisation.id, id),
    refetchInterval: ({ state }) => (state.data && isEnded(state.data.state) ? false : isLive() ? 5_000 : 2_000),
  })
  const cancel = useMutation({
    mutationFn: () => {
      key.current ??= crypto.randomUUID()
      return cancelOrder(organisation.id, id, key.current)
    },
    onSuccess: (changed) => client.setQueryData(keys.order(organisation.id, id), changed),
    onError: (refusal) => notify({ intent: 'error', ...problemText(refusal) }),
  })
  if (!order) return error ? <ErrorState error={error} onRetry={() => void refetch()} /> : null
  const { done, failed, total } = progressOf(order)
  return (
    <>
      <DialogContent className={styles.content}>
        <div className={styles.line}>
          <h3 className={parts.subheading}>{order.number}</h3>
          <OrderStateBadge state={order.state} heldReason={order.heldReason} />
          <UndoButton organisation={organisation.id} order={id} />
        </div>
        <ProgressBar
          value={total === 0 ? 0 : done / total}
          thickness="large"
          color={failed > 0 ? 'warning' : isEnded(order.state) ? 'success' : 'brand'}
          aria-label={intl.formatMessage({ id: 'bulk.progress' }, { done, total })}
        />
        <span role="status">
          <FormattedMessage id="bulk.progress" values={{ done, total }} />
          {failed > 0 ? (
            <>
              {' · '}
              <FormattedMessage id="bulk.failed" values={{ count: failed }} />
            </>
          ) : null}
        </span>
        <Link
          to="/o/$organisation/organisation/orders/$order"
          params={{ organisation: organisation.id, order: id }}
          className={parts.link}
        >
          <FormattedMessage id="orders.open" />
        </Link>
      </DialogContent>
      <DialogActions>
        {order.cancellable ? (
          <Button disabled={cancel.isPending} onClick={() => cancel.mutate()}>
            <FormattedMessage id="bulk.cancel" />
          </Button>
        ) : null}
        <Button appearance="primary" onClick={onClose}>
          <FormattedMessage id="common.close" />
        </Button>
      </DialogActions>
    </>
  )
}
