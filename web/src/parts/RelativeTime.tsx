import { FormattedRelativeTime } from 'react-intl'
import { useFormat } from '~/app/i18n'
import { relativeParts } from './format'
import { useNow } from './hooks'

/** "4 minutes ago", with the exact instant on hover. */
export function RelativeTime({ value }: { value: string }) {
  const format = useFormat()
  const { value: amount, unit } = relativeParts(value, useNow())
  return (
    <time dateTime={value} title={format.instant(value)}>
      <FormattedRelativeTime value={amount} unit={unit} numeric="auto" />
    </time>
  )
}
