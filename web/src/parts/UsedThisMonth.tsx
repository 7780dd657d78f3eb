import { useQuery } from '@tanstack/react-query'
import { usageQuery } from '~/api/usage'
import { useSession } from '~/app/session'
import { UsageBars } from './UsageBars'
import { thisMonth } from './usage'

/** What a mobile subscription used this month. Nothing until it is known or where it cannot be: the rest stands without. */
export function UsedThisMonth({ subscription }: { subscription: string }) {
  const { organisation } = useSession()
  const { data } = useQuery(usageQuery(organisation.id, subscription))
  const kinds = thisMonth(data)
  return kinds ? <UsageBars kinds={kinds} /> : null
}
