import { Combobox, Field, makeStyles, Option } from '@fluentui/react-components'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useIntl } from 'react-intl'
import { suggestedPeopleQuery } from '~/api/people'
import type { PersonRow } from '~/api/types'
import { useSession } from '~/app/session'
import { useDebounced } from './hooks'
import { useParts } from './styles'

const useStyles = makeStyles({
  box: { width: '100%', minWidth: 0 },
  list: { maxHeight: '280px' },
  option: { display: 'flex', flexDirection: 'column', minWidth: 0 },
})

/** A colleague, found by name, e-mail, department or number while one types. */
export function PersonPicker({
  label,
  value,
  onChange,
  problem,
  required = true,
  notFor,
}: {
  label: string
  value: PersonRow | undefined
  onChange: (person: PersonRow) => void
  problem?: string | undefined
  required?: boolean
  /** Why somebody cannot be chosen; nothing for whoever can. */
  notFor?: (person: PersonRow) => string | undefined
}) {
  const styles = useStyles()
  const parts = useParts()
  const intl = useIntl()
  const { organisation } = useSession()
  const [text, setText] = useState<string | null>(null)
  const { data, isFetching } = useQuery(suggestedPeopleQuery(organisation.id, useDebounced(text?.trim() ?? '')))
  const people = data?.items ?? []
  return (
    <Field required={required} label={label} validationState={problem ? 'error' : 'none'} validationMessage={problem}>
      <Combobox
        className={styles.box}
        listbox={{ className: styles.list }}
        freeform
        autoComplete="off"
        placeholder={intl.formatMessage({ id: 'person.search' })}
        value={text ?? value?.displayName ?? ''}
        selectedOptions={value ? [value.id] : []}
        onChange={(event) => setText(event.target.value)}
        onOptionSelect={(_, { optionValue }) => {
          const person = people.find(({ id }) => id === optionValue)
          if (person) onChange(person)
          setText(null)
        }}
        onBlur={() => setText(null)}
      >
        {people.map((person) => {
          const why = notFor?.(person)
          return (
            <Option key={person.id} value={person.id} text={person.displayName} disabled={why !== undefined}>
              <span className={styles.option}>
                {person.displayName}
                <span className={parts.caption}>{why ?? person.email ?? person.department}</span>
              </span>
            </Option>
          )
        })}
        {people.length === 0 ? (
          <Option key="none" value="" text="" disabled>
            {intl.formatMessage({ id: isFetching || !data ? 'common.loading' : 'users.noneFound' })}
          </Option>
        ) : null}
      </Combobox>
    </Field>
  )
}
