import { Combobox, Field, makeStyles, Option } from '@fluentui/react-components'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { FormattedMessage, useIntl } from 'react-intl'
import type { NumberEntry, Sim } from '~/api/types'
import { useFormat } from '~/app/i18n'
import { useSession } from '~/app/session'
import { digitsOf } from '~/parts/format'
import { useDebounced } from '~/parts/hooks'
import { useParts } from '~/parts/styles'
import { drawerQuery, numbersQuery } from './queries'

const useStyles = makeStyles({ box: { width: '100%', maxWidth: '340px', minWidth: 0 }, list: { maxHeight: '260px' } })

/** A free or a resting number of the organisation's, found by any of its digits. */
export function NumberPicker({
  kind,
  state,
  value,
  onChange,
  problem,
}: {
  kind: 'landline' | 'mobile'
  state: 'free' | 'resting'
  value: string | undefined
  onChange: (number: string) => void
  problem: string | undefined
}) {
  const styles = useStyles()
  const parts = useParts()
  const intl = useIntl()
  const format = useFormat()
  const { organisation } = useSession()
  const [text, setText] = useState<string | null>(null)
  const { data, isFetching } = useQuery(
    numbersQuery(organisation.id, { state, kind, q: useDebounced(digitsOf(text ?? '')) }),
  )
  const options: NumberEntry[] = data?.items ?? []
  return (
    <Field
      label={intl.formatMessage({ id: state === 'free' ? 'order.number.pick' : 'order.number.pickResting' })}
      validationState={problem ? 'error' : 'none'}
      validationMessage={problem}
    >
      <Combobox
        className={styles.box}
        listbox={{ className: styles.list }}
        freeform
        value={text ?? (value ? format.number(value) : '')}
        selectedOptions={value ? [value] : []}
        inputMode="tel"
        onChange={(event) => setText(event.target.value)}
        onOptionSelect={(_, { optionValue }) => {
          if (optionValue) onChange(optionValue)
          setText(null)
        }}
        onBlur={() => setText(null)}
      >
        {options.map(({ id, number, releaseDate }) => (
          <Option key={id} value={number} text={format.number(number)}>
            {format.number(number)}
            {releaseDate ? (
              <span className={parts.caption}>
                <FormattedMessage id="order.number.restsUntil" values={{ day: format.day(releaseDate) }} />
              </span>
            ) : null}
          </Option>
        ))}
        {options.length === 0 ? (
          <Option key="none" value="" text="" disabled>
            {intl.formatMessage({ id: isFetching || !data ? 'common.loading' : 'order.number.noMatch' })}
          </Option>
        ) : null}
      </Combobox>
    </Field>
  )
}

/** A SIM card of the drawer, found by any part of its ICCID: the last digits are printed largest on the card. */
export function SimPicker({
  value,
  onChange,
  problem,
}: {
  value: Sim | undefined
  onChange: (sim: Sim) => void
  problem: string | undefined
}) {
  const styles = useStyles()
  const intl = useIntl()
  const format = useFormat()
  const { organisation } = useSession()
  const [text, setText] = useState<string | null>(null)
  const { data, isFetching } = useQuery(drawerQuery(organisation.id, useDebounced((text ?? '').replace(/\D/g, ''))))
  const options: Sim[] = data?.items ?? []
  return (
    <Field
      label={intl.formatMessage({ id: 'order.sim.pick' })}
      hint={intl.formatMessage({ id: 'order.sim.hint' })}
      validationState={problem ? 'error' : 'none'}
      validationMessage={problem}
    >
      <Combobox
        className={styles.box}
        listbox={{ className: styles.list }}
        freeform
        value={text ?? (value ? format.iccid(value.iccid) : '')}
        selectedOptions={value ? [value.id] : []}
        inputMode="numeric"
        placeholder={intl.formatMessage({ id: 'order.sim.placeholder' })}
        onChange={(event) => setText(event.target.value)}
        onOptionSelect={(_, { optionValue }) => {
          const sim = options.find(({ id }) => id === optionValue)
          if (sim) onChange(sim)
          setText(null)
        }}
        onBlur={() => setText(null)}
      >
        {options.map(({ id, iccid }) => (
          <Option key={id} value={id} text={format.iccid(iccid)}>
            {format.iccid(iccid)}
          </Option>
        ))}
        {options.length === 0 ? (
          <Option key="none" value="" text="" disabled>
            {intl.formatMessage({ id: isFetching || !data ? 'common.loading' : 'order.sim.noMatch' })}
          </Option>
        ) : null}
      </Combobox>
    </Field>
  )
}
