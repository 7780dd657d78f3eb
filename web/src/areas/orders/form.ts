import type { Wish } from '~/app/ordering'
import type { TextId } from '~/texts'
import type { Field } from './rules'
import type { NumberChoice, SimChoice, Template } from './wish'

/** What an order's form is given, and how it tells what has been chosen so far. */
export interface FormProps {
  wish: Wish
  /** The choice once it is complete; else null and what is still to choose. Keep this function stable. */
  onTemplate: (template: Template | null, missing: TextId | null) => void
  problems: Partial<Record<Field, string>>
}

/** What a part of a form has chosen: complete, or null and what is missing. */
export interface Chosen<T> {
  value: T | null
  missing: TextId | null
}
export type ChosenNumber = Chosen<NumberChoice>
export type ChosenSim = Chosen<SimChoice>
