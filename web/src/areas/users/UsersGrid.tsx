/**
 * The list of people: a treegrid of which only the rows on screen exist. Pages arrive as they are scrolled to; the
 * keyboard walks rows (arrows, Page Up and Down, Home, End) and, inside a row, its controls (left, right, Escape).
 */
import { mergeClasses, ProgressBar } from '@fluentui/react-components'
import { ArrowDown16Regular, ArrowUp16Regular } from '@fluentui/react-icons'
import type { InfiniteData, UseInfiniteQueryResult } from '@tanstack/react-query'
import { defaultRangeExtractor, type Range, useVirtualizer } from '@tanstack/react-virtual'
import {
  type KeyboardEvent,
  lazy,
  Suspense,
  useCallback,
  useEffect,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from 'react'
import { FormattedMessage, useIntl } from 'react-intl'
import type { PeopleQuestion, SortColumn } from '~/api/people'
import { setLastVisibleRow } from '~/api/people'
import type { ActionName, Page, PersonRow, SubscriptionBrief } from '~/api/types'
import { useSession } from '~/app/session'
import { HeadCheck } from '~/parts/HeadCheck'
import { ErrorState } from '~/parts/States'
import { useParts } from '~/parts/styles'
import { useTwoEnds } from '~/parts/twoEnds'
import type { TextId } from '~/texts'
import { headHeight, rowHeight, useGridStyles } from './gridStyles'
import { useLabels } from './labels'
import { ProfileBones } from './ProfileBones'
import type { MenuTarget } from './RowMenu'
import { nextSort, openProfiles, type UsersSearch } from './search'
import type { Selection } from './selection'
import { RowBones, UserRow } from './UserRow'

const Profile = lazy(() => import('./Profile').then((module) => ({ default: module.Profile })))
const RowMenu = lazy(() => import('./RowMenu').then((module) => ({ default: module.RowMenu })))

const columns: { id: SortColumn; text: TextId; place?: 'beyond740' | 'beyond1090' }[] = [
  { id: 'name', text: 'users.column.name' },
  { id: 'department', text: 'users.column.department', place: 'beyond1090' },
  { id: 'telephony', text: 'users.column.telephony', place: 'beyond740' },
  { id: 'mobile', text: 'users.column.mobile', place: 'beyond740' },
]

export function UsersGrid({
  people,
  tail,
  onFar,
  question,
  open,
  onAsk,
  onToggle,
  selection,
  onOrder,
}: {
  people: UseInfiniteQueryResult<InfiniteData<Page<PersonRow>>>
  /** The same people from the last one up, once `onFar` has asked for them; `onFar` is `null` where that is not possible. */
  tail: UseInfiniteQueryResult<InfiniteData<Page<PersonRow>>> | null
  onFar: (() => void) | null
  /** Who is chosen for something ordered for many; `null` where nobody can choose. */
  selection: Selection | null
  question: PeopleQuestion
  open: string | undefined
  onAsk: (changes: Partial<UsersSearch>) => void
  onToggle: (person: string) => void
  onOrder: (action: ActionName, person: PersonRow, subscription?: SubscriptionBrief) => void
}) {
  const styles = useGridStyles()
  const parts = useParts()
  const intl = useIntl()
  const labels = useLabels()
  const { organisation } = useSession()
  const scroller = useRef<HTMLDivElement>(null)
  const { data } = people
  const { rows, count: listed, failure, reach } = useTwoEnds(people, tail)
  const count = data ? listed : 12
  const opened = useMemo(() => new Set(openProfiles(open)), [open])
  const [active, setActive] = useState(0)
  const [menu, setMenu] = useState<MenuTarget | null>(null)
  const wantsFocus = useRef(false)

  // Which rows are open, as text: it stays the same, and all that hangs on it, when a page with none of them has come.
  const openRows = useMemo(
    () =>
      opened.size === 0
        ? ''
        : rows.flatMap((row, at) => (row && opened.has(row.id) ? [`${at}:${row.id}`] : [])).join(' '),
    [rows, opened],
  )
  const openKeys = useMemo(
    () => new Map(openRows.split(' ').map((one) => [Number.parseInt(one, 10), `${one}-open`])),
    [openRows],
  )
  const openAt = useCallback((index: number) => openKeys.has(index), [openKeys])
  const virtual = useVirtualizer({
    count,
    getScrollElement: () => scroller.current,
    // Exact for a closed row, which is why only open ones are measured; an open one is remembered under a key of its own.
    estimateSize: useCallback((index: number) => (openAt(index) ? rowHeight + 330 : rowHeight), [openAt]),
    // Another function is another list to the virtualizer, which then goes through all of its 10,000 rows again.
    getItemKey: useCallback((index: number) => openKeys.get(index) ?? index, [openKeys]),
    overscan: 3,
    scrollMargin: headHeight,
    scrollPaddingStart: headHeight,
    // The row that has the focus stays in the page even when it is scrolled away: focus is never lost.
    rangeExtractor: useCallback(
      (range: Range) => {
        const shown = defaultRangeExtractor(range)
        if (active < range.count && !shown.includes(active)) {
          shown.push(active)
          shown.sort((one, other) => one - other)
        }
        return shown
      },
      [active],
    ),
  })
  const items = virtual.getVirtualItems()
  const first = virtual.range?.startIndex ?? 0
  const last = virtual.range?.endIndex ?? 0
  // After every render: whatever has changed may have brought a row on screen that is not there yet.
  useEffect(() => {
    setLastVisibleRow(last)
    reach({ first, last }, onFar)
  })

  // Another question is another list: start at its top.
  const asked = JSON.stringify(question)
  const askedBefore = useRef(asked)
  useEffect(() => {
    if (askedBefore.current === asked) return
    askedBefore.current = asked
    setActive(0)
    scroller.current?.scrollTo({ top: 0 })
  }, [asked])

  useLayoutEffect(() => {
    if (!wantsFocus.current) return
    const row = scroller.current?.querySelector<HTMLElement>(`[data-row="${active}"]`)
    if (!row) return
    wantsFocus.current = false
    row.focus({ preventScroll: true })
  })

  // The focus belongs to a person, not to a place: when somebody else comes to stand there, it goes along.
  const before = useRef(rows)
  useLayoutEffect(() => {
    const person = before.current[active]?.id
    before.current = rows
    if (person === undefined || person === rows[active]?.id) return
    if (!document.activeElement?.closest(`[data-row="${active}"]`)) return
    const to = rows.findIndex((row) => row?.id === person)
    if (to < 0) return
    wantsFocus.current = true
    setActive(to)
  }, [rows, active])

  // With Shift, everybody between the last one that was ticked and this one.
  const lastChosen = useRef(0)
  const change = selection?.change
  const choose = useCallback(
    (index: number, row: PersonRow, selected: boolean, range: boolean) => {
      const from = range ? Math.min(lastChosen.current, index) : index
      const to = range ? Math.max(lastChosen.current, index) : index
      lastChosen.current = index
      const between = rows.slice(from, to + 1).filter((one) => one !== undefined)
      // Where somebody in between has not come yet, only the one that was ticked is: better few than not the ones meant.
      change?.(between.length === to - from + 1 ? between : [row], selected)
    },
    [rows, change],
  )

  const go = (index: number) => {
    const to = Math.max(0, Math.min(count - 1, index))
    wantsFocus.current = true
    // Until the row has come the list itself holds the focus.
    if (!rows[to]) scroller.current?.focus({ preventScroll: true })
    setActive(to)
    virtual.scrollToIndex(to, { align: 'auto' })
  }

  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>) => {
    if (event.ctrlKey || event.metaKey || event.altKey || !(event.target instanceof HTMLElement)) return
    const row = event.target.closest<HTMLElement>('[data-row]')
    if (!row) return
    const index = Number(row.dataset.row)
    const person = rows[index]
    const onRow = event.target === row
    const controls = [...row.querySelectorAll<HTMLElement>('input, button, a')].filter(
      (control) => control.offsetParent,
    )
    const at = controls.indexOf(event.target)
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / rowHeight) - 2)
    const isOpen = openAt(index)
    const steps: Record<string, (() => void) | undefined> = {
      ArrowDown: () => go(index + 1),
      ArrowUp: () => go(index - 1),
      PageDown: () => go(index + page),
      PageUp: () => go(index - page),
      Home: () => go(0),
      End: () => go(count - 1),
      ArrowRight: () => {
        if (onRow && person && !isOpen) onToggle(person.id)
        else controls[at + 1]?.focus()
      },
      ArrowLeft: () => {
        if (onRow && person && isOpen) onToggle(person.id)
        else if (at > 0) controls[at - 1]?.focus()
        else row.focus()
      },
      Escape: onRow ? undefined : () => row.focus(),
      Enter: onRow && person ? () => onToggle(person.id) : undefined,
      ' ':
        onRow && person
          ? () =>
              selection ? choose(index, person, !selection.chosen.has(person.id), event.shiftKey) : onToggle(person.id)
          : undefined,
    }
    const step = steps[event.key]
    if (!step) return
    event.preventDefault()
    step()
  }

  const onMenu = useCallback(
    (row: PersonRow, anchor: HTMLElement, subscription?: string) =>
      setMenu({ row, anchor, ...(subscription ? { subscription } : {}) }),
    [],
  )
  const sort = question.sort ?? 'name'
  const heading = (id: SortColumn, text: TextId, className?: string) => {
    const up = sort === id
    const down = sort === `-${id}`
    return (
      <div
        key={id}
        role="columnheader"
        aria-sort={up ? 'ascending' : down ? 'descending' : 'none'}
        className={mergeClasses(styles.headCell, className)}
      >
        <button type="button" className={styles.sort} onClick={() => onAsk({ sort: nextSort(sort, id) })}>
          <FormattedMessage id={text} />
          {up || down ? (
            <span className={styles.arrow} aria-hidden="true">
              {up ? <ArrowUp16Regular /> : <ArrowDown16Regular />}
            </span>
          ) : null}
        </button>
      </div>
    )
  }

  return (
    <>
      {people.isPlaceholderData ? <ProgressBar className={styles.progress} thickness="medium" /> : null}
      <div ref={scroller} tabIndex={-1} className={styles.scroller} data-testid="users-scroller">
        <div
          role="treegrid"
          aria-label={intl.formatMessage({ id: 'nav.users' })}
          aria-rowcount={count + 1}
          aria-multiselectable={selection ? true : undefined}
          aria-busy={!data || people.isPlaceholderData}
          onKeyDown={onKeyDown}
          onFocus={(event) => {
            const row = event.target.closest<HTMLElement>('[data-row]')
            if (row) setActive(Number(row.dataset.row))
          }}
        >
          <div
            role="row"
            aria-rowindex={1}
            className={mergeClasses(styles.columns, selection !== null && styles.choosing, styles.head)}
          >
            {selection ? (
              <div role="columnheader" className={mergeClasses(styles.checkCell, styles.beyond740)}>
                <HeadCheck
                  className={parts.check}
                  label={intl.formatMessage({ id: 'users.selectAll' })}
                  state={selectedOf(rows, selection)}
                  onChange={(selected) =>
                    selection.change(
                      rows.filter((row) => row !== undefined),
                      selected,
                    )
                  }
                />
              </div>
            ) : null}
            {columns.map(({ id, text, place }) => heading(id, text, place && styles[place]))}
            <div role="columnheader" className={styles.headCell}>
              <span className={parts.visuallyHidden}>
                <FormattedMessage id="users.column.actions" />
              </span>
            </div>
            {heading('cost', 'users.column.cost', styles.headEnd)}
            <div role="columnheader" className={styles.headCell}>
              <span className={parts.visuallyHidden}>
                <FormattedMessage id="users.column.profile" />
              </span>
            </div>
          </div>
          <div role="rowgroup" className={styles.body} style={{ height: virtual.getTotalSize() }}>
            {items.map((item) => {
              const row = rows[item.index]
              const isOpen = openAt(item.index)
              return (
                // The element stays where the row is: what a new search finds is written into it, which is far quicker than
                // to make it anew.
                <div
                  key={item.index}
                  ref={isOpen ? virtual.measureElement : undefined}
                  data-index={item.index}
                  className={styles.item}
                  style={{ transform: `translateY(${item.start - headHeight}px)` }}
                >
                  {row ? (
                    <UserRow
                      row={row}
                      index={item.index}
                      organisation={organisation.id}
                      permissions={organisation.permissions}
                      labels={labels}
                      active={item.index === active}
                      open={isOpen}
                      menuOpen={menu?.row.id === row.id}
                      selected={selection ? selection.chosen.has(row.id) : null}
                      onSelect={choose}
                      onToggle={onToggle}
                      onMenu={onMenu}
                      onOrder={onOrder}
                    />
                  ) : (
                    <RowBones index={item.index} choosing={selection !== null} />
                  )}
                  {row && isOpen ? (
                    <div key={row.id} role="row" aria-level={2} className={styles.profile}>
                      <div role="gridcell" aria-colspan={selection ? 8 : 7}>
                        <Suspense fallback={<ProfileBones />}>
                          <Profile row={row} onMenu={onMenu} onOrder={onOrder} />
                        </Suspense>
                      </div>
                    </div>
                  ) : null}
                </div>
              )
            })}
          </div>
        </div>
        {failure ? <ErrorState error={failure.error} onRetry={failure.retry} /> : null}
      </div>
      {menu ? (
        <Suspense fallback={null}>
          <RowMenu
            target={menu}
            isOpen={opened.has(menu.row.id)}
            onClose={() => setMenu(null)}
            onToggle={onToggle}
            onOrder={onOrder}
          />
        </Suspense>
      ) : null}
    </>
  )
}

/** Whether all, some or none of the rows that have arrived are chosen. */
function selectedOf(rows: readonly (PersonRow | undefined)[], { chosen }: Selection): 'all' | 'some' | 'none' {
  if (chosen.size === 0) return 'none'
  return rows.length > 0 && rows.every((row) => !row || chosen.has(row.id)) ? 'all' : 'some'
}
