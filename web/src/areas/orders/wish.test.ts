import { expect, test } from 'vitest'
import type { SubscriptionBrief } from '~/api/types'
import { isPosted, targetOf, toE164, toItems } from './wish'

const subscription = { id: 's1' } as SubscriptionBrief
const targets = [
  { person: { id: 'p1', displayName: 'Anna' }, subscription },
  { person: { id: 'p2', displayName: 'Bo' }, subscription: { id: 's2' } as SubscriptionBrief },
]

test('one choice makes an item for each, on the person or on the subscription', () => {
  expect(toItems({ action: 'activateTelephony', offering: 'o', number: { from: 'new' } }, targets)).toEqual([
    { action: 'activateTelephony', person: 'p1', offering: 'o', number: { from: 'new' } },
    { action: 'activateTelephony', person: 'p2', offering: 'o', number: { from: 'new' } },
  ])
  expect(toItems({ action: 'suspendSim', reason: 'lost' }, targets)).toEqual([
    { action: 'suspendSim', subscription: 's1', reason: 'lost' },
    { action: 'suspendSim', subscription: 's2', reason: 'lost' },
  ])
})

test('an address is needed for what is posted only', () => {
  expect(isPosted({ action: 'replaceSim', sim: { from: 'ship' } })).toBe(true)
  expect(isPosted({ action: 'replaceSim', sim: { from: 'eSim' } })).toBe(false)
  expect(isPosted({ action: 'resumeSim' })).toBe(false)
  expect(isPosted(null)).toBe(false)
})

test('a problem belongs to the target its pointer names', () => {
  expect(targetOf('/items/12/number')).toBe(12)
  expect(targetOf('/items/3')).toBe(3)
  expect(targetOf('/delivery/street')).toBeNull()
})

test('a typed number is read as people write it', () => {
  expect(toE164('20 30 40 50')).toBe('+4520304050')
  expect(toE164('+45 20304050')).toBe('+4520304050')
  expect(toE164('0045 20 30 40 50')).toBe('+4520304050')
  expect(toE164('+46 70 123 45 67')).toBe('+46701234567')
  expect(toE164('2030')).toBeNull()
  expect(toE164('call me')).toBeNull()
})
