/** Every address of the portal. The page behind each is a chunk of its own; its data is asked for beside the chunk. */
import type { QueryClient } from '@tanstack/react-query'
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
} from '@tanstack/react-router'
import { lazy, Suspense } from 'react'
import { orderQuery } from '~/api/organisation'
import { peopleQuery } from '~/api/people'
import { isProblem } from '~/api/problem'
import { dashboardQuery } from '~/areas/dashboard/queries'
import { forecastQuery, invoiceQuery, invoicesQuery, latestCount } from '~/areas/invoices/queries'
import { readInvoiceSearch, readInvoicesSearch } from '~/areas/invoices/search'
import { connectionQuery, numbersQuery, ordersQuery, simsQuery } from '~/areas/organisation/queries'
import { readConnectionSearch, readNumbersSearch, readOrdersSearch } from '~/areas/organisation/search'
import { findMyOrganisation, hasAdminAreas, meQuery } from '~/areas/session/queries'
import { readUsersSearch } from '~/areas/users/search'
import { PageError } from './PageError'
import { Shell } from './shell/Shell'

export interface RouterContext {
  client: QueryClient
}

const Toasts = lazy(() => import('~/parts/Toasts').then((module) => ({ default: module.Toasts })))

function Root() {
  return (
    <>
      <Outlet />
      <Suspense fallback={null}>
        <Toasts />
      </Suspense>
    </>
  )
}

const rootRoute = createRootRouteWithContext<RouterContext>()({
  component: Root,
  errorComponent: PageError,
  notFoundComponent: lazyRouteComponent(() => import('~/areas/session/NotFoundPage'), 'NotFoundPage'),
})

const lastOrganisation = 'switchboard.organisation'

export function rememberOrganisation(organisation: string): void {
  try {
    window.localStorage.setItem(lastOrganisation, organisation)
  } catch {
    // Only a convenience: without it the first organisation is shown.
  }
}

function rememberedOrganisation(): string | null {
  try {
    return window.localStorage.getItem(lastOrganisation)
  } catch {
    return null
  }
}

/** The caller, or the way to the sign-in page and back here. */
async function whoIsAsking(client: QueryClient, href: string) {
  try {
    return await client.ensureQueryData(meQuery)
  } catch (error) {
    if (isProblem(error, 401)) throw redirect({ to: '/sign-in', search: { returnTo: href }, replace: true })
    throw error
  }
}

const indexRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/',
  beforeLoad: async ({ context, location }) => {
    const me = await whoIsAsking(context.client, location.href)
    const remembered = rememberedOrganisation()
    const organisation =
      me.organisations.find(({ id }) => id === remembered) ??
      // Their own before anybody's they look after: nobody begins in a customer's name.
      me.organisations.find((one) => one.myPage && hasAdminAreas(one)) ??
      me.organisations.find(hasAdminAreas) ??
      me.organisations[0]
    if (!organisation) throw redirect({ to: '/no-access', replace: true })
    throw redirect({ to: '/o/$organisation', params: { organisation: organisation.id }, replace: true })
  },
})

const text = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined)

export const signInRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/sign-in',
  validateSearch: (search): { returnTo?: string } => ({ returnTo: text(search.returnTo) }),
  component: lazyRouteComponent(() => import('~/areas/session/SignInPage'), 'SignInPage'),
})

export const signInFailedRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/sign-in-failed',
  validateSearch: (search): { code?: string; requestId?: string } => ({
    code: text(search.code),
    requestId: text(search.requestId),
  }),
  component: lazyRouteComponent(() => import('~/areas/session/SignInFailedPage'), 'SignInFailedPage'),
})

const stepUpRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/step-up',
  validateSearch: (search): { code?: string; requestId?: string; host?: 'teams' } => ({
    code: text(search.code),
    requestId: text(search.requestId),
    host: search.host === 'teams' ? 'teams' : undefined,
  }),
  component: lazyRouteComponent(() => import('~/areas/session/StepUpPage'), 'StepUpPage'),
})

const confirmAddressRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/confirm-address',
  component: lazyRouteComponent(
    () => import('~/areas/organisation/notifications/AddressLinkPage'),
    'ConfirmAddressPage',
  ),
})

const removeAddressRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/remove-address',
  component: lazyRouteComponent(
    () => import('~/areas/organisation/notifications/AddressLinkPage'),
    'RemoveAddressPage',
  ),
})

const noAccessRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/no-access',
  beforeLoad: ({ context, location }) => whoIsAsking(context.client, location.href).then(() => undefined),
  component: lazyRouteComponent(() => import('~/areas/session/NoAccessPage'), 'NoAccessPage'),
})

const organisationShellRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/o/$organisation',
  beforeLoad: async ({ context, params, location }) => {
    const me = await whoIsAsking(context.client, location.href)
    return { mine: await findMyOrganisation(context.client, me, params.organisation) }
  },
  component: Shell,
})

const organisationIndexRoute = createRoute({
  getParentRoute: () => organisationShellRoute,
  path: '/',
  beforeLoad: ({ context, params }) => {
    if (!context.mine) return
    throw redirect({
      to: hasAdminAreas(context.mine) ? '/o/$organisation/dashboard' : '/o/$organisation/my-page',
      params,
      replace: true,
    })
  },
})

/** What is asked for in advance is only a head start: a failure is the page's to show, and a refusal asks for nothing. */
interface Asking {
  context: RouterContext & { mine: { permissions: string[] } | null }
}
const mayRead = ({ context }: Asking): boolean => context.mine?.permissions.includes('read') ?? false

const dashboardRoute = createRoute({
  getParentRoute: () => organisationShellRoute,
  path: '/dashboard',
  loader: ({ context, params }) => {
    if (mayRead({ context })) void context.client.prefetchQuery(dashboardQuery(params.organisation))
  },
  component: lazyRouteComponent(() => import('~/areas/dashboard/DashboardPage'), 'DashboardPage'),
})

const usersRoute = createRoute({
  getParentRoute: () => organisationShellRoute,
  path: '/users',
  validateSearch: readUsersSearch,
  loaderDeps: ({ search: { q, sort, has, state } }) => ({ q, sort, has, state }),
  loader: ({ context, params, deps }) => {
    if (mayRead({ context })) void context.client.prefetchInfiniteQuery(peopleQuery(params.organisation, deps))
  },
  component: lazyRouteComponent(() => import('~/areas/users/UsersPage'), 'UsersPage'),
})

const organisationAreaRoute = createRoute({
  getParentRoute: () => organisationShellRoute,
  path: '/organisation',
  component: lazyRouteComponent(() => import('~/areas/organisation/OrganisationArea'), 'OrganisationArea'),
})

const organisationAreaIndexRoute = createRoute({
  getParentRoute: () => organisationAreaRoute,
  path: '/',
  beforeLoad: ({ params }) => {
    throw redirect({ to: '/o/$organisation/organisation/orders', params, replace: true })
  },
})

const ordersRoute = createRoute({
  getParentRoute: () => organisationAreaRoute,
  path: '/orders',
  validateSearch: readOrdersSearch,
  loaderDeps: ({ search }) => search,
  loader: ({ context, params, deps }) => {
    if (mayRead({ context })) void context.client.prefetchInfiniteQuery(ordersQuery(params.organisation, deps))
  },
  component: lazyRouteComponent(() => import('~/areas/organisation/orders/OrdersPage'), 'OrdersPage'),
})

const orderRoute = createRoute({
  getParentRoute: () => organisationAreaRoute,
  path: '/orders/$order',
  loader: ({ context, params }) => {
    if (mayRead({ context })) void context.client.prefetchQuery(orderQuery(params.organisation, params.order))
  },
  component: lazyRouteComponent(() => import('~/areas/organisation/orders/OrderPage'), 'OrderPage'),
})

const numbersRoute = createRoute({
  getParentRoute: () => organisationAreaRoute,
  path: '/numbers',
  validateSearch: readNumbersSearch,
  loaderDeps: ({ search }) => search,
  loader: ({ context, params, deps }) => {
    if (mayRead({ context })) void context.client.prefetchInfiniteQuery(numbersQuery(params.organisation, deps))
  },
  component: lazyRouteComponent(() => import('~/areas/organisation/numbers/NumbersPage'), 'NumbersPage'),
})

const simsRoute = createRoute({
  getParentRoute: () => organisationAreaRoute,
  path: '/sims',
  loader: ({ context, params }) => {
    if (mayRead({ context })) void context.client.prefetchInfiniteQuery(simsQuery(params.organisation, ''))
  },
  component: lazyRouteComponent(() => import('~/areas/organisation/SimsPage'), 'SimsPage'),
})

const connectionRoute = createRoute({
  getParentRoute: () => organisationAreaRoute,
  path: '/connection',
  validateSearch: readConnectionSearch,
  loader: ({ context, params }) => {
    if (mayRead({ context })) void context.client.prefetchQuery(connectionQuery(params.organisation))
  },
  component: lazyRouteComponent(() => import('~/areas/organisation/connection/ConnectionPage'), 'ConnectionPage'),
})

