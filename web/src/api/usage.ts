/** What a subscription used, month by month. */
import { queryOptions } from '@tanstack/react-query'
import { api, unwrap } from './client'
import { keys } from './keys'

export const usageQuery = (organisation: string, subscription: string) =>
  queryOptions({
    queryKey: [...keys.usage(organisation), subscription] as const,
    queryFn: ({ signal }) =>
      unwrap(
        api.GET('/api/v1/organisations/{organisation}/usage', {
          params: { path: { organisation }, query: { subscription } },
          signal,
        }),
      ),
    staleTime: 60_000,
  })
