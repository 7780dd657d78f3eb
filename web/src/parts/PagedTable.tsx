/** A table over keyset pages: the next page comes when its end is scrolled to, or when its button is pressed. */
import { Button, makeStyles, mergeClasses, Skeleton, SkeletonItem, Spinner, tokens } from '@fluentui/react-components'
import { ArrowDown16Regular, ArrowUp16Regular } from '@fluentui/react-icons'
import type { InfiniteData, UseInfiniteQueryResult } from '@tanstack/react-query'
import { type ReactNode, useEffect, useRef } from 'react'
import { FormattedMessage, useIntl } from 'react-intl'
import type { Page } from '~/api/types'
import { ErrorState } from './States'
import { hoverBackground, useParts } from './styles'

/** On a phone a row is read like words, from line to line; of the headings those are left that sort. */
const phone = '@media (max-width: 560px)'

const useStyles = makeStyles({
  card: { overflow: 'hidden' },
  scroll: { overflowX: 'auto' },
  table: { width: '100%', borderCollapse: 'collapse', fontSize: tokens.fontSizeBase300, [phone]: { display: 'block' } },
  block: { [phone]: { display: 'block' } },
  headings: {
    [phone]: {
      display: 'flex',
      flexWrap: 'wrap',
      columnGap: '16px',
      padding: '4px 12px',
      borderBottom: `1px solid ${tokens.colorNeutralStroke2}`,
    },
  },
  phoneHead: { [phone]: { display: 'block', height: 'auto', padding: 0, borderBottomWidth: 0 } },
  gone: { [phone]: { display: 'none' } },
  head: {
    textAlign: 'start',
    fontSize: tokens.fontSizeBase200,
    fontWeight: 600,
    padding: '6px 12px',
    height: '28px',
    borderBottom: `1px solid ${tokens.colorNeutralStroke2}`,
    whiteSpace: 'nowrap',
  },
  cell: {
    padding: '10px 12px',
    height: '24px',
    borderBottom: `1px solid ${tokens.colorNeutralStroke3}`,
    verticalAlign: 'middle',
  },
  phoneCell: {
    [phone]: {
      display: 'block',
      height: 'auto',
      padding: 0,
      borderBottomWidth: 0,
      minWidth: 0,
      overflowWrap: 'anywhere',
    },
  },
  /** What can be done with it stands at the end, whatever line that is. */
  phoneEnd: { [phone]: { marginInlineStart: 'auto' } },
  /** Where one column leads, it and what can be done share the first line; the others follow below. */
  phoneLead: { [phone]: { flexGrow: 1, flexBasis: 'calc(100% - 96px)' } },
  phoneBeside: { [phone]: { order: 1 } },
  phoneBelow: { [phone]: { order: 2 } },
  row: {
    [phone]: {
      display: 'flex',
      flexWrap: 'wrap',
      alignItems: 'center',
      gap: '4px 8px',
      padding: '10px 12px',
      borderBottom: `1px solid ${tokens.colorNeutralStroke3}`,
    },
    ':hover': { backgroundColor: hoverBackground },
    ':last-child > td': { borderBottom: 'none' },
  },
  end: { textAlign: 'end', fontVariantNumeric: 'tabular-nums', whiteSpace: 'nowrap' },
  optional: { '@media (max-width: 900px)': { display: 'none' } },
  rare: { '@media (max-width: 1200px)': { display: 'none' } },
  sort: {
    display: 'inline-flex',
    alignItems: 'center',
    gap: '4px',
    minHeight: '28px',
    padding: '0 4px',
    marginInline: '-4px',
    border: 'none',
    borderRadius: tokens.borderRadiusMedium,
    backgroundColor: 'transparent',
    color: 'inherit',
    fontFamily: 'inherit',
    fontSize: 'inherit',
    fontWeight: 'inherit',
    cursor: 'pointer',
    ':hover': { backgroundColor: hoverBackground },
    ':focus-visible': { outline: `2px solid ${tokens.colorStrokeFocus2}` },
  },
  more: { display: 'flex', justifyContent: 'center', padding: '12px' },
  bones: { padding: '12px', display: 'flex', flexDirection: 'column', gap: '20px' },
})

