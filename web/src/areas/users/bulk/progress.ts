/** How far an order of many items has come. */
import type { Order } from '~/api/types'

const ended = new Set(['completed', 'failed', 'cancelled'])

export function progressOf(order: Pick<Order, 'items'>): { done: number; failed: number; total: number } {
  return {
    done: order.items.filter(({ state }) => ended.has(state)).length,
    failed: order.items.filter(({ state }) => state === 'failed').length,
    total: order.items.length,
  }
}
