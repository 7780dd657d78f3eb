import { describe, expect, test } from 'vitest'
import { firstPage, keepPages, loadedCount, needsMore, type Pages, pageAfter, patchItem, rowCount } from './paging'

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
  expect(pageAfter({ items: [], next: 'x', total: 0 })).toEqual({ cursor: 'x', limit: 200 })
  expect(pageAfter({ items: [], next: null, total: 0 })).toBeUndefined()
  expect(pageAfter({ items: [], total: 0 })).toBeUndefined()
})

test('the next page is asked for before its rows come on screen', () => {
  expect(needsMore(10, 100, true)).toBe(false)
  expect(needsMore(45, 100, true)).toBe(true)
  expect(needsMore(5000, 100, true)).toBe(true)
  expect(needsMore(99, 100, false)).toBe(false)
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
