import { Button, mergeClasses } from '@fluentui/react-components'
import { Key20Regular, QrCode20Regular } from '@fluentui/react-icons'
import { FormattedMessage, useIntl } from 'react-intl'
import type { Person } from '~/api/types'
import { useFormat } from '~/app/i18n'
import { useDialogs } from '~/app/ordering'
import { useSession } from '~/app/session'
import { SimStateBadge } from '~/parts/SimStateBadge'
import { useParts } from '~/parts/styles'
import { useProfileStyles } from './profileStyles'

/** The person's SIM cards, with the way to their codes. */
export function Sims({ person }: { person: Person }) {
  const styles = useProfileStyles()
  const parts = useParts()
  const intl = useIntl()
  const format = useFormat()
  const { can } = useSession()
  const openDialog = useDialogs()
  return (
    <>
      <h2 className={parts.small}>
        <FormattedMessage id="profile.sims" />
      </h2>
      {person.sims.length > 0 ? (
        <ul className={mergeClasses(styles.plain, styles.spaced)}>
          {person.sims.map(({ id, iccid, state, kind }) => {
            const of = { person: person.id, sim: id, iccid, name: person.displayName }
            return (
              <li key={id} className={styles.section}>
                <div className={styles.line}>
                  <span className={styles.amount}>{format.iccid(iccid)}</span>
                  <SimStateBadge state={state} />
                </div>
                <div className={mergeClasses(styles.line, styles.middle)}>
                  <span className={parts.caption}>{intl.formatMessage({ id: `sims.kind.${kind}` })}</span>
                  {can('revealCodes') && state !== 'retired' ? (
                    <span className={styles.buttons}>
                      <Button size="small" icon={<Key20Regular />} onClick={() => openDialog({ show: 'codes', of })}>
                        <FormattedMessage id="codes.button" />
                      </Button>
                      {kind === 'eSim' ? (
                        <Button
                          size="small"
                          icon={<QrCode20Regular />}
                          onClick={() => openDialog({ show: 'eSim', of })}
                        >
                          <FormattedMessage id="eSim.button" />
                        </Button>
                      ) : null}
                    </span>
                  ) : null}
                </div>
              </li>
            )
          })}
        </ul>
      ) : (
        <p className={mergeClasses(styles.text, parts.muted)}>
          <FormattedMessage id="profile.noSims" />
        </p>
      )}
    </>
  )
}
