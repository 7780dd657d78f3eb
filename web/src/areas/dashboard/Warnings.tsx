import { makeStyles, tokens } from '@fluentui/react-components'
import { CheckmarkCircle20Filled, Warning20Filled } from '@fluentui/react-icons'
import { Link } from '@tanstack/react-router'
import { FormattedMessage } from 'react-intl'
import type { Dashboard } from '~/api/types'
import { useSession } from '~/app/session'
import { useParts } from '~/parts/styles'
import { type CardState, Panel } from './Panel'

const useStyles = makeStyles({
  list: { listStyleType: 'none', margin: 0, padding: 0, display: 'flex', flexDirection: 'column', gap: '12px' },
  item: { display: 'flex', gap: '10px', alignItems: 'flex-start' },
  warning: { color: tokens.colorStatusWarningForeground3, flexShrink: 0 },
  fine: { color: tokens.colorStatusSuccessForeground1, flexShrink: 0 },
  text: { margin: 0 },
})

/** Where to go to mend what a warning is about, for the warnings that have such a place. */
function Remedy({ code }: { code: Dashboard['warnings'][number]['code'] }) {
  const parts = useParts()
  const params = { organisation: useSession().organisation.id }
  if (/disabled|deleted|left/i.test(code))
    return (
      <Link
        to="/o/$organisation/users"
        params={params}
        search={{ state: /deleted/i.test(code) ? 'deleted' : 'disabled' }}
        className={parts.link}
      >
        <FormattedMessage id="dashboard.showUsers" />
      </Link>
    )
  if (/connection|sync|directory/i.test(code))
    return (
      <Link to="/o/$organisation/organisation/connection" params={params} className={parts.link}>
        <FormattedMessage id="dashboard.showConnection" />
      </Link>
    )
  if (/role/i.test(code))
    return (
      <Link to="/o/$organisation/organisation/roles" params={params} className={parts.link}>
        <FormattedMessage id="dashboard.showRoles" />
      </Link>
    )
  if (/order|attention|held/i.test(code))
    return (
      <Link to="/o/$organisation/organisation/orders" params={params} search={{ state: 'held' }} className={parts.link}>
        <FormattedMessage id="dashboard.showOrders" />
      </Link>
    )
  return null
}

export function Warnings(state: CardState) {
  const styles = useStyles()
  const parts = useParts()
  return (
    <Panel title={<FormattedMessage id="dashboard.warnings" />} state={state} lines={2}>
      {({ warnings }) =>
        warnings.length === 0 ? (
          <div className={styles.item}>
            <CheckmarkCircle20Filled className={styles.fine} aria-hidden="true" />
            <p className={styles.text}>
              <FormattedMessage id="dashboard.noWarnings" />
            </p>
          </div>
        ) : (
          <ul className={styles.list}>
            {warnings.map(({ code, detail }) => (
              <li key={`${code}${detail}`} className={styles.item}>
                <Warning20Filled className={styles.warning} aria-hidden="true" />
                <div>
                  <p className={styles.text}>{detail}</p>
                  <span className={parts.caption}>
                    <Remedy code={code} />
                  </span>
                </div>
              </li>
            ))}
          </ul>
        )
      }
    </Panel>
  )
}
