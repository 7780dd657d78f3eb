/** Asks the operator to register another delivery address: a support request, because whoever changes it gets the parcels. */
import { Field, Input, Textarea } from '@fluentui/react-components'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import { FormattedMessage, useIntl } from 'react-intl'
import { keys } from '~/api/keys'
import { Problem } from '~/api/problem'
import { createSupportRequest } from '~/api/support'
import type { DeliveryAddress } from '~/api/types'
import { useSession } from '~/app/session'
import { FormDialog } from '~/parts/FormDialog'
import { notify } from '~/parts/notify'
import { useOrganisationStyles } from '../styles'

const lines = ['name', 'attention', 'street', 'postalCode', 'city'] as const
type Line = (typeof lines)[number]

export function AddressDialog({ now, onClose }: { now: DeliveryAddress | null; onClose: () => void }) {
  const area = useOrganisationStyles()
  const intl = useIntl()
  const client = useQueryClient()
  const { organisation } = useSession()
  const [typed, setTyped] = useState<Record<Line, string>>({
    name: now?.name ?? organisation.name,
    attention: now?.attention ?? '',
    street: '',
    postalCode: '',
    city: '',
  })
  const [text, setText] = useState('')
  const [asked, setAsked] = useState(false)
  const key = useRef<{ body: string; key: string }>(undefined)
  const missing = (line: Line) => line !== 'attention' && typed[line].trim() === ''
  const send = useMutation({
    mutationFn: () => {
      const address: DeliveryAddress = {
        name: typed.name.trim(),
        attention: typed.attention.trim() || null,
        street: typed.street.trim(),
        postalCode: typed.postalCode.trim(),
        city: typed.city.trim(),
        country: now?.country ?? 'DK',
      }
      const body = {
        kind: 'deliveryAddress' as const,
        subject: intl.formatMessage({ id: 'delivery.subject' }),
        text: text.trim() || intl.formatMessage({ id: 'delivery.subject' }),
        address,
      }
      const said = JSON.stringify(body)
      if (key.current?.body !== said) key.current = { body: said, key: crypto.randomUUID() }
      return createSupportRequest(organisation.id, key.current.key, body)
    },
    onSuccess: (request) => {
      void client.invalidateQueries({ queryKey: keys.deliveryAddress(organisation.id) })
      void client.invalidateQueries({ queryKey: keys.supportRequests(organisation.id) })
      notify({
        intent: 'success',
        title: <FormattedMessage id="delivery.sent" values={{ number: request.number }} />,
        body: <FormattedMessage id="delivery.sent.body" />,
      })
      onClose()
    },
  })
  const fromServer = (pointer: string): string | undefined =>
    send.error instanceof Problem ? send.error.errors.find((one) => one.pointer === pointer)?.detail : undefined
  const atField = send.error instanceof Problem && send.error.errors.length > 0
  const submit = () => {
    setAsked(true)
    if (!lines.some(missing)) send.mutate()
  }
  const field = (line: Line, autoComplete: string) => {
    const complaint =
      asked && missing(line) ? intl.formatMessage({ id: 'local.missing' }) : fromServer(`/address/${line}`)
    return (
      <Field
        required={line !== 'attention'}
        label={intl.formatMessage({ id: `address.${line}` })}
        validationState={complaint ? 'error' : 'none'}
        validationMessage={complaint}
      >
        <Input
          className={area.narrow}
          value={typed[line]}
          maxLength={line === 'postalCode' ? 20 : 100}
          autoComplete={autoComplete}
          onChange={(_, { value }) => setTyped((before) => ({ ...before, [line]: value }))}
        />
      </Field>
    )
  }
  return (
    <FormDialog
      title={<FormattedMessage id="delivery.change" />}
      about={<FormattedMessage id="delivery.change.body" />}
      refusal={atField ? null : send.error}
      sending={send.isPending}
      send={<FormattedMessage id="delivery.send" />}
      onSend={submit}
      onClose={onClose}
    >
      {field('name', 'off')}
      {field('attention', 'name')}
      {field('street', 'street-address')}
      <div className={area.pair}>
        {field('postalCode', 'postal-code')}
        {field('city', 'address-level2')}
      </div>
      <Field
        label={intl.formatMessage({ id: 'delivery.text' })}
        validationState={fromServer('/text') ? 'error' : 'none'}
        validationMessage={fromServer('/text')}
      >
        <Textarea value={text} maxLength={5000} rows={3} onChange={(_, { value }) => setText(value)} />
      </Field>
    </FormDialog>
  )
}
