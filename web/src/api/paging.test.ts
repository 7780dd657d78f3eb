import { describe, expect, test } from 'vitest'
import {
  firstPage,
  fromBothEnds,
  keepPages,
  loadedCount,
  missingAt,
  type Pages,
  pageAfter,
  patchItem,
  rowCount,
} from './paging'

interface Item {
  id: string
  name?: string
}

const items = (from: number, count: number): Item[] =>
  Array.from({ length: count }, (_, at) => ({ id: `${from + at}` }))
const list = (...sizes: number[]): Pages<Item> => {
  let from = 0
  const pages = sizes.map((size, at) => {
    const page = { items: items(from, size), next: at < sizes.length - 1 ? `c${at}` : null, total: 1000 }
    from += size
    return page
  })
  return { pages, pageParams: sizes.map((_, at) => (at === 0 ? firstPage : { cursor: `c${at - 1}`, limit: 200 })) }
}

describe('the length of the list', () => {
  test('is nothing before the first page', () => {
    expect(rowCount(undefined)).toBe(0)
  })
  test('is the total as soon as one page has come', () => {
    const data = list(100, 200)
    const last = data.pages[1]
    if (last) last.next = 'more'
    expect(rowCount(data)).toBe(1000)
    expect(loadedCount(data)).toBe(300)
  })
  test('is what there is once the last page has come, even if the total said otherwise', () => {
    expect(rowCount(list(100, 50))).toBe(150)
  })
})

test('the first page is small, further ones larger, and the last one has none after it', () => {
  expect(firstPage.limit).toBe(100)
  expect(pageAfter({ next: 'x' })).toEqual({ cursor: 'x', limit: 200 })
  expect(pageAfter({ next: null })).toBeUndefined()
  expect(pageAfter({})).toBeUndefined()
})

test('who has come far goes on in large steps', () => {
  expect(pageAfter({ next: 'x' }, [1, 2, 3])).toEqual({ cursor: 'x', limit: 200 })
  expect(pageAfter({ next: 'x' }, [1, 2, 3, 4])).toEqual({ cursor: 'x', limit: 500 })
})

describe('which page is asked for', () => {
  const loaded = { head: 100, tail: 0, total: 10_000 }
  const at = (first: number, last: number, more = loaded, hasTail = true) => missingAt({ first, last }, more, hasTail)
  test('none while all around the screen is there, the next one before its rows come on screen', () => {
    expect(at(0, 10)).toBeNull()
    expect(at(30, 45)).toBe('head')
  })
  test('after a jump, the one of the nearer end', () => {
    expect(at(9_980, 9_999)).toBe('tail')
    expect(at(3_000, 3_020)).toBe('head')
    expect(at(7_000, 7_020)).toBe('tail')
  })
  test('only of the head where there is no tail to read, and a short way down', () => {
    expect(at(9_980, 9_999, loaded, false)).toBe('head')
    expect(at(380, 399, { head: 100, tail: 0, total: 400 })).toBe('head')
  })
  test('none at the end once the tail holds it, and none at all once both have met', () => {
    const both = { head: 100, tail: 100, total: 10_000 }
    expect(at(9_980, 9_999, both)).toBeNull()
    expect(at(9_900, 9_940, both)).toBe('tail')
    expect(at(5_000, 5_020, { head: 5_000, tail: 5_000, total: 10_000 })).toBeNull()
    expect(at(9_980, 9_999, { head: 10_000, tail: 0, total: 10_000 })).toBeNull()
  })
})

describe('rows from both ends', () => {
  const more = (data: Pages<Item>): Pages<Item> => {
    const last = data.pages.at(-1)
    if (last) last.next = 'more'
    return data
  }
  const ids = (rows: (Item | undefined)[]) => rows.map((row) => row?.id)
  test('stand in their places, with nothing where nothing has come', () => {
    const head = more(list(3))
    for (const page of head.pages) page.total = 8
    expect(ids(fromBothEnds(head, more(list(2, 1))))).toEqual(['0', '1', '2', undefined, undefined, '2', '1', '0'])
  })
  test('the head wins where both have a row, and is all there is once it is whole', () => {
    const head = more(list(3))
    for (const page of head.pages) page.total = 4
    expect(ids(fromBothEnds(head, more(list(3))))).toEqual(['0', '1', '2', '0'])
    expect(ids(fromBothEnds(list(3), list(2)))).toEqual(['0', '1', '2'])
    expect(fromBothEnds(undefined, list(2))).toEqual([])
  })
})

describe('asking again', () => {
  test('keeps the pages down to the last row on screen', () => {
    expect(keepPages(list(100, 200, 200), 20).pages).toHaveLength(1)
    expect(keepPages(list(100, 200, 200), 99).pages).toHaveLength(1)
    expect(keepPages(list(100, 200, 200), 100).pages).toHaveLength(2)
    const all = keepPages(list(100, 200, 200), 9999)
    expect(all.pages).toHaveLength(3)
    expect(all.pageParams).toHaveLength(3)
  })
  test('puts one changed item in its place and leaves the rest the same objects', () => {
    const before = list(100, 100)
    const after = patchItem(before, { id: '120', name: 'new' })
    expect(after.pages[1]?.items[20]).toEqual({ id: '120', name: 'new' })
    expect(after.pages[0]).toBe(before.pages[0])
    expect(after.pages[1]?.items[21]).toBe(before.pages[1]?.items[21])
  })
  test('changes nothing for somebody who is not listed', () => {
    const before = list(100)
    expect(patchItem(before, { id: 'x' })).toBe(before)
  })
})
