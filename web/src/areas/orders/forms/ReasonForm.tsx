import { Field, Input } from '@fluentui/react-components'
import { useEffect, useState } from 'react'
import { FormattedMessage, useIntl } from 'react-intl'
import { useParts } from '~/parts/styles'
import type { FormProps } from '../form'
import { useFormStyles } from '../formStyles'

/** Suspend or resume a SIM: nothing to choose, only what it means and, for whoever looks later, why. */
export function ReasonForm({ wish, onTemplate }: FormProps) {
  const styles = useFormStyles()
  const parts = useParts()
  const intl = useIntl()
  const [reason, setReason] = useState('')
  const suspends = wish.action === 'suspendSim'
  const action = suspends ? 'suspendSim' : 'resumeSim'
  const text = reason.trim()
  useEffect(() => onTemplate({ action, ...(text ? { reason: text } : {}) }, null), [action, text, onTemplate])
  return (
    <section className={styles.section}>
      <h3 className={parts.small}>
        <FormattedMessage id="order.whatHappens" />
      </h3>
      <p className={parts.paragraph}>
        <FormattedMessage id={suspends ? 'order.suspend.note' : 'order.resume.note'} />
      </p>
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
