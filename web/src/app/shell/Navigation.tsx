import {
  Button,
  DrawerBody,
  Menu,
  MenuItem,
  MenuList,
  MenuPopover,
  MenuTrigger,
  makeStyles,
  mergeClasses,
  Overflow,
  OverflowItem,
  OverlayDrawer,
  Tab,
  TabList,
  Tooltip,
  tokens,
  useIsOverflowItemVisible,
  useOverflowMenu,
} from '@fluentui/react-components'
import { Dismiss24Regular, MoreHorizontal20Filled } from '@fluentui/react-icons'
import { Link, useNavigate } from '@tanstack/react-router'
import { FormattedMessage, useIntl } from 'react-intl'
import { type Area, type AreaId, areas } from '../areas'
import { useSession } from '../session'

const useStyles = makeStyles({
  nav: { padding: '4px 8px', overflowY: 'auto' },
  list: { listStyleType: 'none', margin: 0, padding: 0, display: 'flex', flexDirection: 'column', gap: '2px' },
  link: {
    position: 'relative',
    display: 'flex',
    alignItems: 'center',
    gap: '12px',
    height: '40px',
    padding: '0 10px',
    boxSizing: 'border-box',
    borderRadius: tokens.borderRadiusMedium,
    color: tokens.colorNeutralForeground1,
    textDecorationLine: 'none',
    fontSize: tokens.fontSizeBase300,
    whiteSpace: 'nowrap',
    overflow: 'hidden',
    ':hover': { backgroundColor: tokens.colorNeutralBackground4Hover },
    ':focus-visible': { outline: `2px solid ${tokens.colorStrokeFocus2}`, outlineOffset: '-2px' },
  },
  current: {
    backgroundColor: tokens.colorNeutralBackground1,
    boxShadow: tokens.shadow2,
    fontWeight: tokens.fontWeightSemibold,
    ':hover': { backgroundColor: tokens.colorNeutralBackground1 },
    '::before': {
      content: '""',
      position: 'absolute',
      insetInlineStart: 0,
      top: '10px',
      bottom: '10px',
      width: '3px',
      borderRadius: '2px',
      backgroundColor: tokens.colorBrandStroke1,
    },
  },
  icon: { display: 'flex', flexShrink: 0 },
  iconCurrent: { color: tokens.colorBrandForeground1 },
  tabs: {
    borderBottom: `1px solid ${tokens.colorNeutralStroke2}`,
    padding: '0 8px',
    minWidth: 0,
    overflow: 'hidden',
  },
  drawerHead: { display: 'flex', justifyContent: 'flex-end', padding: '8px' },
})

function useAreas(): Area[] {
  const { organisation } = useSession()
  return areas.filter((area) => area.isFor(organisation))
}

function Links({
  current,
  collapsed,
  onFollow,
}: {
  current: AreaId | undefined
  collapsed: boolean
  onFollow?: () => void
}) {
  const styles = useStyles()
  const intl = useIntl()
  const { organisation } = useSession()
  return (
    <ul className={styles.list}>
      {useAreas().map(({ id, to, text, icon: Icon }) => {
        const name = intl.formatMessage({ id: text })
        const link = (
          <Link
            to={to}
            params={{ organisation: organisation.id }}
            className={mergeClasses(styles.link, id === current && styles.current)}
            aria-current={id === current ? 'page' : undefined}
            onClick={onFollow}
            activeProps={{}}
          >
            <span className={mergeClasses(styles.icon, id === current && styles.iconCurrent)}>
              <Icon filled={id === current} />
            </span>
            {collapsed ? null : name}
          </Link>
        )
        return (
          <li key={id}>
            {collapsed ? (
              <Tooltip content={name} relationship="label" positioning="after">
                {link}
              </Tooltip>
            ) : (
              link
            )}
          </li>
        )
      })}
    </ul>
  )
}

/** The areas at the left, in a browser. */
export function NavigationList({ current, collapsed }: { current: AreaId | undefined; collapsed: boolean }) {
  const styles = useStyles()
  const intl = useIntl()
  return (
    <nav className={styles.nav} aria-label={intl.formatMessage({ id: 'shell.areas' })}>
      <Links current={current} collapsed={collapsed} />
    </nav>
  )
}

/** The same areas where there is no room at the left. */
export function NavigationDrawer({
  current,
  open,
  onClose,
}: {
  current: AreaId | undefined
  open: boolean
  onClose: () => void
}) {
  const styles = useStyles()
  const intl = useIntl()
  return (
    <OverlayDrawer
      open={open}
      onOpenChange={(_, data) => (data.open ? undefined : onClose())}
      position="start"
      size="small"
      aria-label={intl.formatMessage({ id: 'shell.areas' })}
    >
      <div className={styles.drawerHead}>
        <Button
          appearance="subtle"
          icon={<Dismiss24Regular />}
          aria-label={intl.formatMessage({ id: 'common.close' })}
          onClick={onClose}
        />
      </div>
      <DrawerBody>
        <nav aria-label={intl.formatMessage({ id: 'shell.areas' })}>
          <Links current={current} collapsed={false} onFollow={onClose} />
        </nav>
      </DrawerBody>
    </OverlayDrawer>
  )
}

/** The areas at the top, in Teams, whose own menus already stand at the left. */
export function NavigationTabs({ current }: { current: AreaId | undefined }) {
  const styles = useStyles()
  const intl = useIntl()
  const navigate = useNavigate()
  const { organisation } = useSession()
  const mine = useAreas()
  const go = (area: Area | undefined) => {
    if (area) void navigate({ to: area.to, params: { organisation: organisation.id } })
  }
  return (
    <nav className={styles.tabs} aria-label={intl.formatMessage({ id: 'shell.areas' })}>
      <Overflow minimumVisible={2} padding={48}>
        <TabList
          selectedValue={current ?? null}
          onTabSelect={(_, { value }) => go(mine.find(({ id }) => id === value))}
        >
          {mine.map(({ id, text }, at) => (
            <OverflowItem key={id} id={id} priority={id === current ? 100 : 50 - at}>
              <Tab value={id}>
                <FormattedMessage id={text} />
              </Tab>
            </OverflowItem>
          ))}
          <MoreAreas areas={mine} onChoose={go} />
        </TabList>
      </Overflow>
    </nav>
  )
}

function MoreAreas({ areas: mine, onChoose }: { areas: Area[]; onChoose: (area: Area) => void }) {
  const intl = useIntl()
  const { ref, overflowCount, isOverflowing } = useOverflowMenu<HTMLButtonElement>()
  if (!isOverflowing) return null
  return (
    <Menu>
      <MenuTrigger disableButtonEnhancement>
        <Button
          ref={ref}
          appearance="transparent"
          icon={<MoreHorizontal20Filled />}
          aria-label={intl.formatMessage({ id: 'shell.moreAreas' }, { count: overflowCount })}
        />
      </MenuTrigger>
      <MenuPopover>
        <MenuList>
          {mine.map((area) => (
            <HiddenArea key={area.id} area={area} onChoose={onChoose} />
          ))}
        </MenuList>
      </MenuPopover>
    </Menu>
  )
}

function HiddenArea({ area, onChoose }: { area: Area; onChoose: (area: Area) => void }) {
  if (useIsOverflowItemVisible(area.id)) return null
  return (
    <MenuItem onClick={() => onChoose(area)}>
      <FormattedMessage id={area.text} />
    </MenuItem>
  )
}
