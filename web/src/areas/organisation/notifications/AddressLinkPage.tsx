/**
 * Where the links of the mails to notification addresses lead, without a sign-in. Opening one does nothing: programs that
 * look at mails open links too. Only the button does.
 */
import { Button, makeStyles, Spinner } from '@fluentui/react-components'
import { useMutation } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import { FormattedMessage, useIntl } from 'react-intl'
import { isProblem } from '~/api/problem'
import { useTitle } from '~/parts/hooks'
import { Plain } from '~/parts/Plain'
import { useProblemText } from '~/parts/problemText'
import { useParts } from '~/parts/styles'
import { confirmAddress, unsubscribeAddress } from './queries'

const useStyles = makeStyles({ row: { display: 'flex', gap: '8px', flexWrap: 'wrap' } })

/** What stands behind the `#`: no browser sends it anywhere by itself. */
const tokenInFragment = (): string => decodeURIComponent(window.location.hash.slice(1))

function Link({
  what,
  act,
}: {
  what: 'confirm' | 'unsubscribe'
  /** Does it; answers what to say of the address, where the server says it. */
  act: (token: string) => Promise<{ address: string } | undefined>
}) {
  const styles = useStyles()
  const parts = useParts()
  const intl = useIntl()
  const problemText = useProblemText()
  const [token] = useState(tokenInFragment)
  const send = useMutation({ mutationFn: () => act(token) })
  useTitle(intl.formatMessage({ id: `address.${what}.title` }))
  const say = (title: ReactNode, body: ReactNode) => (
    <Plain title={title}>
      <p className={parts.paragraph} role="status">
        {body}
      </p>
    </Plain>
  )
  if (send.isSuccess)
    return say(
      <FormattedMessage id={`address.${what}.done`} />,
      <FormattedMessage id={`address.${what}.done.body`} values={{ address: send.data?.address ?? '' }} />,
    )
  if (token === '' || isProblem(send.error, 404))
    return say(<FormattedMessage id="address.link.unknown" />, <FormattedMessage id={`address.${what}.unknown.body`} />)
  if (isProblem(send.error, 410))
    return say(
      <FormattedMessage id={send.error.code === 'linkUsed' ? 'address.link.used' : 'address.link.expired'} />,
      send.error.detail ?? problemText(send.error).title,
    )
  return (
    <Plain title={<FormattedMessage id={`address.${what}.title`} />}>
      <p className={parts.paragraph}>
        <FormattedMessage id={`address.${what}.body`} />
      </p>
      {send.error ? (
        <p className={parts.paragraph} role="alert">
          {problemText(send.error).title}
        </p>
      ) : null}
      <div className={styles.row}>
        <Button
          appearance="primary"
          disabled={send.isPending}
          icon={send.isPending ? <Spinner size="tiny" /> : undefined}
          onClick={() => send.mutate()}
        >
          <FormattedMessage id={`address.${what}.send`} />
        </Button>
      </div>
    </Plain>
  )
}

export const ConfirmAddressPage = () => <Link what="confirm" act={confirmAddress} />

export const RemoveAddressPage = () => (
  <Link what="unsubscribe" act={(token) => unsubscribeAddress(token).then(() => undefined)} />
)
