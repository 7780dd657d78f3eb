/** Places an order from the quote that is on screen, once, and says so. */
import { type QueryKey, useMutation, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { type ReactNode, useRef, useState } from 'react'
import { FormattedMessage } from 'react-intl'
import { keys } from '~/api/keys'
import { placeOrder } from '~/api/orders'
import type { Order, Quote } from '~/api/types'
import { useSession } from '~/app/session'
import { useStepUp } from '~/app/stepUp'
import { UndoButton } from '~/app/UndoButton'
import { notify } from '~/parts/notify'
import { useProblemText } from '~/parts/problemText'
import { useParts } from '~/parts/styles'
import { rememberPlaced } from './placed'
import type { Pricing } from './pricing'
import { afterRefusal, idempotencyKeys } from './rules'

export function usePlacing({
  pricing,
  people,
  changes,
  said,
  onPlaced,
  onClose,
}: {
  pricing: Pricing
  /** Whom it is for; nobody for what is the organisation's own. */
  people: readonly string[]
  /** Lists that the order changes, beside those that every order does. */
  changes: readonly QueryKey[]
  /** What is said of the order once it is placed. */
  said: ReactNode
  onPlaced?: (order: Order) => void
  /** Told that an order was placed. */
  onClose: (placed: boolean) => void
}) {
  const parts = useParts()
  const client = useQueryClient()
  const problemText = useProblemText()
  const stepUp = useStepUp()
  const { organisation } = useSession()
  const [notice, setNotice] = useState<string | null>(null)
  const keyOf = useRef(idempotencyKeys())
  const again = (queryKeys: readonly QueryKey[]) => {
    for (const queryKey of queryKeys) void client.invalidateQueries({ queryKey })
  }
  const place = useMutation({
    mutationFn: async ({ id, freshSignIn }: Quote) =>
      // What goes to another address than the registered one wants a fresh sign-in; its window must open within the click.
      placeOrder(organisation.id, id, keyOf.current(id), freshSignIn ? await stepUp() : undefined),
    onMutate: () => setNotice(null),
    onSuccess: (order) => {
      onPlaced?.(order)
      rememberPlaced({ organisation: organisation.id, order: order.id, people: [...people] })
      client.setQueryData(keys.order(organisation.id, order.id), order)
      again([
        keys.orders(organisation.id),
        keys.numbers(organisation.id),
        keys.series(organisation.id),
        keys.dashboard(organisation.id),
        ...changes,
      ])
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
      const { title, detail } = problemText(refusal)
      setNotice(detail && detail !== title ? `${title} ${detail}` : title)
      if (next.kind === 'newQuote') client.setQueryData(pricing.queryKey, next.quote)
      if (next.kind === 'choose') again([keys.numbers(organisation.id), keys.sims(organisation.id)])
      if (next.kind === 'ask' || next.kind === 'choose') void pricing.refetch()
    },
  })
  return { send: place.mutate, sending: place.isPending, notice }
}

export type Placing = ReturnType<typeof usePlacing>
