/** What an item of an order costs: by the month, or once where that is all. */
import { FormattedMessage } from 'react-intl'
import type { Money } from '~/api/types'
import { useFormat } from '~/app/i18n'

export function ItemPrice({ monthly, oneTime }: { monthly: Money; oneTime: Money }) {
  const format = useFormat()
  const once = monthly.amount === 0 && oneTime.amount !== 0
  return (
    <FormattedMessage
      id={once ? 'quote.once' : 'quote.perMonth'}
      values={{ amount: format.money(once ? oneTime : monthly) }}
    />
  )
}
