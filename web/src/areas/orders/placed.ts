/** The orders placed from this window whose result has not been told yet. */
import { useSyncExternalStore } from 'react'

export interface PlacedOrder {
  organisation: string
  order: string
  people: string[]
}

let placed: readonly PlacedOrder[] = []
const listeners = new Set<() => void>()

function change(next: readonly PlacedOrder[]): void {
  placed = next
  for (const listener of listeners) listener()
}

export const rememberPlaced = (order: PlacedOrder): void => change([...placed, order])
export const forgetPlaced = (order: string): void => change(placed.filter((one) => one.order !== order))

export const usePlaced = (): readonly PlacedOrder[] =>
  useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => placed,
  )
