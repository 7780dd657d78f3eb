import { type QueryClient, queryOptions } from '@tanstack/react-query'
import { api, unwrap } from '~/api/client'
import { keys } from '~/api/keys'
import type { Language, Me, MyOrganisation } from '~/api/types'

export const meQuery = queryOptions({
  queryKey: keys.me,
  queryFn: ({ signal }) => unwrap(api.GET('/api/v1/me', { signal })),
  staleTime: 60_000,
})

/** Organisations by name or customer number, for somebody who has more of them than `me` lists. */
export const findOrganisationsQuery = (q: string) =>
  queryOptions({
    queryKey: keys.findOrganisations(q),
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/organisations', { params: { query: { q, limit: 50 } }, signal })),
    staleTime: 30_000,
  })

/**
 * The caller's own view of one organisation, or null when there is none. `me` lists the first 200; somebody with more
 * (an operator's agent) may come by a link to one that is not among them, and then the whole list is asked.
 */
export async function findMyOrganisation(client: QueryClient, me: Me, id: string): Promise<MyOrganisation | null> {
  const listed = me.organisations.find((organisation) => organisation.id === id)
  if (listed || !me.more) return listed ?? null
  return client.fetchQuery({
    queryKey: keys.myOrganisation(id),
    staleTime: 300_000,
    queryFn: async ({ signal }) => {
      let cursor: string | undefined
      do {
        const page = await unwrap(
          api.GET('/api/v1/organisations', { params: { query: { limit: 500, cursor } }, signal }),
        )
        const found = page.items.find((organisation) => organisation.id === id)
        if (found) return found
        cursor = page.next ?? undefined
      } while (cursor)
      return null
    },
  })
}

export const saveLanguage = (language: Language): Promise<Me> => unwrap(api.PATCH('/api/v1/me', { body: { language } }))

/** Ends the session here and answers where the browser must go to end it at Microsoft too. */
export const signOut = (): Promise<{ redirect: string }> => unwrap(api.POST('/auth/sign-out', {}))

/** Whether the organisation has more for this person than the person's own page. */
export const hasAdminAreas = (organisation: MyOrganisation): boolean => organisation.permissions.includes('read')
