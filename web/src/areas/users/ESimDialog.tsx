/** The QR code of an eSIM: after a fresh sign-in, and once. Whoever has it takes the line. */
import { MessageBar, MessageBarBody, makeStyles, tokens } from '@fluentui/react-components'
import { FormattedMessage, useIntl } from 'react-intl'
import { revealActivationCode } from '~/api/codes'
import type { OnesSim } from '~/app/ordering'
import { useSession } from '~/app/session'
import { useStepUp } from '~/app/stepUp'
import { CopyButton } from '~/parts/CopyButton'
import { QrCode } from '~/parts/QrCode'
import { SecretDialog } from './SecretDialog'

const useStyles = makeStyles({
  shown: { display: 'flex', gap: '20px', flexWrap: 'wrap', alignItems: 'flex-start' },
  steps: { margin: 0, paddingInlineStart: '20px', flexGrow: 1, flexBasis: '220px', display: 'grid', gap: '6px' },
  code: {
    display: 'flex',
    alignItems: 'center',
    gap: '4px',
    fontFamily: tokens.fontFamilyMonospace,
    fontSize: tokens.fontSizeBase200,
    overflowWrap: 'anywhere',
  },
})

export function ESimDialog({ of, onClose }: { of: OnesSim; onClose: () => void }) {
  const styles = useStyles()
  const intl = useIntl()
  const stepUp = useStepUp()
  const { organisation } = useSession()
  return (
    <SecretDialog
      of={of}
      title={<FormattedMessage id="eSim.title" values={{ name: of.name }} />}
      ask={async (reason) => {
        const proof = await stepUp()
        return (await revealActivationCode(organisation.id, of.sim, reason, proof)).activationCode
      }}
      shown={(code) => (
        <>
          <div className={styles.shown}>
            <QrCode text={code} label={intl.formatMessage({ id: 'eSim.qr' })} />
            <ol className={styles.steps}>
              <li>
                <FormattedMessage id="eSim.step1" />
              </li>
              <li>
                <FormattedMessage id="eSim.step2" />
              </li>
              <li>
                <FormattedMessage id="eSim.step3" />
              </li>
            </ol>
          </div>
          <span className={styles.code}>
            {code}
            <CopyButton value={code} label={intl.formatMessage({ id: 'eSim.copy' })} />
          </span>
        </>
      )}
      unshown={(gone) => (
        <MessageBar intent="warning" layout="multiline">
          <MessageBarBody>
            <FormattedMessage id={gone ? 'eSim.gone' : 'eSim.warning'} />
          </MessageBarBody>
        </MessageBar>
      )}
      why={intl.formatMessage({ id: 'eSim.reason' })}
      hint={intl.formatMessage({ id: 'eSim.reason.hint' })}
      reveal={() => <FormattedMessage id="eSim.reveal" />}
      onClose={onClose}
    />
  )
}
