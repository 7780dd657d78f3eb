/** Invoices in a table: the latest few, or all of them. */
import { Badge, Button, makeStyles, mergeClasses, Spinner } from '@fluentui/react-components'
import { DocumentPdf20Regular } from '@fluentui/react-icons'
import { type InfiniteData, type UseInfiniteQueryResult, useMutation } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { FormattedMessage, useIntl } from 'react-intl'
import { download } from '~/api/downloads'
import type { Invoice, Page } from '~/api/types'
import { useFormat } from '~/app/i18n'
import { useSession } from '~/app/session'
import { notify } from '~/parts/notify'
import { type Column, PagedTable } from '~/parts/PagedTable'
import { useProblemText } from '~/parts/problemText'
import { useParts } from '~/parts/styles'
import { Change } from './Change'
import { InvoiceState } from './InvoiceState'
import type { InvoiceSort } from './search'

const useStyles = makeStyles({
  number: { display: 'flex', alignItems: 'center', gap: '8px', flexWrap: 'wrap' },
  amount: { fontWeight: 600 },
  file: { minWidth: 0 },
  word: { '@media (max-width: 560px)': { display: 'none' } },
})

export function InvoiceTable({
  list,
  empty,
  sorting,
}: {
  list: UseInfiniteQueryResult<InfiniteData<Page<Invoice>>>
  empty: ReactNode
  sorting?: (column: InvoiceSort) => Column<Invoice>['sort']
}) {
  const styles = useStyles()
  const parts = useParts()
  const intl = useIntl()
  const format = useFormat()
  const { organisation } = useSession()
  const sort = (column: InvoiceSort) => {
    const sorted = sorting?.(column)
    return sorted ? { sort: sorted } : {}
  }
  const columns: Column<Invoice>[] = [
    {
      id: 'number',
      title: <FormattedMessage id="invoices.number" />,
      ...sort('number'),
      cell: ({ id, number, kind, corrects }) => (
        <span className={styles.number}>
          <Link
            to="/o/$organisation/invoices/$invoice"
            params={{ organisation: organisation.id, invoice: id }}
            className={mergeClasses(parts.link, parts.whole)}
          >
            {number}
          </Link>
          {kind === 'creditNote' ? (
            <Badge appearance="tint" color="informative" shape="rounded">
              <FormattedMessage id="invoices.kind.creditNote" />
            </Badge>
          ) : null}
          {corrects ? (
            <span className={parts.caption}>
              <FormattedMessage id="invoices.corrects" values={{ number: corrects.number }} />
            </span>
          ) : null}
        </span>
      ),
    },
    {
      id: 'period',
      title: <FormattedMessage id="invoices.period" />,
      ...sort('period'),
      cell: ({ period }) => <span className={parts.whole}>{format.period(period)}</span>,
    },
    {
      id: 'issued',
      title: <FormattedMessage id="invoices.issued" />,
      from: 'optional',
      ...sort('issued'),
      cell: ({ issued }) => <span className={parts.whole}>{format.shortDay(issued)}</span>,
    },
    {
      id: 'due',
      title: <FormattedMessage id="invoices.due" />,
      from: 'optional',
      ...sort('due'),
      cell: ({ due }) => <span className={parts.whole}>{format.shortDay(due)}</span>,
    },
    {
      id: 'state',
      title: <FormattedMessage id="invoices.state" />,
      from: 'optional',
      cell: ({ state }) => <InvoiceState state={state} />,
    },
    {
      id: 'change',
      title: <FormattedMessage id="invoices.changeFrom" />,
      from: 'optional',
      end: true,
      cell: ({ change }) => <Change change={change ?? null} withAmount />,
    },
    {
      id: 'total',
      title: <FormattedMessage id="invoices.total" />,
      end: true,
      ...sort('total'),
      cell: ({ total }) => <span className={styles.amount}>{format.money(total)}</span>,
    },
    {
      id: 'pdf',
      title: (
        <span className={parts.visuallyHidden}>
          <FormattedMessage id="invoices.files" />
        </span>
      ),
      end: true,
      cell: (invoice) => <PdfButton invoice={invoice} />,
    },
  ]
  return <PagedTable label={intl.formatMessage({ id: 'nav.invoices' })} list={list} columns={columns} empty={empty} />
}

function PdfButton({ invoice: { id, number } }: { invoice: Invoice }) {
  const styles = useStyles()
  const intl = useIntl()
  const problemText = useProblemText()
  const { organisation } = useSession()
  const file = useMutation({
    mutationFn: () => download(organisation.id, { kind: 'invoice', id, format: 'pdf' }),
    onError: (error) => notify({ intent: 'error', ...problemText(error) }),
  })
  return (
    <Button
      appearance="subtle"
      size="small"
      className={styles.file}
      icon={file.isPending ? <Spinner size="extra-tiny" /> : <DocumentPdf20Regular />}
      disabled={file.isPending}
      aria-label={intl.formatMessage({ id: 'invoices.pdfOf' }, { number })}
      onClick={() => file.mutate()}
    >
      <span className={styles.word}>PDF</span>
    </Button>
  )
}
