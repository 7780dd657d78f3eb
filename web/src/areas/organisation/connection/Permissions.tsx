import { makeStyles, mergeClasses, tokens } from '@fluentui/react-components'
import { CheckmarkCircle20Filled, DismissCircle20Filled, QuestionCircle20Regular } from '@fluentui/react-icons'
import { FormattedMessage } from 'react-intl'
import type { Connection } from '~/api/types'
import { RelativeTime } from '~/parts/RelativeTime'
import { useParts } from '~/parts/styles'

const useStyles = makeStyles({
  list: { listStyleType: 'none', margin: 0, padding: 0 },
  item: {
    display: 'grid',
    gridTemplateColumns: '20px minmax(0, 1fr) auto',
    columnGap: '12px',
    padding: '10px 0',
    borderBottom: `1px solid ${tokens.colorNeutralStroke3}`,
    ':first-child': { paddingTop: 0 },
    ':last-child': { borderBottom: 'none', paddingBottom: 0 },
  },
  name: { fontFamily: tokens.fontFamilyMonospace, fontSize: tokens.fontSizeBase200, overflowWrap: 'anywhere' },
  text: { margin: 0 },
  granted: { color: tokens.colorStatusSuccessForeground1 },
  missing: { color: tokens.colorStatusDangerForeground1 },
  unknown: { color: tokens.colorNeutralForeground3 },
  state: { whiteSpace: 'nowrap' },
})

const icons = { granted: CheckmarkCircle20Filled, missing: DismissCircle20Filled, unknown: QuestionCircle20Regular }

/** What Switchboard may do in the directory, one by one, and what each is for. */
export function Permissions({ connection: { permissions, permissionsCheckedAt } }: { connection: Connection }) {
  const styles = useStyles()
  const parts = useParts()
  if (permissions.length === 0)
    return (
      <p className={mergeClasses(styles.text, parts.muted)}>
        <FormattedMessage id="access.notYet" />
      </p>
    )
  return (
    <>
      <ul className={styles.list}>
        {permissions.map(({ capability, name, purpose, state }) => {
          const Icon = icons[state]
          return (
            <li key={capability} className={styles.item}>
              <Icon className={styles[state]} aria-hidden="true" />
              <div>
                <p className={styles.text}>{purpose}</p>
                <span className={mergeClasses(styles.name, parts.muted)}>{name}</span>
              </div>
              <span className={mergeClasses(parts.caption, styles.state, styles[state])}>
                <FormattedMessage id={`access.${state}`} />
              </span>
            </li>
          )
        })}
      </ul>
      {permissionsCheckedAt ? (
        <span className={parts.caption}>
          <FormattedMessage id="profile.checked" values={{ when: <RelativeTime value={permissionsCheckedAt} /> }} />
        </span>
      ) : null}
    </>
  )
}
