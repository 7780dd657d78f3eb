import { useState } from 'react'
import { FormattedMessage } from 'react-intl'
import type { InvoiceLine } from '~/api/types'
import { useFormat } from '~/app/i18n'
import { ReferenceEditor } from '~/app/ReferenceEditor'

/**
 * The reference as the invoice has it, and the way to change that of the subscription: an issued invoice stays as it is, and
 * the new one, shown behind an arrow, stands on the next.
 */
export function LineReference({ line, subscription }: { line: InvoiceLine; subscription: string }) {
  const format = useFormat()
  const [next, setNext] = useState<{ reference: string | null }>()
  const billed = line.reference ?? ''
  const changed = next !== undefined && (next.reference ?? '') !== billed
  return (
    <ReferenceEditor
      organisation={line.organisation.id}
      of={{
        subscription,
        reference: next ? next.reference : line.reference,
        name: [line.person?.name, line.number ? format.number(line.number) : line.product].filter(Boolean).join(', '),
      }}
      onSaved={(reference) => setNext({ reference })}
    >
      {changed ? (
        <FormattedMessage id="invoices.referenceNext" values={{ now: billed || '–', next: next.reference ?? '–' }} />
      ) : (
        billed || '–'
      )}
    </ReferenceEditor>
  )
}
