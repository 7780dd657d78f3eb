import { queryOptions } from '@tanstack/react-query'
import { api, unwrap } from '~/api/client'
import { keys } from '~/api/keys'

export const dashboardQuery = (organisation: string) =>
  queryOptions({
    queryKey: keys.dashboard(organisation),
    queryFn: ({ signal }) =>
      unwrap(api.GET('/api/v1/organisations/{organisation}/dashboard', { params: { path: { organisation } }, signal })),
    staleTime: 15_000,
  })