export interface Column<T> {
  id: string
  title: ReactNode
  cell: (item: T) => ReactNode
  end?: boolean
  /** On a phone it stands in the first line, with nothing beside it but what can be done. */
  lead?: boolean
  /** Left out on narrow screens: `optional` below 900 px, `rare` below 1200 px. */
  from?: 'optional' | 'rare'
  /** How it is sorted now, and what a click on the heading does; absent for a column that cannot be sorted. */
  sort?: { now: 'ascending' | 'descending' | 'none'; change: () => void }
}

export function PagedTable<T extends { id: string }>({
  label,
  list,
  columns,
  empty,
}: {
  label: string
  list: UseInfiniteQueryResult<InfiniteData<Page<T>>>
  columns: Column<T>[]
  empty: ReactNode
}) {
  const styles = useStyles()
  const parts = useParts()
  const intl = useIntl()
  const { data, error, hasNextPage, isFetchingNextPage, isFetchNextPageError, fetchNextPage, refetch } = list
  const end = useRef<HTMLDivElement>(null)
  useEffect(() => {
    const mark = end.current
    if (!mark || !hasNextPage || isFetchingNextPage || isFetchNextPageError) return
    const watch = new IntersectionObserver((entries) => {
      if (entries.some(({ isIntersecting }) => isIntersecting)) void fetchNextPage()
    })
    watch.observe(mark)
    return () => watch.disconnect()
  }, [hasNextPage, isFetchingNextPage, isFetchNextPageError, fetchNextPage])

  const items = data?.pages.flatMap((page) => page.items) ?? []
  const led = columns.some(({ lead }) => lead)
  const firstAtEnd = columns.find(({ end: atEnd, from }) => atEnd && !from)
  const place = ({ end: atEnd, from }: Column<T>) => mergeClasses(atEnd && styles.end, from && styles[from])
  if (error && !data)
    return (
      <div className={parts.card}>
        <ErrorState error={error} onRetry={() => void refetch()} />
      </div>
    )
  if (data && items.length === 0) return <div className={parts.card}>{empty}</div>
  return (
    <div className={mergeClasses(parts.card, styles.card)}>
      {data ? (
        <div className={styles.scroll}>
          <table className={styles.table} aria-label={label}>
            <thead className={styles.block}>
              <tr className={columns.some(({ sort, from }) => sort && !from) ? styles.headings : styles.gone}>
                {columns.map((column) => (
                  <th
                    key={column.id}
                    scope="col"
                    className={mergeClasses(
                      styles.head,
                      place(column),
                      !column.from && (column.sort ? styles.phoneHead : styles.gone),
                    )}
                    aria-sort={column.sort?.now}
                  >
                    {column.sort ? (
                      <button type="button" className={styles.sort} onClick={column.sort.change}>
                        {column.title}
                        {column.sort.now === 'ascending' ? <ArrowUp16Regular aria-hidden="true" /> : null}
                        {column.sort.now === 'descending' ? <ArrowDown16Regular aria-hidden="true" /> : null}
                      </button>
                    ) : (
                      column.title
                    )}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody className={styles.block}>
              {items.map((item) => (
                <tr key={item.id} className={styles.row}>
                  {columns.map((column) => (
                    <td
                      key={column.id}
                      className={mergeClasses(
                        styles.cell,
                        place(column),
                        !column.from && styles.phoneCell,
                        column === firstAtEnd && styles.phoneEnd,
                        led && (column.lead ? styles.phoneLead : column.end ? styles.phoneBeside : styles.phoneBelow),
                      )}
                    >
                      {column.cell(item)}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      ) : (
        <Skeleton aria-label={intl.formatMessage({ id: 'common.loading' })} className={styles.bones}>
          {[0, 1, 2, 3, 4, 5].map((line) => (
            <SkeletonItem key={line} size={24} />
          ))}
        </Skeleton>
      )}
      {isFetchNextPageError ? <ErrorState error={error} onRetry={() => void fetchNextPage()} /> : null}
      {hasNextPage && !isFetchNextPageError ? (
        <div ref={end} className={styles.more}>
          {isFetchingNextPage ? (
            <Spinner size="tiny" label={intl.formatMessage({ id: 'common.loading' })} />
          ) : (
            <Button appearance="subtle" onClick={() => void fetchNextPage()}>
              <FormattedMessage id="common.showMore" />
            </Button>
          )}
        </div>
      ) : null}
    </div>
  )
}
