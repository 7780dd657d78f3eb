import { queryOptions } from '@tanstack/react-query'
import { api, unwrap } from '~/api/client'
import { keys } from '~/api/keys'

/** What somebody has themselves. Who is not in the organisation's directory has none: 404. */
export const myPageQuery = (organisation: string) =>
  queryOptions({
    queryKey: keys.myPage(organisation),
    queryFn: ({ signal }) =>
      unwrap(api.GET('/api/v1/organisations/{organisation}/my-page', { params: { path: { organisation } }, signal })),
    staleTime: 30_000,
  })

/** What one's own mobile subscriptions used, month by month. Needs no right, as the page itself. */
export const myUsageQuery = (organisation: string) =>
  queryOptions({
    queryKey: [...keys.usage(organisation), 'own'] as const,
    queryFn: ({ signal }) =>
      unwrap(
        api.GET('/api/v1/organisations/{organisation}/my-page/usage', { params: { path: { organisation } }, signal }),
      ),
    staleTime: 60_000,
  })