const callGroupsRoute = createRoute({
  getParentRoute: () => organisationAreaRoute,
  path: '/call-groups',
  component: lazyRouteComponent(() => import('~/areas/organisation/callGroups/CallGroupsPage'), 'CallGroupsPage'),
})

const rolesRoute = createRoute({
  getParentRoute: () => organisationAreaRoute,
  path: '/roles',
  component: lazyRouteComponent(() => import('~/areas/organisation/roles/RolesPage'), 'RolesPage'),
})

const deliveryAddressRoute = createRoute({
  getParentRoute: () => organisationAreaRoute,
  path: '/delivery-address',
  component: lazyRouteComponent(
    () => import('~/areas/organisation/delivery/DeliveryAddressPage'),
    'DeliveryAddressPage',
  ),
})

/** Where a mail about an answer leads. */
const supportRoute = createRoute({
  getParentRoute: () => organisationShellRoute,
  path: '/support',
  beforeLoad: ({ params }) => {
    throw redirect({ to: '/o/$organisation/organisation/delivery-address', params, replace: true })
  },
})

const notificationsRoute = createRoute({
  getParentRoute: () => organisationAreaRoute,
  path: '/notifications',
  component: lazyRouteComponent(
    () => import('~/areas/organisation/notifications/NotificationsPage'),
    'NotificationsPage',
  ),
})

const mayReadInvoices = ({ context }: Asking): boolean => context.mine?.permissions.includes('readInvoices') ?? false

const invoicesRoute = createRoute({
  getParentRoute: () => organisationShellRoute,
  path: '/invoices',
  loader: ({ context, params }) => {
    if (!mayReadInvoices({ context })) return
    void context.client.prefetchInfiniteQuery(invoicesQuery(params.organisation, {}, latestCount))
    void context.client.prefetchQuery(forecastQuery(params.organisation))
  },
  component: lazyRouteComponent(() => import('~/areas/invoices/InvoicesPage'), 'InvoicesPage'),
})

const allInvoicesRoute = createRoute({
  getParentRoute: () => organisationShellRoute,
  path: '/invoices/all',
  validateSearch: readInvoicesSearch,
  component: lazyRouteComponent(() => import('~/areas/invoices/AllInvoicesPage'), 'AllInvoicesPage'),
})

const invoiceRoute = createRoute({
  getParentRoute: () => organisationShellRoute,
  path: '/invoices/$invoice',
  validateSearch: readInvoiceSearch,
  loader: ({ context, params }) => {
    if (mayReadInvoices({ context }))
      void context.client.prefetchQuery(invoiceQuery(params.organisation, params.invoice))
  },
  component: lazyRouteComponent(() => import('~/areas/invoices/InvoicePage'), 'InvoicePage'),
})

const myPageRoute = createRoute({
  getParentRoute: () => organisationShellRoute,
  path: '/my-page',
  component: lazyRouteComponent(() => import('~/areas/my-page/MyPage'), 'MyPage'),
})

const routeTree = rootRoute.addChildren([
  indexRoute,
  signInRoute,
  signInFailedRoute,
  stepUpRoute,
  confirmAddressRoute,
  removeAddressRoute,
  noAccessRoute,
  organisationShellRoute.addChildren([
    organisationIndexRoute,
    dashboardRoute,
    usersRoute,
    organisationAreaRoute.addChildren([
      organisationAreaIndexRoute,
      ordersRoute,
      orderRoute,
      numbersRoute,
      simsRoute,
      connectionRoute,
      callGroupsRoute,
      rolesRoute,
      deliveryAddressRoute,
      notificationsRoute,
    ]),
    invoicesRoute,
    allInvoicesRoute,
    invoiceRoute,
    myPageRoute,
    supportRoute,
  ]),
])

export function makeRouter(client: QueryClient) {
  return createRouter({
    routeTree,
    context: { client },
    defaultPreload: 'intent',
    // The cache is TanStack Query's; the router only starts the asking.
    defaultPreloadStaleTime: 0,
    defaultErrorComponent: PageError,
    scrollRestoration: false,
    // Addresses stay readable: every parameter is plain text, and each route says how to read its own.
    parseSearch: (search) => Object.fromEntries(new URLSearchParams(search)),
    stringifySearch: (search) => {
      const written = new URLSearchParams()
      for (const [name, value] of Object.entries(search))
        if (value !== undefined && value !== null && value !== '') written.set(name, String(value))
      const query = written.toString()
      return query === '' ? '' : `?${query}`
    },
  })
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof makeRouter>
  }
}
