import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { api, unwrap } from '~/api/client'
import { keys } from '~/api/keys'
import type { Permission, Role } from '~/api/types'

/** Who holds which role here, the inherited ones too. Few enough to be asked for at once. */
export const assignmentsQuery = (organisation: string) =>
  infiniteQueryOptions({
    queryKey: [...keys.roles(organisation), 'assignments'] as const,
    queryFn: ({ pageParam, signal }) =>
      unwrap(
        api.GET('/api/v1/organisations/{organisation}/role-assignments', {
          params: { path: { organisation }, query: { limit: 500, cursor: pageParam } },
          signal,
        }),
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
    staleTime: 15_000,
  })

/** The roles of this kind of organisation, and which of them one may give. */
export const rolesQuery = (organisation: string) =>
  queryOptions({
    queryKey: [...keys.roles(organisation), 'list'] as const,
    queryFn: ({ signal }) =>
      unwrap(
        api.GET('/api/v1/organisations/{organisation}/roles', {
          params: { path: { organisation }, query: { limit: 100 } },
          signal,
        }),
      ),
    staleTime: 60_000,
  })

export type Whom = { person: string } | { principal: string }

export const explanationQuery = (organisation: string, permission: Permission, whom: Whom | null) =>
  queryOptions({
    queryKey: [...keys.explanations(organisation), permission, whom] as const,
    queryFn: ({ signal }) =>
      unwrap(
        api.GET('/api/v1/organisations/{organisation}/permissions/explain', {
          params: { path: { organisation }, query: { permission, ...whom } },
          signal,
        }),
      ),
    enabled: whom !== null,
    staleTime: 5_000,
  })

/** `stepUp`: the one-time code of a fresh sign-in. */
export const assignRole = (organisation: string, key: string, stepUp: string, person: string, role: Role) =>
  unwrap(
    api.POST('/api/v1/organisations/{organisation}/role-assignments', {
      params: { path: { organisation }, header: { 'Idempotency-Key': key, 'Step-Up': stepUp } },
      body: { person, role },
    }),
  )

export const revokeRole = (organisation: string, assignment: string) =>
  unwrap(
    api.DELETE('/api/v1/organisations/{organisation}/role-assignments/{assignment}', {
      params: { path: { organisation, assignment } },
    }),
  )
