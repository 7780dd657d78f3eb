/**
 * Keeps the screen true while it stands: follows the organisation's events and asks the API again for what changed.
 * Without a stream (a proxy in the way, a sleeping laptop) coming back to the window asks again instead.
 */
import { type QueryClient, useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { reportSignedOut, requestHeaders } from '~/api/client'
import { followEvents, type ServerEvent } from '~/api/events'
import { keys } from '~/api/keys'
import { peopleWith, refreshPeople, refreshPeopleLists } from '~/api/people'

export type ChangeKind =
  | 'people'
  | 'person'
  | 'orders'
  | 'subscriptions'
  | 'numbers'
  | 'sims'
  | 'connection'
  | 'roles'
  | 'supportRequests'
  | 'callGroups'
  | 'invoices'
export type Changes = Map<ChangeKind, Set<string>>

let connected = false
/** Whether events arrive at this moment; while they do, coming back to the window need not refetch. */
export const isLive = (): boolean => connected

/** Reads one event's data; null for what is not understood (a newer server may say more than we know). */
export function readChange(event: ServerEvent): { kind: ChangeKind; ids: string[] } | null {
  if (event.event !== 'change') return null
  try {
    const { kind, ids } = JSON.parse(event.data) as { kind?: unknown; ids?: unknown }
    if (typeof kind !== 'string') return null
    return {
      kind: kind as ChangeKind,
      ids: Array.isArray(ids) ? ids.filter((id): id is string => typeof id === 'string') : [],
    }
  } catch {
    return null
  }
}

/**
 * Gathers changes and hands them on together: the first after `quick` ms, the next no sooner than `slow` ms later, so
 * that a directory sync of thousands of people asks a handful of times and a single new colleague shows at once.
 */
export function gatherChanges(hand: (changes: Changes) => void, quick = 200, slow = 1500) {
  let waiting: Changes = new Map()
  let timer: ReturnType<typeof setTimeout> | undefined
  let last = Number.NEGATIVE_INFINITY
  return {
    add(kind: ChangeKind, ids: string[]) {
      const known = waiting.get(kind) ?? new Set()
      for (const id of ids) known.add(id)
      waiting.set(kind, known)
      if (timer !== undefined) return
      const due = Math.max(quick, last + slow - Date.now())
      timer = setTimeout(() => {
        timer = undefined
        last = Date.now()
        const now = waiting
        waiting = new Map()
        hand(now)
      }, due)
    },
    stop() {
      clearTimeout(timer)
    },
  }
}

/** Asks again for exactly what the changes touch. */
export function applyChanges(client: QueryClient, organisation: string, changes: Changes): void {
  const stale = (queryKey: readonly unknown[]) => void client.invalidateQueries({ queryKey })
  const persons = new Set(changes.get('person') ?? [])
  const orders = changes.get('orders')
  const subscriptions = changes.get('subscriptions')
  if (orders) {
    stale(keys.orders(organisation))
    stale(keys.requesters(organisation))
    for (const order of orders) stale(keys.order(organisation, order))
    for (const person of peopleWith(client, organisation, (row) => row.openOrders.some(({ id }) => orders.has(id))))
      persons.add(person)
  }
  if (subscriptions)
    for (const person of peopleWith(client, organisation, (row) =>
      row.subscriptions.some(({ id }) => subscriptions.has(id)),
    ))
      persons.add(person)
  if (changes.has('people')) {
    // Also what the server says when it no longer knows what a slow reader missed: ask for all there is, except for a
    // price somebody is looking at.
    refreshPeopleLists(client, organisation)
    void client.invalidateQueries({
      queryKey: keys.everything(organisation),
      predicate: ({ queryKey }) => queryKey[2] !== 'quote' && queryKey[2] !== 'people',
    })
    return
  }
  if (persons.size > 0) void refreshPeople(client, organisation, [...persons])
  if (persons.size > 0 || orders || subscriptions) stale(keys.dashboard(organisation))
  if (changes.has('numbers') || orders) {
    stale(keys.numbers(organisation))
    stale(keys.series(organisation))
  }
  if (changes.has('sims') || orders) stale(keys.sims(organisation))
  if (changes.has('callGroups') || orders) stale(keys.callGroups(organisation))
  const invoices = changes.get('invoices')
  if (invoices) {
    // With them what was spent, and what the next one will come to.
    stale(keys.invoices(organisation))
    for (const invoice of invoices) stale(keys.invoice(organisation, invoice))
  }
  if (changes.has('connection')) {
    stale(keys.connection(organisation))
    stale(keys.organisation(organisation))
  }
  if (changes.has('roles')) {
    // Perhaps one's own: what may be done here is asked again with them.
    stale(keys.me)
    stale(keys.roles(organisation))
    stale(keys.explanations(organisation))
  }
  if (changes.has('supportRequests')) {
    stale(keys.supportRequests(organisation))
    stale(keys.deliveryAddress(organisation))
  }
}

/** Follows one organisation's events for as long as the component stands. */
export function useLiveEvents(organisation: string, active: boolean): void {
  const client = useQueryClient()
  useEffect(() => {
    if (!active) return
    const stop = new AbortController()
    const changes = gatherChanges((gathered) => applyChanges(client, organisation, gathered))
    let interrupted = false
    void followEvents({
      url: `/api/v1/organisations/${encodeURIComponent(organisation)}/events`,
      headers: requestHeaders,
      signal: stop.signal,
      listener: {
        onEvent: (event) => {
          const change = readChange(event)
          if (change) changes.add(change.kind, change.ids)
        },
        onConnection: (now) => {
          connected = now
          // What happened while nobody listened is not told afterwards: ask for everything on screen once.
          if (now && interrupted) void client.invalidateQueries({ queryKey: keys.everything(organisation) })
          if (!now) interrupted = true
        },
        onEnd: (status) => {
          connected = false
          if (status === 401) reportSignedOut()
          else void client.invalidateQueries({ queryKey: keys.me })
        },
      },
    })
    return () => {
      connected = false
      stop.abort()
      changes.stop()
    }
  }, [client, organisation, active])
}
