import { Button } from '@fluentui/react-components'
import { ArrowEnter20Regular } from '@fluentui/react-icons'
import { useQuery } from '@tanstack/react-query'
import { FormattedMessage } from 'react-intl'
import { portsOfOrderQuery } from '~/api/ports'
import { useFormat } from './i18n'
import { useDialogs } from './ordering'

/** The way to the moves of numbers that an order waits for; nothing where it waits for none. */
export function PortButtons({
  organisation,
  order,
  size = 'medium',
}: {
  organisation: string
  order: string
  size?: 'small' | 'medium'
}) {
  const format = useFormat()
  const openDialog = useDialogs()
  const { data } = useQuery(portsOfOrderQuery(organisation, order))
  return data?.items.map(({ id, number, state }) => {
    const waitsForUs = state === 'draft' || state === 'rejected'
    return (
      <Button
        key={id}
        size={size}
        appearance={waitsForUs ? 'primary' : 'secondary'}
        icon={<ArrowEnter20Regular />}
        onClick={() => openDialog({ show: 'port', port: id })}
      >
        <FormattedMessage
          id={waitsForUs ? 'port.open.finish' : 'port.open'}
          values={{ number: format.number(number) }}
        />
      </Button>
    )
  })
}
