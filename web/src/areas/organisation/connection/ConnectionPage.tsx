import {
  Badge,
  Button,
  MessageBar,
  MessageBarActions,
  MessageBarBody,
  MessageBarTitle,
  makeStyles,
  mergeClasses,
  Skeleton,
  SkeletonItem,
  tokens,
} from '@fluentui/react-components'
import { ArrowSync20Regular, Dismiss20Regular, PlugDisconnected24Regular } from '@fluentui/react-icons'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { FormattedMessage, useIntl } from 'react-intl'
import { keys } from '~/api/keys'
import { syncDirectory } from '~/api/organisation'
import type { Connection } from '~/api/types'
import { useFormat } from '~/app/i18n'
import { useSession } from '~/app/session'
import { CopyButton } from '~/parts/CopyButton'
import { useTitle } from '~/parts/hooks'
import { notify } from '~/parts/notify'
import { useProblemText } from '~/parts/problemText'
import { RelativeTime } from '~/parts/RelativeTime'
import { EmptyState, ErrorState } from '~/parts/States'
import { useParts } from '~/parts/styles'
import { connectionQuery } from '../queries'
import type { ConsentOutcome } from '../search'
import { useOrganisationStyles } from '../styles'
import { ConsentLink } from './ConsentLink'
import { Permissions } from './Permissions'
import { durationOf, wordsOf } from './rules'

const route = getRouteApi('/o/$organisation/organisation/connection')

const useStyles = makeStyles({
  theirs: { margin: '4px 0', overflowWrap: 'anywhere' },
  columns: {
    display: 'grid',
    gridTemplateColumns: 'repeat(2, minmax(0, 1fr))',
    gap: '16px',
    alignItems: 'start',
    '@media (max-width: 1090px)': { gridTemplateColumns: 'minmax(0, 1fr)' },
  },
  top: { display: 'flex', alignItems: 'center', gap: '12px', flexWrap: 'wrap' },
  title: { display: 'flex', alignItems: 'center', gap: '12px', flexGrow: 1 },
  facts: {
    display: 'grid',
    gridTemplateColumns: 'minmax(120px, 200px) minmax(0, 1fr)',
    gap: '8px 16px',
    margin: 0,
    '@media (max-width: 560px)': { gridTemplateColumns: 'minmax(0, 1fr)', gap: '2px' },
  },
  value: { margin: 0, overflowWrap: 'anywhere' },
  code: { fontFamily: tokens.fontFamilyMonospace, fontSize: tokens.fontSizeBase200 },
})

/** Whether the directory can be read: what may be done there, when it was last, what came of it, and what mends it. */
export function ConnectionPage() {
  const area = useOrganisationStyles()
  const parts = useParts()
  const intl = useIntl()
  const { organisation } = useSession()
  const { data, error, refetch } = useQuery(connectionQuery(organisation.id))
  const { consent, requestId } = route.useSearch()
  useTitle(intl.formatMessage({ id: 'organisation.connection' }))
  if (data)
    return (
      <>
        {consent ? <Outcome consent={consent} requestId={requestId} /> : null}
        <Details connection={data} />
      </>
    )
  if (error)
    return (
      <div className={parts.card}>
        <ErrorState error={error} onRetry={() => void refetch()} />
      </div>
    )
  return (
    <Skeleton className={mergeClasses(parts.card, area.card)} aria-label={intl.formatMessage({ id: 'common.loading' })}>
      {[24, 16, 16, 16, 16].map((size, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the lines are always the same five.
        <SkeletonItem key={at} size={size as 16} />
      ))}
    </Skeleton>
  )
}

/** How the way to Microsoft and back ended; it stands in the address until it has been read. */
function Outcome({ consent, requestId }: { consent: ConsentOutcome; requestId: string | undefined }) {
  const intl = useIntl()
  const navigate = route.useNavigate()
  const intent =
    consent === 'granted' ? 'success' : consent === 'partial' || consent === 'pending' ? 'warning' : 'error'
  return (
    <MessageBar intent={intent} layout="multiline" politeness="assertive">
      <MessageBarBody>
        <MessageBarTitle>
          <FormattedMessage id={`consent.${consent}`} />
        </MessageBarTitle>{' '}
        <FormattedMessage id={`consent.${consent}.body`} />
        {intent === 'error' && requestId ? (
          <>
            {' '}
            <FormattedMessage id="problem.reference" values={{ id: requestId }} />
          </>
        ) : null}
      </MessageBarBody>
      <MessageBarActions
        containerAction={
          <Button
            appearance="transparent"
            icon={<Dismiss20Regular />}
            aria-label={intl.formatMessage({ id: 'common.close' })}
            onClick={() => void navigate({ search: {}, replace: true })}
          />
        }
      />
    </MessageBar>
  )
}

const colours = { never: 'informative', running: 'brand', ok: 'success', failing: 'danger' } as const

