import {
  Badge,
  Button,
  MessageBar,
  MessageBarBody,
  MessageBarTitle,
  makeStyles,
  mergeClasses,
  Skeleton,
  SkeletonItem,
  tokens,
} from '@fluentui/react-components'
import { ArrowSync20Regular, PlugDisconnected24Regular } from '@fluentui/react-icons'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { FormattedMessage, useIntl } from 'react-intl'
import { keys } from '~/api/keys'
import { syncDirectory } from '~/api/organisation'
import type { Connection } from '~/api/types'
import { useFormat } from '~/app/i18n'
import { useSession } from '~/app/session'
import { useTitle } from '~/parts/hooks'
import { notify } from '~/parts/notify'
import { useProblemText } from '~/parts/problemText'
import { RelativeTime } from '~/parts/RelativeTime'
import { EmptyState, ErrorState } from '~/parts/States'
import { useParts } from '~/parts/styles'
import { connectionQuery } from './queries'

const useStyles = makeStyles({
  card: { padding: '20px 24px', display: 'flex', flexDirection: 'column', gap: '16px', maxWidth: '760px' },
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

export function ConnectionPage() {
  const styles = useStyles()
  const parts = useParts()
  const intl = useIntl()
  const { organisation } = useSession()
  const { data, error, refetch } = useQuery(connectionQuery(organisation.id))
  useTitle(intl.formatMessage({ id: 'organisation.connection' }))
  if (data) return <Details connection={data} />
  if (error)
    return (
      <div className={parts.card}>
        <ErrorState error={error} onRetry={() => void refetch()} />
      </div>
    )
  return (
    <Skeleton
      className={mergeClasses(parts.card, styles.card)}
      aria-label={intl.formatMessage({ id: 'common.loading' })}
    >
      {[24, 16, 16, 16, 16].map((size, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the lines are always the same five.
        <SkeletonItem key={at} size={size as 16} />
      ))}
    </Skeleton>
  )
}

const colours = { never: 'informative', running: 'brand', ok: 'success', failing: 'danger' } as const

function Details({ connection }: { connection: Connection }) {
  const styles = useStyles()
  const parts = useParts()
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
  const { lastSync, problem } = connection
  return (
    <section className={mergeClasses(parts.card, styles.card)} aria-labelledby="connection">
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
        <MessageBar intent="error" layout="multiline">
          <MessageBarBody>
            <MessageBarTitle>{problem.detail}</MessageBarTitle> {problem.advice}
          </MessageBarBody>
        </MessageBar>
      ) : null}
      <dl className={styles.facts}>
        <dt className={parts.muted}>
          <FormattedMessage id="connection.tenant" />
        </dt>
        <dd className={mergeClasses(styles.value, styles.code)}>{connection.tenant}</dd>
        <dt className={parts.muted}>
          <FormattedMessage id="connection.lastSync" />
        </dt>
        <dd className={styles.value}>
          {lastSync ? (
            <RelativeTime value={lastSync.finishedAt ?? lastSync.startedAt} />
          ) : (
            <FormattedMessage id="connection.never" />
          )}
        </dd>
        {lastSync ? (
          <>
            <dt className={parts.muted}>
              <FormattedMessage id="connection.result" />
            </dt>
            <dd className={styles.value}>
              <FormattedMessage
                id="connection.counts"
                values={{
                  arrived: lastSync.arrived,
                  changed: lastSync.changed,
                  left: lastSync.left,
                  total: lastSync.total,
                }}
              />
            </dd>
          </>
        ) : null}
        <dt className={parts.muted}>
          <FormattedMessage id="connection.next" />
        </dt>
        <dd className={styles.value}>{connection.nextSyncAt ? format.instant(connection.nextSyncAt) : '–'}</dd>
        <dt className={parts.muted}>
          <FormattedMessage id="connection.notifications" />
        </dt>
        <dd className={styles.value}>
          <FormattedMessage id={`connection.notifications.${connection.notifications}`} />
        </dd>
      </dl>
    </section>
  )
}
