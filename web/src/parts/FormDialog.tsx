/** The frame of every small form: what it is about, its fields, Cancel, and one button that sends it. */
import {
  Button,
  Dialog,
  DialogActions,
  DialogBody,
  DialogContent,
  DialogSurface,
  DialogTitle,
  Spinner,
} from '@fluentui/react-components'
import type { ReactNode } from 'react'
import { FormattedMessage } from 'react-intl'
import { Refusal } from './Refusal'
import { useParts } from './styles'

export function FormDialog({
  title,
  about,
  refusal,
  sending,
  send,
  onSend,
  onClose,
  children,
}: {
  title: ReactNode
  about: ReactNode
  /** Why it was refused, where no field shows that. */
  refusal: Error | null
  /** While it is being sent it stays open, and is sent once. */
  sending: boolean
  /** What the button that sends says. */
  send: ReactNode
  onSend: () => void
  onClose: () => void
  children: ReactNode
}) {
  const parts = useParts()
  return (
    <Dialog open modalType="modal" onOpenChange={(_, data) => (data.open || sending ? undefined : onClose())}>
      <DialogSurface aria-describedby={undefined}>
        <form
          noValidate
          onSubmit={(event) => {
            event.preventDefault()
            if (!sending) onSend()
          }}
        >
          <DialogBody>
            <DialogTitle>{title}</DialogTitle>
            <DialogContent className={parts.form}>
              <p className={parts.paragraph}>{about}</p>
              {refusal ? <Refusal error={refusal} /> : null}
              {children}
            </DialogContent>
            <DialogActions>
              <Button disabled={sending} onClick={onClose}>
                <FormattedMessage id="common.cancel" />
              </Button>
              <Button
                type="submit"
                appearance="primary"
                disabled={sending}
                icon={sending ? <Spinner size="tiny" /> : undefined}
              >
                {send}
              </Button>
            </DialogActions>
          </DialogBody>
        </form>
      </DialogSurface>
    </Dialog>
  )
}
