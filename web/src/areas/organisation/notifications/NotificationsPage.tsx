import { Badge, Button, mergeClasses, Tooltip } from '@fluentui/react-components'
import { Add20Regular, Delete20Regular, MailAlert24Regular, MailArrowForward20Regular } from '@fluentui/react-icons'
import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query'
import { lazy, Suspense, useRef, useState } from 'react'
import { FormattedMessage, useIntl } from 'react-intl'
import { keys } from '~/api/keys'
import { isProblem } from '~/api/problem'
import type { NotificationAddress } from '~/api/types'
import { useFormat } from '~/app/i18n'
import { useSession } from '~/app/session'
import { useTitle } from '~/parts/hooks'
import { notify } from '~/parts/notify'
import { type Column, PagedTable } from '~/parts/PagedTable'
import { useProblemText } from '~/parts/problemText'
import { EmptyState } from '~/parts/States'
import { useParts } from '~/parts/styles'
import { useOrganisationStyles } from '../styles'
import { addAddress, addressesQuery } from './queries'

const AddDialog = lazy(() => import('./AddDialog').then((module) => ({ default: module.AddDialog })))
const RemoveDialog = lazy(() => import('./RemoveDialog').then((module) => ({ default: module.RemoveDialog })))

/** Who is told by mail when a number nears its monthly data limit. */
export function NotificationsPage() {
  const area = useOrganisationStyles()
  const parts = useParts()
  const intl = useIntl()
  const format = useFormat()
  const { organisation, can } = useSession()
  const list = useInfiniteQuery(addressesQuery(organisation.id))
  const [adding, setAdding] = useState(false)
  const [removing, setRemoving] = useState<NotificationAddress | null>(null)
  const opener = useRef<Element>(null)
  const mayEdit = can('editData')
  useTitle(intl.formatMessage({ id: 'organisation.notifications' }))

  const remember = () => {
    opener.current = document.activeElement
  }
  const close = () => {
    setAdding(false)
    setRemoving(null)
    requestAnimationFrame(() => {
      if (opener.current instanceof HTMLElement && opener.current.isConnected) opener.current.focus()
    })
  }
  const add = mayEdit ? (
    <Button
      appearance="primary"
      icon={<Add20Regular />}
      onClick={() => {
        remember()
        setAdding(true)
      }}
    >
      <FormattedMessage id="notify.add" />
    </Button>
  ) : null
  const columns: Column<NotificationAddress>[] = [
    { id: 'address', title: <FormattedMessage id="notify.address" />, cell: ({ address }) => address },
    {
      id: 'language',
      title: <FormattedMessage id="notify.language" />,
      from: 'optional',
      cell: ({ language }) => <FormattedMessage id={`language.${language}`} />,
    },
    {
      id: 'state',
      title: <FormattedMessage id="notify.state" />,
      cell: ({ state }) => (
        <Badge appearance="tint" shape="rounded" color={state === 'confirmed' ? 'success' : 'warning'}>
          <FormattedMessage id={`notify.state.${state}`} />
        </Badge>
      ),
    },
    {
      id: 'since',
      title: <FormattedMessage id="notify.since" />,
      from: 'optional',
      cell: ({ addedAt, confirmedAt }) => <span className={parts.whole}>{format.day(confirmedAt ?? addedAt)}</span>,
    },
  ]
  if (mayEdit)
    columns.push({
      id: 'actions',
      end: true,
      title: (
        <span className={parts.visuallyHidden}>
          <FormattedMessage id="users.column.actions" />
        </span>
      ),
      cell: (address) => (
        <div className={area.buttons}>
          {address.state === 'pending' ? <AskAgain address={address} /> : null}
          <Tooltip
            content={intl.formatMessage({ id: 'notify.remove' }, { address: address.address })}
            relationship="label"
          >
            <Button
              appearance="subtle"
              icon={<Delete20Regular />}
              onClick={() => {
                remember()
                setRemoving(address)
              }}
            />
          </Tooltip>
        </div>
      ),
    })
  return (
    <>
      <div className={area.tools}>
        <p className={mergeClasses(parts.paragraph, parts.muted, area.grow)}>
          <FormattedMessage id="notify.note" />
        </p>
        {add}
      </div>
      <PagedTable
        label={intl.formatMessage({ id: 'organisation.notifications' })}
        list={list}
        columns={columns}
        empty={
          <EmptyState icon={MailAlert24Regular} title={<FormattedMessage id="notify.none" />}>
            <FormattedMessage id={mayEdit ? 'notify.none.body' : 'notify.none.reader'} />
          </EmptyState>
        }
      />
      <Suspense fallback={null}>
        {adding ? <AddDialog onClose={close} /> : null}
        {removing ? <RemoveDialog address={removing} onClose={close} /> : null}
      </Suspense>
    </>
  )
}

/** Sends the question once more; the link of the one before counts no longer. */
function AskAgain({ address: { address, language } }: { address: NotificationAddress }) {
  const intl = useIntl()
  const client = useQueryClient()
  const problemText = useProblemText()
  const { organisation } = useSession()
  const ask = useMutation({
    mutationFn: () => addAddress(organisation.id, crypto.randomUUID(), address, language),
    onSuccess: () => notify({ intent: 'success', title: <FormattedMessage id="notify.asked" values={{ address }} /> }),
    onError: (error) => {
      const { title, detail } = problemText(error)
      notify({
        intent: 'error',
        title: isProblem(error, 429) ? <FormattedMessage id="notify.tooOften" /> : (detail ?? title),
      })
    },
    onSettled: () => void client.invalidateQueries({ queryKey: keys.notificationAddresses(organisation.id) }),
  })
  return (
    <Tooltip content={intl.formatMessage({ id: 'notify.askAgain' }, { address })} relationship="label">
      <Button
        appearance="subtle"
        icon={<MailArrowForward20Regular />}
        disabled={ask.isPending}
        onClick={() => ask.mutate()}
      />
    </Tooltip>
  )
}
