import { makeStyles, mergeClasses, Tooltip, tokens } from '@fluentui/react-components'
import { Link } from '@tanstack/react-router'
import { useIntl } from 'react-intl'
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
})

export function useAreas(): Area[] {
  const { organisation } = useSession()
  return areas.filter((area) => area.isFor(organisation))
}

export function Links({
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
