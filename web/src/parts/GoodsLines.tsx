/** Hardware line by line: how many of what, and the price of one. */
import { FormattedMessage } from 'react-intl'
import type { OrderItemView } from '~/api/types'
import { useFormat } from '~/app/i18n'
import { useParts } from './styles'

export function GoodsLines({ lines }: { lines: OrderItemView['lines'] }) {
  const parts = useParts()
  const format = useFormat()
  return lines.length === 0 ? null : (
    <ul className={parts.muted}>
      {lines.map(({ offering, quantity, price }) => (
        <li key={offering.id}>
          <FormattedMessage id="goods.line" values={{ quantity, product: offering.name, price: format.money(price) }} />
        </li>
      ))}
    </ul>
  )
}
