import { Button, Field, Input, MessageBar, MessageBarBody, Spinner } from '@fluentui/react-components'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useRef, useState } from 'react'
import { FormattedMessage, useIntl } from 'react-intl'
import { keys } from '~/api/keys'
import { submitPort } from '~/api/ports'
import { Problem } from '~/api/problem'
import type { Port } from '~/api/types'
import { useSession } from '~/app/session'
import { addMonths, danishDay, isDanishWorkingDay } from '~/parts/days'
import { DayPicker } from '~/parts/LazyDayPicker'
import { notify } from '~/parts/notify'
import { useProblemText } from '~/parts/problemText'
import { useParts } from '~/parts/styles'
import { useFormStyles } from '../formStyles'

/** What the other operator may have tripped over, to be put right and sent again. */
export function Resubmit({ port }: { port: Port }) {
  const styles = useFormStyles()
  const parts = useParts()
  const intl = useIntl()
  const client = useQueryClient()
  const problemText = useProblemText()
  const { organisation } = useSession()
  const [donor, setDonor] = useState(port.donor)
  const [owner, setOwner] = useState(port.owner.name)
  const [cvr, setCvr] = useState(port.owner.cvr ?? '')
  const today = danishDay(Date.now())
  const first = port.earliestDate
  const [date, setDate] = useState(port.wishedFor && port.wishedFor >= first ? port.wishedFor : undefined)
  const key = useRef<{ said: string; key: string }>(undefined)
  const submit = useMutation({
    mutationFn: () => {
      const body = {
        donor: donor.trim(),
        owner: { name: owner.trim(), ...(cvr.trim() ? { cvr: cvr.trim() } : {}) },
        ...(date ? { date } : {}),
      }
      const said = JSON.stringify(body)
      if (key.current?.said !== said) key.current = { said, key: crypto.randomUUID() }
      return submitPort(organisation.id, port.id, key.current.key, body)
    },
    onSuccess: (changed) => {
      client.setQueryData(keys.port(organisation.id, port.id), changed)
      void client.invalidateQueries({ queryKey: keys.orders(organisation.id) })
      void client.invalidateQueries({ queryKey: keys.people(organisation.id) })
      notify({ intent: 'success', title: <FormattedMessage id="port.sent" /> })
    },
  })
  const errors = submit.error instanceof Problem ? submit.error.errors : []
  const at = (field: string) => errors.find(({ pointer }) => pointer.startsWith(`/${field}`))?.detail
  const failure = submit.error && errors.length === 0 ? problemText(submit.error) : null
  const text = (
    id: 'port.donor' | 'port.owner' | 'port.cvr',
    value: string,
    set: (value: string) => void,
    problem?: string,
  ) => (
    <Field
      className={styles.field}
      required={id !== 'port.cvr'}
      label={intl.formatMessage({ id })}
      validationState={problem ? 'error' : 'none'}
      validationMessage={problem}
    >
      <Input value={value} maxLength={100} onChange={(_, data) => set(data.value)} />
    </Field>
  )
  return (
    <form
      className={styles.section}
      aria-labelledby="port-again"
      onSubmit={(event: FormEvent) => {
        event.preventDefault()
        submit.mutate()
      }}
    >
      <h3 id="port-again" className={parts.small}>
        <FormattedMessage id={port.state === 'rejected' ? 'port.again' : 'port.complete'} />
      </h3>
      {failure ? (
        <MessageBar intent="error" layout="multiline" politeness="assertive">
          <MessageBarBody>
            {failure.title} {failure.detail === failure.title ? null : failure.detail}
          </MessageBarBody>
        </MessageBar>
      ) : null}
      {text('port.donor', donor, setDonor, at('donor'))}
      {text('port.owner', owner, setOwner, at('owner/name') ?? at('owner'))}
      {text('port.cvr', cvr, setCvr, at('owner/cvr'))}
      <DayPicker
        label={intl.formatMessage({ id: 'port.date' })}
        hint={intl.formatMessage({ id: 'port.date.hint' })}
        value={date}
        onChange={setDate}
        today={today}
        min={first}
        max={addMonths(today, 12)}
        isOpen={isDanishWorkingDay}
        problem={at('date')}
      />
      <div>
        <Button
          type="submit"
          appearance="primary"
          disabled={submit.isPending || donor.trim() === '' || owner.trim() === ''}
          icon={submit.isPending ? <Spinner size="tiny" /> : undefined}
        >
          <FormattedMessage id="port.submit" />
        </Button>
      </div>
    </form>
  )
}
