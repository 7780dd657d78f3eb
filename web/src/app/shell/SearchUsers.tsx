import { makeStyles, SearchBox } from '@fluentui/react-components'
import { useNavigate } from '@tanstack/react-router'
import { useEffect, useRef, useState } from 'react'
import { useIntl } from 'react-intl'
import { useSession } from '../session'

const useStyles = makeStyles({
  search: { width: '100%', maxWidth: 'none', minWidth: 0 },
})

/** Whether a key press belongs to a field somebody is writing in. */
const isWriting = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  (target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName))

/** Finds colleagues from anywhere: Enter goes to the user list with what was written. `/` comes here. */
export function SearchUsers() {
  const styles = useStyles()
  const intl = useIntl()
  const navigate = useNavigate()
  const { organisation } = useSession()
  const [q, setQ] = useState('')
  const field = useRef<HTMLInputElement>(null)

  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey || isWriting(event.target)) return
      // Behind an open dialog the page does not take keys.
      if (document.querySelector('[role="dialog"][aria-modal="true"]')) return
      event.preventDefault()
      field.current?.focus()
      field.current?.select()
    }
    document.addEventListener('keydown', onKey)
    return () => document.removeEventListener('keydown', onKey)
  }, [])

  const label = intl.formatMessage({ id: 'shell.search' })
  return (
    <search>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          void navigate({
            to: '/o/$organisation/users',
            params: { organisation: organisation.id },
            search: { q: q.trim() || undefined },
          })
          setQ('')
          field.current?.blur()
        }}
      >
        <SearchBox
          ref={field}
          className={styles.search}
          appearance="filled-lighter"
          placeholder={label}
          aria-label={label}
          aria-keyshortcuts="/"
          value={q}
          onChange={(_, { value }) => setQ(value)}
          input={{ enterKeyHint: 'search' }}
        />
      </form>
    </search>
  )
}
