/**
 * The way from any area to the dialogs that belong to none: ordering, looking at codes, and asking the operator. One is open at a time, each is a
 * chunk of its own, and when it closes the focus goes back to where it came from.
 */
import {
  createContext,
  lazy,
  type ReactNode,
  Suspense,
  useCallback,
  useContext,
  useMemo,
  useRef,
  useState,
} from 'react'
import type { ActionName, CallGroup, PersonRow, SubscriptionBrief } from '~/api/types'

const OrderDialog = lazy(() => import('~/areas/orders/OrderDialog').then((module) => ({ default: module.OrderDialog })))
const CodesDialog = lazy(() => import('~/areas/users/CodesDialog').then((module) => ({ default: module.CodesDialog })))
const ESimDialog = lazy(() => import('~/areas/users/ESimDialog').then((module) => ({ default: module.ESimDialog })))
const PortDialog = lazy(() =>
  import('~/areas/orders/port/PortDialog').then((module) => ({ default: module.PortDialog })),
)
const SimsDialog = lazy(() => import('~/areas/orders/SimsDialog').then((module) => ({ default: module.SimsDialog })))
const HardwareDialog = lazy(() =>
  import('~/areas/orders/HardwareDialog').then((module) => ({ default: module.HardwareDialog })),
)
const ServiceDialog = lazy(() =>
  import('~/areas/orders/ServiceDialog').then((module) => ({ default: module.ServiceDialog })),
)
const CallGroupDialog = lazy(() =>
  import('~/areas/orders/callGroups/CallGroupDialog').then((module) => ({ default: module.CallGroupDialog })),
)
const RemoveGroupDialog = lazy(() =>
  import('~/areas/orders/callGroups/RemoveGroupDialog').then((module) => ({ default: module.RemoveGroupDialog })),
)
const QuestionDialog = lazy(() =>
  import('~/areas/support/QuestionDialog').then((module) => ({ default: module.QuestionDialog })),
)
const MoveDialog = lazy(() => import('~/areas/orders/MoveDialog').then((module) => ({ default: module.MoveDialog })))

/** Whom an order is for: a person, or one of a person's subscriptions. */
export interface Target {
  person: Pick<PersonRow, 'id' | 'displayName'>
  subscription: SubscriptionBrief | null
}

/** What somebody wants to order, for one or for many. */
export interface Wish {
  action: ActionName
  targets: Target[]
  /** The number to begin with, where one was chosen before the person. */
  number?: { from: 'series' | 'resting'; number: string }
  /** Of those that were chosen, the ones it is not possible for, with the reason. */
  leftOut?: { name: string; reason: string }[]
}

/** A SIM and whose it is. */
export interface OnesSim {
  /** `null` for one's own, which needs no reason. */
  person: string | null
  sim: string
  iccid: string
  name: string
}

export type Opened =
  | { show: 'order'; wish: Wish }
  | { show: 'codes'; of: OnesSim }
  | { show: 'eSim'; of: OnesSim }
  | { show: 'port'; port: string }
  | { show: 'move'; order: string }
  | { show: 'sims' }
  | { show: 'hardware' }
  | { show: 'service' }
  | { show: 'question' }
  /** `null`: a new one. */
  | { show: 'callGroup'; group: CallGroup | null }
  | { show: 'removeCallGroup'; group: CallGroup }

type Open = (opened: Opened) => void
const Context = createContext<Open>(() => {})

export const useDialogs = (): Open => useContext(Context)

/** Opens the dialog that orders something for one person. */
export function useOrdering() {
  const open = useDialogs()
  return useCallback(
    (action: ActionName, person: PersonRow, subscription?: SubscriptionBrief) =>
      open({ show: 'order', wish: { action, targets: [{ person, subscription: subscription ?? null }] } }),
    [open],
  )
}

export function OrderingProvider({ children }: { children: ReactNode }) {
  const [opened, setOpened] = useState<Opened | null>(null)
  const opener = useRef<{ control: Element | null; row: HTMLElement | null }>({ control: null, row: null })
  const open = useCallback<Open>((next) => {
    const control = document.activeElement
    opener.current = { control, row: control?.closest<HTMLElement>('[data-row]') ?? null }
    setOpened(next)
  }, [])
  // After an order to the row, for the button is about to give way to what it ordered.
  const close = useCallback((placed = false) => {
    setOpened(null)
    const { control, row } = opener.current
    requestAnimationFrame(() => {
      const target = placed && row?.isConnected ? row : control
      if (target instanceof HTMLElement && target.isConnected) target.focus()
    })
  }, [])
  const dialog = useMemo(() => {
    switch (opened?.show) {
      case 'order':
        return <OrderDialog wish={opened.wish} onClose={close} />
      case 'codes':
        return <CodesDialog of={opened.of} onClose={close} />
      case 'eSim':
        return <ESimDialog of={opened.of} onClose={close} />
      case 'port':
        return <PortDialog port={opened.port} onClose={close} />
      case 'move':
        return <MoveDialog order={opened.order} onClose={close} />
      case 'sims':
        return <SimsDialog onClose={close} />
      case 'hardware':
        return <HardwareDialog onClose={close} />
      case 'service':
        return <ServiceDialog onClose={close} />
      case 'question':
        return <QuestionDialog onClose={close} />
      case 'callGroup':
        return <CallGroupDialog group={opened.group} onClose={close} />
      case 'removeCallGroup':
        return <RemoveGroupDialog group={opened.group} onClose={close} />
      default:
        return null
    }
  }, [opened, close])
  return (
    <Context value={open}>
      {children}
      <Suspense fallback={null}>{dialog}</Suspense>
    </Context>
  )
}
