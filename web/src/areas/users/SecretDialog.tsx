/** Something of a SIM that is asked for with a reason, shown for half a minute, and kept nowhere. */
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
import { type FormEvent, type ReactNode, useState } from 'react'
import { FormattedMessage, useIntl } from 'react-intl'
import { useFormat } from '~/app/i18n'
import type { OnesSim } from '~/app/ordering'
import { Countdown } from '~/parts/Countdown'
import { ErrorState } from '~/parts/States'
import { useSecret } from '~/parts/secret'
import { useParts } from '~/parts/styles'

// What the button says stays on one line; on a phone the buttons stand below each other.
const useStyles = makeStyles({ actions: { '& button': { whiteSpace: 'nowrap', maxWidth: 'none' } } })

export function SecretDialog<T>({
  of,
  title,
  ask,
  shown,
  unshown,
  why,
  hint,
  reveal,
  onClose,
}: {
  of: OnesSim
  title: ReactNode
  /** Asks the server; the reason is absent for what is one's own. */
  ask: (reason: string | null) => Promise<T>
  shown: (secret: T) => ReactNode
  /** What is said before it is shown, or once it is gone. */
  unshown: (gone: boolean) => ReactNode
  /** Asks for the reason. */
  why: string
  hint?: string
  /** What the button that asks says. */
  reveal: (gone: boolean) => ReactNode
  onClose: () => void
}) {
  const styles = useStyles()
  const parts = useParts()
  const intl = useIntl()
  const format = useFormat()
  const { secret, show } = useSecret<T>()
  const [reason, setReason] = useState('')
  const [asked, setAsked] = useState(false)
  const own = of.person === null
  const missing = !own && reason.trim().length < 3
  const submit = (event: FormEvent) => {
    event.preventDefault()
    setAsked(true)
    if (!missing) void show(() => ask(own ? null : reason.trim()))
  }
  return (
    <Dialog open onOpenChange={(_, data) => (data.open ? undefined : onClose())}>
      <DialogSurface>
        <form noValidate onSubmit={submit}>
          <DialogBody>
            <DialogTitle>{title}</DialogTitle>
            <DialogContent className={parts.form}>
              <p className={parts.paragraph}>
                <FormattedMessage id="codes.sim" values={{ iccid: format.iccid(of.iccid) }} />
              </p>
              {secret.is === 'shown' ? (
                <>
                  {shown(secret.value)}
                  <Countdown left={secret.left} />
                </>
              ) : (
                <>
                  {unshown(secret.is === 'gone')}
                  {secret.is === 'hidden' && secret.error ? <ErrorState compact error={secret.error} /> : null}
                  {own ? null : (
                    <Field
                      required
                      label={why}
                      hint={hint}
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
            <DialogActions className={styles.actions}>
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
                  {reveal(secret.is === 'gone')}
                </Button>
              )}
            </DialogActions>
          </DialogBody>
        </form>
      </DialogSurface>
    </Dialog>
  )
}
