/** The number that a call group answers: a new mobile number, a landline number of the series, or one that rests. */
import { Radio, RadioGroup } from '@fluentui/react-components'
import { useState } from 'react'
import { FormattedMessage, useIntl } from 'react-intl'
import { useFormat } from '~/app/i18n'
import { useParts } from '~/parts/styles'
import { useFormStyles } from '../formStyles'
import { NumberPicker } from '../LazyPickers'
import type { NumberChoice } from '../wish'

const sources = ['new', 'landline', 'resting'] as const
type Source = (typeof sources)[number] | 'keep'

export function GroupNumber({
  now,
  onChange,
  problem,
}: {
  /** The number the group has. */
  now: string | null
  /** `null` keeps the one there is; `incomplete` while a number is still to be picked. */
  onChange: (number: NumberChoice | null, incomplete: boolean) => void
  problem: string | undefined
}) {
  const styles = useFormStyles()
  const parts = useParts()
  const intl = useIntl()
  const format = useFormat()
  const [from, setFrom] = useState<Source>(now ? 'keep' : 'new')
  const [picked, setPicked] = useState<Partial<Record<Source, string>>>({})
  const tell = (source: Source, number: string | undefined) => {
    if (source === 'keep') onChange(null, false)
    else if (source === 'new') onChange({ from: 'new' }, false)
    else if (number) onChange({ from: source === 'landline' ? 'series' : 'resting', number }, false)
    else onChange(null, true)
  }
  const pick = (source: Source) => (number: string) => {
    setPicked((before) => ({ ...before, [source]: number }))
    tell(source, number)
  }
  return (
    <section className={styles.section}>
      <h3 className={parts.small}>
        <FormattedMessage id="callGroup.number" />
      </h3>
      <RadioGroup
        aria-label={intl.formatMessage({ id: 'callGroup.number' })}
        value={from}
        onChange={(_, { value }) => {
          setFrom(value as Source)
          tell(value as Source, picked[value as Source])
        }}
      >
        {now ? (
          <Radio
            value="keep"
            label={intl.formatMessage({ id: 'callGroup.number.keep' }, { number: format.number(now) })}
          />
        ) : null}
        {sources.map((source) => (
          <div key={source}>
            <Radio value={source} label={intl.formatMessage({ id: `callGroup.number.${source}` })} />
            {source === from && source !== 'new' ? (
              <div className={styles.under}>
                <NumberPicker
                  kind={source === 'landline' ? 'landline' : 'mobile'}
                  state={source === 'landline' ? 'free' : 'resting'}
                  value={picked[source]}
                  onChange={pick(source)}
                  problem={problem}
                />
              </div>
            ) : null}
          </div>
        ))}
      </RadioGroup>
      {problem && (from === 'new' || from === 'keep') ? (
        <p role="alert" className={styles.error}>
          {problem}
        </p>
      ) : null}
    </section>
  )
}
