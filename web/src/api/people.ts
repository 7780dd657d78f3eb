/** The people of an organisation: what is asked, and how what is on screen is kept true. */
import { infiniteQueryOptions, type QueryClient, queryOptions } from '@tanstack/react-query'
import { api, unwrap, unwrapVersioned } from './client'
import { keys } from './keys'
import { firstPage, keepPages, type PageParameter, type Pages, pageAfter, patchItem } from './paging'
import { isProblem } from './problem'
import type { ActionName, HasFilter, Order, PersonRow, StateFilter } from './types'

export const sortColumns = ['name', 'department', 'telephony', 'mobile', 'cost'] as const
export type SortColumn = (typeof sortColumns)[number]
export type Sort = SortColumn | `-${SortColumn}`

/** Which people, and in which order. */
export interface PeopleQuestion {
  q?: string
  sort?: Sort
  has?: HasFilter
  state?: StateFilter
  /** Id of a group of the directory; members of groups within it count. */
  group?: string
}

export const peopleQuery = (organisation: string, question: PeopleQuestion) =>
  infiniteQueryOptions({
    queryKey: [...keys.people(organisation), question] as const,
    queryFn: ({ pageParam, signal }) =>
      unwrap(
        api.GET('/api/v1/organisations/{organisation}/people', {
          params: { path: { organisation }, query: { ...question, ...pageParam } },
          signal,
        }),
      ),
    initialPageParam: firstPage as PageParameter,
    getNextPageParam: pageAfter,
    staleTime: 30_000,
  })

/**
 * The same people from the other end, or nothing where the opposite order is not the mirror of this one: whoever has no
 * number comes last either way.
 */
export function mirrored(question: PeopleQuestion): PeopleQuestion | null {
  const sort = question.sort ?? 'name'
  const column = sort.replace('-', '') as SortColumn
  if (column === 'telephony' || column === 'mobile') return null
  return { ...question, sort: sort === column ? `-${column}` : column }
}

/** The first `most` people that a question finds, in its order. */
export async function listPeople(organisation: string, question: PeopleQuestion, most: number): Promise<PersonRow[]> {
  const found: PersonRow[] = []
  let cursor: string | undefined
  do {
    const page = await unwrap(
      api.GET('/api/v1/organisations/{organisation}/people', {
        params: {
          path: { organisation },
          query: { ...question, limit: Math.min(500, most - found.length), cursor },
        },
      }),
    )
    found.push(...page.items)
    cursor = page.next ?? undefined
  } while (cursor && found.length < most)
  return found
}

/** The suggestions of a field in which somebody is chosen: the first people that `q` finds. */
export const suggestedPeopleQuery = (organisation: string, q: string) =>
  queryOptions({
    queryKey: [...keys.suggestedPeople(organisation), q] as const,
    queryFn: ({ signal }) =>
      unwrap(
        api.GET('/api/v1/organisations/{organisation}/people', {
          params: { path: { organisation }, query: { q: q === '' ? undefined : q, limit: 20 } },
          signal,
        }),
      ),
    staleTime: 15_000,
  })

export const personQuery = (organisation: string, person: string) =>
  queryOptions({
    queryKey: keys.person(organisation, person),
    queryFn: ({ signal }) =>
      unwrapVersioned(
        api.GET('/api/v1/organisations/{organisation}/people/{person}', {
          params: { path: { organisation, person } },
          signal,
        }),
      ),
    staleTime: 30_000,
  })

const lists = (client: QueryClient, organisation: string) =>
  client.getQueriesData<Pages<PersonRow>>({ queryKey: keys.people(organisation) })

/** Ids of the people on loaded rows that a test holds for. */
export function peopleWith(client: QueryClient, organisation: string, test: (row: PersonRow) => boolean): Set<string> {
  const found = new Set<string>()
  for (const [, data] of lists(client, organisation))
    for (const page of data?.pages ?? []) for (const row of page.items) if (test(row)) found.add(row.id)
  return found
}

/** The last row on screen, told by the list itself, so that a refresh need not fetch what nobody sees. */
let lastVisibleRow = 0
export function setLastVisibleRow(row: number): void {
  lastVisibleRow = row
}

/** Asks again for the lists, down to what is on screen. */
export function refreshPeopleLists(client: QueryClient, organisation: string): void {
  for (const [queryKey, data] of lists(client, organisation))
    if (data) client.setQueryData(queryKey, keepPages(data, lastVisibleRow))
  void client.invalidateQueries({ queryKey: keys.people(organisation) })
}

/** Asks again for some people and puts what comes into every list they stand in; for many, the lists are asked instead. */
export async function refreshPeople(client: QueryClient, organisation: string, people: string[]): Promise<void> {
  const listed = peopleWith(client, organisation, ({ id }) => people.includes(id))
  if (people.length > 20 || people.some((id) => !listed.has(id))) {
    void client.invalidateQueries({ queryKey: keys.persons(organisation) })
    refreshPeopleLists(client, organisation)
    return
  }
  await Promise.all(
    people.map(async (id) => {
      try {
        const person = await client.fetchQuery({ ...personQuery(organisation, id), staleTime: 0 })
        for (const [queryKey, data] of lists(client, organisation))
          if (data) client.setQueryData(queryKey, patchItem<PersonRow>(data, person))
      } catch (error) {
        // Gone in the meantime: the list knows better.
        if (isProblem(error, 404)) refreshPeopleLists(client, organisation)
      }
    }),
  )
}

/** Shows at once, before the server has been asked again, that something is being done for a person. */
export function showBeingSetUp(
  client: QueryClient,
  organisation: string,
  person: string,
  order: Order,
  action: ActionName,
  subscription: string | null,
): void {
  const { id, number, state, heldReason, scheduledFor } = order
  const open = { id, number, action, state, heldReason, scheduledFor, subscription }
  for (const [queryKey, data] of lists(client, organisation)) {
    const row = data?.pages.flatMap(({ items }) => items).find((item) => item.id === person)
    if (!data || !row) continue
    const others = row.openOrders.filter((one) => one.id !== id)
    client.setQueryData(queryKey, patchItem<PersonRow>(data, { ...row, openOrders: [...others, open] }))
  }
}
