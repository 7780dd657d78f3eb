import { Field, Input, Radio, RadioGroup } from '@fluentui/react-components'
import { useEffect, useState } from 'react'
import { FormattedMessage, useIntl } from 'react-intl'
import { WithHelp } from '~/parts/Help'
import { useParts } from '~/parts/styles'
import type { FormProps } from '../form'
import { useFormStyles } from '../formStyles'

/** End a subscription: what becomes of its number. */
export function EndForm({ wish, onTemplate }: FormProps) {
  const styles = useFormStyles()
  const parts = useParts()
  const intl = useIntl()
  const [number, setNumber] = useState<'rest' | 'return'>('rest')
  const [reason, setReason] = useState('')
  const text = reason.trim()
  useEffect(
    () => onTemplate({ action: 'endSubscription', number, ...(text ? { reason: text } : {}) }, null),
    [number, text, onTemplate],
  )
  const label = intl.formatMessage({ id: wish.targets.length > 1 ? 'order.end.numbers' : 'order.end.number' })
  const choice = (value: 'rest' | 'return') => (
    <Radio
      value={value}
      label={{
        children: (
          <>
            <FormattedMessage id={`order.end.${value}`} />
            <br />
            <span className={parts.caption}>
              <FormattedMessage id={`order.end.${value}.hint`} />
            </span>
          </>
        ),
      }}
    />
  )
  return (
    <section className={styles.section}>
      <WithHelp about={label} text="help.dialog.resting">
        <h3 className={parts.small}>{label}</h3>
      </WithHelp>
      <RadioGroup
        aria-label={label}
        value={number}
        onChange={(_, { value }) => setNumber(value === 'return' ? 'return' : 'rest')}
      >
        {choice('rest')}
        {choice('return')}
      </RadioGroup>
      <Field
        className={styles.field}
        label={intl.formatMessage({ id: 'order.reason' })}
        hint={intl.formatMessage({ id: 'order.reason.hint' })}
      >
        <Input value={reason} maxLength={200} onChange={(_, { value }) => setReason(value)} />
      </Field>
    </section>
  )
}
