import { makeStyles, mergeClasses, tokens } from '@fluentui/react-components'
import { Link, Outlet, useLocation } from '@tanstack/react-router'
import { FormattedMessage, useIntl } from 'react-intl'
import { useSession } from '~/app/session'
import { useParts } from '~/parts/styles'
import type { TextId } from '~/texts'

const useStyles = makeStyles({
  tabs: {
    display: 'flex',
    gap: '4px',
    listStyleType: 'none',
    margin: 0,
    padding: 0,
    overflowX: 'auto',
    scrollbarWidth: 'none',
    borderBottom: `1px solid ${tokens.colorNeutralStroke2}`,
  },
  item: { flexShrink: 0 },
  tab: {
    position: 'relative',
    display: 'block',
    padding: '10px 12px',
    color: tokens.colorNeutralForeground2,
    textDecorationLine: 'none',
    borderRadius: tokens.borderRadiusMedium,
    ':hover': { color: tokens.colorNeutralForeground1, backgroundColor: tokens.colorSubtleBackgroundHover },
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
      bottom: '-1px',
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
  { id: 'connection', to: '/o/$organisation/organisation/connection', text: 'organisation.connection' },
] as const satisfies readonly { id: string; to: string; text: TextId }[]

/** The frame of the Organisation area: its tabs are addresses of their own. */
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
      <nav aria-label={intl.formatMessage({ id: 'nav.organisation' })}>
        <ul className={styles.tabs}>
          {tabs.map(({ id, to, text }) => (
            <li key={id} className={styles.item}>
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
          ))}
        </ul>
      </nav>
      <Outlet />
    </div>
  )
}
