/** When a call group is open, in Danish time: always, or on days of the week from one time to another. */
import { Button, Checkbox, Field, Input, makeStyles, Radio, RadioGroup, tokens } from '@fluentui/react-components'
import { Add16Regular, Delete16Regular } from '@fluentui/react-icons'
import { FormattedMessage, useIntl } from 'react-intl'
import { useParts } from '~/parts/styles'
import { useFormStyles } from '../formStyles'
import { asTime, type Hours, officeHours, weekdays } from './wish'

const useStyles = makeStyles({
  hours: {
    margin: 0,
    padding: '8px 12px',
    border: `1px solid ${tokens.colorNeutralStroke2}`,
    borderRadius: tokens.borderRadiusLarge,
    minWidth: 0,
  },
  legend: { padding: '0 4px', fontSize: tokens.fontSizeBase200 },
  days: { display: 'flex', flexWrap: 'wrap', marginInlineStart: '-8px' },
  times: { display: 'flex', gap: '12px', alignItems: 'flex-end' },
})

export function OpeningHours({
  hours,
  onChange,
  problem,
}: {
  hours: readonly Hours[] | null
  onChange: (hours: Hours[] | null) => void
  problem: string | undefined
}) {
  const styles = useStyles()
  const formStyles = useFormStyles()
  const parts = useParts()
  const intl = useIntl()
  const label = intl.formatMessage({ id: 'callGroup.hours' })
  const change = (at: number, changes: Partial<Hours>) =>
    onChange((hours ?? []).map((one, place) => (place === at ? { ...one, ...changes } : one)))
  const time = (at: number, which: 'from' | 'to', value: string) => (
    <Field
      label={intl.formatMessage({ id: `callGroup.hours.${which}` })}
      validationState={asTime(value) === null ? 'error' : 'none'}
    >
      <Input
        className={formStyles.short}
        value={value}
        maxLength={5}
        placeholder="08:00"
        autoComplete="off"
        onChange={(_, { value: typed }) => change(at, { [which]: typed })}
        onBlur={() => change(at, { [which]: asTime(value) ?? value })}
      />
    </Field>
  )
  return (
    <section className={formStyles.section}>
      <h3 className={parts.small}>{label}</h3>
      <RadioGroup
        aria-label={label}
        value={hours ? 'some' : 'always'}
        onChange={(_, { value }) => onChange(value === 'some' ? [officeHours] : null)}
      >
        <Radio value="always" label={intl.formatMessage({ id: 'callGroup.hours.always' })} />
        <Radio value="some" label={intl.formatMessage({ id: 'callGroup.hours.some' })} />
      </RadioGroup>
      {(hours ?? []).map((one, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a line of hours is nothing but its place.
        <fieldset key={at} className={styles.hours}>
          <legend className={styles.legend}>
            <FormattedMessage id="callGroup.hours.line" values={{ number: at + 1 }} />
          </legend>
          <div className={styles.days}>
            {weekdays.map((day) => (
              <Checkbox
                key={day}
                label={intl.formatMessage({ id: `weekday.${day}` })}
                checked={one.days.includes(day)}
                onChange={(_, { checked }) =>
                  change(at, { days: checked ? [...one.days, day] : one.days.filter((other) => other !== day) })
                }
              />
            ))}
          </div>
          <div className={styles.times}>
            {time(at, 'from', one.from)}
            {time(at, 'to', one.to)}
            {hours && hours.length > 1 ? (
              <Button
                appearance="subtle"
                icon={<Delete16Regular />}
                aria-label={intl.formatMessage({ id: 'callGroup.hours.remove' }, { number: at + 1 })}
                onClick={() => onChange(hours.filter((_, place) => place !== at))}
              />
            ) : null}
          </div>
        </fieldset>
      ))}
      {hours ? (
        <div>
          <Button
            size="small"
            icon={<Add16Regular />}
            onClick={() => onChange([...hours, { days: [], from: '09:00', to: '12:00' }])}
          >
            <FormattedMessage id="callGroup.hours.add" />
          </Button>
        </div>
      ) : null}
      {problem ? (
        <p role="alert" className={formStyles.error}>
          {problem}
        </p>
      ) : null}
    </section>
  )
}
