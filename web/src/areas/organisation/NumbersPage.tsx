import { makeStyles, mergeClasses, ProgressBar, SearchBox, Skeleton, SkeletonItem } from '@fluentui/react-components'
import { NumberSymbol24Regular } from '@fluentui/react-icons'
import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { FormattedMessage, useIntl } from 'react-intl'
import type { NumberEntry } from '~/api/types'
import { useFormat } from '~/app/i18n'
import { useSession } from '~/app/session'
import { digitsOf } from '~/parts/format'
import { useDebounced, useTitle } from '~/parts/hooks'
import { type Column, PagedTable } from '~/parts/PagedTable'
import { EmptyState } from '~/parts/States'
import { useParts } from '~/parts/styles'
import { numbersQuery, restingNumbersQuery, seriesQuery } from './queries'

const useStyles = makeStyles({
  series: { display: 'grid', gridTemplateColumns: 'repeat(auto-fill, minmax(260px, 1fr))', gap: '16px' },
  card: { padding: '14px 16px', display: 'flex', flexDirection: 'column', gap: '6px' },
  bone: { height: '82px' },
  head: { display: 'flex', gap: '12px', alignItems: 'center', justifyContent: 'space-between', flexWrap: 'wrap' },
  search: { width: '260px', maxWidth: '100%' },
})

export function NumbersPage() {
  const styles = useStyles()
  const parts = useParts()
  const intl = useIntl()
  const format = useFormat()
  const { organisation } = useSession()
  const [q, setQ] = useState('')
  const digits = useDebounced(digitsOf(q))
  const free = useInfiniteQuery({ ...numbersQuery(organisation.id, digits), placeholderData: keepPreviousData })
  const resting = useInfiniteQuery(restingNumbersQuery(organisation.id))
  const { data: series } = useQuery(seriesQuery(organisation.id))
  useTitle(intl.formatMessage({ id: 'organisation.numbers' }))

  const number: Column<NumberEntry> = {
    id: 'number',
    title: <FormattedMessage id="numbers.number" />,
    cell: (entry) => <span className={parts.figures}>{format.number(entry.number)}</span>,
  }
  const kind: Column<NumberEntry> = {
    id: 'kind',
    title: <FormattedMessage id="numbers.kind" />,
    cell: (entry) => <FormattedMessage id={`kind.${entry.kind}`} />,
  }
  return (
    <>
      {series && series.items.length > 0 ? (
        <div className={styles.series}>
          {series.items.map(({ id, first, last, total, free: left }) => (
            <section key={id} className={mergeClasses(parts.card, styles.card)}>
              <h2 className={mergeClasses(parts.small, parts.figures)}>
                {format.number(first)} – {format.number(last)}
              </h2>
              <ProgressBar
                value={total === 0 ? 0 : (total - left) / total}
                thickness="large"
                aria-label={intl.formatMessage({ id: 'numbers.used' })}
              />
              <span className={parts.caption}>
                <FormattedMessage id="numbers.series" values={{ free: left, total }} />
              </span>
            </section>
          ))}
        </div>
      ) : series ? null : (
        <Skeleton aria-label={intl.formatMessage({ id: 'common.loading' })} className={styles.series}>
          <SkeletonItem className={styles.bone} />
        </Skeleton>
      )}
      <div className={styles.head}>
        <h2 className={parts.subheading}>
          <FormattedMessage id="numbers.free" />
        </h2>
        <SearchBox
          className={styles.search}
          placeholder={intl.formatMessage({ id: 'numbers.search' })}
          aria-label={intl.formatMessage({ id: 'numbers.search' })}
          value={q}
          onChange={(_, { value }) => setQ(value)}
        />
      </div>
      <PagedTable
        label={intl.formatMessage({ id: 'numbers.free' })}
        list={free}
        columns={[number, kind]}
        empty={
          <EmptyState
            icon={NumberSymbol24Regular}
            title={<FormattedMessage id={digits ? 'order.number.noMatch' : 'numbers.noneFree'} />}
          >
            {digits ? null : <FormattedMessage id="numbers.noneFree.body" />}
          </EmptyState>
        }
      />
      <h2 className={parts.subheading}>
        <FormattedMessage id="numbers.resting" />
      </h2>
      <PagedTable
        label={intl.formatMessage({ id: 'numbers.resting' })}
        list={resting}
        columns={[
          number,
          kind,
          {
            id: 'release',
            title: <FormattedMessage id="numbers.release" />,
            cell: ({ releaseDate }) => (releaseDate ? format.day(releaseDate) : '–'),
          },
        ]}
        empty={
          <EmptyState icon={NumberSymbol24Regular} title={<FormattedMessage id="numbers.noneResting" />}>
            <FormattedMessage id="numbers.noneResting.body" />
          </EmptyState>
        }
      />
    </>
  )
}
