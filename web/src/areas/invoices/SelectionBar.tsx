/** What can be done with the lines that are chosen, above the list for as long as some are. */
import { Button, Spinner } from '@fluentui/react-components'
import { Dismiss20Regular, Tag20Regular } from '@fluentui/react-icons'
import { useMutation } from '@tanstack/react-query'
import { lazy, Suspense, useRef, useState } from 'react'
import { FormattedMessage, useIntl } from 'react-intl'
import type { InvoiceLine, NewReference } from '~/api/types'
import { notify } from '~/parts/notify'
import { useProblemText } from '~/parts/problemText'
import { useParts } from '~/parts/styles'
import { type LineSelection, mostLines, targetsOf } from './selection'

const ReferencesDialog = lazy(() =>
  import('~/app/ReferencesDialog').then((module) => ({ default: module.ReferencesDialog })),
)

export function SelectionBar({
  selection,
  total,
  onAll,
  onWritten,
}: {
  selection: LineSelection
  /** How many lines the filters let through. */
  total: number
  /** Fetches the lines that the filters let through, at most so many. */
  onAll: (most: number) => Promise<InvoiceLine[]>
  onWritten: (written: readonly NewReference[]) => void
}) {
  const parts = useParts()
  const intl = useIntl()
  const problemText = useProblemText()
  const [writing, setWriting] = useState(false)
  const writer = useRef<HTMLButtonElement>(null)
  const targets = targetsOf(selection.chosen.values())
  const all = useMutation({
    mutationFn: () => onAll(mostLines),
    onSuccess: (lines) => selection.change(lines, true),
    onError: (error) => notify({ intent: 'error', ...problemText(error) }),
  })
  return (
    <section className={parts.bar} aria-label={intl.formatMessage({ id: 'invoices.chosen' })}>
      <span role="status" className={parts.barCount}>
        <FormattedMessage
          id="invoices.chosenCount"
          values={{ count: selection.chosen.size, subscriptions: targets.length }}
        />
      </span>
      {selection.chosen.size < Math.min(total, mostLines) && !all.isSuccess ? (
        <Button
          size="small"
          appearance="subtle"
          disabled={all.isPending}
          icon={all.isPending ? <Spinner size="tiny" /> : undefined}
          onClick={() => all.mutate()}
        >
          <FormattedMessage
            id={total > mostLines ? 'users.chooseFirst' : 'invoices.chooseAll'}
            values={{ count: Math.min(total, mostLines) }}
          />
        </Button>
      ) : null}
      <span className={parts.grow} />
      <Button ref={writer} appearance="primary" icon={<Tag20Regular />} onClick={() => setWriting(true)}>
        <FormattedMessage id="references.open" />
      </Button>
      <Button
        appearance="subtle"
        icon={<Dismiss20Regular />}
        aria-label={intl.formatMessage({ id: 'invoices.chooseNone' })}
        onClick={selection.clear}
      />
      <Suspense fallback={null}>
        {writing ? (
          <ReferencesDialog
            title={<FormattedMessage id="references.titleLines" values={{ count: targets.length }} />}
            targets={targets}
            onClose={(written) => {
              setWriting(false)
              if (written) onWritten(written)
              requestAnimationFrame(() => writer.current?.focus())
            }}
          />
        ) : null}
      </Suspense>
    </section>
  )
}
