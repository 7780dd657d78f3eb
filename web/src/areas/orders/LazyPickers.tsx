import { makeStyles } from '@fluentui/react-components'
import { type ComponentProps, lazy, Suspense } from 'react'

const Numbers = lazy(() => import('./Pickers').then((module) => ({ default: module.NumberPicker })))
const Sims = lazy(() => import('./Pickers').then((module) => ({ default: module.SimPicker })))

/** As high as the field that comes: nothing below it moves. */
const useStyles = makeStyles({ place: { minHeight: '58px' } })

/** The field for a number, fetched when there is one to pick. */
export function NumberPicker(props: ComponentProps<typeof Numbers>) {
  return (
    <div className={useStyles().place}>
      <Suspense fallback={null}>
        <Numbers {...props} />
      </Suspense>
    </div>
  )
}

/** The field for a SIM card of the drawer. */
export function SimPicker(props: ComponentProps<typeof Sims>) {
  return (
    <div className={useStyles().place}>
      <Suspense fallback={null}>
        <Sims {...props} />
      </Suspense>
    </div>
  )
}
