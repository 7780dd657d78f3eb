import type { OrderItem, PersonRow } from '~/api/types'
import type { TextId } from '~/texts'
import type { Field } from './rules'

/** What an order's form is given, and how it tells what has been chosen so far. */
export interface FormProps {
  person: PersonRow
  /** The item once it is complete; else null and what is still to choose. Keep this function stable. */
  onItem: (item: OrderItem | null, missing: TextId | null) => void
  problems: Partial<Record<Field, string>>
}
