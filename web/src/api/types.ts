/** The contract's shapes under the names the screens use. Everything here is derived from the generated schema. */
import type { components, paths } from './schema'

type Schemas = components['schemas']

export type Me = Schemas['Me']
export type MyOrganisation = Schemas['MyOrganisation']
export type Organisation = Schemas['Organisation']
export type Dashboard = Schemas['Dashboard']
/** Everything that can be ordered for a person: the first two for somebody who has not got it, the rest on a subscription. */
export const personActions = [
  'activateTelephony',
  'createMobile',
  'changeMobilePackage',
  'addAddOn',
  'removeAddOn',
  'suspendSim',
  'resumeSim',
  'replaceSim',
  'changeNumber',
  'endSubscription',
] as const
export type ActionName = (typeof personActions)[number]
export const isPersonAction = (action: string): action is ActionName =>
  (personActions as readonly string[]).includes(action)
/** Everything that can be ordered for the organisation itself. */
export const groupActions = [
  'createCallGroup',
  'changeCallGroup',
  'removeCallGroup',
  'orderSims',
  'buyHardware',
  'bookService',
] as const
export const isGroupAction = (action: string): action is (typeof groupActions)[number] =>
  (groupActions as readonly string[]).includes(action)
export type PersonRow = Schemas['PersonRow']
/** With the `ETag` that a change of a local person must name. */
export type Person = Schemas['Person'] & { etag: string | null }
export type SubscriptionBrief = Schemas['SubscriptionBrief']
export type OpenOrder = Schemas['OpenOrder']
export type PossibleAction = Schemas['PossibleAction']
export type OrderBrief = Schemas['OrderBrief']
export type Order = Schemas['Order']
export type Step = Order['steps'][number]
export type OrderItemView = Schemas['OrderItemView']
export type Offering = Schemas['Offering']
export type NumberEntry = Schemas['Number']
export type NumberSeries = Schemas['NumberSeries']
export type Sim = Schemas['Sim']
export type QuotedItem = Schemas['QuotedItem']
export type Quote = Schemas['Quote']
export type Address = Schemas['PostalAddress']
export type Delivery = Schemas['Delivery']
export type SimCodes = Schemas['SimCodes']
export type MyCodes = Schemas['MyCodes']
export type MyPage = Schemas['MyPage']
export type Port = Schemas['Port']
export type PortCorrections = Schemas['ResubmitPortRequest']
/** A table that was uploaded, row by row. */
export type Bulk = Schemas['Bulk']
export type DownloadWish = Schemas['CreateDownloadRequest']
export type Subscription = Schemas['Subscription']
export type NewReference = Schemas['NewReference']
export type TariffCategory = Schemas['TariffCategory']
export type Invoice = Schemas['Invoice']
export type InvoiceKind = Schemas['DocumentKind']
export type InvoiceState = Schemas['InvoiceState']
export type InvoiceDetails = Schemas['InvoiceDetails']
export type InvoiceLine = Schemas['InvoiceLine']
export type InvoiceLines = Schemas['InvoiceLines']
export type InvoiceChanges = Schemas['InvoiceChanges']
export type ChangedCategory = Schemas['ChangedCategory']
export type InvoiceParty = Schemas['InvoiceParty']
export type AmountChange = Schemas['AmountChange']
export type SpendingPeriod = Schemas['SpentPeriod']
/** What a change of the finance settings may say. */
export type FinanceChange = Omit<Schemas['UpdateOrganisationRequest'], 'defaultGroup'>
export type Totals = Schemas['Totals']
/** Integer minor units of a currency. */
export interface Money {
  amount: number
  currency: string
}
export type OrderItem = Schemas['OrderItem']
export type Connection = Schemas['Connection']
export type RoleAssignment = Schemas['RoleAssignment']
export type RoleDescription = Schemas['RoleDescription']
export type Explanation = Schemas['Explanation']
export type CallGroup = Schemas['CallGroup']
export type NotificationAddress = Schemas['NotificationAddress']
export type RegisteredAddress = Schemas['RegisteredAddress']
export type DeliveryAddress = Schemas['DeliveryAddress']
export type SupportRequest = Schemas['SupportRequest']
export type Usage = Schemas['Usage']
export type KindUsage = Usage['periods'][number]['kinds'][number]
export type ProblemBody = Schemas['Problem']

export type Language = Me['language']
export type Role = MyOrganisation['roles'][number]
export type Permission = MyOrganisation['permissions'][number]
export type OrderState = OrderBrief['state']
export type FieldProblem = Quote['problems'][number]

type PeopleParameters = NonNullable<paths['/api/v1/organisations/{organisation}/people']['get']['parameters']['query']>
export type HasFilter = NonNullable<PeopleParameters['has']>
export type StateFilter = NonNullable<PeopleParameters['state']>

/** One page of a keyset list: `next` is the opaque cursor of the page after it, `total` counts the filtered set. */
export interface Page<T> {
  items: T[]
  next?: string | null
  total: number
}
