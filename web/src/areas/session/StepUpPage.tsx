import { Button, makeStyles, mergeClasses } from '@fluentui/react-components'
import { getRouteApi } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { FormattedMessage, useIntl } from 'react-intl'
import { tellTeams } from '~/app/host'
import { handToOpener } from '~/app/stepUp'
import { useTitle } from '~/parts/hooks'
import { Plain } from '~/parts/Plain'
import { useParts } from '~/parts/styles'
import { failureOf } from './failures'

const useStyles = makeStyles({ text: { margin: 0 }, row: { display: 'flex', gap: '8px', flexWrap: 'wrap' } })

const route = getRouteApi('/step-up')

const codeInFragment = (): string | null => new URLSearchParams(window.location.hash.slice(1)).get('code')

/** The last page of the window that asked for a fresh sign-in: hands the code over and closes, or says why there is none. */
export function StepUpPage() {
  const styles = useStyles()
  const parts = useParts()
  const intl = useIntl()
  const { code: failed, requestId, host } = route.useSearch()
  // As they were when the window came back: the address loses the code below, and the router hears of it.
  const [{ code, teams }] = useState(() => ({ code: codeInFragment(), teams: host === 'teams' }))
  const [lost, setLost] = useState(false)
  useTitle(intl.formatMessage({ id: 'stepUp.documentTitle' }))
  useEffect(() => {
    if (code === null) return
    // It is good once; nobody needs to find it in the address.
    window.history.replaceState(window.history.state, '', window.location.pathname + window.location.search)
    if (teams) void tellTeams(code).catch(() => setLost(true))
    else if (handToOpener(code)) window.close()
    else setLost(true)
  }, [code, teams])
  const close = (
    <Button onClick={() => window.close()}>
      <FormattedMessage id="stepUp.close" />
    </Button>
  )
  if (code !== null)
    return (
      <Plain title={<FormattedMessage id="stepUp.done" />}>
        <p className={styles.text} role="status">
          <FormattedMessage id={lost ? 'stepUp.lost' : 'stepUp.done.body'} />
        </p>
        <div className={styles.row}>{close}</div>
      </Plain>
    )
  const failure = failureOf(failed)
  return (
    <Plain title={<FormattedMessage id={failure.title} />}>
      <p className={styles.text}>
        <FormattedMessage id={failure.body} />
      </p>
      <div className={styles.row}>
        <Button as="a" appearance="primary" href={`/auth/step-up${host ? `?host=${host}` : ''}`}>
          <FormattedMessage id="stepUp.again" />
        </Button>
        {close}
      </div>
      {failed ? (
        <p className={mergeClasses(styles.text, parts.caption)}>
          <FormattedMessage id="signInFailed.code" values={{ code: requestId ? `${failed} · ${requestId}` : failed }} />
        </p>
      ) : null}
    </Plain>
  )
}
