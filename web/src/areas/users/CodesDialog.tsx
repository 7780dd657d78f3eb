/** PIN and PUK of a SIM. */
import { FormattedMessage, useIntl } from 'react-intl'
import { revealCodes } from '~/api/codes'
import type { OnesSim } from '~/app/ordering'
import { useSession } from '~/app/session'
import { Codes } from '~/parts/Codes'
import { useParts } from '~/parts/styles'
import { SecretDialog } from './SecretDialog'

export function CodesDialog({ of, onClose }: { of: OnesSim; onClose: () => void }) {
  const parts = useParts()
  const intl = useIntl()
  const { organisation } = useSession()
  return (
    <SecretDialog
      of={of}
      title={<FormattedMessage id="codes.title" values={{ name: of.name }} />}
      ask={(reason) => revealCodes(organisation.id, of.sim, reason)}
      shown={(codes) => <Codes codes={codes} />}
      unshown={(gone) =>
        gone ? (
          <p className={parts.paragraph} role="status">
            <FormattedMessage id="codes.gone" />
          </p>
        ) : null
      }
      why={intl.formatMessage({ id: 'codes.reason' })}
      hint={intl.formatMessage({ id: 'codes.reason.hint' })}
      reveal={(gone) => <FormattedMessage id={gone ? 'codes.again' : 'codes.reveal'} />}
      onClose={onClose}
    />
  )
}
