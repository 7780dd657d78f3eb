import { Badge } from '@fluentui/react-components'
import { FormattedMessage } from 'react-intl'
import type { Invoice } from '~/api/types'

const colours = { issued: 'informative', sent: 'success', credited: 'warning' } as const

export function InvoiceState({ state }: { state: Invoice['state'] }) {
  return (
    <Badge appearance="tint" color={colours[state]} shape="rounded">
      <FormattedMessage id={`invoices.state.${state}`} />
    </Badge>
  )
}
