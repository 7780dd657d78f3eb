import { expect, test } from 'vitest'
import type { InvoiceLine } from '~/api/types'
import { changeLines, mostLines, targetsOf, withNext } from './selection'

const line = (position: number, subscription: string | null, organisation = 'o') =>
  ({ position, subscription, organisation: { id: organisation, name: organisation } }) as InvoiceLine
const positions = (chosen: ReadonlyMap<number, InvoiceLine>) => [...chosen.keys()]

test('only lines of a subscription can be chosen, and they are let go again', () => {
  const chosen = changeLines(new Map(), [line(1, 'a'), line(2, null), line(3, 'b')], true)
  expect(positions(chosen)).toEqual([1, 3])
  expect(positions(changeLines(chosen, [line(1, 'a'), line(2, null)], false))).toEqual([3])
})

test('no more are chosen than can be written at once', () => {
  const many = Array.from({ length: mostLines + 5 }, (_, at) => line(at + 1, `s${at}`))
  expect(changeLines(new Map(), many, true).size).toBe(mostLines)
})

test('each subscription is written on once, at its own organisation', () => {
  expect(targetsOf([line(1, 'a'), line(2, 'a'), line(3, 'b', 'beside'), line(4, null)])).toEqual([
    { id: 'a', organisation: 'o' },
    { id: 'b', organisation: 'beside' },
  ])
})

test('what was written later stands on the next invoice', () => {
  const first = withNext(new Map(), [
    { subscription: 'a', reference: '1' },
    { subscription: 'b', reference: '1' },
  ])
  expect([...withNext(first, [{ subscription: 'a', reference: null }])]).toEqual([
    ['a', null],
    ['b', '1'],
  ])
})
