import { QueryClient } from '@tanstack/react-query'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { keys } from '~/api/keys'
import { applyChanges, type ChangeKind, type Changes, gatherChanges, readChange } from './live'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

test('an event is read, and one that is not understood is left alone', () => {
  const event = (data: string, name = 'change') => ({ id: '1', event: name, data })
  expect(readChange(event('{"kind":"person","ids":["a",1,"b"]}'))).toEqual({ kind: 'person', ids: ['a', 'b'] })
  expect(readChange(event('{"kind":"people"}'))).toEqual({ kind: 'people', ids: [] })
  expect(readChange(event('not json'))).toBeNull()
  expect(readChange(event('{"ids":[]}'))).toBeNull()
  expect(readChange(event('{"kind":"people"}', 'end'))).toBeNull()
})

test('a single change is handed on quickly, a storm of them in few heaps', () => {
  const heaps: Changes[] = []
  const gathered = gatherChanges((changes) => heaps.push(changes), 200, 1500)
  gathered.add('people', [])
  vi.advanceTimersByTime(200)
  expect(heaps).toHaveLength(1)
  for (let at = 0; at < 100; at += 1) {
    gathered.add('person', [`p${at}`])
    vi.advanceTimersByTime(10)
  }
  vi.advanceTimersByTime(500)
  expect(heaps).toHaveLength(2)
  expect(heaps[1]?.get('person')?.size).toBe(100)
  gathered.add('sims', [])
  gathered.stop()
  vi.advanceTimersByTime(5000)
  expect(heaps).toHaveLength(2)
})

describe('what changed is asked for again', () => {
  const staleAfter = (...kinds: [ChangeKind, string[]][]) => {
    const client = new QueryClient()
    const all = {
      dashboard: keys.dashboard('a'),
      orders: keys.orders('a'),
      order: keys.order('a', 'o1'),
      other: keys.order('a', 'o2'),
      sims: keys.sims('a'),
      numbers: keys.numbers('a'),
      connection: keys.connection('a'),
      invoices: keys.invoices('a'),
      invoice: keys.invoice('a', 'i1'),
      otherInvoice: keys.invoice('a', 'i2'),
      foreign: keys.dashboard('b'),
    }
    for (const key of Object.values(all)) client.setQueryData([...key], {})
    applyChanges(client, 'a', new Map(kinds.map(([kind, ids]) => [kind, new Set(ids)])))
    return Object.entries(all)
      .filter(([, key]) => client.getQueryState([...key])?.isInvalidated)
      .map(([name]) => name)
  }
  test('an order: the list, that order, the figures, what it takes; not another order', () => {
    expect(staleAfter(['orders', ['o1']])).toEqual(['dashboard', 'orders', 'order', 'sims', 'numbers'])
  })
  test('people: everything of this organisation', () => {
    expect(staleAfter(['people', []])).toEqual([
      'dashboard',
      'orders',
      'order',
      'other',
      'sims',
      'numbers',
      'connection',
      'invoices',
      'invoice',
      'otherInvoice',
    ])
  })
  test('numbers and SIM cards: just those', () => {
    expect(staleAfter(['numbers', []])).toEqual(['numbers'])
    expect(staleAfter(['sims', []])).toEqual(['sims'])
  })
  test('an invoice: the lists and what was spent, and that invoice', () => {
    expect(staleAfter(['invoices', ['i1']])).toEqual(['invoices', 'invoice'])
  })
  test('never another organisation’s', () => {
    expect(staleAfter(['people', []], ['orders', ['o1']], ['subscriptions', ['s']])).not.toContain('foreign')
  })
})
