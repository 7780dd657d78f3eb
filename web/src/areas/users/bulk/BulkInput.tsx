import {
  Button,
  DialogActions,
  DialogContent,
  Field,
  MessageBar,
  MessageBarBody,
  makeStyles,
  Spinner,
  Textarea,
  tokens,
} from '@fluentui/react-components'
import { ArrowDownload20Regular, DocumentArrowUp20Regular } from '@fluentui/react-icons'
import { useMutation } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import { FormattedMessage, useIntl } from 'react-intl'
import { largestFile, uploadBulk } from '~/api/bulk'
import { download } from '~/api/downloads'
import type { Bulk } from '~/api/types'
import { useSession } from '~/app/session'
import { notify } from '~/parts/notify'
import { useProblemText } from '~/parts/problemText'
import { useParts } from '~/parts/styles'

const useStyles = makeStyles({
  content: { display: 'flex', flexDirection: 'column', gap: '16px' },
  buttons: { display: 'flex', gap: '8px', flexWrap: 'wrap', alignItems: 'center' },
  rows: {
    '& textarea': { fontFamily: tokens.fontFamilyMonospace, fontSize: tokens.fontSizeBase200, minHeight: '180px' },
  },
})

/** The first step: rows from the clipboard or from a file. */
export function BulkInput({
  text,
  onText,
  onChecked,
  onClose,
}: {
  text: string
  onText: (text: string) => void
  onChecked: (bulk: Bulk) => void
  onClose: () => void
}) {
  const styles = useStyles()
  const parts = useParts()
  const intl = useIntl()
  const problemText = useProblemText()
  const { organisation } = useSession()
  const input = useRef<HTMLInputElement>(null)
  const key = useRef<{ said: string; key: string }>(undefined)
  const [complaint, setComplaint] = useState<string>()

  const check = useMutation({
    mutationFn: (content: File | string) => {
      const said = typeof content === 'string' ? content : `${content.name} ${content.size} ${content.lastModified}`
      if (key.current?.said !== said) key.current = { said, key: crypto.randomUUID() }
      return uploadBulk(
        organisation.id,
        key.current.key,
        typeof content === 'string' ? new Blob([content], { type: 'text/csv' }) : content,
      )
    },
    onMutate: () => setComplaint(undefined),
    onSuccess: onChecked,
    onError: (error) => {
      const { title, detail } = problemText(error)
      setComplaint(detail && detail !== title ? `${title} ${detail}` : title)
    },
  })
  const take = (file: File | undefined) => {
    if (!file) return
    if (file.size > largestFile) setComplaint(intl.formatMessage({ id: 'bulk.tooLarge' }, { size: largestFile / 1024 }))
    else check.mutate(file)
  }
  return (
    <>
      <DialogContent
        className={styles.content}
        onDragOver={(event) => event.preventDefault()}
        onDrop={(event) => {
          event.preventDefault()
          take(event.dataTransfer.files[0])
        }}
      >
        <p className={parts.paragraph}>
          <FormattedMessage id="bulk.body" />
        </p>
        <div className={styles.buttons}>
          <input
            ref={input}
            type="file"
            hidden
            tabIndex={-1}
            accept=".csv,text/csv,text/plain"
            aria-label={intl.formatMessage({ id: 'bulk.choose' })}
            onChange={(event) => {
              take(event.currentTarget.files?.[0])
              event.currentTarget.value = ''
            }}
          />
          <Button icon={<DocumentArrowUp20Regular />} disabled={check.isPending} onClick={() => input.current?.click()}>
            <FormattedMessage id="bulk.choose" />
          </Button>
          <span className={parts.caption}>
            <FormattedMessage id="bulk.drop" />
          </span>
          <Template />
        </div>
        {complaint ? (
          <MessageBar intent="error" layout="multiline" politeness="assertive">
            <MessageBarBody>{complaint}</MessageBarBody>
          </MessageBar>
        ) : null}
        <Field label={intl.formatMessage({ id: 'bulk.paste' })} hint={intl.formatMessage({ id: 'bulk.paste.hint' })}>
          <Textarea
            className={styles.rows}
            resize="vertical"
            value={text}
            spellCheck={false}
            onChange={(_, { value }) => onText(value)}
          />
        </Field>
      </DialogContent>
      <DialogActions>
        <Button disabled={check.isPending} onClick={onClose}>
          <FormattedMessage id="common.cancel" />
        </Button>
        <Button
          appearance="primary"
          disabled={text.trim() === '' || check.isPending}
          icon={check.isPending ? <Spinner size="tiny" /> : undefined}
          onClick={() => check.mutate(text)}
        >
          <FormattedMessage id={check.isPending ? 'bulk.checking' : 'bulk.check'} />
        </Button>
      </DialogActions>
    </>
  )
}

/** A table with the right headings and an example, to be filled in. */
function Template() {
  const problemText = useProblemText()
  const { organisation } = useSession()
  const file = useMutation({
    mutationFn: () => download(organisation.id, { kind: 'bulkTemplate', format: 'csv' }),
    onError: (error) => notify({ intent: 'error', ...problemText(error) }),
  })
  return (
    <Button
      appearance="subtle"
      icon={<ArrowDownload20Regular />}
      disabled={file.isPending}
      onClick={() => file.mutate()}
    >
      <FormattedMessage id="bulk.template" />
    </Button>
  )
}
