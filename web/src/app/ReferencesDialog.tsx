/** One reference on many subscriptions: of people who are chosen, or of an invoice's lines. */
import {
  Button,
  Checkbox,
  Dialog,
  DialogActions,
  DialogBody,
  DialogContent,
  DialogSurface,
  DialogTitle,
  Field,
  Input,
  MessageBar,
  MessageBarBody,
  makeStyles,
  Radio,
  RadioGroup,
  Spinner,
} from '@fluentui/react-components'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, type ReactNode, useRef, useState } from 'react'
import { FormattedMessage, useIntl } from 'react-intl'
import { keys } from '~/api/keys'
import { refreshPeopleLists } from '~/api/people'
import { Problem } from '~/api/problem'
import { longestReference, writeReferences } from '~/api/subscriptions'
import type { NewReference } from '~/api/types'
import { notify } from '~/parts/notify'
import { useProblemText } from '~/parts/problemText'
import { useParts } from '~/parts/styles'
import {
  byOrganisation,
  inScope,
  planReferences,
  type ReferenceScope,
  type ReferenceTarget,
  referenceScopes,
} from './references'
import { useSession } from './session'

const useStyles = makeStyles({
  content: { display: 'flex', flexDirection: 'column', gap: '16px' },
  field: { maxWidth: '340px' },
})

export function ReferencesDialog({
  title,
  targets,
  onClose,
}: {
  title: ReactNode
  targets: readonly ReferenceTarget[]
  /** Given what was written, once it is. */
  onClose: (written?: readonly NewReference[]) => void
}) {
  const styles = useStyles()
  const parts = useParts()
  const intl = useIntl()
  const client = useQueryClient()
  const problemText = useProblemText()
  const { organisation } = useSession()
  const [typed, setTyped] = useState('')
  const [scope, setScope] = useState<ReferenceScope>('all')
  const [onlyEmpty, setOnlyEmpty] = useState(false)
  const keysOf = useRef<{ said: string; keys: Map<string, string> }>(undefined)

  const reference = typed.trim() || null
  const unknown = targets.some(({ reference: now }) => now === undefined)
  const { references, replaced } = planReferences(inScope(targets, scope), reference, onlyEmpty)
  // Nothing is taken away by a click on what was meant to save: that has a button of its own.
  const removals = reference ? [] : references
  const save = useMutation({
    mutationFn: async (wanted: NewReference[]) => {
      // The same request again is the same writing again.
      const said = JSON.stringify(wanted)
      if (keysOf.current?.said !== said) keysOf.current = { said, keys: new Map() }
      const known = keysOf.current.keys
      let updated = 0
      for (const [owner, theirs] of byOrganisation(targets, wanted, organisation.id))
        updated += await writeReferences(owner, theirs, (part) => {
          const request = `${owner} ${part}`
          const key = known.get(request) ?? crypto.randomUUID()
          known.set(request, key)
          return key
        })
      return updated
    },
    onSuccess: (updated, wanted) => {
      refreshPeopleLists(client, organisation.id)
      void client.invalidateQueries({ queryKey: keys.persons(organisation.id) })
      notify({
        intent: 'success',
        title: (
          <FormattedMessage
            id={reference ? 'references.saved' : 'references.removed'}
            values={{ count: updated, reference: reference ?? '' }}
          />
        ),
        body: <FormattedMessage id="reference.nextInvoice" />,
      })
      onClose(wanted)
    },
  })
  const atField =
    save.error instanceof Problem
      ? save.error.errors.find(({ pointer }) => pointer.endsWith('/reference'))?.detail
      : undefined
  const failure = save.error && !atField ? problemText(save.error) : null
  const submit = (event: FormEvent) => {
    event.preventDefault()
    // Enter in a field that is still empty takes nothing away: that is for the button alone.
    if (reference && references.length > 0) save.mutate(references)
  }
  return (
    <Dialog open modalType="modal" onOpenChange={(_, data) => (data.open || save.isPending ? undefined : onClose())}>
      <DialogSurface aria-describedby={undefined}>
        <form noValidate onSubmit={submit}>
          <DialogBody>
            <DialogTitle>{title}</DialogTitle>
            <DialogContent className={styles.content}>
              <p className={parts.paragraph}>
                <FormattedMessage id="references.body" />
              </p>
              {failure ? (
                <MessageBar intent="error" layout="multiline" politeness="assertive">
                  <MessageBarBody>
                    {failure.title} {failure.detail === failure.title ? null : failure.detail}
                  </MessageBarBody>
                </MessageBar>
              ) : null}
              <Field
                className={styles.field}
                label={intl.formatMessage({ id: 'reference.label' })}
                hint={intl.formatMessage({ id: 'references.hint' })}
                validationState={atField ? 'error' : 'none'}
                validationMessage={atField}
              >
                <Input
                  value={typed}
                  maxLength={longestReference}
                  autoComplete="off"
                  onChange={(_, { value }) => setTyped(value)}
                />
              </Field>
              {targets.some(({ kind }) => kind) ? (
                <Field label={intl.formatMessage({ id: 'references.on' })}>
                  <RadioGroup value={scope} onChange={(_, { value }) => setScope(value as ReferenceScope)}>
                    {referenceScopes.map((one) => {
                      const count = inScope(targets, one).length
                      return (
                        <Radio
                          key={one}
                          value={one}
                          disabled={count === 0}
                          label={intl.formatMessage({ id: `references.on.${one}` }, { count })}
                        />
                      )
                    })}
                  </RadioGroup>
                </Field>
              ) : null}
              {unknown ? null : (
                <Checkbox
                  checked={onlyEmpty}
                  onChange={(_, { checked }) => setOnlyEmpty(checked === true)}
                  label={intl.formatMessage({ id: 'references.onlyEmpty' })}
                />
              )}
              <p role="status" className={parts.paragraph}>
                {reference || !unknown ? (
                  <FormattedMessage
                    id={reference ? (unknown ? 'references.countAny' : 'references.count') : 'references.countRemoved'}
                    values={{ count: references.length, replaced }}
                  />
                ) : null}
              </p>
            </DialogContent>
            <DialogActions>
              <Button disabled={save.isPending} onClick={() => onClose()}>
                <FormattedMessage id="common.cancel" />
              </Button>
              {removals.length > 0 ? (
                <Button className={parts.whole} disabled={save.isPending} onClick={() => save.mutate(removals)}>
                  <FormattedMessage id="references.remove" />
                </Button>
              ) : null}
              <Button
                type="submit"
                appearance="primary"
                disabled={save.isPending || !reference || references.length === 0}
                icon={save.isPending ? <Spinner size="tiny" /> : undefined}
              >
                <FormattedMessage id="references.save" />
              </Button>
            </DialogActions>
          </DialogBody>
        </form>
      </DialogSurface>
    </Dialog>
  )
}
