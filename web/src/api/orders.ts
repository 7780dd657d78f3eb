/** What several areas do with an order that has been placed. */
import { api, unwrap } from './client'

/** Orders what reverses an order; answers the new one. */
export const undoOrder = (organisation: string, order: string, idempotencyKey: string) =>
  unwrap(
    api.POST('/api/v1/organisations/{organisation}/orders/{order}/undo', {
      params: { path: { organisation, order }, header: { 'Idempotency-Key': idempotencyKey } },
    }),
  )

/** Stops an order that has not ended; what has been done of it is taken back. */
export const cancelOrder = (organisation: string, order: string, idempotencyKey: string) =>
  unwrap(
    api.POST('/api/v1/organisations/{organisation}/orders/{order}/cancel', {
      params: { path: { organisation, order }, header: { 'Idempotency-Key': idempotencyKey } },
    }),
  )

/** Gives an order that waits for its day another one. */
export const moveOrder = (organisation: string, order: string, version: number, scheduledFor: string) =>
  unwrap(
    api.PATCH('/api/v1/organisations/{organisation}/orders/{order}', {
      params: { path: { organisation, order }, header: { 'If-Match': `"v${version}"` } },
      body: { scheduledFor },
    }),
  )

/** `stepUp`: the one-time code of a fresh sign-in, where one is asked for. */
export const placeOrder = (organisation: string, quote: string, idempotencyKey: string, stepUp?: string) =>
  unwrap(
    api.POST('/api/v1/organisations/{organisation}/orders', {
      params: { path: { organisation }, header: { 'Idempotency-Key': idempotencyKey } },
      body: { quote },
      ...(stepUp ? { headers: { 'Step-Up': stepUp } } : {}),
    }),
  )
