import { Badge } from '@fluentui/react-components'
import { FormattedMessage } from 'react-intl'

const texts = {
  active: 'sim.active',
  suspended: 'sim.suspended',
  unassigned: 'sim.unassigned',
  reserved: 'sim.reserved',
  retired: 'sim.retired',
} as const

/** The state of a SIM card in a word. */
export function SimStateBadge({ state }: { state: string }) {
  const known = Object.hasOwn(texts, state) ? texts[state as keyof typeof texts] : null
  return (
    <Badge
      appearance="tint"
      color={state === 'active' ? 'success' : state === 'suspended' ? 'danger' : 'informative'}
      shape="rounded"
    >
      {known ? <FormattedMessage id={known} /> : state}
    </Badge>
  )
}
