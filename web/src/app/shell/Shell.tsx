/** The frame around every page of an organisation: header, navigation, the page itself. */
import { makeStyles, mergeClasses, tokens } from '@fluentui/react-components'
import { getRouteApi, Outlet, useLocation } from '@tanstack/react-router'
import { lazy, Suspense, useEffect, useRef, useState } from 'react'
import { FormattedMessage } from 'react-intl'
import { hasAdminAreas } from '~/areas/session/queries'
import { useMedia } from '~/parts/hooks'
import { areaOf, areas } from '../areas'
import { useLiveEvents } from '../live'
import { OrderingProvider } from '../ordering'
import { rememberOrganisation } from '../router'
import { OrganisationContext, useHost, useSession } from '../session'
import { Header } from './Header'
import { NavigationList } from './Navigation'

// Only one of the three ways to walk between areas is ever on screen: the other two stay away.
const NavigationTabs = lazy(() => import('./NavigationTabs').then((module) => ({ default: module.NavigationTabs })))
const NavigationDrawer = lazy(() =>
  import('./NavigationDrawer').then((module) => ({ default: module.NavigationDrawer })),
)
const Results = lazy(() => import('~/areas/orders/Results').then((module) => ({ default: module.Results })))
const ForbiddenPage = lazy(() =>
  import('~/areas/session/ForbiddenPage').then((module) => ({ default: module.ForbiddenPage })),
)

const useStyles = makeStyles({
  shell: {
    display: 'grid',
    height: '100%',
    gridTemplateRows: 'auto minmax(0, 1fr)',
    gridTemplateColumns: '232px minmax(0, 1fr)',
    backgroundColor: tokens.colorNeutralBackground4,
    color: tokens.colorNeutralForeground1,
  },
  narrow: { gridTemplateColumns: '56px minmax(0, 1fr)' },
  single: { gridTemplateColumns: 'minmax(0, 1fr)' },
  flat: { backgroundColor: tokens.colorNeutralBackground2, gridTemplateRows: 'auto auto minmax(0, 1fr)' },
  header: { gridColumn: '1 / -1' },
  main: {
    overflow: 'auto',
    backgroundColor: tokens.colorNeutralBackground2,
    borderTopLeftRadius: tokens.borderRadiusXLarge,
    boxShadow: tokens.shadow2,
    outline: 'none',
    position: 'relative',
  },
  mainFlat: { borderTopLeftRadius: 0, boxShadow: 'none' },
  skip: {
    position: 'absolute',
    insetInlineStart: '8px',
    top: '-60px',
    zIndex: 10,
    padding: '8px 12px',
    backgroundColor: tokens.colorNeutralBackground1,
    color: tokens.colorBrandForegroundLink,
    borderRadius: tokens.borderRadiusMedium,
    ':focus': { top: '8px' },
  },
  acting: {
    padding: '6px 24px',
    fontSize: tokens.fontSizeBase200,
    lineHeight: tokens.lineHeightBase200,
    color: tokens.colorBrandForeground2,
    backgroundColor: tokens.colorBrandBackground2,
    borderBottom: `1px solid ${tokens.colorBrandStroke2}`,
  },
  tabsPlace: { height: '44px', borderBottom: `1px solid ${tokens.colorNeutralStroke2}` },
})

const route = getRouteApi('/o/$organisation')

export function Shell() {
  const { mine } = route.useRouteContext()
  if (!mine)
    return (
      <Suspense fallback={null}>
        <ForbiddenPage whole />
      </Suspense>
    )
  return (
    // A new organisation is a new shell: no state of one survives into the other.
    <OrganisationContext value={mine} key={mine.id}>
      <OrderingProvider>
        <Frame />
      </OrderingProvider>
    </OrganisationContext>
  )
}

const partnerRoles = [
  'accountAdministrator',
  'serviceContributor',
  'serviceViewer',
  'subscriptionContributor',
  'operatorAdministrator',
  'operatorAgent',
]

function Frame() {
  const styles = useStyles()
  const host = useHost()
  const { organisation } = useSession()
  const { pathname } = useLocation()
  const tight = useMedia('(max-width: 1150px)')
  const [chosen, setChosen] = useState<boolean | null>(null)
  // A window of a tablet's width leaves the room to the page, until somebody says otherwise.
  const collapsed = chosen ?? tight
  const [drawer, setDrawer] = useState(false)
  const [drawerUsed, setDrawerUsed] = useState(false)
  const small = useMedia('(max-width: 900px)')
  const teams = host.kind === 'teams'
  const admin = hasAdminAreas(organisation)
  const main = useRef<HTMLElement>(null)
  useLiveEvents(organisation.id, admin)
  useEffect(() => rememberOrganisation(organisation.id), [organisation.id])

  const current = areaOf(pathname)
  const area = areas.find(({ id }) => id === current)
  const allowed = !area || area.isFor(organisation)
  const actingFor = !organisation.myPage && organisation.roles.some((role) => partnerRoles.includes(role))
  const showList = !teams && !small && admin

  return (
    <div
      className={mergeClasses(
        styles.shell,
        showList && collapsed && styles.narrow,
        !showList && styles.single,
        teams && styles.flat,
      )}
    >
      <button
        type="button"
        className={styles.skip}
        onClick={() => {
          main.current?.focus()
        }}
      >
        <FormattedMessage id="shell.skip" />
      </button>
      <Header
        className={styles.header}
        area={current}
        menu={
          teams || !admin
            ? undefined
            : {
                expanded: small ? drawer : !collapsed,
                toggle: () => {
                  if (small) setDrawerUsed(true)
                  if (small) setDrawer(true)
                  else setChosen(!collapsed)
                },
              }
        }
      />
      {teams ? (
        <Suspense fallback={<div className={styles.tabsPlace} />}>
          <NavigationTabs current={current} />
        </Suspense>
      ) : null}
      {showList ? <NavigationList current={current} collapsed={collapsed} /> : null}
      {!teams && small && admin && drawerUsed ? (
        <Suspense fallback={null}>
          <NavigationDrawer current={current} open={drawer} onClose={() => setDrawer(false)} />
        </Suspense>
      ) : null}
      <main
        ref={main}
        id="page"
        tabIndex={-1}
        className={mergeClasses(styles.main, (teams || !showList) && styles.mainFlat)}
      >
        {actingFor ? (
          <div className={styles.acting}>
            <FormattedMessage id="shell.acting" values={{ organisation: <strong>{organisation.name}</strong> }} />
          </div>
        ) : null}
        {allowed ? (
          <Outlet />
        ) : (
          <Suspense fallback={null}>
            <ForbiddenPage />
          </Suspense>
        )}
      </main>
      {admin ? (
        <Suspense fallback={null}>
          <Results />
        </Suspense>
      ) : null}
    </div>
  )
}
