import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useEffect } from 'react'
import { FormattedMessage } from 'react-intl'
import { orderQuery } from '~/api/organisation'
import { refreshPeople } from '~/api/people'
import { isLive } from '~/app/live'
import { useSession } from '~/app/session'
import { notify } from '~/parts/notify'
import { isSettled } from '~/parts/OrderStateBadge'
import { useParts } from '~/parts/styles'
import { forgetPlaced, type PlacedOrder, usePlaced } from './placed'

/** Tells, wherever one has gone meanwhile, how an order ended. Shows nothing itself. */
export function Results() {
  const { organisation } = useSession()
  return usePlaced()
    .filter((one) => one.organisation === organisation.id)
    .map((one) => <Watch key={one.order} {...one} />)
}

const intents = {
  completed: 'success',
  held: 'warning',
  partial: 'warning',
  cancelled: 'warning',
  failed: 'error',
  rejected: 'error',
} as const

function Watch({ organisation, order, people }: PlacedOrder) {
  const parts = useParts()
  const client = useQueryClient()
  const { data } = useQuery({
    ...orderQuery(organisation, order),
    // Events tell at once; asking now and then covers a window they do not reach.
    refetchInterval: () => (isLive() ? 20_000 : 3_000),
  })
  useEffect(() => {
    const state = data?.state
    if (!data || !state || !isSettled(state)) return
    forgetPlaced(order)
    void refreshPeople(client, organisation, people)
    notify({
      replaces: `placed-${order}`,
      intent: intents[state],
      title: <FormattedMessage id={`orders.result.${state}`} values={{ number: data.number }} />,
      body: data.summary,
      link: (close) => (
        <Link
          onClick={close}
          to="/o/$organisation/organisation/orders/$order"
          params={{ organisation, order }}
          className={parts.link}
        >
          <FormattedMessage id="orders.open" />
        </Link>
      ),
    })
  }, [data, order, organisation, people, client, parts.link])
  return null
}
