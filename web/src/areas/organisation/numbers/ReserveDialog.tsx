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
} from '@fluentui/react-components'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { FormattedMessage, useIntl } from 'react-intl'
import { keys } from '~/api/keys'
import { useFormat } from '~/app/i18n'
import { useSession } from '~/app/session'
import { notify } from '~/parts/notify'
import { Refusal } from '~/parts/Refusal'
import { useParts } from '~/parts/styles'
import { reserveNumber } from '../queries'
import { useOrganisationStyles } from '../styles'
import type { UsableNumber } from './rules'

/** Keeps a number for something, or changes what it is kept for. */
export function ReserveDialog({ number: entry, onClose }: { number: UsableNumber; onClose: () => void }) {
  const area = useOrganisationStyles()
  const parts = useParts()
  const intl = useIntl()
  const format = useFormat()
  const client = useQueryClient()
  const { organisation } = useSession()
  const [note, setNote] = useState(entry.reservation?.note ?? '')
  const [asked, setAsked] = useState(false)
  const values = { number: format.number(entry.number) }
  const missing = note.trim() === ''
  const keep = useMutation({
    mutationFn: () => reserveNumber(organisation.id, entry.number, note.trim()),
    onSuccess: () => {
      notify({ intent: 'success', title: <FormattedMessage id="numbers.reserved" values={values} /> })
      onClose()
    },
    onSettled: () => {
      void client.invalidateQueries({ queryKey: keys.numbers(organisation.id) })
      void client.invalidateQueries({ queryKey: keys.series(organisation.id) })
    },
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    setAsked(true)
    if (!missing) keep.mutate()
  }
  return (
    <Dialog open onOpenChange={(_, data) => (data.open ? undefined : onClose())}>
      <DialogSurface>
        <form noValidate onSubmit={submit}>
          <DialogBody>
            <DialogTitle>
              <FormattedMessage id={entry.reservation ? 'numbers.changeNote' : 'numbers.reserve'} values={values} />
            </DialogTitle>
            <DialogContent className={area.form}>
              <p className={parts.paragraph}>
                <FormattedMessage id="numbers.reserve.body" />
              </p>
              {keep.error ? <Refusal error={keep.error} /> : null}
              <Field
                required
                label={intl.formatMessage({ id: 'numbers.note' })}
                hint={intl.formatMessage({ id: 'numbers.note.hint' })}
                validationState={asked && missing ? 'error' : 'none'}
                validationMessage={asked && missing ? intl.formatMessage({ id: 'codes.reason.missing' }) : undefined}
              >
                <Input value={note} maxLength={200} autoComplete="off" onChange={(_, { value }) => setNote(value)} />
              </Field>
            </DialogContent>
            <DialogActions>
              <Button disabled={keep.isPending} onClick={onClose}>
                <FormattedMessage id="common.cancel" />
              </Button>
              <Button type="submit" appearance="primary" disabled={keep.isPending}>
                <FormattedMessage id={entry.reservation ? 'common.save' : 'numbers.reserve.send'} />
              </Button>
            </DialogActions>
          </DialogBody>
        </form>
      </DialogSurface>
    </Dialog>
  )
}
