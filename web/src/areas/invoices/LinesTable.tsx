/**
 * The lines of an invoice as a table of which only the rows on screen exist: fifty thousand are as quick as fifty. Pages
 * arrive as they are scrolled to; the total stands below them and is the server's.
 */
import { mergeClasses, ProgressBar } from '@fluentui/react-components'
import { ArrowDown16Regular, ArrowUp16Regular } from '@fluentui/react-icons'
import { defaultRangeExtractor, type Range, useVirtualizer } from '@tanstack/react-virtual'
import { useCallback, useEffect, useRef, useState } from 'react'
import { FormattedMessage, useIntl } from 'react-intl'
import type { InvoiceLine, Money, NewReference } from '~/api/types'
import { useFormat } from '~/app/i18n'
import { HeadCheck } from '~/parts/HeadCheck'
import { ErrorState } from '~/parts/States'
import { useParts } from '~/parts/styles'
import type { TwoEnds } from '~/parts/twoEnds'
import { type ColumnId, isFigure, sortOf, widths } from './columns'
import { LineCell } from './LineCell'
import { headHeight, rowHeight, useLineStyles } from './lineStyles'
import { type InvoiceSearch, nextSort } from './search'
import { choosable, type LineSelection, type NextReferences } from './selection'

const gap = 12
const padding = 32
/** Of the column with the boxes to tick. */
const boxWidth = 26

export function LinesTable({
  lines,
  total,
  busy,
  onFar,
  columns,
  sort,
  selection,
  next,
  onAsk,
  onWritten,
}: {
  lines: TwoEnds<InvoiceLine>
  /** What they come to; nothing before the first page. */
  total: Money | undefined
  /** Whether these are still the lines of the question before. */
  busy: boolean
  /** Wants the lines from the last one up. */
  onFar: () => void
  columns: readonly ColumnId[]
  sort: InvoiceSearch['sort']
  /** Which lines are chosen to write a reference on; `null` where nobody may. */
  selection: LineSelection | null
  next: NextReferences
  onAsk: (changes: Partial<InvoiceSearch>) => void
  onWritten: (written: readonly NewReference[]) => void
}) {
  const styles = useLineStyles()
  const parts = useParts()
  const intl = useIntl()
  const format = useFormat()
  const scroller = useRef<HTMLElement>(null)
  const [focused, setFocused] = useState(-1)
  const { rows, failure, reach } = lines
  const count = total ? lines.count : 12
  const boxes = selection ? boxWidth + gap : 0
  const grid = [...(selection ? [`${boxWidth}px`] : []), ...columns.map((id) => widths[id].grid)].join(' ')
  const least = columns.reduce((sum, id) => sum + widths[id].least + gap, padding - gap + boxes)
  const layout = { gridTemplateColumns: grid, width: `max(100%, ${least}px)` }

  const virtual = useVirtualizer({
    count,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 10,
    scrollMargin: headHeight,
    // The row that has the focus stays in the page even when it is scrolled away: focus is never lost.
    rangeExtractor: useCallback(
      (range: Range) => {
        const shown = defaultRangeExtractor(range)
        if (focused >= 0 && focused < range.count && !shown.includes(focused)) {
          shown.push(focused)
          shown.sort((one, other) => one - other)
        }
        return shown
      },
      [focused],
    ),
  })
  const first = virtual.range?.startIndex ?? 0
  const last = virtual.range?.endIndex ?? 0
  // After every render: whatever has changed may have brought a line on screen that is not there yet.
  useEffect(() => reach({ first, last }, onFar, 120))

  // Another order, or other lines, begin at the top.
  const asked = `${sort}${total ? count : ''}`
  const askedBefore = useRef(asked)
  useEffect(() => {
    if (askedBefore.current === asked) return
    askedBefore.current = asked
    setFocused(-1)
    scroller.current?.scrollTo({ top: 0 })
  }, [asked])

  // With Shift, all between the last one that was ticked and this one.
  const lastChosen = useRef(0)
  const choose = (index: number, line: InvoiceLine, selected: boolean, range: boolean) => {
    const from = range ? Math.min(lastChosen.current, index) : index
    const to = range ? Math.max(lastChosen.current, index) : index
    lastChosen.current = index
    const between = rows.slice(from, to + 1).filter((one) => one !== undefined)
    // Where a line in between has not come yet, only the one that was ticked is chosen.
    selection?.change(between.length === to - from + 1 ? between : [line], selected)
  }
  return (
    <>
      {busy ? <ProgressBar className={styles.progress} thickness="medium" /> : null}
      <section
        ref={scroller}
        className={styles.scroller}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard.
        tabIndex={0}
        data-testid="lines-scroller"
        aria-label={intl.formatMessage({ id: 'invoices.linesScroll' })}
      >
        <div
          role="table"
          aria-label={intl.formatMessage({ id: 'invoices.linesOf' })}
          aria-rowcount={count + 2}
          aria-busy={!total || busy}
          onFocus={(event) => {
            const row = event.target.closest<HTMLElement>('[data-line]')
            if (row) setFocused(Number(row.dataset.line))
          }}
        >
          <div role="row" aria-rowindex={1} className={mergeClasses(styles.row, styles.head)} style={layout}>
            {selection ? (
              <div role="columnheader" className={styles.box}>
                <HeadCheck
                  className={parts.check}
                  label={intl.formatMessage({ id: 'invoices.selectAll' })}
                  state={chosenOf(rows, selection)}
                  onChange={(selected) =>
                    selection.change(
                      rows.filter((row) => row !== undefined),
                      selected,
                    )
                  }
                />
              </div>
            ) : null}
            {columns.map((id) => (
              <Heading key={id} id={id} sort={sort} onAsk={onAsk} />
            ))}
          </div>
          <div role="rowgroup" className={styles.body} style={{ height: virtual.getTotalSize() }}>
            {virtual.getVirtualItems().map((item) => {
              const line = rows[item.index]
              const chosen = line ? (selection?.chosen.has(line.position) ?? false) : false
              return (
                <div
                  key={item.key}
                  role="row"
                  data-line={item.index}
                  aria-rowindex={item.index + 2}
                  className={mergeClasses(styles.row, styles.line, chosen && styles.chosen)}
                  style={{ ...layout, transform: `translateY(${item.start - headHeight}px)` }}
                >
                  {selection ? (
                    <div role="cell" className={styles.box}>
                      {line && choosable(line) ? (
                        <input
                          type="checkbox"
                          className={parts.check}
                          checked={chosen}
                          aria-label={intl.formatMessage(
                            { id: 'invoices.select' },
                            { name: line.person?.name ?? line.organisation.name, product: line.product },
                          )}
                          onChange={(event) =>
                            choose(
                              item.index,
                              line,
                              event.currentTarget.checked,
                              (event.nativeEvent as MouseEvent).shiftKey,
                            )
                          }
                        />
                      ) : null}
                    </div>
                  ) : null}
                  {columns.map((id) =>
                    line ? (
                      <LineCell
                        key={id}
                        id={id}
                        line={line}
                        editable={selection !== null}
                        next={line.subscription === null ? undefined : next.get(line.subscription)}
                        onAsk={onAsk}
                        onWritten={onWritten}
                      />
                    ) : (
                      <div key={id} role="cell">
                        <div className={styles.bone} />
                      </div>
                    ),
                  )}
                </div>
              )
            })}
          </div>
          <div role="row" aria-rowindex={count + 2} className={mergeClasses(styles.row, styles.foot)} style={layout}>
            {selection ? <div role="cell" /> : null}
            {columns.map((id, at) => (
              <div
                key={id}
                role="cell"
                className={mergeClasses(styles.cell, at === 0 && styles.open, isFigure(id) && styles.figure)}
              >
                {at === 0 && id !== 'amount' ? (
                  <>
                    <FormattedMessage id="common.total" />{' '}
                    <span className={parts.caption}>
                      <FormattedMessage id="common.exclVat" />
                    </span>
                  </>
                ) : null}
                {id === 'amount' && total ? format.money(total) : null}
              </div>
            ))}
          </div>
        </div>
        {failure ? <ErrorState error={failure.error} onRetry={failure.retry} /> : null}
      </section>
    </>
  )
}

