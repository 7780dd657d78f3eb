import { expect, test } from 'vitest'
import type { PersonRow } from '~/api/types'
import { countsOf, sourceOf, stripOf, usesOf } from './rules'

const subscription = (id: string, kind: 'telephony' | 'mobile') =>
  ({ id, kind }) as unknown as PersonRow['subscriptions'][number]
const action = (name: string, subscriptionId: string | null, why: string | null = null) =>
  ({
    action: name,
    subscription: subscriptionId,
    possible: why === null,
    reason: why === null ? null : { code: 'x', detail: why },
  }) as unknown as PersonRow['actions'][number]

test('a landline number begins telephony, or becomes the number of telephony somebody has', () => {
  const person = {
    subscriptions: [subscription('t', 'telephony'), subscription('m', 'mobile')],
    actions: [
      action('activateTelephony', null, 'They have it already.'),
      action('createMobile', null),
      action('changeNumber', 't'),
      action('changeNumber', 'm'),
      action('somethingNewer', null),
    ],
  }
  expect(usesOf('landline', person).map((use) => [use.action, use.subscription?.id, use.reason])).toEqual([
    ['activateTelephony', undefined, 'They have it already.'],
    ['changeNumber', 't', null],
  ])
  expect(usesOf('mobile', person).map((use) => [use.action, use.subscription?.id])).toEqual([
    ['createMobile', undefined],
    ['changeNumber', 'm'],
  ])
})

test('a number comes from where it is', () => {
  expect(sourceOf({ state: 'resting', number: '+4520304050' })).toEqual({ from: 'resting', number: '+4520304050' })
  expect(sourceOf({ state: 'reserved', number: '+4570100000' })).toEqual({ from: 'series', number: '+4570100000' })
  expect(sourceOf({ state: 'active', number: '+4570100000' })).toBeNull()
})

test('a series in too many pieces is drawn as its sums', () => {
  const few = [
    { state: 'used', count: 3 },
    { state: 'free', count: 7 },
  ] as const
  expect(stripOf(few)).toEqual(few)
  const many = Array.from({ length: 100 }, (_, at) => ({
    state: at % 2 === 0 ? ('used' as const) : ('free' as const),
    count: 2,
  }))
  expect(stripOf(many)).toEqual([
    { state: 'used', count: 100 },
    { state: 'free', count: 100 },
  ])
  expect(countsOf(few)).toEqual({ free: 7, reserved: 0, resting: 0, used: 3 })
})
