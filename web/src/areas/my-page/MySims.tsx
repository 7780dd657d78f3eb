import { Button, makeStyles, mergeClasses, Spinner } from '@fluentui/react-components'
import { Key20Regular, QrCode20Regular } from '@fluentui/react-icons'
import { FormattedMessage } from 'react-intl'
import { revealMyCodes } from '~/api/codes'
import type { MyCodes, MyPage } from '~/api/types'
import { useFormat } from '~/app/i18n'
import { useDialogs } from '~/app/ordering'
import { useSession } from '~/app/session'
import { Codes } from '~/parts/Codes'
import { Countdown } from '~/parts/Countdown'
import { SimStateBadge } from '~/parts/SimStateBadge'
import { ErrorState } from '~/parts/States'
import { useSecret } from '~/parts/secret'
import { useParts } from '~/parts/styles'

const useStyles = makeStyles({
  box: { display: 'flex', flexDirection: 'column', gap: '12px' },
  list: { listStyleType: 'none', margin: 0, padding: 0, display: 'flex', flexDirection: 'column', gap: '12px' },
  sim: { display: 'flex', flexDirection: 'column', gap: '8px' },
  line: { display: 'flex', justifyContent: 'space-between', gap: '12px', alignItems: 'center', flexWrap: 'wrap' },
})

/** One's own SIM cards; their codes need no reason, but hide again like anybody's. */
export function MySims({ sims }: { sims: MyPage['sims'] }) {
  const styles = useStyles()
  const parts = useParts()
  const format = useFormat()
  const { me, organisation } = useSession()
  const openDialog = useDialogs()
  const { secret, show, hide } = useSecret<MyCodes>()
  if (sims.length === 0)
    return (
      <p className={mergeClasses(parts.paragraph, parts.muted)}>
        <FormattedMessage id="profile.noSims" />
      </p>
    )
  return (
    <div className={styles.box}>
      <ul className={styles.list}>
        {sims.map(({ id, iccid, kind, state }) => {
          const codes = secret.is === 'shown' ? secret.value.sims.find(({ sim }) => sim === id) : undefined
          return (
            <li key={id} className={styles.sim}>
              <div className={styles.line}>
                <span className={parts.figures}>
                  {format.iccid(iccid)}{' '}
                  <span className={parts.caption}>
                    <FormattedMessage id={`sims.kind.${kind}`} />
                  </span>
                </span>
                <SimStateBadge state={state} />
              </div>
              {codes ? <Codes codes={codes} /> : null}
              {kind === 'eSim' ? (
                <div>
                  <Button
                    icon={<QrCode20Regular />}
                    onClick={() =>
                      openDialog({ show: 'eSim', of: { person: null, sim: id, iccid, name: me.principal.name } })
                    }
                  >
                    <FormattedMessage id="eSim.show" />
                  </Button>
                </div>
              ) : null}
            </li>
          )
        })}
      </ul>
      {secret.is === 'shown' ? (
        <>
          <Countdown left={secret.left} />
          <div>
            <Button onClick={hide}>
              <FormattedMessage id="codes.hide" />
            </Button>
          </div>
        </>
      ) : (
        <>
          {secret.is === 'hidden' && secret.error ? <ErrorState compact error={secret.error} /> : null}
          {secret.is === 'gone' ? (
            <span role="status" className={parts.caption}>
              <FormattedMessage id="codes.gone" />
            </span>
          ) : null}
          <div>
            <Button
              icon={secret.is === 'asked' ? <Spinner size="tiny" /> : <Key20Regular />}
              disabled={secret.is === 'asked'}
              onClick={() => void show(() => revealMyCodes(organisation.id))}
            >
              <FormattedMessage id={secret.is === 'gone' ? 'codes.again' : 'codes.show'} />
            </Button>
          </div>
        </>
      )}
    </div>
  )
}