function Details({ connection }: { connection: Connection }) {
  const styles = useStyles()
  const area = useOrganisationStyles()
  const parts = useParts()
  const intl = useIntl()
  const format = useFormat()
  const client = useQueryClient()
  const problemText = useProblemText()
  const { organisation, can } = useSession()
  const sync = useMutation({
    mutationFn: () => syncDirectory(organisation.id),
    onSuccess: (now) => {
      client.setQueryData(keys.connection(organisation.id), now)
      void client.invalidateQueries({ queryKey: keys.organisation(organisation.id) })
    },
    onError: (error) => notify({ intent: 'error', ...problemText(error) }),
  })
  if (!connection.tenant)
    return (
      <div className={parts.card}>
        <EmptyState icon={PlugDisconnected24Regular} title={<FormattedMessage id="connection.none" />}>
          <FormattedMessage id="connection.none.body" />
        </EmptyState>
      </div>
    )
  const { lastSync, problem, notificationsProblem } = connection
  const said = problem ? wordsOf(problem.detail) : null
  return (
    <div className={styles.columns}>
      <section className={mergeClasses(parts.card, area.card)} aria-labelledby="connection">
        <div className={styles.top}>
          <div className={styles.title}>
            <h2 id="connection" className={parts.subheading}>
              <FormattedMessage id="connection.title" />
            </h2>
            <span role="status">
              <Badge appearance="tint" shape="rounded" color={colours[connection.state]}>
                <FormattedMessage id={`connection.state.${connection.state}`} />
              </Badge>
            </span>
          </div>
          {can('editPeople') ? (
            <Button
              icon={<ArrowSync20Regular />}
              disabled={sync.isPending || connection.state === 'running'}
              onClick={() => sync.mutate()}
            >
              <FormattedMessage id="users.syncNow" />
            </Button>
          ) : null}
        </div>
        {problem ? (
          <MessageBar intent={problem.code === 'throttled' ? 'warning' : 'error'} layout="multiline">
            <MessageBarBody>
              <MessageBarTitle>{said?.ours}</MessageBarTitle> {problem.advice}
              {said?.theirs ? (
                <p className={mergeClasses(parts.caption, styles.theirs)}>
                  <FormattedMessage id="connection.microsoftSays" values={{ words: said.theirs }} />
                </p>
              ) : null}
            </MessageBarBody>
          </MessageBar>
        ) : null}
        {notificationsProblem ? (
          <MessageBar intent="warning" layout="multiline">
            <MessageBarBody>
              <MessageBarTitle>{notificationsProblem.detail}</MessageBarTitle> {notificationsProblem.advice}
            </MessageBarBody>
          </MessageBar>
        ) : null}
        <dl className={styles.facts}>
          <Fact name={<FormattedMessage id="connection.tenant" />}>
            <span className={styles.code}>{connection.tenant}</span>
            <CopyButton value={connection.tenant} label={intl.formatMessage({ id: 'connection.copyTenant' })} />
          </Fact>
          <Fact name={<FormattedMessage id="connection.lastSync" />}>
            {lastSync ? <RelativeTime value={lastSync.finishedAt} /> : <FormattedMessage id="connection.never" />}
          </Fact>
          {lastSync ? (
            <>
              <Fact name={<FormattedMessage id="connection.result" />}>
                <FormattedMessage
                  id="connection.counts"
                  values={{
                    arrived: lastSync.arrived,
                    changed: lastSync.changed,
                    left: lastSync.left,
                    total: lastSync.total,
                  }}
                />
              </Fact>
              <Fact name={<FormattedMessage id="connection.duration" />}>
                <FormattedMessage
                  id="connection.seconds"
                  values={{ seconds: durationOf(lastSync.startedAt, lastSync.finishedAt) }}
                />
              </Fact>
            </>
          ) : null}
          <Fact name={<FormattedMessage id="connection.next" />}>
            {connection.nextSyncAt ? format.instant(connection.nextSyncAt) : '–'}
          </Fact>
          <Fact name={<FormattedMessage id="connection.notifications" />}>
            <FormattedMessage id={`connection.notifications.${connection.notifications}`} />
          </Fact>
        </dl>
      </section>
      <section className={mergeClasses(parts.card, area.card)} aria-labelledby="access">
        <div className={styles.top}>
          <h2 id="access" className={mergeClasses(parts.subheading, styles.title)}>
            <FormattedMessage id="access.title" />
          </h2>
          {connection.consent && can('editPeople') ? (
            <ConsentLink
              address={connection.consent}
              wanted={
                connection.permissions.some(({ state }) => state === 'missing') || problem?.code === 'consentMissing'
              }
            />
          ) : null}
        </div>
        <Permissions connection={connection} />
      </section>
    </div>
  )
}

function Fact({ name, children }: { name: ReactNode; children: ReactNode }) {
  const styles = useStyles()
  const parts = useParts()
  return (
    <>
      <dt className={parts.muted}>{name}</dt>
      <dd className={styles.value}>{children}</dd>
    </>
  )
}
