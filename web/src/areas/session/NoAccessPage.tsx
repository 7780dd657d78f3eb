import { Button, makeStyles, mergeClasses } from '@fluentui/react-components'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { FormattedMessage, useIntl } from 'react-intl'
import { useHost } from '~/app/session'
import { useTitle } from '~/parts/hooks'
import { Plain } from '~/parts/Plain'
import { useParts } from '~/parts/styles'
import { meQuery, signOut } from './queries'

const useStyles = makeStyles({ text: { margin: 0 }, row: { display: 'flex', gap: '8px', flexWrap: 'wrap' } })

/** Signed in, but no organisation here knows this account. It says so, and shows nothing else. */
export function NoAccessPage() {
  const styles = useStyles()
  const parts = useParts()
  const intl = useIntl()
  const host = useHost()
  const { data: me } = useQuery(meQuery)
  const [leaving, setLeaving] = useState(false)
  useTitle(intl.formatMessage({ id: 'noAccess.title' }))
  return (
    <Plain title={<FormattedMessage id="noAccess.title" />}>
      <p className={styles.text}>
        <FormattedMessage
          id="noAccess.body"
          values={{ account: <strong>{me?.principal.username ?? me?.principal.name ?? ''}</strong> }}
        />
      </p>
      <p className={mergeClasses(styles.text, parts.muted)}>
        <FormattedMessage id="noAccess.advice" />
      </p>
      <div className={styles.row}>
        <Button as="a" href="/">
          <FormattedMessage id="common.retry" />
        </Button>
        {host.kind === 'browser' ? (
          <Button
            disabled={leaving}
            onClick={() => {
              setLeaving(true)
              void signOut().then(
                ({ redirect }) => window.location.assign(redirect),
                () => setLeaving(false),
              )
            }}
          >
            <FormattedMessage id="shell.signOut" />
          </Button>
        ) : null}
      </div>
    </Plain>
  )
}
