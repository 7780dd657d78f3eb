/** Takes an order back while that is possible, and says for how much longer it is. */
import { Button, Spinner } from '@fluentui/react-components'
import { ArrowUndo16Regular } from '@fluentui/react-icons'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useRef } from 'react'
import { FormattedMessage } from 'react-intl'
import { keys } from '~/api/keys'
import { undoOrder } from '~/api/orders'
import { orderQuery } from '~/api/organisation'
import { useNow } from '~/parts/hooks'
import { notify } from '~/parts/notify'
import { useProblemText } from '~/parts/problemText'
import { useParts } from '~/parts/styles'

/** Whole minutes left, at least one while there is any time left; null when it is over. */
export function minutesLeft(until: string | null | undefined, now: number): number | null {
  if (!until) return null
  const left = Date.parse(until) - now
  return left <= 0 ? null : Math.max(1, Math.ceil(left / 60_000))
}

export function UndoButton({
  organisation,
  order: id,
  size = 'small',
  saysWhyNot = false,
  onDone,
}: {
  organisation: string
  order: string
  size?: 'small' | 'medium'
  /** Of an order that was carried out and cannot be taken back (any more), why. */
  saysWhyNot?: boolean
  onDone?: () => void
}) {
  const parts = useParts()
  const client = useQueryClient()
  const problemText = useProblemText()
  const { data: order } = useQuery(orderQuery(organisation, id))
  const now = useNow(10_000)
  const key = useRef<string>(undefined)
  const undo = useMutation({
    mutationFn: () => {
      key.current ??= crypto.randomUUID()
      return undoOrder(organisation, id, key.current)
    },
    onSuccess: (reversal) => {
      for (const queryKey of [
        keys.order(organisation, id),
        keys.orders(organisation),
        keys.persons(organisation),
        keys.people(organisation),
        keys.dashboard(organisation),
      ])
        void client.invalidateQueries({ queryKey })
      notify({
        intent: 'success',
        replaces: `placed-${id}`,
        title: <FormattedMessage id="undo.placed" values={{ number: order?.number ?? '' }} />,
        body: reversal.id === id ? undefined : <FormattedMessage id="undo.by" values={{ number: reversal.number }} />,
      })
      onDone?.()
    },
    onError: (error) => {
      notify({ intent: 'error', ...problemText(error) })
      // It has moved on in the meantime: show where it stands now.
      void client.invalidateQueries({ queryKey: keys.order(organisation, id) })
    },
  })
  const left = minutesLeft(order?.undoableUntil, now)
  if (left === null) {
    const carriedOut = order?.state === 'completed' || order?.state === 'partial'
    const reason = saysWhyNot && carriedOut ? order.undo.reason : null
    return reason ? <span className={parts.caption}>{reason.detail}</span> : null
  }
  return (
    <Button
      size={size}
      disabled={undo.isPending}
      icon={undo.isPending ? <Spinner size="tiny" /> : <ArrowUndo16Regular />}
      onClick={() => undo.mutate()}
    >
      <FormattedMessage id="undo.button" />
      <span className={parts.undoTime}>
        <FormattedMessage id="undo.left" values={{ minutes: left }} />
      </span>
    </Button>
  )
}
