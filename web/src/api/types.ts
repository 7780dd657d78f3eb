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
//TRANSITION
type Sim0 = { id: string; iccid: string; kind: 'physical' | 'eSim'; state: string }
export type AddOnBrief = { offering: { id: string; name: string }; monthlyCost: Money }
export type SubscriptionBrief = Schemas['SubscriptionBrief'] & { addOns: AddOnBrief[]; sim: Sim0 | null; endsOn: string | null; reference: string | null }
export type OpenOrder = Omit<Schemas['OpenOrder'], 'action' | 'heldReason'> & { action: string; heldReason: HeldReason | null; subscription: string | null; scheduledFor: string | null; undoableUntil: string | null }
export type PossibleAction = { action: ActionName; subscription: string | null; possible: boolean; reason: { code: string; detail: string } | null }
export type PersonRow = Omit<Schemas['PersonRow'], 'subscriptions' | 'openOrders' | 'actions'> & { subscriptions: SubscriptionBrief[]; openOrders: OpenOrder[]; actions: PossibleAction[] }
export type Person = PersonRow & Omit<Schemas['Person'], keyof PersonRow>
export type HeldReason = 'approval' | 'scheduledPort' | 'needsAttention' | 'scheduled'
export type OrderBrief = Schemas['OrderBrief']
export type Order = Schemas['Order']
export type Step = Order['steps'][number]
export type OrderItemView = Schemas['OrderItemView']
export type Offering = Schemas['Offering']
export type NumberEntry = Schemas['Number']
export type NumberSeries = Schemas['NumberSeries']
export type Sim = Schemas['Sim']
export type Quote = Schemas['Quote']
export type Totals = Schemas['Totals']
/** Integer minor units of a currency. */
export interface Money {
  amount: number
  currency: string
}
export type OrderItem = Schemas['OrderItem']
export type Connection = Schemas['Connection']
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
