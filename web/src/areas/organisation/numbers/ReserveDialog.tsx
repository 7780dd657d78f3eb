import { Field, Input } from '@fluentui/react-components'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { FormattedMessage, useIntl } from 'react-intl'
import { keys } from '~/api/keys'
import { useFormat } from '~/app/i18n'
import { useSession } from '~/app/session'
import { FormDialog } from '~/parts/FormDialog'
import { notify } from '~/parts/notify'
import { reserveNumber } from '../queries'
import type { UsableNumber } from './rules'

/** Keeps a number for something, or changes what it is kept for. */
export function ReserveDialog({ number: entry, onClose }: { number: UsableNumber; onClose: () => void }) {
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
  const submit = () => {
    setAsked(true)
    if (!missing) keep.mutate()
  }
  return (
    <FormDialog
      title={<FormattedMessage id={entry.reservation ? 'numbers.changeNote' : 'numbers.reserve'} values={values} />}
      about={<FormattedMessage id="numbers.reserve.body" />}
      refusal={keep.error}
      sending={keep.isPending}
      send={<FormattedMessage id={entry.reservation ? 'common.save' : 'numbers.reserve.send'} />}
      onSend={submit}
      onClose={onClose}
    >
      <Field
        required
        label={intl.formatMessage({ id: 'numbers.note' })}
        hint={intl.formatMessage({ id: 'numbers.note.hint' })}
        validationState={asked && missing ? 'error' : 'none'}
        validationMessage={asked && missing ? intl.formatMessage({ id: 'codes.reason.missing' }) : undefined}
      >
        <Input value={note} maxLength={200} autoComplete="off" onChange={(_, { value }) => setNote(value)} />
      </Field>
    </FormDialog>
  )
}
