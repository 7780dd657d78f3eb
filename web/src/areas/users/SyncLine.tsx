import { Button, makeStyles, tokens } from '@fluentui/react-components'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { FormattedMessage } from 'react-intl'
import { keys } from '~/api/keys'
import { syncDirectory } from '~/api/organisation'
import type { Organisation } from '~/api/types'
import { useSession } from '~/app/session'
import { notify } from '~/parts/notify'
import { useProblemText } from '~/parts/problemText'
import { RelativeTime } from '~/parts/RelativeTime'

const useStyles = makeStyles({
  // Where the line wraps there is nothing to part.
  dot: { '@media (max-width: 740px)': { display: 'none' } },
  sync: {
    minWidth: 0,
    padding: '0 4px',
    fontSize: tokens.fontSizeBase200,
    fontWeight: 400,
    height: '24px',
    color: tokens.colorBrandForegroundLink,
  },
  failing: { color: tokens.colorStatusDangerForeground1 },
})

/** When the list last agreed with the directory, and the way to make it agree now. */
export function SyncLine({
  organisation,
  after,
}: {
  organisation: Organisation /** Whether something stands before it. */
  after: boolean
}) {
  const styles = useStyles()
  const { can } = useSession()
  const client = useQueryClient()
  const problemText = useProblemText()
  const sync = useMutation({
    mutationFn: () => syncDirectory(organisation.id),
    onSuccess: () =>
      Promise.all([
        client.invalidateQueries({ queryKey: keys.organisation(organisation.id) }),
        client.invalidateQueries({ queryKey: keys.connection(organisation.id) }),
      ]),
    onError: (error) => notify({ intent: 'error', ...problemText(error) }),
  })
  if (!organisation.tenant) return null
  const running = organisation.syncState === 'running' || sync.isPending
  return (
    <>
      {after ? (
        <span aria-hidden="true" className={styles.dot}>
          ·
        </span>
      ) : null}
      <span className={organisation.syncState === 'failing' ? styles.failing : undefined}>
        {running ? (
          <FormattedMessage id="users.syncing" />
        ) : organisation.lastSyncedAt ? (
          <FormattedMessage
            id={organisation.syncState === 'failing' ? 'users.syncFailing' : 'users.synced'}
            values={{ when: <RelativeTime value={organisation.lastSyncedAt} /> }}
          />
        ) : (
          <FormattedMessage id="users.neverSynced" />
        )}
      </span>
      {can('editPeople') ? (
        <Button
          appearance="transparent"
          size="small"
          className={styles.sync}
          disabled={running}
          onClick={() => sync.mutate()}
        >
          <FormattedMessage id="users.syncNow" />
        </Button>
      ) : null}
    </>
  )
}
