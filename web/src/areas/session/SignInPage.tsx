import { Button, makeStyles, mergeClasses, tokens } from '@fluentui/react-components'
import { useQueryClient } from '@tanstack/react-query'
import { getRouteApi, useRouter } from '@tanstack/react-router'
import { FormattedMessage, useIntl } from 'react-intl'
import { useHost } from '~/app/session'
import { useTitle } from '~/parts/hooks'
import { Plain } from '~/parts/Plain'
import { useParts } from '~/parts/styles'
import { safeReturn } from './returnTo'

const useStyles = makeStyles({
  text: { margin: 0 },
  note: {
    margin: 0,
    padding: '12px 16px',
    borderRadius: tokens.borderRadiusLarge,
    backgroundColor: tokens.colorNeutralBackground3,
  },
  row: { display: 'flex', gap: '8px', flexWrap: 'wrap' },
})

/** Microsoft's four squares, in the colours their guidelines prescribe for a sign-in button. */
export function MicrosoftMark() {
  return (
    <svg viewBox="0 0 21 21" width="18" height="18" aria-hidden="true">
      <rect x="1" y="1" width="9" height="9" fill="#f25022" />
      <rect x="11" y="1" width="9" height="9" fill="#7fba00" />
      <rect x="1" y="11" width="9" height="9" fill="#00a4ef" />
      <rect x="11" y="11" width="9" height="9" fill="#ffb900" />
    </svg>
  )
}

const route = getRouteApi('/sign-in')

export function SignInPage() {
  const styles = useStyles()
  const parts = useParts()
  const intl = useIntl()
  const host = useHost()
  const router = useRouter()
  const client = useQueryClient()
  const returnTo = safeReturn(route.useSearch().returnTo)
  useTitle(intl.formatMessage({ id: 'signIn.documentTitle' }))
  return (
    <Plain title={<FormattedMessage id="signIn.title" />}>
      <p className={styles.text}>
        <FormattedMessage id={host.kind === 'teams' ? 'signIn.teams' : 'signIn.body'} />
      </p>
      <div className={styles.row}>
        {host.kind === 'teams' ? (
          <Button
            appearance="primary"
            size="large"
            onClick={() => {
              client.clear()
              void router.navigate({ to: returnTo, replace: true })
            }}
          >
            <FormattedMessage id="common.retry" />
          </Button>
        ) : null}
        <Button
          as="a"
          appearance={host.kind === 'teams' ? 'secondary' : 'primary'}
          size="large"
          icon={host.kind === 'teams' ? undefined : <MicrosoftMark />}
          {...(host.kind === 'teams'
            ? { href: '/', target: '_blank', rel: 'noreferrer' }
            : { href: `/auth/sign-in?returnTo=${encodeURIComponent(returnTo)}` })}
        >
          <FormattedMessage id={host.kind === 'teams' ? 'signIn.openBrowser' : 'signIn.button'} />
        </Button>
      </div>
      <p className={mergeClasses(styles.note, parts.caption)}>
        <FormattedMessage id="signIn.personal" />
      </p>
    </Plain>
  )
}
