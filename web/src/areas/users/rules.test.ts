import { describe, expect, test } from 'vitest'
import type { Permission, PersonRow, PossibleAction, SubscriptionBrief } from '~/api/types'
import { mayOrder } from '~/parts/rights'
import { cellState, groupedActions, nameMark, offeredActions, sharedReason, wishFor } from './rules'

const can: PossibleAction = { action: 'activateTelephony', subscription: null, possible: true, reason: null }
const cannot: PossibleAction = {
  action: 'activateTelephony',
  subscription: null,
  possible: false,
  reason: { code: 'licenceMissing', detail: 'A Teams Phone licence is missing.' },
}
const mobile: PossibleAction = { action: 'createMobile', subscription: null, possible: true, reason: null }
const admin: Permission[] = ['read', 'orderCommercialItems']
const reader: Permission[] = ['read']

const subscription = (state: SubscriptionBrief['state'], id = 's'): SubscriptionBrief => ({
  id,
  kind: 'telephony',
  state,
  offering: { id: 'o', name: 'Teams Calling' },
  number: '+4570100001',
  monthlyCost: { amount: 4900, currency: 'DKK' },
  startedAt: null,
  addOns: [],
  sim: null,
  reference: null,
})

type Row = Pick<PersonRow, 'subscriptions' | 'openOrders' | 'actions'>
const row = (changes: Partial<Row> = {}): Row => ({ subscriptions: [], openOrders: [], actions: [can], ...changes })

test('ordering needs one of three permissions', () => {
  expect(mayOrder(['orderPeopleItems'])).toBe(true)
  expect(mayOrder(['orderCommercialItems'])).toBe(true)
  expect(mayOrder(['orderServiceItems'])).toBe(true)
  expect(mayOrder(['read', 'orderGoods', 'editData'])).toBe(false)
})

describe('the actions on offer', () => {
  test('a role that may never order is offered none', () => {
    expect(offeredActions(row({ actions: [can, mobile] }), reader)).toEqual([])
  })
  test('the possible come first, the others keep their reason', () => {
    expect(offeredActions(row({ actions: [cannot, mobile] }), admin)).toEqual([mobile, cannot])
  })
})

describe('what is ordered for several at once', () => {
  const person = (id: string, actions: PossibleAction[], subscriptions: SubscriptionBrief[] = []) =>
    ({ id, displayName: id, actions, subscriptions }) as unknown as PersonRow
  const suspend = (subscription: string, possible = true): PossibleAction => ({
    action: 'suspendSim',
    subscription,
    possible,
    reason: possible ? null : { code: 'x', detail: 'It is suspended.' },
  })
  test('those for whom it is possible get it, the others are left out with the reason', () => {
    const wish = wishFor(
      'suspendSim',
      [
        person('a', [suspend('s1')], [subscription('active', 's1')]),
        person('b', [suspend('s2', false)], [subscription('suspended', 's2')]),
        person('c', []),
      ],
      'Nothing.',
    )
    expect(wish.targets.map(({ person, subscription }) => [person.id, subscription?.id])).toEqual([['a', 's1']])
    expect(wish.leftOut).toEqual([
      { name: 'b', reason: 'It is suspended.' },
      { name: 'c', reason: 'Nothing.' },
    ])
  })
  test('somebody with two subscriptions gets it on both', () => {
    const two = person(
      'a',
      [suspend('s1'), suspend('s2')],
      [subscription('active', 's1'), subscription('active', 's2')],
    )
    expect(wishFor('suspendSim', [two], '').targets).toHaveLength(2)
  })
  test('a menu holds the person’s own actions first, then those of each subscription in their order', () => {
    const end: PossibleAction = { action: 'endSubscription', subscription: 's1', possible: true, reason: null }
    const groups = groupedActions(
      { actions: [end, suspend('s1', false), mobile], subscriptions: [subscription('active', 's1')] },
      admin,
    )
    expect(groups.map(({ subscription, actions }) => [subscription?.id, actions.map(({ action }) => action)])).toEqual([
      [undefined, ['createMobile']],
      ['s1', ['suspendSim', 'endSubscription']],
    ])
  })
  test('what there is nothing to do for is left out; what somebody can mend says why', () => {
    const not = (action: 'resumeSim' | 'removeAddOn' | 'changeNumber', code: string): PossibleAction => ({
      action,
      subscription: 's1',
      possible: false,
      reason: { code, detail: code },
    })
    const [group] = groupedActions(
      {
        actions: [not('resumeSim', 'simNotSuspended'), not('removeAddOn', 'noAddOns'), not('changeNumber', 'portOpen')],
        subscriptions: [subscription('active', 's1')],
      },
      admin,
    )
    expect(group?.actions.map(({ action }) => action)).toEqual(['changeNumber'])
  })
  test('a reason that several share is said once', () => {
    const because = (detail: string): ReturnType<typeof offeredActions>[number] => ({
      action: 'changeNumber',
      subscription: 's1',
      possible: false,
      reason: { code: 'x', detail },
    })
    expect(sharedReason([because('It waits.'), because('It waits.')])).toBe('It waits.')
    expect(sharedReason([because('It waits.'), because('It is over.')])).toBeNull()
  })
  test('an action this client does not know is not offered', () => {
    const later = { ...mobile, action: 'somethingNew' } as unknown as PossibleAction
    expect(offeredActions({ actions: [later] }, admin)).toEqual([])
  })
})

