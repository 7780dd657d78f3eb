import {
  Accordion,
  AccordionHeader,
  AccordionItem,
  AccordionPanel,
  Badge,
  Button,
  Field,
  makeStyles,
  mergeClasses,
  Skeleton,
  SkeletonItem,
  Textarea,
  tokens,
} from '@fluentui/react-components'
import { ChatHelp24Regular } from '@fluentui/react-icons'
import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useRef, useState } from 'react'
import { FormattedMessage, useIntl } from 'react-intl'
import { keys } from '~/api/keys'
import { replySupportRequest, supportRequestsQuery } from '~/api/support'
import type { SupportRequest } from '~/api/types'
import { useFormat } from '~/app/i18n'
import { useSession } from '~/app/session'
import { Refusal } from '~/parts/Refusal'
import { EmptyState, ErrorState } from '~/parts/States'
import { useParts } from '~/parts/styles'
import { useOrganisationStyles } from '../styles'
import { AddressLines } from './AddressLines'

const useStyles = makeStyles({
  list: { margin: '0 -12px' },
  head: { display: 'flex', gap: '4px 12px', flexWrap: 'wrap', alignItems: 'center', width: '100%' },
  subject: { flexGrow: 1 },
  panel: { display: 'flex', flexDirection: 'column', gap: '12px', paddingBottom: '16px' },
  messages: { listStyleType: 'none', margin: 0, padding: 0, display: 'flex', flexDirection: 'column', gap: '8px' },
  message: {
    padding: '8px 12px',
    borderRadius: tokens.borderRadiusLarge,
    backgroundColor: tokens.colorNeutralBackground3,
    marginInlineEnd: '32px',
  },
  theirs: { backgroundColor: tokens.colorBrandBackground2, marginInlineEnd: 0, marginInlineStart: '32px' },
  text: { margin: '2px 0 0', whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' },
  reply: { display: 'flex', flexDirection: 'column', gap: '8px', alignItems: 'flex-end' },
  field: { width: '100%' },
})

const colours = { open: 'brand', answered: 'warning', done: 'success', declined: 'danger' } as const

/** What the organisation asked the operator, each with its answers and room for a word back. */
export function Requests() {
  const styles = useStyles()
  const area = useOrganisationStyles()
  const parts = useParts()
  const intl = useIntl()
  const format = useFormat()
  const { organisation } = useSession()
  const { data, error, refetch, hasNextPage, fetchNextPage } = useInfiniteQuery(supportRequestsQuery(organisation.id))
  const requests = data?.pages.flatMap(({ items }) => items)
  return (
    <section className={mergeClasses(parts.card, area.card)} aria-labelledby="requests">
      <h2 id="requests" className={parts.subheading}>
        <FormattedMessage id="support.requests" />
      </h2>
      {requests && requests.length > 0 ? (
        <Accordion className={styles.list} collapsible multiple defaultOpenItems={[requests[0]?.id]}>
          {requests.map((request) => (
            <AccordionItem key={request.id} value={request.id}>
              <AccordionHeader as="h3" expandIconPosition="end">
                <span className={styles.head}>
                  <span className={styles.subject}>
                    {request.subject}
                    <br />
                    <span className={parts.caption}>
                      {request.number} · {format.day(request.createdAt)} · {request.requestedBy.name}
                    </span>
                  </span>
                  <Badge appearance="tint" shape="rounded" color={colours[request.state]}>
                    <FormattedMessage id={`support.state.${request.state}`} />
                  </Badge>
                </span>
              </AccordionHeader>
              <AccordionPanel className={styles.panel}>
                <Conversation request={request} />
              </AccordionPanel>
            </AccordionItem>
          ))}
        </Accordion>
      ) : requests ? (
        <EmptyState icon={ChatHelp24Regular} title={<FormattedMessage id="support.none" />}>
          <FormattedMessage id="support.none.body" />
        </EmptyState>
      ) : error ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : (
        <Skeleton aria-label={intl.formatMessage({ id: 'common.loading' })} className={area.form}>
          <SkeletonItem size={32} />
          <SkeletonItem size={32} />
        </Skeleton>
      )}
      {hasNextPage ? (
        <Button appearance="subtle" onClick={() => void fetchNextPage()}>
          <FormattedMessage id="common.showMore" />
        </Button>
      ) : null}
    </section>
  )
}

function Conversation({ request }: { request: SupportRequest }) {
  const styles = useStyles()
  const parts = useParts()
  const format = useFormat()
  const { can } = useSession()
  return (
    <>
      {request.address ? <AddressLines address={request.address} /> : null}
      <ol className={styles.messages}>
        {request.messages.map(({ author, at, text, fromOperator }) => (
          <li key={`${at}${author.id}`} className={mergeClasses(styles.message, fromOperator && styles.theirs)}>
            <span className={parts.caption}>
              {fromOperator ? <FormattedMessage id="support.operator" values={{ name: author.name }} /> : author.name}
              {' · '}
              {format.instant(at)}
            </span>
            <p className={styles.text}>{text}</p>
          </li>
        ))}
      </ol>
      {can('editData') && (request.state === 'open' || request.state === 'answered') ? (
        <Reply request={request} />
      ) : null}
    </>
  )
}

function Reply({ request }: { request: SupportRequest }) {
  const styles = useStyles()
  const intl = useIntl()
  const client = useQueryClient()
  const { organisation } = useSession()
  const [text, setText] = useState('')
  const key = useRef<{ body: string; key: string }>(undefined)
  const reply = useMutation({
    mutationFn: () => {
      const said = text.trim()
      if (key.current?.body !== said) key.current = { body: said, key: crypto.randomUUID() }
      return replySupportRequest(organisation.id, request.id, key.current.key, said)
    },
    onSuccess: () => {
      setText('')
      key.current = undefined
      return client.invalidateQueries({ queryKey: keys.supportRequests(organisation.id) })
    },
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (text.trim() !== '') reply.mutate()
  }
  return (
    <form noValidate className={styles.reply} onSubmit={submit}>
      {reply.error ? <Refusal error={reply.error} /> : null}
      <Field className={styles.field} label={intl.formatMessage({ id: 'support.reply' })}>
        <Textarea value={text} rows={2} maxLength={5000} onChange={(_, { value }) => setText(value)} />
      </Field>
      <Button type="submit" disabled={text.trim() === '' || reply.isPending}>
        <FormattedMessage id="support.reply.send" />
      </Button>
    </form>
  )
}
