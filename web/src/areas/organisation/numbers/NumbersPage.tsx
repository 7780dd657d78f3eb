import { Button, Dropdown, makeStyles, Option, SearchBox, Tab, TabList, tokens } from '@fluentui/react-components'
import { NumberSymbol24Regular, Search24Regular } from '@fluentui/react-icons'
import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { lazy, Suspense, useEffect, useRef, useState } from 'react'
import { FormattedMessage, useIntl } from 'react-intl'
import type { NumberEntry } from '~/api/types'
import { useFormat } from '~/app/i18n'
import { useSession } from '~/app/session'
import { useTitle } from '~/parts/hooks'
import { PagedTable } from '~/parts/PagedTable'
import { EmptyState } from '~/parts/States'
import { useParts } from '~/parts/styles'
import { numberCountQuery, numbersQuery } from '../queries'
import { type NumbersSearch, numberKinds } from '../search'
import { useOrganisationStyles } from '../styles'
import { useNumberColumns } from './columns'
import type { UsableNumber } from './rules'
import { Series } from './Series'

const ReserveDialog = lazy(() => import('./ReserveDialog').then((module) => ({ default: module.ReserveDialog })))
const UseDialog = lazy(() => import('./UseDialog').then((module) => ({ default: module.UseDialog })))

const useStyles = makeStyles({
  states: { flexGrow: 1, flexWrap: 'wrap', minWidth: 0, maxWidth: '100%', marginInlineStart: '-10px' },
  kind: { minWidth: '130px' },
  count: {
    marginInlineStart: '6px',
    fontWeight: 400,
    color: tokens.colorNeutralForeground2,
    fontVariantNumeric: 'tabular-nums',
  },
})

const states = ['free', 'reserved', 'resting', 'active', 'all'] as const
const route = getRouteApi('/o/$organisation/organisation/numbers')

export type NumberDialog = { is: 'reserve' | 'use'; number: UsableNumber }

/** The organisation's numbers: which are free, kept or at rest, until when, for what; and the way to use one. */
export function NumbersPage() {
  const styles = useStyles()
  const area = useOrganisationStyles()
  const parts = useParts()
  const intl = useIntl()
  const { organisation } = useSession()
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const list = useInfiniteQuery({ ...numbersQuery(organisation.id, search), placeholderData: keepPreviousData })
  const [dialog, setDialog] = useState<NumberDialog | null>(null)
  const opener = useRef<Element>(null)
  useTitle(intl.formatMessage({ id: 'organisation.numbers' }))

  const ask = (changes: Partial<NumbersSearch>) =>
    void navigate({ search: (now) => ({ ...now, ...changes }), replace: true })
  const [q, setQ] = useState(search.q ?? '')
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  useEffect(() => () => clearTimeout(timer.current), [])

  const open = (next: NumberDialog) => {
    opener.current = document.activeElement
    setDialog(next)
  }
  const close = () => {
    setDialog(null)
    requestAnimationFrame(() => {
      if (opener.current instanceof HTMLElement && opener.current.isConnected) opener.current.focus()
    })
  }
  const state = search.state ?? 'free'
  const columns = useNumberColumns(open, state === 'free')
  const total = list.data?.pages.at(-1)?.total
  const filtered = Boolean(search.q || search.kind)
  const kindText = (kind: NumberEntry['kind'] | undefined) =>
    intl.formatMessage({ id: kind ? `kind.${kind}` : 'numbers.anyKind' })
  return (
    <>
      <Series onUse={(number) => open({ is: 'use', number })} />
      <h2 className={parts.visuallyHidden}>
        <FormattedMessage id="numbers.list" />
      </h2>
      <div className={area.tools}>
        <TabList
          className={styles.states}
          size="small"
          selectedValue={state}
          aria-label={intl.formatMessage({ id: 'numbers.state' })}
          onTabSelect={(_, { value }) =>
            ask({ state: value === 'free' ? undefined : (value as NumbersSearch['state']) })
          }
        >
          {states.map((one) => (
            <Tab key={one} value={one}>
              <FormattedMessage id={`numbers.state.${one}`} />
              {one === 'all' ? null : <Count state={one} />}
            </Tab>
          ))}
        </TabList>
        <SearchBox
          className={area.search}
          placeholder={intl.formatMessage({ id: 'numbers.search' })}
          aria-label={intl.formatMessage({ id: 'numbers.search' })}
          value={q}
          onChange={(_, { value }) => {
            setQ(value)
            clearTimeout(timer.current)
            timer.current = setTimeout(() => ask({ q: value.trim() || undefined }), 200)
          }}
        />
        <Dropdown
          className={styles.kind}
          aria-label={intl.formatMessage({ id: 'numbers.filterKind' })}
          value={kindText(search.kind)}
          selectedOptions={[search.kind ?? 'any']}
          onOptionSelect={(_, { optionValue }) => ask({ kind: numberKinds.find((kind) => kind === optionValue) })}
        >
          {[undefined, ...numberKinds].map((kind) => (
            <Option key={kind ?? 'any'} value={kind ?? 'any'} text={kindText(kind)}>
              {kindText(kind)}
            </Option>
          ))}
        </Dropdown>
      </div>
      <span role="status" className={parts.visuallyHidden}>
        {total === undefined ? null : <FormattedMessage id="numbers.count" values={{ count: total }} />}
      </span>
      <PagedTable
        label={intl.formatMessage({ id: `numbers.table.${state}` })}
        list={list}
        columns={columns}
        empty={
          filtered ? (
            <EmptyState
              icon={Search24Regular}
              title={<FormattedMessage id="numbers.noneFound" />}
              action={
                <Button
                  onClick={() => {
                    setQ('')
                    ask({ q: undefined, kind: undefined })
                  }}
                >
                  <FormattedMessage id="users.clearFilters" />
                </Button>
              }
            />
          ) : (
            <EmptyState icon={NumberSymbol24Regular} title={<FormattedMessage id={`numbers.none.${state}`} />}>
              <FormattedMessage id={`numbers.none.${state}.body`} />
            </EmptyState>
          )
        }
      />
      <Suspense fallback={null}>
        {dialog?.is === 'reserve' ? <ReserveDialog number={dialog.number} onClose={close} /> : null}
        {dialog?.is === 'use' ? <UseDialog number={dialog.number} onClose={close} /> : null}
      </Suspense>
    </>
  )
}

/** How many there are of a state. */
function Count({ state }: { state: NumberEntry['state'] }) {
  const format = useFormat()
  const { organisation } = useSession()
  const { data } = useQuery(numberCountQuery(organisation.id, state))
  return <span className={useStyles().count}>{data === undefined ? '' : format.count(data)}</span>
}
