import { LockClosed24Regular } from '@fluentui/react-icons'
import { Link } from '@tanstack/react-router'
import { FormattedMessage, useIntl } from 'react-intl'
import { useTitle } from '~/parts/hooks'
import { Plain } from '~/parts/Plain'
import { EmptyState } from '~/parts/States'
import { useParts } from '~/parts/styles'

/** A page that exists, for somebody who may not see it; `whole` when even the organisation is not theirs. */
export function ForbiddenPage({ whole = false }: { whole?: boolean }) {
  const parts = useParts()
  const intl = useIntl()
  useTitle(intl.formatMessage({ id: whole ? 'forbidden.organisation' : 'forbidden.title' }))
  const home = (
    <Link to="/" className={parts.link}>
      <FormattedMessage id="forbidden.home" />
    </Link>
  )
  if (whole)
    return (
      <Plain title={<FormattedMessage id="forbidden.organisation" />}>
        <p className={parts.paragraph}>
          <FormattedMessage id="forbidden.organisation.body" />
        </p>
        {home}
      </Plain>
    )
  return (
    <EmptyState page icon={LockClosed24Regular} title={<FormattedMessage id="forbidden.title" />} action={home}>
      <FormattedMessage id="forbidden.body" />
    </EmptyState>
  )
}
