/** One invoice: what it says at the top; below it its lines, why it is not what the one before was, and everything else. */
import {
  Badge,
  Button,
  Menu,
  MenuItem,
  MenuList,
  MenuPopover,
  MenuTrigger,
  makeStyles,
  mergeClasses,
  Skeleton,
  SkeletonItem,
  Spinner,
  Tab,
  TabList,
} from '@fluentui/react-components'
import { ChevronDown20Regular, ChevronLeft20Regular, DocumentPdf20Regular } from '@fluentui/react-icons'
import { useMutation, useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { lazy, type ReactNode, Suspense } from 'react'
import { FormattedMessage, useIntl } from 'react-intl'
import { download } from '~/api/downloads'
import { isProblem } from '~/api/problem'
import type { InvoiceDetails } from '~/api/types'
import { useFormat } from '~/app/i18n'
import { useSession } from '~/app/session'
import { useTitle } from '~/parts/hooks'
import { notify } from '~/parts/notify'
import { useProblemText } from '~/parts/problemText'
import { ErrorState } from '~/parts/States'
import { useParts } from '~/parts/styles'
import { Change } from './Change'
import { InvoiceState } from './InvoiceState'
import { Lines } from './Lines'
import { invoiceQuery } from './queries'
import { type InvoiceSearch, type View, views } from './search'

const Changes = lazy(() => import('./Changes').then((module) => ({ default: module.Changes })))
const Details = lazy(() => import('./Details').then((module) => ({ default: module.Details })))

const useStyles = makeStyles({
  page: { maxWidth: 'none', gap: '12px' },
  /** The lines take what is left of the screen and scroll in themselves. */
  whole: { height: '100%' },
  back: { display: 'inline-flex', alignItems: 'center', gap: '4px', alignSelf: 'flex-start' },
  top: { display: 'flex', alignItems: 'center', gap: '12px', flexWrap: 'wrap' },
  grow: { flexGrow: 1 },
  facts: {
    display: 'flex',
    flexWrap: 'wrap',
    columnGap: '40px',
    rowGap: '8px',
    margin: 0,
    padding: '12px 16px',
    '@media (max-width: 740px)': {
      display: 'grid',
      gridTemplateColumns: 'repeat(2, minmax(0, 1fr))',
      columnGap: '16px',
    },
  },
  fact: { display: 'flex', flexDirection: 'column-reverse' },
  value: { margin: 0, fontWeight: 600, fontVariantNumeric: 'tabular-nums', whiteSpace: 'nowrap' },
  panel: { display: 'flex', flexDirection: 'column', gap: '12px', flexGrow: 1, minHeight: 0 },
})

const route = getRouteApi('/o/$organisation/invoices/$invoice')

export function InvoicePage() {
  const styles = useStyles()
  const parts = useParts()
  const intl = useIntl()
  const { organisation } = useSession()
  const { invoice: id } = route.useParams()
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const { data: invoice, error, refetch } = useQuery(invoiceQuery(organisation.id, id))
  useTitle(invoice ? nameOf(intl.formatMessage, invoice) : intl.formatMessage({ id: 'nav.invoices' }))
  const view = search.view ?? 'lines'
  const ask = (changes: Partial<InvoiceSearch>) =>
    void navigate({ search: (now) => ({ ...now, ...changes }), replace: true, resetScroll: false })
  return (
    <div className={mergeClasses(parts.page, styles.page, view === 'lines' && styles.whole)}>
      <Link
        to="/o/$organisation/invoices"
        params={{ organisation: organisation.id }}
        className={mergeClasses(parts.link, styles.back)}
      >
        <ChevronLeft20Regular aria-hidden="true" />
        <FormattedMessage id="nav.invoices" />
      </Link>
      {invoice ? (
        <>
          <Head invoice={invoice} />
          <TabList
            selectedValue={view}
            onTabSelect={(_, { value }) => ask({ view: views.find((one) => one === value && one !== 'lines') })}
          >
            {views
              // What a credit note takes back stands on the invoice; it has nothing to be compared with.
              .filter((one) => one !== 'changes' || invoice.kind === 'invoice')
              .map((one) => (
                <Tab key={one} value={one} id={`tab-${one}`} aria-controls="invoice-panel">
                  <FormattedMessage id={`invoices.view.${one satisfies View}`} values={{ count: invoice.lines }} />
                </Tab>
              ))}
          </TabList>
          <div id="invoice-panel" role="tabpanel" aria-labelledby={`tab-${view}`} className={styles.panel}>
            {view === 'lines' ? (
              <Lines invoice={invoice} search={search} onAsk={ask} />
            ) : (
              <Suspense fallback={<Bones />}>
                {view === 'changes' ? <Changes invoice={invoice} /> : <Details invoice={invoice} />}
              </Suspense>
            )}
          </div>
        </>
      ) : error ? (
        <div className={parts.card}>
          <ErrorState error={error} onRetry={isProblem(error, 404) ? undefined : () => void refetch()} />
        </div>
      ) : (
        <Bones />
      )}
    </div>
  )
}

const nameOf = (say: ReturnType<typeof useIntl>['formatMessage'], { kind, number }: InvoiceDetails): string =>
  say({ id: kind === 'creditNote' ? 'invoices.title.creditNote' : 'invoices.title.invoice' }, { number })

function Bones() {
  const intl = useIntl()
  return (
    <Skeleton aria-label={intl.formatMessage({ id: 'common.loading' })}>
      <SkeletonItem size={40} style={{ marginBottom: '12px' }} />
      <SkeletonItem size={128} />
    </Skeleton>
  )
}

function Head({ invoice }: { invoice: InvoiceDetails }) {
  const styles = useStyles()
  const parts = useParts()
  const intl = useIntl()
  const format = useFormat()
  const { organisation } = useSession()
  const fact = (name: ReactNode, value: ReactNode) => (
    <div className={styles.fact}>
      <dd className={styles.value}>{value}</dd>
      <dt className={parts.caption}>{name}</dt>
    </div>
  )
  const other = ({ id, number }: { id: string; number: string }) => (
    <Link
      key={id}
      to="/o/$organisation/invoices/$invoice"
      params={{ organisation: organisation.id, invoice: id }}
      className={mergeClasses(parts.link, parts.underlined)}
    >
      {number}
    </Link>
  )
  return (
    <>
      <div className={styles.top}>
        <h1 className={parts.heading}>{nameOf(intl.formatMessage, invoice)}</h1>
        <InvoiceState state={invoice.state} />
        {invoice.kind === 'creditNote' && invoice.corrects ? (
          <span className={parts.muted}>
            <FormattedMessage id="invoices.corrects" values={{ number: other(invoice.corrects) }} />
          </span>
        ) : null}
        {invoice.creditNotes.length > 0 ? (
          <span className={parts.muted}>
            <Badge appearance="tint" color="warning" shape="rounded">
              <FormattedMessage id="invoices.correctedBy" />
            </Badge>{' '}
            {invoice.creditNotes.map(other)}
          </span>
        ) : null}
        <span className={styles.grow} />
        <Files invoice={invoice} />
      </div>
      <dl className={mergeClasses(parts.card, styles.facts)}>
        {fact(<FormattedMessage id="invoices.period" />, format.period(invoice.period))}
        {fact(<FormattedMessage id="invoices.issued" />, format.day(invoice.issued))}
        {fact(<FormattedMessage id="invoices.due" />, format.day(invoice.due))}
        {fact(<FormattedMessage id="invoices.net" />, format.money(invoice.net))}
        {fact(<FormattedMessage id="invoices.vat" />, format.money(invoice.vat))}
        {fact(<FormattedMessage id="invoices.total" />, format.money(invoice.total))}
        {invoice.change
          ? fact(<FormattedMessage id="invoices.changeFrom" />, <Change change={invoice.change} withAmount />)
          : null}
      </dl>
    </>
  )
}

function Files({ invoice: { id } }: { invoice: InvoiceDetails }) {
  const parts = useParts()
  const problemText = useProblemText()
  const { organisation } = useSession()
  const file = useMutation({
    mutationFn: (format: 'pdf' | 'csv' | 'ubl') => download(organisation.id, { kind: 'invoice', id, format }),
    onError: (error) => notify({ intent: 'error', ...problemText(error) }),
  })
  return (
    <>
      <Menu inline positioning={{ strategy: 'fixed', position: 'below', align: 'end' }}>
        <MenuTrigger disableButtonEnhancement>
          <Button icon={<ChevronDown20Regular />} iconPosition="after" disabled={file.isPending}>
            <FormattedMessage id="invoices.files" />
          </Button>
        </MenuTrigger>
        <MenuPopover className={parts.popover}>
          <MenuList>
            <MenuItem onClick={() => file.mutate('csv')}>
              <FormattedMessage id="invoices.file.csv" />
            </MenuItem>
            <MenuItem onClick={() => file.mutate('ubl')}>
              <FormattedMessage id="invoices.file.ubl" />
            </MenuItem>
          </MenuList>
        </MenuPopover>
      </Menu>
      <Button
        appearance="primary"
        icon={file.isPending ? <Spinner size="tiny" /> : <DocumentPdf20Regular />}
        disabled={file.isPending}
        onClick={() => file.mutate('pdf')}
      >
        <FormattedMessage id="invoices.file.pdf" />
      </Button>
    </>
  )
}