/** Whether all, some or none of the lines that have arrived are chosen, of those that can be. */
function chosenOf(rows: readonly (InvoiceLine | undefined)[], { chosen }: LineSelection): 'all' | 'some' | 'none' {
  if (chosen.size === 0) return 'none'
  return rows.every((line) => !line || !choosable(line) || chosen.has(line.position)) ? 'all' : 'some'
}

function Heading({
  id,
  sort,
  onAsk,
}: {
  id: ColumnId
  sort: InvoiceSearch['sort']
  onAsk: (changes: Partial<InvoiceSearch>) => void
}) {
  const styles = useLineStyles()
  const by = sortOf[id]
  const up = by !== undefined && sort === by
  const down = by !== undefined && sort === `-${by}`
  return (
    <div
      role="columnheader"
      aria-sort={up ? 'ascending' : down ? 'descending' : by ? 'none' : undefined}
      className={mergeClasses(styles.cell, styles.open, isFigure(id) && styles.figure)}
    >
      {by ? (
        <button type="button" className={styles.sort} onClick={() => onAsk({ sort: nextSort(sort, by) })}>
          <FormattedMessage id={`invoices.column.${id}`} />
          {up ? <ArrowUp16Regular aria-hidden="true" /> : down ? <ArrowDown16Regular aria-hidden="true" /> : null}
        </button>
      ) : (
        <FormattedMessage id={`invoices.column.${id}`} />
      )}
    </div>
  )
}
