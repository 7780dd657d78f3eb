import { Link } from '@tanstack/react-router'
import { FormattedMessage, useIntl } from 'react-intl'
import { useTitle } from '~/parts/hooks'
import { Plain } from '~/parts/Plain'
import { useParts } from '~/parts/styles'

export function NotFoundPage() {
  const parts = useParts()
  const intl = useIntl()
  useTitle(intl.formatMessage({ id: 'notFound.title' }))
  return (
    <Plain title={<FormattedMessage id="notFound.title" />}>
      <p className={parts.paragraph}>
        <FormattedMessage id="notFound.body" />
      </p>
      <Link to="/" className={parts.link}>
        <FormattedMessage id="forbidden.home" />
      </Link>
    </Plain>
  )
}
