import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { api, unwrap } from '~/api/client'
import { keys } from '~/api/keys'
import { firstPage, type PageParameter } from '~/api/paging'
import type { FinanceChange, InvoiceLine, InvoiceLines } from '~/api/types'
import { peopleOf } from './people'
import type { InvoiceSearch, InvoicesSearch, LineFilter, opposite } from './search'

/** So many invoices stand on the first page of the area. */
export const latestCount = 6

/** Invoices page by page; `limit` cuts the first. */
export const invoicesQuery = (organisation: string, question: InvoicesSearch, limit = 50) =>
  infiniteQueryOptions({
    queryKey: [...keys.invoices(organisation), question, limit] as const,
    queryFn: ({ pageParam, signal }) =>
      unwrap(
        api.GET('/api/v1/organisations/{organisation}/invoices', {
          params: { path: { organisation }, query: { ...question, limit, cursor: pageParam } },
          signal,
        }),
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next }) => next ?? undefined,
    staleTime: 60_000,
  })

export const invoiceQuery = (organisation: string, invoice: string) =>
  queryOptions({
    queryKey: keys.invoice(organisation, invoice),
    queryFn: ({ signal }) =>
      unwrap(
        api.GET('/api/v1/organisations/{organisation}/invoices/{invoice}', {
          params: { path: { organisation, invoice } },
          signal,
        }),
      ),
    // What is issued does not change; that it was credited is all that can come.
    staleTime: 300_000,
  })

/** Lines in one request after the first. */
const furtherLines = 500

export const linesQuery = (
  organisation: string,
  invoice: string,
  { filter, sort }: { filter: LineFilter; sort: InvoiceSearch['sort'] | ReturnType<typeof opposite> },
) =>
  infiniteQueryOptions({
    queryKey: [...keys.invoice(organisation, invoice), 'lines', filter, sort] as const,
    queryFn: ({ pageParam, signal }) =>
      unwrap(
        api.GET('/api/v1/organisations/{organisation}/invoices/{invoice}/lines', {
          params: { path: { organisation, invoice }, query: { ...filter, sort, ...pageParam } },
          signal,
        }),
      ),
    initialPageParam: firstPage as PageParameter,
    getNextPageParam: ({ next }: InvoiceLines): PageParameter | undefined =>
      next ? { cursor: next, limit: furtherLines } : undefined,
    staleTime: 300_000,
    // Tens of thousands of lines that never change: comparing them all at each page would cost more than it saves.
    structuralSharing: false,
  })

/** The first `most` lines that the filters let through. */
export async function listLines(
  organisation: string,
  invoice: string,
  { filter, sort }: { filter: LineFilter; sort: InvoiceSearch['sort'] },
  most: number,
): Promise<InvoiceLine[]> {
  const found: InvoiceLine[] = []
  let cursor: string | undefined
  do {
    const page = await unwrap(
      api.GET('/api/v1/organisations/{organisation}/invoices/{invoice}/lines', {
        params: {
          path: { organisation, invoice },
          query: { ...filter, sort, limit: Math.min(furtherLines, most - found.length), cursor },
        },
      }),
    )
    found.push(...page.items)
    cursor = page.next ?? undefined
  } while (cursor && found.length < most)
  return found
}

/** The people on an invoice's lines whom `q` finds, whoever they are to the organisation today. */
export const billedPeopleQuery = (organisation: string, invoice: string, q: string) =>
  queryOptions({
    queryKey: [...keys.invoice(organisation, invoice), 'people', q] as const,
    queryFn: async () => {
      const filter = q === '' ? {} : { q }
      return peopleOf(await listLines(organisation, invoice, { filter, sort: 'person' }, furtherLines), q)
    },
    staleTime: 300_000,
  })

/** What was spent, by period and category, from a period on. */
export const spendingQuery = (organisation: string, from: string | undefined) =>
  queryOptions({
    queryKey: [...keys.invoices(organisation), 'spending', from ?? null] as const,
    queryFn: ({ signal }) =>
      unwrap(
        api.GET('/api/v1/organisations/{organisation}/spending', {
          params: { path: { organisation }, query: { from } },
          signal,
        }),
      ),
    staleTime: 60_000,
  })

/** Why an invoice is not what the one before was. */
export const changesQuery = (organisation: string, invoice: string) =>
  queryOptions({
    queryKey: [...keys.invoice(organisation, invoice), 'changes'] as const,
    queryFn: ({ signal }) =>
      unwrap(
        api.GET('/api/v1/organisations/{organisation}/invoices/{invoice}/changes', {
          params: { path: { organisation, invoice } },
          signal,
        }),
      ),
    staleTime: 300_000,
  })

export const forecastQuery = (organisation: string) =>
  queryOptions({
    queryKey: [...keys.invoices(organisation), 'forecast'] as const,
    queryFn: ({ signal }) =>
      unwrap(api.GET('/api/v1/organisations/{organisation}/forecast', { params: { path: { organisation } }, signal })),
    staleTime: 60_000,
  })

/** Everything that is sold, to choose a product from. */
export const productsQuery = (organisation: string) =>
  queryOptions({
    queryKey: keys.offerings(organisation, 'all'),
    queryFn: ({ signal }) =>
      unwrap(
        api.GET('/api/v1/organisations/{organisation}/catalogue/offerings', {
          params: { path: { organisation }, query: { limit: 200 } },
          signal,
        }),
      ),
    staleTime: 300_000,
  })

export const saveFinance = (organisation: string, version: number, settings: FinanceChange) =>
  unwrap(
    api.PATCH('/api/v1/organisations/{organisation}', {
      params: { path: { organisation }, header: { 'If-Match': `"v${version}"` } },
      body: settings,
    }),
  )
