import {
  Button,
  Menu,
  MenuItem,
  MenuList,
  MenuPopover,
  MenuTrigger,
  makeStyles,
  mergeClasses,
  Overflow,
  OverflowItem,
  tokens,
  useIsOverflowItemVisible,
  useOverflowMenu,
} from '@fluentui/react-components'
import { MoreHorizontal20Filled } from '@fluentui/react-icons'
import { Link, Outlet, useLocation, useNavigate } from '@tanstack/react-router'
import { FormattedMessage, useIntl } from 'react-intl'
import { useSession } from '~/app/session'
import { useParts } from '~/parts/styles'
import type { TextId } from '~/texts'

const useStyles = makeStyles({
  nav: { borderBottom: `1px solid ${tokens.colorNeutralStroke2}` },
  tabs: {
    display: 'flex',
    alignItems: 'center',
    gap: '4px',
    listStyleType: 'none',
    margin: 0,
    padding: 0,
    overflow: 'hidden',
  },
  item: { flexShrink: 0 },
  tab: {
    position: 'relative',
    display: 'block',
    padding: '10px 12px',
    color: tokens.colorNeutralForeground2,
    textDecorationLine: 'none',
    borderRadius: tokens.borderRadiusMedium,
    ':hover': { color: tokens.colorNeutralForeground2Hover, backgroundColor: tokens.colorSubtleBackgroundHover },
    ':focus-visible': { outline: `2px solid ${tokens.colorStrokeFocus2}`, outlineOffset: '-2px' },
  },
  current: {
    color: tokens.colorNeutralForeground1,
    fontWeight: tokens.fontWeightSemibold,
    '::after': {
      content: '""',
      position: 'absolute',
      insetInlineStart: '12px',
      insetInlineEnd: '12px',
      bottom: 0,
      height: '3px',
      borderRadius: '2px',
      backgroundColor: tokens.colorCompoundBrandStroke,
    },
  },
})

const tabs = [
  { id: 'orders', to: '/o/$organisation/organisation/orders', text: 'organisation.orders' },
  { id: 'numbers', to: '/o/$organisation/organisation/numbers', text: 'organisation.numbers' },
  { id: 'sims', to: '/o/$organisation/organisation/sims', text: 'organisation.sims' },
  { id: 'call-groups', to: '/o/$organisation/organisation/call-groups', text: 'organisation.callGroups' },
  { id: 'connection', to: '/o/$organisation/organisation/connection', text: 'organisation.connection' },
  { id: 'roles', to: '/o/$organisation/organisation/roles', text: 'organisation.roles' },
  {
    id: 'delivery-address',
    to: '/o/$organisation/organisation/delivery-address',
    text: 'organisation.deliveryAddress',
  },
  { id: 'notifications', to: '/o/$organisation/organisation/notifications', text: 'organisation.notifications' },
] as const satisfies readonly { id: string; to: string; text: TextId }[]

/** The frame of the Organisation area: its tabs are addresses of their own; those without room stand in a menu. */
export function OrganisationArea() {
  const styles = useStyles()
  const parts = useParts()
  const intl = useIntl()
  const { organisation } = useSession()
  const current = useLocation().pathname.split('/')[4]
  return (
    <div className={parts.page}>
      <h1 className={parts.heading}>
        <FormattedMessage id="nav.organisation" />
      </h1>
      <nav className={styles.nav} aria-label={intl.formatMessage({ id: 'nav.organisation' })}>
        <Overflow minimumVisible={1} padding={8}>
          <ul className={styles.tabs}>
            {tabs.map(({ id, to, text }, at) => (
              <OverflowItem key={id} id={id} priority={id === current ? 100 : 50 - at}>
                <li className={styles.item}>
                  <Link
                    to={to}
                    params={{ organisation: organisation.id }}
                    className={mergeClasses(styles.tab, id === current && styles.current)}
                    aria-current={id === current ? 'page' : undefined}
                    activeProps={{}}
                  >
                    <FormattedMessage id={text} />
                  </Link>
                </li>
              </OverflowItem>
            ))}
            <More />
          </ul>
        </Overflow>
      </nav>
      <Outlet />
    </div>
  )
}

/** The tabs there is no room for. */
function More() {
  const styles = useStyles()
  const parts = useParts()
  const intl = useIntl()
  const { ref, overflowCount, isOverflowing } = useOverflowMenu<HTMLButtonElement>()
  if (!isOverflowing) return null
  return (
    <li className={styles.item}>
      <Menu inline positioning={{ strategy: 'fixed', position: 'below', align: 'end' }}>
        <MenuTrigger disableButtonEnhancement>
          <Button
            ref={ref}
            appearance="transparent"
            icon={<MoreHorizontal20Filled />}
            aria-label={intl.formatMessage({ id: 'organisation.moreTabs' }, { count: overflowCount })}
          />
        </MenuTrigger>
        <MenuPopover className={parts.popover}>
          <MenuList>
            {tabs.map((tab) => (
              <Hidden key={tab.id} tab={tab} />
            ))}
          </MenuList>
        </MenuPopover>
      </Menu>
    </li>
  )
}

function Hidden({ tab: { id, to, text } }: { tab: (typeof tabs)[number] }) {
  const navigate = useNavigate()
  const { organisation } = useSession()
  if (useIsOverflowItemVisible(id)) return null
  return (
    <MenuItem onClick={() => void navigate({ to, params: { organisation: organisation.id } })}>
      <FormattedMessage id={text} />
    </MenuItem>
  )
}
