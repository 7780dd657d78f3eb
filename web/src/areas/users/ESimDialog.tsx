/** The QR code of an eSIM: after a fresh sign-in, on screen for half a minute, and once. Whoever has it takes the line. */
import {
  Button,
  Dialog,
  DialogActions,
  DialogBody,
  DialogContent,
  DialogSurface,
  DialogTitle,
  Field,
  Input,
  MessageBar,
  MessageBarBody,
  makeStyles,
  Spinner,
  tokens,
} from '@fluentui/react-components'
import { type FormEvent, useState } from 'react'
import { FormattedMessage, useIntl } from 'react-intl'
import { revealActivationCode } from '~/api/codes'
import { useFormat } from '~/app/i18n'
import type { OnesSim } from '~/app/ordering'
import { useSession } from '~/app/session'
import { useStepUp } from '~/app/stepUp'
import { CopyButton } from '~/parts/CopyButton'
import { Countdown } from '~/parts/Countdown'
import { QrCode } from '~/parts/QrCode'
import { ErrorState } from '~/parts/States'
import { useSecret } from '~/parts/secret'
import { useParts } from '~/parts/styles'

const useStyles = makeStyles({
  content: { display: 'flex', flexDirection: 'column', gap: '16px' },
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
  const parts = useParts()
  const intl = useIntl()
  const format = useFormat()
  const stepUp = useStepUp()
  const { organisation } = useSession()
  const { secret, show } = useSecret<string>()
  const [reason, setReason] = useState('')
  const [asked, setAsked] = useState(false)
  const own = of.person === null
  const missing = !own && reason.trim().length < 3
  const submit = (event: FormEvent) => {
    event.preventDefault()
    setAsked(true)
    if (missing) return
    void show(async () => {
      const proof = await stepUp()
      return (await revealActivationCode(organisation.id, of.sim, own ? null : reason.trim(), proof)).activationCode
    })
  }
  return (
    <Dialog open onOpenChange={(_, data) => (data.open ? undefined : onClose())}>
      <DialogSurface>
        <form noValidate onSubmit={submit}>
          <DialogBody>
            <DialogTitle>
              <FormattedMessage id="eSim.title" values={{ name: of.name }} />
            </DialogTitle>
            <DialogContent className={styles.content}>
              <p className={parts.paragraph}>
                <FormattedMessage id="codes.sim" values={{ iccid: format.iccid(of.iccid) }} />
              </p>
              {secret.is === 'shown' ? (
                <>
                  <div className={styles.shown}>
                    <QrCode text={secret.value} label={intl.formatMessage({ id: 'eSim.qr' })} />
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
                    {secret.value}
                    <CopyButton value={secret.value} label={intl.formatMessage({ id: 'eSim.copy' })} />
                  </span>
                  <Countdown left={secret.left} />
                </>
              ) : (
                <>
                  <MessageBar intent="warning" layout="multiline">
                    <MessageBarBody>
                      <FormattedMessage id={secret.is === 'gone' ? 'eSim.gone' : 'eSim.warning'} />
                    </MessageBarBody>
                  </MessageBar>
                  {secret.is === 'hidden' && secret.error ? <ErrorState compact error={secret.error} /> : null}
                  {own ? null : (
                    <Field
                      required
                      label={intl.formatMessage({ id: 'codes.reason' })}
                      validationState={asked && missing ? 'error' : 'none'}
                      validationMessage={
                        asked && missing ? intl.formatMessage({ id: 'codes.reason.missing' }) : undefined
                      }
                    >
                      <Input value={reason} maxLength={200} onChange={(_, { value }) => setReason(value)} />
                    </Field>
                  )}
                </>
              )}
            </DialogContent>
            <DialogActions>
              <Button onClick={onClose}>
                <FormattedMessage id="common.close" />
              </Button>
              {secret.is === 'shown' ? null : (
                <Button
                  type="submit"
                  appearance="primary"
                  disabled={secret.is === 'asked'}
                  icon={secret.is === 'asked' ? <Spinner size="tiny" /> : undefined}
                >
                  <FormattedMessage id="eSim.reveal" />
                </Button>
              )}
            </DialogActions>
          </DialogBody>
        </form>
      </DialogSurface>
    </Dialog>
  )
}
