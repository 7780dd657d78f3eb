import { FormattedMessage, useIntl } from 'react-intl'
import type { CallGroup } from '~/api/types'
import { daysInRuns } from './rules'

/** Opening hours in a few words: `Mon–Fri 08:00–16:00`. */
export function HoursText({ hours }: { hours: CallGroup['openingHours'] }) {
  const intl = useIntl()
  if (!hours) return <FormattedMessage id="callGroup.hours.always" />
  const day = (name: (typeof hours)[number]['days'][number]) => intl.formatMessage({ id: `weekday.${name}` })
  return hours.map(({ days, from, to }) => (
    <div key={`${days.join()}${from}`}>
      {daysInRuns(days)
        .map(([first, last]) => (first === last ? day(first) : `${day(first)}–${day(last)}`))
        .join(', ')}{' '}
      {from}–{to}
    </div>
  ))
}
