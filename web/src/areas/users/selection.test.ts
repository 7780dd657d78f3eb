import { expect, test } from 'vitest'
import type { PersonRow } from '~/api/types'
import { changeChosen, mostChosen } from './selection'

const rows = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, at) => ({ id: `p${from + at}` }) as PersonRow)

test('choosing adds, choosing off takes away, and nobody is counted twice', () => {
  const two = changeChosen(changeChosen(new Map(), rows(0, 2), true), rows(1, 2), true)
  expect([...two.keys()]).toEqual(['p0', 'p1'])
  expect([...changeChosen(two, rows(0, 1), false).keys()]).toEqual(['p1'])
})

test('no more are chosen than an order can have', () => {
  expect(changeChosen(new Map(), rows(0, mostChosen + 50), true).size).toBe(mostChosen)
})
