import { makeStyles, mergeClasses, tokens } from '@fluentui/react-components'
import {
  Call20Regular,
  ClipboardTaskListLtr20Regular,
  CloudSync20Regular,
  NumberSymbol20Regular,
  Phone20Regular,
  ShieldKeyhole20Regular,
  Sim20Regular,
} from '@fluentui/react-icons'
import { Link } from '@tanstack/react-router'
import { FormattedMessage } from 'react-intl'
import { useSession } from '~/app/session'
import { hoverBackground, useParts } from '~/parts/styles'

const useStyles = makeStyles({
  panel: { padding: '16px 8px 8px' },
  title: { padding: '0 8px 8px' },
  list: { listStyleType: 'none', margin: 0, padding: 0 },
  link: {
    display: 'flex',
    alignItems: 'center',
    gap: '12px',
    minHeight: '36px',
    padding: '0 8px',
    borderRadius: tokens.borderRadiusMedium,
    color: tokens.colorNeutralForeground1,
    textDecorationLine: 'none',
    ':hover': { backgroundColor: hoverBackground, color: tokens.colorBrandForegroundLinkHover },
    ':focus-visible': { outline: `2px solid ${tokens.colorStrokeFocus2}`, outlineOffset: '-2px' },
  },
  icon: { color: tokens.colorNeutralForeground2, display: 'flex' },
})

export function FrequentlyUsed() {
  const styles = useStyles()
  const parts = useParts()
  const { organisation, can } = useSession()
  const params = { organisation: organisation.id }
  // What costs: whoever orders only what is free has nothing to begin here.
  const orders = can('orderCommercialItems') || can('orderPeopleItems')
  return (
    <section className={mergeClasses(parts.card, styles.panel)} aria-labelledby="frequent">
      <h2 id="frequent" className={mergeClasses(parts.subheading, styles.title)}>
        <FormattedMessage id="dashboard.frequent" />
      </h2>
      <ul className={styles.list}>
        {orders ? (
          <>
            <li>
              <Link to="/o/$organisation/users" params={params} search={{ has: 'none' }} className={styles.link}>
                <Call20Regular className={styles.icon} />
                <FormattedMessage id="action.activateTelephony" />
              </Link>
            </li>
            <li>
              <Link to="/o/$organisation/users" params={params} search={{ has: 'none' }} className={styles.link}>
                <Phone20Regular className={styles.icon} />
                <FormattedMessage id="action.createMobile" />
              </Link>
            </li>
          </>
        ) : null}
        <li>
          <Link to="/o/$organisation/organisation/orders" params={params} className={styles.link}>
            <ClipboardTaskListLtr20Regular className={styles.icon} />
            <FormattedMessage id="organisation.orders" />
          </Link>
        </li>
        <li>
          <Link to="/o/$organisation/organisation/numbers" params={params} className={styles.link}>
            <NumberSymbol20Regular className={styles.icon} />
            <FormattedMessage id="organisation.numbers" />
          </Link>
        </li>
        <li>
          <Link to="/o/$organisation/organisation/sims" params={params} className={styles.link}>
            <Sim20Regular className={styles.icon} />
            <FormattedMessage id="organisation.sims" />
          </Link>
        </li>
        <li>
          <Link to="/o/$organisation/organisation/connection" params={params} className={styles.link}>
            <CloudSync20Regular className={styles.icon} />
            <FormattedMessage id="organisation.connection" />
          </Link>
        </li>
        <li>
          <Link to="/o/$organisation/organisation/roles" params={params} className={styles.link}>
            <ShieldKeyhole20Regular className={styles.icon} />
            <FormattedMessage id="organisation.roles" />
          </Link>
        </li>
      </ul>
    </section>
  )
}
