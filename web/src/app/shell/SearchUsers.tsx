import { makeStyles, SearchBox } from '@fluentui/react-components'
import { useNavigate } from '@tanstack/react-router'
import { type KeyboardEvent as KeyPress, lazy, Suspense, useEffect, useRef, useState } from 'react'
import { useIntl } from 'react-intl'
import { useSession } from '../session'

const FoundUsers = lazy(() => import('./FoundUsers').then((module) => ({ default: module.FoundUsers })))

/** One letter finds half the directory. */
const enough = 2

const useStyles = makeStyles({
  place: { position: 'relative', minWidth: 0 },
  search: { width: '100%', maxWidth: 'none', minWidth: 0 },
})

/** Whether a key press belongs to a field somebody is writing in. */
const isWriting = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  (target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName))

/**
 * Finds colleagues from anywhere: the first ones show while one writes, arrow down goes to them, and Enter goes to the
 * user list with what was written. `/` comes here.
 */
export function SearchUsers() {
  const styles = useStyles()
  const intl = useIntl()
  const navigate = useNavigate()
  const { organisation } = useSession()
  const [q, setQ] = useState('')
  const [open, setOpen] = useState(false)
  const field = useRef<HTMLInputElement>(null)
  const place = useRef<HTMLElement>(null)

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

  const done = () => {
    setQ('')
    setOpen(false)
  }
  const onKeyDown = (event: KeyPress<HTMLElement>) => {
    const shown = [...(place.current?.querySelectorAll<HTMLElement>('a') ?? [])]
    if (shown.length === 0 && event.key !== 'Escape') return
    const at = shown.findIndex((link) => link.contains(event.target as Node))
    if (event.key === 'Escape') {
      if (!open) return
      setOpen(false)
      field.current?.focus()
    } else if (event.key === 'ArrowDown') shown[Math.min(at + 1, shown.length - 1)]?.focus()
    else if (event.key === 'ArrowUp') (shown[at - 1] ?? field.current)?.focus()
    else return
    event.preventDefault()
  }

  const label = intl.formatMessage({ id: 'shell.search' })
  return (
    <search
      ref={place}
      className={styles.place}
      onKeyDown={onKeyDown}
      onBlur={(event) => {
        if (!event.currentTarget.contains(event.relatedTarget)) setOpen(false)
      }}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault()
          void navigate({
            to: '/o/$organisation/users',
            params: { organisation: organisation.id },
            search: { q: q.trim() || undefined },
          })
          done()
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
          onChange={(_, { value }) => {
            setQ(value)
            setOpen(true)
          }}
          onFocus={() => setOpen(true)}
          input={{ enterKeyHint: 'search' }}
        />
      </form>
      {open && q.trim().length >= enough ? (
        <Suspense fallback={null}>
          <FoundUsers q={q.trim()} onGo={done} />
        </Suspense>
      ) : null}
    </search>
  )
}
