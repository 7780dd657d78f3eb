/** The areas of this build, in the order the navigation shows them. A new area is one line here and one route. */
import {
  BuildingMultiple20Filled,
  BuildingMultiple20Regular,
  bundleIcon,
  type FluentIcon,
  Home20Filled,
  Home20Regular,
  People20Filled,
  People20Regular,
  Person20Filled,
  Person20Regular,
  ReceiptMoney20Filled,
  ReceiptMoney20Regular,
} from '@fluentui/react-icons'
import type { MyOrganisation } from '~/api/types'
import { hasAdminAreas } from '~/areas/session/queries'
import type { TextId } from '~/texts'

export type AreaId = 'dashboard' | 'users' | 'organisation' | 'invoices' | 'my-page'

export interface Area {
  id: AreaId
  to:
    | '/o/$organisation/dashboard'
    | '/o/$organisation/users'
    | '/o/$organisation/organisation/orders'
    | '/o/$organisation/invoices'
    | '/o/$organisation/my-page'
  text: TextId
  icon: FluentIcon
  isFor: (organisation: MyOrganisation) => boolean
}

export const areas: Area[] = [
  {
    id: 'dashboard',
    to: '/o/$organisation/dashboard',
    text: 'nav.dashboard',
    icon: bundleIcon(Home20Filled, Home20Regular),
    isFor: hasAdminAreas,
  },
  {
    id: 'users',
    to: '/o/$organisation/users',
    text: 'nav.users',
    icon: bundleIcon(People20Filled, People20Regular),
    isFor: hasAdminAreas,
  },
  {
    id: 'organisation',
    to: '/o/$organisation/organisation/orders',
    text: 'nav.organisation',
    icon: bundleIcon(BuildingMultiple20Filled, BuildingMultiple20Regular),
    isFor: hasAdminAreas,
  },
  {
    id: 'invoices',
    to: '/o/$organisation/invoices',
    text: 'nav.invoices',
    icon: bundleIcon(ReceiptMoney20Filled, ReceiptMoney20Regular),
    isFor: ({ permissions }) => permissions.includes('readInvoices'),
  },
  {
    id: 'my-page',
    to: '/o/$organisation/my-page',
    text: 'nav.myPage',
    icon: bundleIcon(Person20Filled, Person20Regular),
    isFor: () => true,
  },
]

/** The area a path inside an organisation belongs to: `/o/x/organisation/orders/y` is `organisation`. */
export function areaOf(pathname: string): AreaId | undefined {
  const name = pathname.split('/')[3]
  return areas.find(({ id }) => id === name)?.id
}

/**
 * Where somebody who switches organisation lands: the same area and tab, without anything that belongs to the old
 * organisation (an order's id, filters, opened profiles).
 */
export function samePlace(pathname: string, organisation: string): string {
  const [, , , area, tab] = pathname.split('/')
  const rest = area === 'organisation' && tab ? `${area}/${tab}` : (area ?? '')
  return `/o/${encodeURIComponent(organisation)}/${rest}`
}
