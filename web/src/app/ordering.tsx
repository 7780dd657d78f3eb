/** The way from any area to the order dialog, which belongs to the area of orders and has no page of its own. */
import { createContext, lazy, type ReactNode, Suspense, useCallback, useContext, useRef, useState } from 'react'
import type { ActionName, PersonRow } from '~/api/types'

const OrderDialog = lazy(() => import('~/areas/orders/OrderDialog').then((module) => ({ default: module.OrderDialog })))

type Ordering = (action: ActionName, person: PersonRow) => void
const Context = createContext<Ordering>(() => {})

/** Opens the dialog that orders something for a person. */
export const useOrdering = (): Ordering => useContext(Context)

export function OrderingProvider({ children }: { children: ReactNode }) {
  const [ordering, setOrdering] = useState<{ action: ActionName; person: PersonRow } | null>(null)
  const opener = useRef<{ control: Element | null; row: HTMLElement | null }>({ control: null, row: null })
  const order = useCallback<Ordering>((action, person) => {
    const control = document.activeElement
    opener.current = { control, row: control?.closest<HTMLElement>('[data-row]') ?? null }
    setOrdering({ action, person })
  }, [])
  // The focus goes back to where it came from; after an order to the row, for the button is about to give way to it.
  const close = (placed: boolean) => {
    setOrdering(null)
    const { control, row } = opener.current
    requestAnimationFrame(() => {
      const target = placed && row?.isConnected ? row : control
      if (target instanceof HTMLElement && target.isConnected) target.focus()
    })
  }
  return (
    <Context value={order}>
      {children}
      {ordering ? (
        <Suspense fallback={null}>
          <OrderDialog action={ordering.action} person={ordering.person} onClose={close} />
        </Suspense>
      ) : null}
    </Context>
  )
}
