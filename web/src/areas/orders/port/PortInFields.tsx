import { Field, Input, Radio, RadioGroup } from '@fluentui/react-components'
import { useEffect, useId, useState } from 'react'
import { FormattedMessage, useIntl } from 'react-intl'
import { useFormat } from '~/app/i18n'
import { addMonths, danishDay, isDanishWorkingDay, nextDanishWorkingDay } from '~/parts/days'
import { DayPicker } from '~/parts/LazyDayPicker'
import type { ChosenNumber } from '../form'
import { useFormStyles } from '../formStyles'
import { toE164 } from '../wish'

/** Those who have most numbers in Denmark; any other can be typed. */
export const donors = ['TDC Erhverv', 'Norlys', 'Telenor', '3', 'Telmore', 'Oister', 'Call me', 'CBB Mobil', 'Lebara']

/** The number to bring along, from whom, who owns it there, and when. */
export function PortInFields({
  onChange,
  problem,
}: {
  /** Keep this function stable. */
  onChange: (chosen: ChosenNumber) => void
  problem: string | undefined
}) {
  const styles = useFormStyles()
  const intl = useIntl()
  const format = useFormat()
  const listId = useId()
  const [typed, setTyped] = useState('')
  const [left, setLeft] = useState(false)
  const [donor, setDonor] = useState('')
  const [owner, setOwner] = useState('')
  const [date, setDate] = useState<string | null>(null)
  const number = toE164(typed)
  const today = danishDay(Date.now())
  const first = nextDanishWorkingDay(today)

  useEffect(() => {
    const complete = number && donor.trim() && owner.trim() && date !== ''
    onChange(
      complete
        ? {
            value: {
              from: 'portIn',
              number,
              donor: donor.trim(),
              owner: owner.trim(),
              ...(date ? { date } : {}),
            },
            missing: null,
          }
        : { value: null, missing: 'order.choose.port' },
    )
  }, [number, donor, owner, date, onChange])

  const unreadable = left && typed.trim() !== '' && number === null
  const say = (id: 'port.number.unreadable') => intl.formatMessage({ id })
  const complaint = unreadable ? say('port.number.unreadable') : problem
  return (
    <>
      <Field
        className={styles.field}
        required
        label={intl.formatMessage({ id: 'port.number' })}
        hint={intl.formatMessage({ id: 'port.number.hint' })}
        validationState={complaint ? 'error' : 'none'}
        validationMessage={complaint}
      >
        <Input
          type="tel"
          inputMode="tel"
          autoComplete="off"
          value={typed}
          onChange={(_, { value }) => setTyped(value)}
          onBlur={() => {
            setLeft(true)
            if (number) setTyped(format.number(number))
          }}
        />
      </Field>
      <Field className={styles.field} required label={intl.formatMessage({ id: 'port.donor' })}>
        <Input
          value={donor}
          list={listId}
          maxLength={100}
          autoComplete="off"
          onChange={(_, { value }) => setDonor(value)}
        />
      </Field>
      <datalist id={listId}>
        {donors.map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
      <Field
        className={styles.field}
        required
        label={intl.formatMessage({ id: 'port.owner' })}
        hint={intl.formatMessage({ id: 'port.owner.hint' })}
      >
        <Input value={owner} maxLength={100} onChange={(_, { value }) => setOwner(value)} />
      </Field>
      <Field label={intl.formatMessage({ id: 'port.date' })}>
        <RadioGroup
          layout="horizontal"
          value={date === null ? 'soon' : 'day'}
          onChange={(_, { value }) => setDate(value === 'soon' ? null : '')}
        >
          <Radio value="soon" label={intl.formatMessage({ id: 'port.date.soon' })} />
          <Radio value="day" label={intl.formatMessage({ id: 'order.when.day' })} />
        </RadioGroup>
      </Field>
      {date === null ? null : (
        <DayPicker
          label={intl.formatMessage({ id: 'order.when.pick' })}
          hint={intl.formatMessage({ id: 'port.date.hint' })}
          value={date || undefined}
          onChange={setDate}
          today={today}
          min={first}
          max={addMonths(today, 12)}
          isOpen={isDanishWorkingDay}
        />
      )}
      <p className={styles.hint}>
        <FormattedMessage id="port.note" />
      </p>
    </>
  )
}
