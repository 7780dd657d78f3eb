/** Makes a person who has no Microsoft account, or changes one. */
import {
  Button,
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
  Spinner,
} from '@fluentui/react-components'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useRef, useState } from 'react'
import { FormattedMessage, useIntl } from 'react-intl'
import { keys } from '~/api/keys'
import { createLocalPerson, type LocalPerson, updateLocalPerson } from '~/api/localPeople'
import { refreshPeopleLists } from '~/api/people'
import { Problem } from '~/api/problem'
import type { Person } from '~/api/types'
import { useSession } from '~/app/session'
import { notify } from '~/parts/notify'
import { useProblemText } from '~/parts/problemText'
import { useParts } from '~/parts/styles'
import type { TextId } from '~/texts'

const useStyles = makeStyles({
  content: { display: 'flex', flexDirection: 'column', gap: '12px' },
  pair: {
    display: 'grid',
    gridTemplateColumns: 'repeat(2, minmax(0, 1fr))',
    gap: '12px',
    '@media (max-width: 560px)': { gridTemplateColumns: 'minmax(0, 1fr)' },
  },
})

const lines = ['firstName', 'lastName', 'email', 'mobilePhone', 'title', 'department'] as const
type Line = (typeof lines)[number]
const labels = {
  firstName: 'profile.firstName',
  lastName: 'profile.lastName',
  email: 'profile.email',
  mobilePhone: 'local.mobilePhone',
  title: 'profile.jobTitle',
  department: 'profile.department',
} as const satisfies Record<Line, TextId>

export function PersonDialog({ person, onClose }: { person: Person | null; onClose: (made?: string) => void }) {
  const styles = useStyles()
  const parts = useParts()
  const intl = useIntl()
  const client = useQueryClient()
  const problemText = useProblemText()
  const { organisation } = useSession()
  const [typed, setTyped] = useState<Record<Line, string>>({
    firstName: person?.firstName ?? '',
    lastName: person?.lastName ?? '',
    email: person?.email ?? '',
    mobilePhone: person?.mobilePhone ?? '',
    title: person?.title ?? '',
    department: person?.department ?? '',
  })
  const [asked, setAsked] = useState(false)
  const key = useRef<{ body: string; key: string }>(undefined)

  const save = useMutation({
    mutationFn: (body: LocalPerson) => {
      if (person) return updateLocalPerson(organisation.id, person.id, person.etag ?? '', body)
      // The same words again are the same person again, not a second one.
      const said = JSON.stringify(body)
      if (key.current?.body !== said) key.current = { body: said, key: crypto.randomUUID() }
      return createLocalPerson(organisation.id, key.current.key, body)
    },
    onSuccess: (saved) => {
      client.setQueryData(keys.person(organisation.id, saved.id), saved)
      refreshPeopleLists(client, organisation.id)
      void client.invalidateQueries({ queryKey: keys.dashboard(organisation.id) })
      notify({
        intent: 'success',
        title: <FormattedMessage id={person ? 'local.saved' : 'local.created'} values={{ name: saved.displayName }} />,
      })
      onClose(person ? undefined : saved.displayName)
    },
  })

  const missing = (line: Line) => (line === 'firstName' || line === 'lastName') && typed[line].trim() === ''
  const complaintOf = (line: Line): string | undefined => {
    if (asked && missing(line)) return intl.formatMessage({ id: 'local.missing' })
    if (save.error instanceof Problem) return save.error.errors.find(({ pointer }) => pointer === `/${line}`)?.detail
    return undefined
  }
  const atField =
    save.error instanceof Problem &&
    save.error.errors.some(({ pointer }) => lines.some((line) => pointer === `/${line}`))
  const submit = (event: FormEvent) => {
    event.preventDefault()
    setAsked(true)
    if (lines.some(missing)) return
    const value = (line: Line) => typed[line].trim() || null
    save.mutate({
      firstName: typed.firstName.trim(),
      lastName: typed.lastName.trim(),
      email: value('email'),
      mobilePhone: value('mobilePhone'),
      title: value('title'),
      department: value('department'),
    })
  }
  const field = (line: Line, type: 'text' | 'email' | 'tel' = 'text') => (
    <Field
      required={line === 'firstName' || line === 'lastName'}
      label={intl.formatMessage({ id: labels[line] })}
      validationState={complaintOf(line) ? 'error' : 'none'}
      validationMessage={complaintOf(line)}
    >
      <Input
        type={type}
        value={typed[line]}
        maxLength={line === 'email' ? 320 : 100}
        autoComplete="off"
        onChange={(_, { value }) => setTyped((now) => ({ ...now, [line]: value }))}
      />
    </Field>
  )
  const failure = save.error && !atField ? problemText(save.error) : null
  return (
    <Dialog open modalType="modal" onOpenChange={(_, data) => (data.open || save.isPending ? undefined : onClose())}>
      <DialogSurface>
        <form noValidate onSubmit={submit}>
          <DialogBody>
            <DialogTitle>
              {person ? (
                <FormattedMessage id="local.editTitle" values={{ name: person.displayName }} />
              ) : (
                <FormattedMessage id="local.new" />
              )}
            </DialogTitle>
            <DialogContent className={styles.content}>
              {person ? null : (
                <p className={parts.paragraph}>
                  <FormattedMessage id="local.note" />
                </p>
              )}
              {failure ? (
                <MessageBar intent="error" layout="multiline" politeness="assertive">
                  <MessageBarBody>
                    {failure.title} {failure.detail === failure.title ? null : failure.detail}
                  </MessageBarBody>
                </MessageBar>
              ) : null}
              <div className={styles.pair}>
                {field('firstName')}
                {field('lastName')}
              </div>
              <div className={styles.pair}>
                {field('email', 'email')}
                {field('mobilePhone', 'tel')}
              </div>
              <div className={styles.pair}>
                {field('title')}
                {field('department')}
              </div>
            </DialogContent>
            <DialogActions>
              <Button disabled={save.isPending} onClick={() => onClose()}>
                <FormattedMessage id="common.cancel" />
              </Button>
              <Button
                type="submit"
                appearance="primary"
                disabled={save.isPending}
                icon={save.isPending ? <Spinner size="tiny" /> : undefined}
              >
                <FormattedMessage id={person ? 'common.save' : 'local.create'} />
              </Button>
            </DialogActions>
          </DialogBody>
        </form>
      </DialogSurface>
    </Dialog>
  )
}
