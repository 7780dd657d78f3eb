import { type ComponentProps, lazy, Suspense } from 'react'

const Picker = lazy(() => import('./DayPicker').then((module) => ({ default: module.DayPicker })))

/** The day picker, fetched when a day is first asked for: most orders begin at once. */
export function DayPicker(props: ComponentProps<typeof Picker>) {
  return (
    <Suspense fallback={null}>
      <Picker {...props} />
    </Suspense>
  )
}
