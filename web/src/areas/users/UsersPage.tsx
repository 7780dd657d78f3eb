import { Button, makeStyles, mergeClasses, tokens } from '@fluentui/react-components'
import {
  Add20Regular,
  CloudSync24Regular,
  Dismiss16Regular,
  DocumentArrowUp20Regular,
  People24Regular,
  Search24Regular,
} from '@fluentui/react-icons'
import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { lazy, type ReactNode, Suspense, useCallback, useRef, useState } from 'react'
import { FormattedMessage, useIntl } from 'react-intl'
import { groupsQuery } from '~/api/groups'
import { organisationQuery } from '~/api/organisation'
import { mirrored, peopleQuery } from '~/api/people'
import { useOrdering } from '~/app/ordering'
import { useSession } from '~/app/session'
import { useTitle } from '~/parts/hooks'
import { mayOrder } from '~/parts/rights'
import { EmptyState, ErrorState } from '~/parts/States'
import { useParts } from '~/parts/styles'
import { useFarEnd } from '~/parts/twoEnds'
import { FilterButton } from './FilterButton'
import { PeopleSearch } from './PeopleSearch'
import { SyncLine } from './SyncLine'
import { toggleProfile, type UsersSearch } from './search'
import { useSelection } from './selection'
import { UsersGrid } from './UsersGrid'

const FilterMenu = lazy(() => import('./FilterMenu').then((module) => ({ default: module.FilterMenu })))

const SelectionBar = lazy(() => import('./SelectionBar').then((module) => ({ default: module.SelectionBar })))
const GroupDialog = lazy(() => import('./GroupDialog').then((module) => ({ default: module.GroupDialog })))
const PersonDialog = lazy(() => import('./PersonDialog').then((module) => ({ default: module.PersonDialog })))

const BulkDialog = lazy(() => import('./bulk/BulkDialog').then((module) => ({ default: module.BulkDialog })))

const useStyles = makeStyles({
  page: { height: '100%', maxWidth: 'none' },
  top: { display: 'flex', alignItems: 'flex-end', gap: '12px', flexWrap: 'wrap' },
  titles: { flexGrow: 1, flexShrink: 1, flexBasis: '260px', minWidth: 0 },
  count: { display: 'flex', flexWrap: 'wrap', alignItems: 'center', columnGap: '4px', minHeight: '24px' },
  tools: {
    display: 'flex',
    alignItems: 'center',
    gap: '8px',
    '@media (max-width: 740px)': { width: '100%' },
  },
  wideOnly: { '@media (max-width: 1090px)': { display: 'none' } },
  create: { minWidth: 0, whiteSpace: 'nowrap', flexShrink: 0 },
  chips: { display: 'flex', flexWrap: 'wrap', gap: '8px', alignItems: 'center' },
  card: {
    flexGrow: 1,
    minHeight: '320px',
    display: 'flex',
    flexDirection: 'column',
    overflow: 'hidden',
    position: 'relative',
  },
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
})

const route = getRouteApi('/o/$organisation/users')

