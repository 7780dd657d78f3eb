/** Groups of the directory, and the one that decides whom an organisation sees. */
import { queryOptions } from '@tanstack/react-query'
import { api, unwrap } from './client'
import { keys } from './keys'

/** Groups whose name has these words, in the alphabet's order. */
export const groupsQuery = (organisation: string, q: string) =>
  queryOptions({
    queryKey: [...keys.groups(organisation), q] as const,
    queryFn: ({ signal }) =>
      unwrap(
        api.GET('/api/v1/organisations/{organisation}/directory/groups', {
          params: { path: { organisation }, query: { q: q === '' ? undefined : q, limit: 50 } },
          signal,
        }),
      ),
    staleTime: 60_000,
  })

/** `null`: everybody of the directory again. */
export const setDefaultGroup = (organisation: string, version: number, defaultGroup: string | null) =>
  unwrap(
    api.PATCH('/api/v1/organisations/{organisation}', {
      params: { path: { organisation }, header: { 'If-Match': `"v${version}"` } },
      body: { defaultGroup },
    }),
  )
