import { makeStyles, SearchBox } from '@fluentui/react-components'
import { useEffect, useRef, useState } from 'react'
import { useIntl } from 'react-intl'

const useStyles = makeStyles({
  search: {
    width: '260px',
    maxWidth: 'none',
    '@media (max-width: 740px)': { flexGrow: 1, width: 'auto', minWidth: 0 },
  },
})

/** The server searches; this long it waits for the next key. A question that is overtaken is given up. */
const pause = 40

/** Narrows the list while one types. */
export function PeopleSearch({ q, onChange }: { q: string | undefined; onChange: (q: string | undefined) => void }) {
  const styles = useStyles()
  const intl = useIntl()
  const [text, setText] = useState(q ?? '')
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  const told = useRef(q ?? '')

  // The address can change from elsewhere (the search at the top, Back): then the field follows it.
  useEffect(() => {
    if ((q ?? '') === told.current) return
    told.current = q ?? ''
    setText(q ?? '')
  }, [q])
  useEffect(() => () => clearTimeout(timer.current), [])

  const tell = (value: string) => {
    told.current = value.trim()
    onChange(value.trim() || undefined)
  }
  const label = intl.formatMessage({ id: 'users.filter' })
  return (
    <SearchBox
      className={styles.search}
      placeholder={label}
      aria-label={label}
      value={text}
      onChange={(_, { value }) => {
        setText(value)
        clearTimeout(timer.current)
        timer.current = setTimeout(() => tell(value), value === '' ? 0 : pause)
      }}
      onKeyDown={(event) => {
        if (event.key !== 'Enter') return
        clearTimeout(timer.current)
        tell(text)
      }}
    />
  )
}
