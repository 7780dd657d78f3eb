import { Field, Input, Radio, RadioGroup } from '@fluentui/react-components'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import { FormattedMessage, useIntl } from 'react-intl'
import { keys } from '~/api/keys'
import { isProblem } from '~/api/problem'
import { useLanguage } from '~/app/i18n'
import { useSession } from '~/app/session'
import { FormDialog } from '~/parts/FormDialog'
import { notify } from '~/parts/notify'
import { addAddress } from './queries'

/** Adds an address that is to be told; it is asked first. */
export function AddDialog({ onClose }: { onClose: () => void }) {
  const intl = useIntl()
  const client = useQueryClient()
  const { organisation } = useSession()
  const mine = useLanguage().language
  const [address, setAddress] = useState('')
  const [language, setLanguage] = useState(mine)
  const [asked, setAsked] = useState(false)
  const key = useRef<{ body: string; key: string }>(undefined)
  const missing = address.trim() === ''
  const add = useMutation({
    mutationFn: () => {
      const said = `${language} ${address.trim()}`
      if (key.current?.body !== said) key.current = { body: said, key: crypto.randomUUID() }
      return addAddress(organisation.id, key.current.key, address.trim(), language)
    },
    onSuccess: (added) => {
      void client.invalidateQueries({ queryKey: keys.notificationAddresses(organisation.id) })
      notify({
        intent: 'success',
        title: <FormattedMessage id="notify.asked" values={{ address: added.address }} />,
      })
      onClose()
    },
  })
  const atField = isProblem(add.error, 422, 'mailAddress') ? (add.error.detail ?? add.error.message) : undefined
  const complaint = asked && missing ? intl.formatMessage({ id: 'notify.address.missing' }) : atField
  const submit = () => {
    setAsked(true)
    if (!missing) add.mutate()
  }
  return (
    <FormDialog
      title={<FormattedMessage id="notify.add" />}
      about={<FormattedMessage id="notify.add.body" />}
      refusal={atField ? null : add.error}
      sending={add.isPending}
      send={<FormattedMessage id="notify.add.send" />}
      onSend={submit}
      onClose={onClose}
    >
      <Field
        required
        label={intl.formatMessage({ id: 'notify.address' })}
        validationState={complaint ? 'error' : 'none'}
        validationMessage={complaint}
      >
        <Input
          type="email"
          value={address}
          maxLength={320}
          autoComplete="off"
          onChange={(_, { value }) => {
            setAddress(value)
            if (add.error) add.reset()
          }}
        />
      </Field>
      <Field label={intl.formatMessage({ id: 'notify.language' })}>
        <RadioGroup
          layout="horizontal"
          value={language}
          onChange={(_, { value }) => setLanguage(value === 'da' ? 'da' : 'en')}
        >
          <Radio value="en" label={intl.formatMessage({ id: 'language.en' })} />
          <Radio value="da" label={intl.formatMessage({ id: 'language.da' })} />
        </RadioGroup>
      </Field>
    </FormDialog>
  )
}
