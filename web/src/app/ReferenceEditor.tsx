/**
 * The reference of one subscription, changed where it stands: a click or Enter opens a field, Enter keeps what is typed,
 * Escape leaves it as it was. What somebody else has written in the meantime is never written over unseen.
 */
import { Button, Input, makeStyles, Spinner, tokens } from '@fluentui/react-components'
import { Checkmark16Regular, Dismiss16Regular, Edit16Regular } from '@fluentui/react-icons'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { type KeyboardEvent, type ReactNode, useEffect, useId, useLayoutEffect, useRef, useState } from 'react'
import { FormattedMessage, useIntl } from 'react-intl'
import { keys } from '~/api/keys'
import { isProblem, Problem } from '~/api/problem'
import { longestReference, subscriptionQuery, writeReference } from '~/api/subscriptions'
import { notify } from '~/parts/notify'
import { useProblemText } from '~/parts/problemText'
import { hoverBackground, useParts } from '~/parts/styles'
import { useSession } from './session'

const useStyles = makeStyles({
  shown: {
    display: 'inline-flex',
    alignItems: 'center',
    gap: '4px',
    maxWidth: '100%',
    minHeight: '24px',
    padding: '0 4px',
    marginInlineStart: '-4px',
    boxSizing: 'border-box',
    border: 'none',
    borderRadius: tokens.borderRadiusMedium,
    backgroundColor: 'transparent',
    color: tokens.colorNeutralForeground2,
    fontFamily: 'inherit',
    fontSize: tokens.fontSizeBase200,
    textAlign: 'start',
    cursor: 'pointer',
    ':hover': { backgroundColor: hoverBackground, color: tokens.colorBrandForeground1 },
    ':focus-visible': { outline: `2px solid ${tokens.colorStrokeFocus2}` },
  },
  icon: { flexShrink: 0 },
  editor: { display: 'flex', flexDirection: 'column', gap: '2px', maxWidth: '320px' },
  line: { display: 'flex', alignItems: 'center', gap: '2px' },
  input: { flexGrow: 1, minWidth: 0, '& input': { minWidth: 0, width: '100%' } },
  problem: { margin: 0, color: tokens.colorStatusDangerForeground1, fontSize: tokens.fontSizeBase200 },
})

export interface Referenced {
  subscription: string
  /** What stands on it now. */
  reference: string | null
  /** What it is called, for whoever cannot see where the field stands. */
  name: string
}

export function ReferenceEditor({
  of,
  organisation,
  onSaved,
  children,
}: {
  of: Referenced
  /** Whose subscription it is, where not of the organisation on screen. */
  organisation?: string
  /** What is shown instead of the reference itself. */
  children?: ReactNode
  /** Told after it was written, to show it wherever else it stands. */
  onSaved: (reference: string | null) => void
}) {
  const styles = useStyles()
  const parts = useParts()
  const [editing, setEditing] = useState(false)
  const button = useRef<HTMLButtonElement>(null)
  const edited = useRef(false)
  useLayoutEffect(() => {
    if (!editing && edited.current) button.current?.focus()
    edited.current = editing
  }, [editing])
  const close = () => setEditing(false)
  if (editing)
    return (
      <Editor
        of={of}
        organisation={organisation}
        onClose={close}
        onSaved={(reference) => {
          close()
          onSaved(reference)
        }}
      />
    )
  return (
    <button ref={button} type="button" className={styles.shown} onClick={() => setEditing(true)}>
      <span className={parts.ellipsis}>
        {children !== undefined ? (
          children
        ) : of.reference ? (
          <FormattedMessage id="profile.reference" values={{ reference: of.reference }} />
        ) : (
          <FormattedMessage id="reference.add" />
        )}
      </span>
      <span className={parts.visuallyHidden}>
        <FormattedMessage id={of.reference ? 'reference.change' : 'reference.add.to'} values={{ name: of.name }} />
      </span>
      <Edit16Regular className={styles.icon} aria-hidden="true" />
    </button>
  )
}

