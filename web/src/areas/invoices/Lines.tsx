/** The lines of an invoice with all that narrows them: search, filters, columns, order, and the very same as a file. */
import { Button, makeStyles, mergeClasses, SearchBox, Spinner, tokens } from '@fluentui/react-components'
import { ArrowDownload20Regular, Dismiss16Regular, Filter20Regular, Search24Regular } from '@fluentui/react-icons'
import { keepPreviousData, useInfiniteQuery, useMutation } from '@tanstack/react-query'
import { lazy, Suspense, useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { FormattedMessage, useIntl } from 'react-intl'
import { download } from '~/api/downloads'
import type { InvoiceDetails, InvoiceLine, NewReference } from '~/api/types'
import { useFormat } from '~/app/i18n'
import { useSession } from '~/app/session'
import { notify } from '~/parts/notify'
import { useProblemText } from '~/parts/problemText'
import { EmptyState, ErrorState } from '~/parts/States'
import { useParts } from '~/parts/styles'
import { useFarEnd, useTwoEnds } from '~/parts/twoEnds'
import { ColumnMenu } from './ColumnMenu'
import { type ColumnId, fileColumns, rememberColumns, rememberedColumns, usualColumns } from './columns'
import { LinesTable } from './LinesTable'
import { linesQuery, listLines } from './queries'
import { SelectionBar } from './SelectionBar'
import { filterOf, type InvoiceSearch, type LineFilter, opposite, wholeFilter } from './search'
import { type NextReferences, useLineSelection, withNext } from './selection'

const LineFilters = lazy(() => import('./LineFilters').then((module) => ({ default: module.LineFilters })))

const useStyles = makeStyles({
  tools: { display: 'flex', gap: '8px', alignItems: 'center', flexWrap: 'wrap' },
  count: { flexGrow: 1 },
  search: { width: '330px', maxWidth: '100%' },
  chips: { display: 'flex', flexWrap: 'wrap', gap: '8px' },
  chip: {
    display: 'inline-flex',
    alignItems: 'center',
    gap: '4px',
    minHeight: '28px',
    padding: '0 6px 0 10px',
    borderRadius: tokens.borderRadiusCircular,
    border: `1px solid ${tokens.colorBrandStroke2}`,
    backgroundColor: tokens.colorBrandBackground2,
    color: tokens.colorBrandForeground2,
    fontFamily: 'inherit',
    fontSize: tokens.fontSizeBase200,
    cursor: 'pointer',
    ':hover': { backgroundColor: tokens.colorBrandBackground2Hover },
    ':focus-visible': { outline: `2px solid ${tokens.colorStrokeFocus2}`, outlineOffset: '1px' },
  },
  card: {
    flexGrow: 1,
    minHeight: '280px',
    display: 'flex',
    flexDirection: 'column',
    overflow: 'hidden',
    position: 'relative',
  },
})

export function Lines({
  invoice,
  search,
  onAsk,
}: {
  invoice: InvoiceDetails
  search: InvoiceSearch
  onAsk: (changes: Partial<InvoiceSearch>) => void
}) {
  const styles = useStyles()
  const parts = useParts()
  const intl = useIntl()
  const format = useFormat()
  const problemText = useProblemText()
  const { organisation, can } = useSession()
  const several = invoice.organisations.length > 1
  const [columns, setColumns] = useState<ColumnId[]>(() => rememberedColumns() ?? usualColumns(several))
  const filter = useMemo(() => filterOf(search), [search])
  const list = useInfiniteQuery({
    ...linesQuery(organisation.id, invoice.id, { filter, sort: search.sort }),
    placeholderData: keepPreviousData,
  })
  const sort = opposite(search.sort)
  const [far, wantFar] = useFarEnd(JSON.stringify([invoice.id, filter, search.sort]))
  const tail = useInfiniteQuery({ ...linesQuery(organisation.id, invoice.id, { filter, sort }), enabled: far })
  const lines = useTwoEnds(list, far ? tail : null)
  const { rows } = lines
  const first = list.data?.pages[0]

  const selection = useLineSelection()
  // What was written here: an issued invoice does not change, so its lines do not say it.
  const [next, setNext] = useState<NextReferences>(new Map())
  const onWritten = useCallback((written: readonly NewReference[]) => setNext((now) => withNext(now, written)), [])

  const [q, setQ] = useState(search.q ?? '')
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  useEffect(() => () => clearTimeout(timer.current), [])

  const file = useMutation({
    mutationFn: () =>
      download(organisation.id, {
        kind: 'invoiceLines',
        id: invoice.id,
        format: 'csv',
        filter: wholeFilter(filter),
        sort: search.sort,
        columns: fileColumns(columns),
      }),
    onError: (error) => notify({ intent: 'error', ...problemText(error) }),
  })

  // The words of a filter: what it is called on a line that it found, where its own value is an id.
  const known = (find: (line: InvoiceLine) => string | null | undefined, id: string): string => {
    for (const line of rows) {
      const name = line && find(line)
      if (name) return name
    }
    return id
  }
  const personName = search.person
    ? known(({ person }) => (person?.id === search.person ? person?.name : null), '…')
    : ''
  const chips: { key: keyof LineFilter; text: string }[] = []
  const chip = (key: keyof LineFilter, id: 'invoices.chip.person' | 'invoices.chip.number', value: string) =>
    chips.push({ key, text: intl.formatMessage({ id }, { value }) })
  if (search.person) chip('person', 'invoices.chip.person', personName)
  if (search.number) chip('number', 'invoices.chip.number', search.number)
  if (search.product)
    chips.push({
      key: 'product',
      text: known(({ offering, product }) => (offering === search.product ? product : null), '…'),
    })
  if (search.category) chips.push({ key: 'category', text: intl.formatMessage({ id: `category.${search.category}` }) })
  if (search.reference)
    chips.push({
      key: 'reference',
      text: intl.formatMessage({ id: 'invoices.chip.reference' }, { value: search.reference }),
    })
  const amount = (value: number) => format.money({ amount: value, currency: invoice.net.currency })
  if (search.amountFrom !== undefined)
    chips.push({
      key: 'amountFrom',
      text: intl.formatMessage({ id: 'invoices.chip.from' }, { value: amount(search.amountFrom) }),
    })
  if (search.amountTo !== undefined)
    chips.push({
      key: 'amountTo',
      text: intl.formatMessage({ id: 'invoices.chip.to' }, { value: amount(search.amountTo) }),
    })
  if (search.organisation)
    chips.push({
      key: 'organisation',
      text: invoice.organisations.find(({ id }) => id === search.organisation)?.name ?? '…',
    })

  const clear = () => {
    setQ('')
    onAsk(Object.fromEntries([...Object.keys(filter)].map((key) => [key, undefined])))
  }
  const change = useCallback((next: ColumnId[]) => {
    rememberColumns(next)
    setColumns(next)
  }, [])
  return (
    <>
      <div className={styles.tools}>
        <span role="status" className={mergeClasses(parts.caption, styles.count)}>
          {first ? (
            <FormattedMessage
              id={Object.keys(filter).length > 0 ? 'invoices.linesFound' : 'invoices.lines'}
              values={{ count: first.total }}
            />
          ) : list.isError ? null : (
            <FormattedMessage id="common.loading" />
          )}
        </span>
        <SearchBox
          className={styles.search}
          placeholder={intl.formatMessage({ id: 'invoices.searchLines' })}
          aria-label={intl.formatMessage({ id: 'invoices.searchLines' })}
          value={q}
          maxLength={200}
          onChange={(_, { value }) => {
            setQ(value)
            clearTimeout(timer.current)
            timer.current = setTimeout(() => onAsk({ q: value.trim() || undefined }), 200)
          }}
        />
        <Suspense
          fallback={
            <Button appearance="subtle" icon={<Filter20Regular />} disabled>
              <FormattedMessage id="invoices.filters" values={{ count: 0 }} />
            </Button>
          }
        >
          <LineFilters invoice={invoice} search={search} personName={personName} onChoose={onAsk} />
        </Suspense>
        <ColumnMenu shown={columns} onChange={change} />
        <Button
          appearance="subtle"
          icon={file.isPending ? <Spinner size="tiny" /> : <ArrowDownload20Regular />}
          disabled={file.isPending || !first || first.total === 0}
          onClick={() => file.mutate()}
        >
          <FormattedMessage id="invoices.csv" />
        </Button>
      </div>
      {chips.length > 0 ? (
        <div className={styles.chips}>
          {chips.map(({ key, text }) => (
            <button key={key} type="button" className={styles.chip} onClick={() => onAsk({ [key]: undefined })}>
              {text}
              <Dismiss16Regular aria-hidden="true" />
              <span className={parts.visuallyHidden}>
                <FormattedMessage id="users.removeFilter" />
              </span>
            </button>
          ))}
        </div>
      ) : null}
      {selection.chosen.size > 0 ? (
        <SelectionBar
          selection={selection}
          total={first?.total ?? 0}
          onAll={(most) => listLines(organisation.id, invoice.id, { filter, sort: search.sort }, most)}
          onWritten={onWritten}
        />
      ) : null}
      <section
        className={mergeClasses(parts.card, styles.card)}
        aria-label={intl.formatMessage({ id: 'invoices.linesOf' })}
      >
        {list.isError && !list.data ? (
          <ErrorState error={list.error} onRetry={() => void list.refetch()} />
        ) : first && first.total === 0 ? (
          <EmptyState
            icon={Search24Regular}
            title={<FormattedMessage id="invoices.noLines" />}
            action={
              Object.keys(filter).length > 0 ? (
                <Button onClick={clear}>
                  <FormattedMessage id="users.clearFilters" />
                </Button>
              ) : null
            }
          />
        ) : (
          <LinesTable
            lines={lines}
            total={first?.totals.amount}
            busy={list.isPlaceholderData}
            onFar={wantFar}
            columns={columns}
            sort={search.sort}
            selection={can('editFinance') ? selection : null}
            next={next}
            onAsk={onAsk}
            onWritten={onWritten}
          />
        )}
      </section>
    </>
  )
}
