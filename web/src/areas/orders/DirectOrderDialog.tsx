/** Orders something for the organisation itself, for nobody in particular. */
import type { ReactNode } from 'react'
import { keys } from '~/api/keys'
import type { FieldProblem } from '~/api/types'
import { useSession } from '~/app/session'
import type { TextId } from '~/texts'
import { Complaints, OrderFrame } from './OrderFrame'
import { usePlacing } from './placing'
import { usePricing } from './pricing'
import type { QuoteRequest } from './queries'

export function DirectOrderDialog({
  title,
  request,
  missing,
  send,
  said,
  atFields,
  children,
  onClose,
}: {
  title: ReactNode
  /** What is to be ordered once it is complete; keep it the same while nothing changes. */
  request: QuoteRequest | null
  /** What is still to choose while it is not. */
  missing: TextId | null
  send: TextId
  /** What is said of the order once it is placed. */
  said: ReactNode
  /** Whether the form shows a problem beside the field it is about. */
  atFields: (problem: FieldProblem) => boolean
  /** The form; it is given what the quote complains about. */
  children: (problems: readonly FieldProblem[]) => ReactNode
  /** Told whether an order was placed. */
  onClose: (placed: boolean) => void
}) {
  const { organisation } = useSession()
  const pricing = usePricing(request)
  const placing = usePlacing({
    pricing,
    people: [],
    changes: [keys.callGroups(organisation.id)],
    said,
    onClose,
  })
  const problems = pricing.quote?.problems ?? []
  const elsewhere = problems.filter((problem) => !atFields(problem)).map(({ detail }) => detail)
  return (
    <OrderFrame
      title={title}
      pricing={pricing}
      placing={placing}
      missing={missing}
      marked={problems.length > 0 && elsewhere.length === 0}
      complaints={<Complaints details={[...new Set(elsewhere)]} />}
      send={send}
      count={1}
      onClose={onClose}
    >
      {children(problems)}
    </OrderFrame>
  )
}
