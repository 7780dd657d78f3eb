import { expect, test } from 'vitest'
import { byOrganisation, inScope, planReferences } from './references'

const targets = [
  { id: 'a1', kind: 'telephony', reference: null },
  { id: 'a2', kind: 'mobile', reference: '4711' },
  { id: 'b2', kind: 'mobile', reference: '', organisation: 'beside' },
]

test('only the kind that was asked for', () => {
  expect(inScope(targets, 'all')).toHaveLength(3)
  expect(inScope(targets, 'mobile').map(({ id }) => id)).toEqual(['a2', 'b2'])
  expect(inScope(targets, 'telephony').map(({ id }) => id)).toEqual(['a1'])
})

test('what has the reference already is not written again, and what is lost is counted', () => {
  expect(planReferences(targets, '4711', false)).toEqual({
    references: [
      { subscription: 'a1', reference: '4711' },
      { subscription: 'b2', reference: '4711' },
    ],
    replaced: 0,
  })
  expect(planReferences(targets, '815', false).replaced).toBe(1)
  expect(planReferences(targets, '815', true)).toEqual({
    references: [
      { subscription: 'a1', reference: '815' },
      { subscription: 'b2', reference: '815' },
    ],
    replaced: 0,
  })
})

test('no reference takes away those there are, and nothing where only empty ones are filled', () => {
  expect(planReferences(targets, null, false).references).toEqual([{ subscription: 'a2', reference: null }])
  expect(planReferences(targets, null, true).references).toEqual([])
})

test('each organisation is asked for its own subscriptions', () => {
  const { references } = planReferences(targets, '815', false)
  expect([...byOrganisation(targets, references, 'shown')]).toEqual([
    ['shown', [references[0], references[1]]],
    ['beside', [references[2]]],
  ])
})

test('where it is not known what stands there, it is written', () => {
  const unknown = [{ id: 'x' }]
  expect(planReferences(unknown, '815', false)).toEqual({
    references: [{ subscription: 'x', reference: '815' }],
    replaced: 0,
  })
  expect(planReferences(unknown, null, false).references).toEqual([{ subscription: 'x', reference: null }])
})
