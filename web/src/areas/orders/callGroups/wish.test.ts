import { expect, test } from 'vitest'
import type { CallGroup } from '~/api/types'
import { asTime, type Choices, choicesOf, itemOf, missingOf, moved, newGroup, officeHours, partOf } from './wish'

const anna = { subscription: 's1', name: 'Anna', number: '+4520304050' }
const bo = { subscription: 's2', name: 'Bo', number: '+4520304051' }
const reception: Choices = { ...newGroup, name: ' Reception ', members: [anna, bo] }

const group = {
  id: 'g',
  name: 'Reception',
  strategy: 'inOrder',
  ringSeconds: 20,
  openingHours: null,
  overflow: null,
  members: [anna, bo].map(({ subscription, name, number }) => ({ subscription, person: { id: name, name }, number })),
} as unknown as CallGroup

test('a new group is ordered with everything that was chosen', () => {
  expect(itemOf(reception, null)).toEqual({
    action: 'createCallGroup',
    name: 'Reception',
    number: { from: 'new' },
    members: ['s1', 's2'],
    strategy: 'inOrder',
    ringSeconds: 20,
    openingHours: null,
    overflow: null,
  })
})

test('a change names what is different, and an order of members is a difference', () => {
  const now = choicesOf(group)
  expect(itemOf(now, group)).toBeNull()
  expect(itemOf({ ...now, members: moved(now.members, 0, 1) }, group)).toEqual({
    action: 'changeCallGroup',
    callGroup: 'g',
    members: ['s2', 's1'],
  })
  expect(
    itemOf({ ...now, overflow: { number: '70 10 20 30', allow: [] }, openingHours: [officeHours] }, group),
  ).toEqual({
    action: 'changeCallGroup',
    callGroup: 'g',
    overflow: { number: '+4570102030', allow: [] },
    openingHours: [officeHours],
  })
  // What is taken away is said to be nothing, rather than left out.
  const forwarded = { ...group, overflow: { number: '+4570102030', allow: [] } } as CallGroup
  expect(itemOf({ ...choicesOf(forwarded), overflow: null }, forwarded)).toEqual({
    action: 'changeCallGroup',
    callGroup: 'g',
    overflow: null,
  })
})

test('the days of a week stand in its order, however they were chosen', () => {
  const item = itemOf({ ...reception, openingHours: [{ ...officeHours, days: ['friday', 'monday'] }] }, null)
  expect(item).toMatchObject({ openingHours: [{ days: ['monday', 'friday'], from: '08:00', to: '16:00' }] })
})

test('what is missing is said one thing at a time', () => {
  expect(missingOf(newGroup)).toBe('callGroup.missing.name')
  expect(missingOf({ ...newGroup, name: 'R' })).toBe('callGroup.missing.members')
  expect(missingOf({ ...reception, openingHours: [{ ...officeHours, days: [] }] })).toBe('callGroup.missing.hours')
  expect(missingOf({ ...reception, overflow: { number: '12', allow: [] } })).toBe('callGroup.missing.overflow')
  expect(missingOf({ ...reception, ringSeconds: 4 })).toBe('callGroup.missing.seconds')
  expect(missingOf(reception)).toBeNull()
})

test('a time of day is understood as people type it', () => {
  expect(['8', '08:00', '8.30', '0830', ' 16:05 ', '24:00'].map(asTime)).toEqual([
    '08:00',
    '08:00',
    '08:30',
    '08:30',
    '16:05',
    '24:00',
  ])
  expect(['', '25', '8:60', '24:01', 'eight', '8:3'].map(asTime)).toEqual([null, null, null, null, null, null])
})

test('a member at the end goes no further', () => {
  expect(moved(['a', 'b', 'c'], 2, -1)).toEqual(['a', 'c', 'b'])
  expect(moved(['a', 'b'], 0, -1)).toEqual(['a', 'b'])
  expect(moved(['a', 'b'], 1, 1)).toEqual(['a', 'b'])
})

test('a problem stands where it belongs', () => {
  expect(partOf('/items/0/overflow/number')).toBe('overflow')
  expect(partOf('/items/0/members/3')).toBe('members')
  expect(partOf('/items/0/callGroup')).toBeNull()
})
