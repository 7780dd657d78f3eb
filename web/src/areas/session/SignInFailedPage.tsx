import { Button, makeStyles, mergeClasses, tokens } from '@fluentui/react-components'
import { getRouteApi } from '@tanstack/react-router'
import { FormattedMessage, useIntl } from 'react-intl'
import { useTitle } from '~/parts/hooks'
import { Plain } from '~/parts/Plain'
import { useParts } from '~/parts/styles'
import { failureOf } from './failures'
import { MicrosoftMark } from './SignInPage'

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

const route = getRouteApi('/sign-in-failed')

export function SignInFailedPage() {
  const styles = useStyles()
  const parts = useParts()
  const intl = useIntl()
  const { code, requestId } = route.useSearch()
  const failure = failureOf(code)
  useTitle(intl.formatMessage({ id: 'signInFailed.documentTitle' }))
  return (
    <Plain title={<FormattedMessage id={failure.title} />}>
      <p className={styles.text}>
        <FormattedMessage id={failure.body} />
      </p>
      <div className={styles.row}>
        <Button as="a" appearance="primary" size="large" icon={<MicrosoftMark />} href="/auth/sign-in?returnTo=%2F">
          <FormattedMessage id={failure.another ? 'signInFailed.another' : 'signInFailed.again'} />
        </Button>
      </div>
      <p className={mergeClasses(styles.note, parts.caption)}>
        <FormattedMessage id="signIn.personal" />
      </p>
      {code ? (
        <p className={mergeClasses(styles.text, parts.caption)}>
          <FormattedMessage id="signInFailed.code" values={{ code: requestId ? `${code} · ${requestId}` : code }} />
        </p>
      ) : null}
    </Plain>
  )
}