function Editor({
  of,
  organisation: owner,
  onClose,
  onSaved,
}: {
  of: Referenced
  organisation: string | undefined
  onClose: () => void
  onSaved: (reference: string | null) => void
}) {
  const styles = useStyles()
  const intl = useIntl()
  const client = useQueryClient()
  const problemText = useProblemText()
  const { organisation: shown } = useSession()
  const organisation = owner ?? shown.id
  const query = subscriptionQuery(organisation, of.subscription)
  const { data, error, refetch } = useQuery({ ...query, refetchOnWindowFocus: false })
  // Until something is typed, what the server says stands in the field.
  const [typed, setTyped] = useState<string | null>(null)
  const value = typed ?? data?.reference ?? of.reference ?? ''
  const input = useRef<HTMLInputElement>(null)
  const problemId = useId()
  useEffect(() => {
    input.current?.focus()
    input.current?.select()
  }, [])

  const save = useMutation({
    mutationFn: (reference: string | null) =>
      writeReference(organisation, of.subscription, data?.etag ?? '', reference),
    onSuccess: (written) => {
      client.setQueryData(query.queryKey, written)
      void client.invalidateQueries({ queryKey: keys.persons(organisation) })
      const before = data?.reference ?? null
      notify({
        intent: 'success',
        title: <FormattedMessage id={written.reference ? 'reference.saved' : 'reference.removed'} />,
        body: <FormattedMessage id="reference.nextInvoice" />,
        link: (closeNotice) => (
          <Button
            size="small"
            onClick={() => {
              closeNotice()
              void writeReference(organisation, of.subscription, written.etag ?? '', before).then(
                () => onSaved(before),
                (refusal: unknown) => notify({ intent: 'error', ...problemText(refusal) }),
              )
            }}
          >
            <FormattedMessage id="undo.button" />
          </Button>
        ),
      })
      onSaved(written.reference ?? null)
    },
    onError: (refusal) => {
      // Somebody else was here first: what they wrote is fetched, and what was typed stays in the field.
      if (isProblem(refusal, 412)) void refetch()
    },
  })
  const keep = () => {
    const reference = value.trim() || null
    if (!data) return
    if (reference === (data.reference ?? null)) onClose()
    else save.mutate(reference)
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Enter') keep()
    else if (event.key === 'Escape') onClose()
    else return
    event.preventDefault()
    event.stopPropagation()
  }
  const said = (problem: unknown): string | null => {
    if (!problem) return null
    const { title, detail } = problemText(problem)
    return problem instanceof Problem ? (problem.errors[0]?.detail ?? detail ?? title) : title
  }
  const stale =
    isProblem(save.error, 412) && data
      ? intl.formatMessage({ id: 'reference.stale' }, { reference: data.reference ?? '–' })
      : null
  const complaint = stale ?? said(save.error) ?? said(error)
  return (
    <div className={styles.editor}>
      <div className={styles.line}>
        <Input
          ref={input}
          size="small"
          className={styles.input}
          aria-label={intl.formatMessage({ id: 'reference.of' }, { name: of.name })}
          aria-invalid={complaint ? true : undefined}
          aria-describedby={complaint ? problemId : undefined}
          placeholder={intl.formatMessage({ id: 'reference.placeholder' })}
          value={value}
          maxLength={longestReference}
          disabled={save.isPending}
          onChange={(_, changed) => setTyped(changed.value)}
          onKeyDown={onKeyDown}
        />
        <Button
          size="small"
          appearance="subtle"
          icon={save.isPending ? <Spinner size="extra-tiny" /> : <Checkmark16Regular />}
          disabled={!data || save.isPending}
          aria-label={intl.formatMessage({ id: 'common.save' })}
          onClick={keep}
        />
        <Button
          size="small"
          appearance="subtle"
          icon={<Dismiss16Regular />}
          disabled={save.isPending}
          aria-label={intl.formatMessage({ id: 'common.cancel' })}
          onClick={onClose}
        />
      </div>
      {complaint ? (
        <p id={problemId} role="alert" className={styles.problem}>
          {complaint}
        </p>
      ) : null}
    </div>
  )
}
