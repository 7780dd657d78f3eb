import { makeStyles, mergeClasses, tokens } from '@fluentui/react-components'
import { FormattedMessage } from 'react-intl'
import type { InvoiceLine, NewReference } from '~/api/types'
import { useFormat } from '~/app/i18n'
import { ReferenceEditor } from '~/app/ReferenceEditor'
import { useParts } from '~/parts/styles'

const useStyles = makeStyles({
  part: { display: 'block' },
  next: { color: tokens.colorBrandForeground1, fontWeight: 600 },
})

/**
 * The reference as the invoice has it, and the way to change that of the subscription: an issued invoice stays as it is, and
 * the new one, shown below it, stands on the next.
 */
export function LineReference({
  line,
  subscription,
  next,
  onWritten,
}: {
  line: InvoiceLine
  subscription: string
  /** What was written on it here since; absent where nothing was. */
  next: string | null | undefined
  onWritten: (written: readonly NewReference[]) => void
}) {
  const styles = useStyles()
  const parts = useParts()
  const format = useFormat()
  const billed = line.reference ?? ''
  const changed = next !== undefined && (next ?? '') !== billed
  return (
    <ReferenceEditor
      organisation={line.organisation.id}
      of={{
        subscription,
        reference: next === undefined ? line.reference : next,
        name: [line.person?.name, line.number ? format.number(line.number) : line.product].filter(Boolean).join(', '),
      }}
      onSaved={(reference) => onWritten([{ subscription, reference }])}
    >
      {changed ? (
        <>
          <span className={mergeClasses(styles.part, parts.ellipsis)}>{billed || '–'}</span>{' '}
          <span className={mergeClasses(styles.part, styles.next, parts.ellipsis)} title={next ?? undefined}>
            <FormattedMessage id="invoices.referenceNext" values={{ next: next ?? '–' }} />
          </span>
        </>
      ) : (
        billed || '–'
      )}
    </ReferenceEditor>
  )
}
