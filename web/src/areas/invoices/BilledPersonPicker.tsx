import { Combobox, Field, makeStyles, Option } from '@fluentui/react-components'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useIntl } from 'react-intl'
import { useSession } from '~/app/session'
import { useDebounced } from '~/parts/hooks'
import type { BilledPerson } from './people'
import { billedPeopleQuery } from './queries'

const useStyles = makeStyles({
  box: { width: '100%', minWidth: 0, '& input': { minWidth: 0 } },
  list: { maxHeight: '240px' },
})

/** Somebody on the invoice, found by name while one types: also whoever has left since. */
export function BilledPersonPicker({
  invoice,
  value,
  onChange,
}: {
  invoice: string
  value: BilledPerson | undefined
  onChange: (person: BilledPerson | undefined) => void
}) {
  const styles = useStyles()
  const intl = useIntl()
  const { organisation } = useSession()
  const [text, setText] = useState<string | null>(null)
  const { data, isFetching } = useQuery(billedPeopleQuery(organisation.id, invoice, useDebounced(text?.trim() ?? '')))
  const people = data ?? []
  return (
    <Field label={intl.formatMessage({ id: 'invoices.column.person' })}>
      <Combobox
        className={styles.box}
        listbox={{ className: styles.list }}
        freeform
        inlinePopup
        // As tall as its style says: what it stands in scrolls.
        positioning={{ autoSize: false }}
        clearable
        autoComplete="off"
        placeholder={intl.formatMessage({ id: 'invoices.filter.person' })}
        value={text ?? value?.name ?? ''}
        selectedOptions={value ? [value.id] : []}
        onChange={(event) => {
          setText(event.target.value)
          if (event.target.value.trim() === '') onChange(undefined)
        }}
        onOptionSelect={(_, { optionValue }) => {
          onChange(people.find(({ id }) => id === optionValue))
          setText(null)
        }}
        onBlur={() => setText(null)}
      >
        {people.map(({ id, name }) => (
          <Option key={id} value={id}>
            {name}
          </Option>
        ))}
        {people.length === 0 ? (
          <Option key="none" value="" text="" disabled>
            {intl.formatMessage({ id: isFetching || !data ? 'common.loading' : 'users.noneFound' })}
          </Option>
        ) : null}
      </Combobox>
    </Field>
  )
}
