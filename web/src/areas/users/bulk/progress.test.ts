import { expect, test } from 'vitest'
import type { Order } from '~/api/types'
import { progressOf } from './progress'

test('what has ended is done, however it ended', () => {
  const items = ['completed', 'failed', 'inProgress', 'acknowledged', 'cancelled', 'held'].map((state) => ({ state }))
  expect(progressOf({ items } as unknown as Order)).toEqual({ done: 3, failed: 1, total: 6 })
})
