/** A few words of help at the place of the question, behind a small sign beside a heading; fetched after the page stands. */
import { makeStyles } from '@fluentui/react-components'
import { lazy, type ReactNode, Suspense } from 'react'
import type { TextId } from '~/texts'

const HelpPopover = lazy(() => import('./HelpPopover').then((module) => ({ default: module.HelpPopover })))

const useStyles = makeStyles({ beside: { display: 'flex', alignItems: 'center', gap: '2px', minHeight: '24px' } })

/** `about` is what the words explain, for whoever cannot see where the sign stands. */
export function WithHelp({ children, about, text }: { children: ReactNode; about: string; text: TextId }) {
  const styles = useStyles()
  return (
    <div className={styles.beside}>
      {children}
      <Suspense fallback={null}>
        <HelpPopover about={about} text={text} />
      </Suspense>
    </div>
  )
}
