/** Asks the operator something; the answer comes by mail and stands with the organisation's other requests. */
import { Field, Input, Textarea } from '@fluentui/react-components'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import { FormattedMessage, useIntl } from 'react-intl'
import { keys } from '~/api/keys'
import { Problem } from '~/api/problem'
import { createSupportRequest } from '~/api/support'
import { useSession } from '~/app/session'
import { FormDialog } from '~/parts/FormDialog'
import { notify } from '~/parts/notify'

const longest = { subject: 150, text: 5000 } as const
type Part = keyof typeof longest

export function QuestionDialog({ onClose }: { onClose: () => void }) {
  const intl = useIntl()
  const client = useQueryClient()
  const { organisation } = useSession()
  const [typed, setTyped] = useState<Record<Part, string>>({ subject: '', text: '' })
  const [asked, setAsked] = useState(false)
  const key = useRef<{ body: string; key: string }>(undefined)
  const missing = (part: Part) => typed[part].trim() === ''
  const send = useMutation({
    mutationFn: () => {
      const body = { kind: 'question' as const, subject: typed.subject.trim(), text: typed.text.trim() }
      // The same words once more are the same question, however often the button is pressed.
      const said = JSON.stringify(body)
      if (key.current?.body !== said) key.current = { body: said, key: crypto.randomUUID() }
      return createSupportRequest(organisation.id, key.current.key, body)
    },
    onSuccess: (request) => {
      void client.invalidateQueries({ queryKey: keys.supportRequests(organisation.id) })
      notify({
        intent: 'success',
        title: <FormattedMessage id="question.sent" values={{ number: request.number }} />,
        body: <FormattedMessage id="question.sent.body" />,
      })
      onClose()
    },
  })
  const atField = send.error instanceof Problem && send.error.errors.length > 0
  const complaint = (part: Part): string | undefined => {
    if (asked && missing(part)) return intl.formatMessage({ id: 'local.missing' })
    if (send.error instanceof Problem) return send.error.errors.find(({ pointer }) => pointer === `/${part}`)?.detail
    return undefined
  }
  const change =
    (part: Part) =>
    (_: unknown, { value }: { value: string }) =>
      setTyped((before) => ({ ...before, [part]: value }))
  const submit = () => {
    setAsked(true)
    if (!missing('subject') && !missing('text')) send.mutate()
  }
  return (
    <FormDialog
      title={<FormattedMessage id="question.title" />}
      about={<FormattedMessage id="question.body" />}
      refusal={atField ? null : send.error}
      sending={send.isPending}
      send={<FormattedMessage id="question.send" />}
      onSend={submit}
      onClose={onClose}
    >
      <Field
        required
        label={intl.formatMessage({ id: 'question.subject' })}
        validationState={complaint('subject') ? 'error' : 'none'}
        validationMessage={complaint('subject')}
      >
        <Input value={typed.subject} maxLength={longest.subject} autoComplete="off" onChange={change('subject')} />
      </Field>
      <Field
        required
        label={intl.formatMessage({ id: 'question.text' })}
        validationState={complaint('text') ? 'error' : 'none'}
        validationMessage={complaint('text')}
      >
        <Textarea value={typed.text} rows={6} maxLength={longest.text} onChange={change('text')} />
      </Field>
    </FormDialog>
  )
}
