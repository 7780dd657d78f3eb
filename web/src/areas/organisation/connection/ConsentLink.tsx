import { Button } from '@fluentui/react-components'
import { ShieldCheckmark20Regular } from '@fluentui/react-icons'
import { FormattedMessage } from 'react-intl'
import { useHost } from '~/app/session'
import { useParts } from '~/parts/styles'

/** The way to Microsoft's page of consent. Its pages do not stand in a frame: from Teams it is a window of its own. */
export function ConsentLink({ address, wanted }: { address: string; wanted: boolean }) {
  const parts = useParts()
  const framed = useHost().kind === 'teams'
  return (
    <Button
      as="a"
      href={address}
      appearance={wanted ? 'primary' : 'secondary'}
      icon={<ShieldCheckmark20Regular />}
      {...(framed ? { target: '_blank', rel: 'noreferrer' } : {})}
    >
      <FormattedMessage id={wanted ? 'access.consent' : 'access.consentAgain'} />
      {framed ? (
        <span className={parts.visuallyHidden}>
          <FormattedMessage id="common.newWindow" />
        </span>
      ) : null}
    </Button>
  )
}
