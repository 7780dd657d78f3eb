/** One reference on the subscriptions of everybody who is chosen. */
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
import { type FormEvent, useRef, useState } from 'react'
import { FormattedMessage, useIntl } from 'react-intl'
import { keys } from '~/api/keys'
import { refreshPeopleLists } from '~/api/people'
import { Problem } from '~/api/problem'
import { longestReference, writeReferences } from '~/api/subscriptions'
import type { NewReference, PersonRow } from '~/api/types'
import { useSession } from '~/app/session'
import { notify } from '~/parts/notify'
import { useProblemText } from '~/parts/problemText'
import { useParts } from '~/parts/styles'
import { planReferences, type ReferenceScope, referable, referenceScopes, withReferences } from './references'

const useStyles = makeStyles({
  content: { display: 'flex', flexDirection: 'column', gap: '16px' },
  field: { maxWidth: '340px' },
})

export function ReferencesDialog({
  rows,
  onClose,
}: {
  rows: readonly PersonRow[]
  /** Given the people with their new references, once they are written. */
  onClose: (changed?: PersonRow[]) => void
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
  const keysOf = useRef<{ said: string; keys: Map<number, string> }>(undefined)

  const reference = typed.trim() || null
  const { references, replaced } = planReferences(referable(rows, scope), reference, onlyEmpty)
  const save = useMutation({
    mutationFn: (wanted: NewReference[]) => {
      // The same request again is the same writing again.
      const said = JSON.stringify(wanted)
      if (keysOf.current?.said !== said) keysOf.current = { said, keys: new Map() }
      const known = keysOf.current.keys
      return writeReferences(organisation.id, wanted, (part) => {
        const key = known.get(part) ?? crypto.randomUUID()
        known.set(part, key)
        return key
      })
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
      onClose(withReferences(rows, wanted))
    },
  })
  const atField =
    save.error instanceof Problem
      ? save.error.errors.find(({ pointer }) => pointer.endsWith('/reference'))?.detail
      : undefined
  const failure = save.error && !atField ? problemText(save.error) : null
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (references.length > 0) save.mutate(references)
  }
  return (
    <Dialog open modalType="modal" onOpenChange={(_, data) => (data.open || save.isPending ? undefined : onClose())}>
      <DialogSurface aria-describedby={undefined}>
        <form noValidate onSubmit={submit}>
          <DialogBody>
            <DialogTitle>
              <FormattedMessage id="references.title" values={{ count: rows.length }} />
            </DialogTitle>
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
              <Field label={intl.formatMessage({ id: 'references.on' })}>
                <RadioGroup value={scope} onChange={(_, { value }) => setScope(value as ReferenceScope)}>
                  {referenceScopes.map((one) => {
                    const count = referable(rows, one).length
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
              <Checkbox
                checked={onlyEmpty}
                onChange={(_, { checked }) => setOnlyEmpty(checked === true)}
                label={intl.formatMessage({ id: 'references.onlyEmpty' })}
              />
              <p role="status" className={parts.paragraph}>
                <FormattedMessage
                  id={reference ? 'references.count' : 'references.countRemoved'}
                  values={{ count: references.length, replaced }}
                />
              </p>
            </DialogContent>
            <DialogActions>
              <Button disabled={save.isPending} onClick={() => onClose()}>
                <FormattedMessage id="common.cancel" />
              </Button>
              <Button
                type="submit"
                appearance="primary"
                disabled={save.isPending || references.length === 0}
                icon={save.isPending ? <Spinner size="tiny" /> : undefined}
              >
                <FormattedMessage id={reference ? 'references.save' : 'references.remove'} />
              </Button>
            </DialogActions>
          </DialogBody>
        </form>
      </DialogSurface>
    </Dialog>
  )
}
