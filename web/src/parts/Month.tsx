/**
 * A month of which a day is chosen. The keyboard walks it as the ARIA pattern for date grids says: arrows, Home and End within
 * a week, Page Up and Down between months, with Shift between years.
 */
import { Button, makeStyles, mergeClasses, tokens } from '@fluentui/react-components'
import { ChevronLeft20Regular, ChevronRight20Regular } from '@fluentui/react-icons'
import { type KeyboardEvent, useLayoutEffect, useMemo, useRef, useState } from 'react'
import { useIntl } from 'react-intl'
import { useFormat, useLanguage } from '~/app/i18n'
import { addDays, addMonths, weekday, weeksOf } from './days'
import { localeOf } from './format'
import { hoverBackground, useParts } from './styles'

const useStyles = makeStyles({
  top: { display: 'flex', alignItems: 'center', gap: '4px', marginBottom: '8px' },
  month: {
    flexGrow: 1,
    margin: 0,
    fontWeight: 600,
    fontSize: tokens.fontSizeBase300,
    '::first-letter': { textTransform: 'uppercase' },
  },
  table: { borderCollapse: 'collapse' },
  name: {
    width: '36px',
    padding: '4px 0',
    fontWeight: 400,
    fontSize: tokens.fontSizeBase200,
    color: tokens.colorNeutralForeground2,
  },
  cell: { padding: '1px', textAlign: 'center' },
  day: {
    width: '34px',
    height: '34px',
    padding: 0,
    border: '1px solid transparent',
    borderRadius: tokens.borderRadiusMedium,
    backgroundColor: 'transparent',
    color: tokens.colorNeutralForeground1,
    fontFamily: 'inherit',
    fontSize: tokens.fontSizeBase300,
    fontVariantNumeric: 'tabular-nums',
    cursor: 'pointer',
    ':hover': { backgroundColor: hoverBackground },
    ':focus-visible': { outline: `2px solid ${tokens.colorStrokeFocus2}`, outlineOffset: '-1px' },
  },
  beside: { color: tokens.colorNeutralForeground2 },
  shut: {
    color: tokens.colorNeutralForegroundDisabled,
    cursor: 'not-allowed',
    textDecorationLine: 'line-through',
    ':hover': { backgroundColor: 'transparent' },
  },
  today: { border: `1px solid ${tokens.colorBrandStroke1}` },
  chosen: {
    backgroundColor: tokens.colorBrandBackground,
    color: tokens.colorNeutralForegroundOnBrand,
    fontWeight: 600,
    ':hover': { backgroundColor: tokens.colorBrandBackgroundHover, color: tokens.colorNeutralForegroundOnBrand },
  },
})

export function Month({
  value,
  today,
  min,
  max,
  isOpen,
  onChoose,
}: {
  value: string | undefined
  today: string
  min: string
  max: string
  isOpen: (day: string) => boolean
  onChoose: (day: string) => void
}) {
  const styles = useStyles()
  const parts = useParts()
  const intl = useIntl()
  const format = useFormat()
  const { language } = useLanguage()
  // What is asked for about the past begins at today, what begins in the future at the first day that can be had.
  const [active, setActive] = useState(value ?? (today < min ? min : today > max ? max : today))
  const table = useRef<HTMLTableElement>(null)
  const moves = useRef(true)
  const names = useMemo(() => {
    const short = new Intl.DateTimeFormat(localeOf(language), { weekday: 'short', timeZone: 'UTC' })
    const long = new Intl.DateTimeFormat(localeOf(language), { weekday: 'long', timeZone: 'UTC' })
    // 5 January 2026 was a Monday.
    return Array.from({ length: 7 }, (_, at) => {
      const date = new Date(Date.UTC(2026, 0, 5 + at))
      return { short: short.format(date), long: long.format(date) }
    })
  }, [language])
  const month = new Intl.DateTimeFormat(localeOf(language), { month: 'long', year: 'numeric', timeZone: 'UTC' }).format(
    new Date(`${active.slice(0, 7)}-01T00:00:00Z`),
  )

  useLayoutEffect(() => {
    if (moves.current) table.current?.querySelector<HTMLElement>(`[data-day="${active}"]`)?.focus()
  }, [active])

  const go = (day: string, focus = true) => {
    moves.current = focus
    setActive(day < min ? min : day > max ? max : day)
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const to: Record<string, string | undefined> = {
      ArrowLeft: addDays(active, -1),
      ArrowRight: addDays(active, 1),
      ArrowUp: addDays(active, -7),
      ArrowDown: addDays(active, 7),
      Home: addDays(active, -weekday(active)),
      End: addDays(active, 6 - weekday(active)),
      PageUp: addMonths(active, event.shiftKey ? -12 : -1),
      PageDown: addMonths(active, event.shiftKey ? 12 : 1),
    }
    const day = to[event.key]
    if (!day) return
    event.preventDefault()
    go(day)
  }
  return (
    <div>
      <div className={styles.top}>
        <p className={styles.month} aria-live="polite">
          {month}
        </p>
        <Button
          appearance="subtle"
          size="small"
          icon={<ChevronLeft20Regular />}
          disabled={active.slice(0, 7) <= min.slice(0, 7)}
          aria-label={intl.formatMessage({ id: 'day.previousMonth' })}
          onClick={() => go(addMonths(active, -1), false)}
        />
        <Button
          appearance="subtle"
          size="small"
          icon={<ChevronRight20Regular />}
          disabled={active.slice(0, 7) >= max.slice(0, 7)}
          aria-label={intl.formatMessage({ id: 'day.nextMonth' })}
          onClick={() => go(addMonths(active, 1), false)}
        />
      </div>
      <table ref={table} aria-label={month} className={styles.table} onKeyDown={onKeyDown}>
        <thead>
          <tr>
            {names.map(({ short, long }) => (
              <th key={long} scope="col" className={styles.name}>
                <span aria-hidden="true">{short}</span>
                <span className={parts.visuallyHidden}>{long}</span>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {weeksOf(active).map((week) => (
            <tr key={week[0]}>
              {week.map((day) => {
                const shut = day < min || day > max || !isOpen(day)
                return (
                  <td key={day} className={styles.cell}>
                    <button
                      type="button"
                      data-day={day}
                      tabIndex={day === active ? 0 : -1}
                      aria-label={format.day(day)}
                      aria-disabled={shut}
                      aria-pressed={day === value}
                      aria-current={day === today ? 'date' : undefined}
                      className={mergeClasses(
                        styles.day,
                        day.slice(0, 7) !== active.slice(0, 7) && styles.beside,
                        day === today && styles.today,
                        shut && styles.shut,
                        day === value && styles.chosen,
                      )}
                      onClick={() => {
                        if (!shut) onChoose(day)
                      }}
                    >
                      {Number(day.slice(8))}
                    </button>
                  </td>
                )
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