describe('a cell', () => {
  test('offers the button where it is possible', () => {
    expect(cellState(row(), 'telephony', admin)).toEqual({ is: 'possible', action: 'activateTelephony' })
  })
  test('shows nothing to a reader', () => {
    expect(cellState(row(), 'telephony', reader)).toEqual({ is: 'nothing' })
  })
  test('says why not', () => {
    expect(cellState(row({ actions: [cannot] }), 'telephony', admin)).toEqual({
      is: 'impossible',
      detail: 'A Teams Phone licence is missing.',
    })
  })
  test('shows the subscription, and how many more', () => {
    const first = subscription('active', 'a')
    expect(cellState(row({ subscriptions: [first, subscription('suspended', 'b')] }), 'telephony', admin)).toEqual({
      is: 'subscription',
      subscription: first,
      more: 1,
      change: undefined,
    })
  })
  test('is being set up while an order is open, whoever looks', () => {
    const order = {
      id: '1',
      number: 'O-000001',
      action: 'activateTelephony' as const,
      state: 'pending' as const,
      heldReason: null,
      subscription: null,
      scheduledFor: null,
    }
    expect(cellState(row({ openOrders: [order] }), 'telephony', reader)).toEqual({
      is: 'settingUp',
      order,
      number: undefined,
    })
  })
  test('already shows the number that is on its way', () => {
    expect(cellState(row({ subscriptions: [subscription('ordered')] }), 'telephony', admin)).toEqual({
      is: 'settingUp',
      order: undefined,
      number: '+4570100001',
    })
  })
  test('an order for the other product leaves this one alone', () => {
    const order = {
      id: '1',
      number: 'O-000001',
      action: 'createMobile' as const,
      state: 'pending' as const,
      heldReason: null,
      subscription: null,
      scheduledFor: null,
    }
    expect(cellState(row({ openOrders: [order] }), 'telephony', admin).is).toBe('possible')
  })
})

test('only the unusual is marked at the name', () => {
  expect(nameMark({ kind: 'directory', state: 'active' })).toBeNull()
  expect(nameMark({ kind: 'local', state: 'active' })).toBe('local')
  expect(nameMark({ kind: 'directory', state: 'disabled' })).toBe('disabled')
  expect(nameMark({ kind: 'local', state: 'deleted' })).toBe('deleted')
})