export function UsersPage() {
  const styles = useStyles()
  const parts = useParts()
  const intl = useIntl()
  const { organisation, can } = useSession()
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const { open, ...question } = search
  const people = useInfiniteQuery({ ...peopleQuery(organisation.id, question), placeholderData: keepPreviousData })
  const mirror = mirrored(question)
  const [far, wantFar] = useFarEnd(JSON.stringify([organisation.id, question]))
  const tail = useInfiniteQuery({
    ...peopleQuery(organisation.id, mirror ?? question),
    enabled: far && mirror !== null,
  })
  const { data: about } = useQuery(organisationQuery(organisation.id))
  const order = useOrdering()
  // A click before the menu has arrived is not lost: the menu opens as it arrives.
  const [filterWanted, setFilterWanted] = useState(false)
  const selection = useSelection()
  const [dialog, setDialog] = useState<'group' | 'person' | 'bulk' | null>(null)
  const opener = useRef<Element>(null)
  const show = (wanted: 'group' | 'person' | 'bulk') => {
    opener.current = document.activeElement
    setDialog(wanted)
  }
  const closeDialog = () => {
    setDialog(null)
    requestAnimationFrame(() => {
      if (opener.current instanceof HTMLElement && opener.current.isConnected) opener.current.focus()
    })
  }
  const mayChoose = mayOrder(organisation.permissions)
  useTitle(intl.formatMessage({ id: 'nav.users' }))

  const ask = useCallback(
    (changes: Partial<UsersSearch>) =>
      void navigate({ search: (now) => ({ ...now, ...changes }), replace: true, resetScroll: false }),
    [navigate],
  )
  const toggle = useCallback(
    (person: string) =>
      void navigate({
        search: (now) => ({ ...now, open: toggleProfile(now.open, person) }),
        replace: true,
        resetScroll: false,
      }),
    [navigate],
  )
  const total = people.data?.pages.at(-1)?.total
  const filtered = Boolean(question.q || question.has || question.state || question.group)
  const clear = () => ask({ q: undefined, has: undefined, state: undefined, group: undefined })

  return (
    <div className={mergeClasses(parts.page, styles.page)}>
      <div className={styles.top}>
        <div className={styles.titles}>
          <h1 className={parts.heading}>
            <FormattedMessage id="nav.users" />
          </h1>
          <div className={mergeClasses(parts.caption, styles.count)}>
            <span role="status">
              {total === undefined ? (
                people.isError ? null : (
                  <FormattedMessage id="common.loading" />
                )
              ) : (
                <FormattedMessage id={filtered ? 'users.found' : 'users.count'} values={{ count: total }} />
              )}
            </span>
            {about ? <SyncLine organisation={about} after={!people.isError} /> : null}
          </div>
        </div>
        <div className={styles.tools}>
          <PeopleSearch q={question.q} onChange={(q) => ask({ q })} />
          <Suspense fallback={<FilterButton active={0} onClick={() => setFilterWanted(true)} />}>
            <FilterMenu
              defaultOpen={filterWanted}
              has={question.has}
              state={question.state}
              group={question.group}
              onChange={ask}
              onGroup={() => show('group')}
            />
          </Suspense>
          {mayChoose ? (
            <Button
              appearance="subtle"
              className={styles.create}
              icon={<DocumentArrowUp20Regular />}
              aria-label={intl.formatMessage({ id: 'bulk.open' })}
              title={intl.formatMessage({ id: 'bulk.open' })}
              onClick={() => show('bulk')}
            />
          ) : null}
          {can('editPeople') ? (
            <Button
              appearance="primary"
              className={styles.create}
              icon={<Add20Regular />}
              aria-label={intl.formatMessage({ id: 'local.new' })}
              onClick={() => show('person')}
            >
              <span className={styles.wideOnly}>
                <FormattedMessage id="local.new" />
              </span>
            </Button>
          ) : null}
        </div>
      </div>
      {question.has || question.state || question.group ? (
        <div className={styles.chips}>
          {question.has ? (
            <Chip onRemove={() => ask({ has: undefined })}>
              <FormattedMessage id={`users.has.${question.has}`} />
            </Chip>
          ) : null}
          {question.state ? (
            <Chip onRemove={() => ask({ state: undefined })}>
              <FormattedMessage id={`users.state.${question.state}`} />
            </Chip>
          ) : null}
          {question.group ? (
            <Chip onRemove={() => ask({ group: undefined })}>
              <GroupName group={question.group} />
            </Chip>
          ) : null}
        </div>
      ) : null}
      {selection.chosen.size > 0 ? (
        <Suspense fallback={null}>
          <SelectionBar selection={selection} question={question} total={total ?? 0} />
        </Suspense>
      ) : null}
      <section className={mergeClasses(parts.card, styles.card)} aria-label={intl.formatMessage({ id: 'nav.users' })}>
        {people.isError && !people.data ? (
          <ErrorState error={people.error} onRetry={() => void people.refetch()} />
        ) : people.data && total === 0 ? (
          filtered ? (
            <EmptyState
              icon={Search24Regular}
              title={<FormattedMessage id="users.noneFound" />}
              action={
                <Button onClick={clear}>
                  <FormattedMessage id="users.clearFilters" />
                </Button>
              }
            >
              <FormattedMessage id="users.noneFound.body" />
            </EmptyState>
          ) : (
            <EmptyState
              icon={about?.syncState === 'never' ? CloudSync24Regular : People24Regular}
              title={<FormattedMessage id="users.none" />}
              action={
                <Link
                  to="/o/$organisation/organisation/connection"
                  params={{ organisation: organisation.id }}
                  className={parts.link}
                >
                  <FormattedMessage id="dashboard.showConnection" />
                </Link>
              }
            >
              <FormattedMessage id={about?.syncState === 'running' ? 'users.none.running' : 'users.none.body'} />
            </EmptyState>
          )
        ) : (
          <UsersGrid
            people={people}
            tail={far && mirror ? tail : null}
            onFar={mirror ? wantFar : null}
            question={question}
            open={open}
            selection={mayChoose || can('editFinance') ? selection : null}
            onAsk={ask}
            onToggle={toggle}
            onOrder={order}
          />
        )}
      </section>
      <Suspense fallback={null}>
        {dialog === 'group' ? (
          <GroupDialog group={question.group} onChoose={(group) => ask({ group })} onClose={closeDialog} />
        ) : dialog === 'person' ? (
          <PersonDialog
            person={null}
            onClose={(made) => {
              closeDialog()
              // Shown at once, wherever the alphabet would have put them.
              if (made) ask({ q: made })
            }}
          />
        ) : dialog === 'bulk' ? (
          <BulkDialog onClose={closeDialog} />
        ) : null}
      </Suspense>
    </div>
  )
}

/** A filter that is on, and the way to take it off. */
function Chip({ onRemove, children }: { onRemove: () => void; children: ReactNode }) {
  const styles = useStyles()
  const parts = useParts()
  return (
    <button type="button" className={styles.chip} onClick={onRemove}>
      {children}
      <Dismiss16Regular aria-hidden="true" />
      <span className={parts.visuallyHidden}>
        <FormattedMessage id="users.removeFilter" />
      </span>
    </button>
  )
}

function GroupName({ group }: { group: string }) {
  const { organisation } = useSession()
  const { data } = useQuery(groupsQuery(organisation.id, ''))
  const name = data?.items.find(({ id }) => id === group)?.name
  return name ? <FormattedMessage id="groups.chip" values={{ name }} /> : <FormattedMessage id="groups.chipUnknown" />
}
