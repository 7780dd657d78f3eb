/** PIN and PUK of a SIM: asked for with a reason, shown for half a minute, kept nowhere. */
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
  makeStyles,
  Spinner,
} from '@fluentui/react-components'
import { type FormEvent, useState } from 'react'
import { FormattedMessage, useIntl } from 'react-intl'
import { revealCodes } from '~/api/codes'
import type { SimCodes } from '~/api/types'
import { useFormat } from '~/app/i18n'
import type { OnesSim } from '~/app/ordering'
import { useSession } from '~/app/session'
import { Codes } from '~/parts/Codes'
import { Countdown } from '~/parts/Countdown'
import { ErrorState } from '~/parts/States'
import { useSecret } from '~/parts/secret'
import { useParts } from '~/parts/styles'

const useStyles = makeStyles({ content: { display: 'flex', flexDirection: 'column', gap: '16px' } })

export function CodesDialog({ of, onClose }: { of: OnesSim; onClose: () => void }) {
  const styles = useStyles()
  const parts = useParts()
  const intl = useIntl()
  const format = useFormat()
  const { organisation } = useSession()
  const { secret, show } = useSecret<SimCodes>()
  const [reason, setReason] = useState('')
  const [asked, setAsked] = useState(false)
  const own = of.person === null
  const missing = !own && reason.trim().length < 3

  const submit = (event: FormEvent) => {
    event.preventDefault()
    setAsked(true)
    if (missing) return
    void show(() => revealCodes(organisation.id, of.sim, own ? null : reason.trim()))
  }
  return (
    <Dialog open onOpenChange={(_, data) => (data.open ? undefined : onClose())}>
      <DialogSurface>
        <form noValidate onSubmit={submit}>
          <DialogBody>
            <DialogTitle>
              <FormattedMessage id="codes.title" values={{ name: of.name }} />
            </DialogTitle>
            <DialogContent className={styles.content}>
              <p className={parts.paragraph}>
                <FormattedMessage id="codes.sim" values={{ iccid: format.iccid(of.iccid) }} />
              </p>
              {secret.is === 'shown' ? (
                <>
                  <Codes codes={secret.value} />
                  <Countdown left={secret.left} />
                </>
              ) : (
                <>
                  {secret.is === 'gone' ? (
                    <p className={parts.paragraph} role="status">
                      <FormattedMessage id="codes.gone" />
                    </p>
                  ) : null}
                  {secret.is === 'hidden' && secret.error ? <ErrorState compact error={secret.error} /> : null}
                  {own ? null : (
                    <Field
                      required
                      label={intl.formatMessage({ id: 'codes.reason' })}
                      hint={intl.formatMessage({ id: 'codes.reason.hint' })}
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
                  <FormattedMessage id={secret.is === 'gone' ? 'codes.again' : 'codes.reveal'} />
                </Button>
              )}
            </DialogActions>
          </DialogBody>
        </form>
      </DialogSurface>
    </Dialog>
  )
}
