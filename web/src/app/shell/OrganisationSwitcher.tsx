import { makeStyles } from '@fluentui/react-components'
import { BuildingMultiple20Regular } from '@fluentui/react-icons'
import { lazy, Suspense } from 'react'
import { useSession } from '../session'

const OrganisationPopover = lazy(() =>
  import('./OrganisationPopover').then((module) => ({ default: module.OrganisationPopover })),
)

const useStyles = makeStyles({
  alone: { display: 'flex', alignItems: 'center', gap: '8px', padding: '0 12px', fontWeight: 600, minWidth: 0 },
  name: {
    overflow: 'hidden',
    textOverflow: 'ellipsis',
    whiteSpace: 'nowrap',
    maxWidth: '240px',
    '@media (max-width: 900px)': { maxWidth: '110px' },
    '@media (max-width: 560px)': { display: 'none' },
  },
})

/** The organisation on screen; for somebody who has several, the way to another. */
export function OrganisationSwitcher() {
  const styles = useStyles()
  const { me, organisation } = useSession()
  const name = (
    <span className={styles.alone}>
      <BuildingMultiple20Regular />
      <span className={styles.name}>{organisation.name}</span>
    </span>
  )
  if (me.organisations.length < 2 && !me.more) return name
  return (
    <Suspense fallback={name}>
      <OrganisationPopover />
    </Suspense>
  )
}
