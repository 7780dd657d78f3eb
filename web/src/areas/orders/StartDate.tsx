import { Radio, RadioGroup } from '@fluentui/react-components'
import { useIntl } from 'react-intl'
import { addDays, addMonths, danishDay } from '~/parts/days'
import { WithHelp } from '~/parts/Help'
import { DayPicker } from '~/parts/LazyDayPicker'
import { useParts } from '~/parts/styles'
import { useFormStyles } from './formStyles'

/** At once, or on a day within the next year. */
export function StartDate({
  ends,
  value,
  onChange,
  problem,
}: {
  /** Whether it is an end rather than a beginning. */
  ends: boolean
  /** `null` is at once; `''` a day that is still to be chosen. */
  value: string | null
  onChange: (day: string | null) => void
  problem: string | undefined
}) {
  const styles = useFormStyles()
  const parts = useParts()
  const intl = useIntl()
  const today = danishDay(Date.now())
  const label = intl.formatMessage({ id: ends ? 'order.when.end' : 'order.when.start' })
  return (
    <section className={styles.section}>
      <WithHelp about={label} text={ends ? 'help.dialog.endDay' : 'help.dialog.day'}>
        <h3 className={parts.small}>{label}</h3>
      </WithHelp>
      <RadioGroup
        layout="horizontal"
        aria-label={label}
        value={value === null ? 'now' : 'day'}
        onChange={(_, chosen) => onChange(chosen.value === 'now' ? null : '')}
      >
        <Radio value="now" label={intl.formatMessage({ id: 'order.when.now' })} />
        <Radio value="day" label={intl.formatMessage({ id: 'order.when.day' })} />
      </RadioGroup>
      {value === null ? null : (
        <div className={styles.under}>
          <DayPicker
            label={intl.formatMessage({ id: 'order.when.pick' })}
            value={value || undefined}
            onChange={onChange}
            today={today}
            min={addDays(today, 1)}
            max={addMonths(today, 12)}
            problem={problem}
          />
        </div>
      )}
    </section>
  )
}
