import { MessageBar, MessageBarBody } from '@fluentui/react-components'
import { FormattedMessage } from 'react-intl'
import type { Wish } from '~/app/ordering'
import { useParts } from '~/parts/styles'

/** Who was chosen and does not get it: said before anything is ordered, with the reasons and how many each holds for. */
export function LeftOut({ leftOut, removed }: { leftOut: NonNullable<Wish['leftOut']>; removed: Wish['targets'] }) {
  const parts = useParts()
  if (leftOut.length + removed.length === 0) return null
  const reasons = new Map<string, number>()
  for (const { reason } of leftOut) reasons.set(reason, (reasons.get(reason) ?? 0) + 1)
  return (
    <MessageBar intent="info" layout="multiline">
      <MessageBarBody>
        <FormattedMessage id="order.leftOut" values={{ count: leftOut.length + removed.length }} />
        <ul className={parts.list}>
          {[...reasons].map(([reason, count]) => (
            <li key={reason}>
              <FormattedMessage id="order.leftOut.reason" values={{ count, reason }} />
            </li>
          ))}
          {removed.map(({ person }) => (
            <li key={person.id}>{person.displayName}</li>
          ))}
        </ul>
      </MessageBarBody>
    </MessageBar>
  )
}
