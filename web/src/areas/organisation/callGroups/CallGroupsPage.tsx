import {
  Badge,
  Button,
  Link as ExternalLink,
  makeStyles,
  mergeClasses,
  SearchBox,
  Tooltip,
} from '@fluentui/react-components'
import { Add20Regular, Delete20Regular, Edit20Regular, PeopleCall24Regular } from '@fluentui/react-icons'
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { FormattedMessage, useIntl } from 'react-intl'
import type { CallGroup } from '~/api/types'
import { useFormat } from '~/app/i18n'
import { useDialogs } from '~/app/ordering'
import { useSession } from '~/app/session'
import { actionText } from '~/parts/ActionText'
import { useDebounced, useTitle } from '~/parts/hooks'
import { type Column, PagedTable } from '~/parts/PagedTable'
import { EmptyState } from '~/parts/States'
import { useParts } from '~/parts/styles'
import { callGroupsQuery } from '../queries'
import { useOrganisationStyles } from '../styles'
import { HoursText } from './HoursText'

const colours = { ordered: 'brand', active: 'success', ending: 'warning', ended: 'informative' } as const

/** Where Microsoft explains the alternative inside Teams. */
const queues = 'https://learn.microsoft.com/microsoftteams/create-a-phone-system-call-queue'

const useStyles = makeStyles({
  members: { margin: 0, paddingInlineStart: '18px' },
  plain: { margin: 0, padding: 0, listStyleType: 'none' },
})

/** So many members stand in the list; the rest are counted. */
const membersShown = 4

/** Numbers that ring several mobiles: who answers, when, and what happens when nobody does. */
export function CallGroupsPage() {
  const area = useOrganisationStyles()
  const parts = useParts()
  const intl = useIntl()
  const format = useFormat()
  const openDialog = useDialogs()
  const { organisation, can } = useSession()
  const [q, setQ] = useState('')
  const asked = useDebounced(q.trim())
  const list = useInfiniteQuery({ ...callGroupsQuery(organisation.id, asked), placeholderData: keepPreviousData })
  const mayOrder = can('orderServiceItems')
  useTitle(intl.formatMessage({ id: 'organisation.callGroups' }))

  const create = mayOrder ? (
    <Button appearance="primary" icon={<Add20Regular />} onClick={() => openDialog({ show: 'callGroup', group: null })}>
      <FormattedMessage id="callGroup.new" />
    </Button>
  ) : null
  const columns: Column<CallGroup>[] = [
    {
      id: 'name',
      title: <FormattedMessage id="callGroup.name" />,
      lead: true,
      cell: (group) => (
        <div className={area.stack}>
          <span className={parts.small}>
            {group.name}{' '}
            {group.state === 'active' ? null : (
              <Badge appearance="tint" shape="rounded" color={colours[group.state]}>
                <FormattedMessage id={`callGroup.state.${group.state}`} />
              </Badge>
            )}
          </span>
          <span className={mergeClasses(parts.caption, parts.figures)}>
            {group.number ? format.number(group.number) : <FormattedMessage id="callGroup.noNumber" />}
          </span>
          {group.openOrder ? <OpenOrder order={group.openOrder} /> : null}
        </div>
      ),
    },
    {
      id: 'members',
      title: <FormattedMessage id="callGroup.members" />,
      cell: (group) => <MemberNames group={group} />,
    },
    {
      id: 'ringing',
      title: <FormattedMessage id="callGroup.ringing" />,
      from: 'optional',
      cell: ({ strategy, ringSeconds }) => (
        <FormattedMessage id={`callGroup.rings.${strategy}`} values={{ seconds: ringSeconds }} />
      ),
    },
    {
      id: 'hours',
      title: <FormattedMessage id="callGroup.hours" />,
      from: 'rare',
      cell: ({ openingHours }) => <HoursText hours={openingHours} />,
    },
    {
      id: 'nobody',
      title: <FormattedMessage id="callGroup.nobody" />,
      from: 'rare',
      cell: ({ overflow }) =>
        overflow ? (
          <FormattedMessage id="callGroup.forwards" values={{ number: format.number(overflow.number) }} />
        ) : (
          <FormattedMessage id="callGroup.nobody.say" />
        ),
    },
  ]
  if (mayOrder)
    columns.push({
      id: 'actions',
      end: true,
      title: (
        <span className={parts.visuallyHidden}>
          <FormattedMessage id="users.column.actions" />
        </span>
      ),
      cell: (group) => (
        <div className={area.buttons}>
          {group.actions.map(({ action, possible, reason }) => {
            if (action !== 'changeCallGroup' && action !== 'removeCallGroup') return null
            const changes = action === 'changeCallGroup'
            const label = intl.formatMessage(
              { id: changes ? 'callGroup.changeOf' : 'callGroup.removeOf' },
              { name: group.name },
            )
            return (
              <Tooltip
                key={action}
                content={possible ? label : (reason?.detail ?? label)}
                relationship={possible ? 'label' : 'description'}
              >
                <Button
                  appearance="subtle"
                  icon={changes ? <Edit20Regular /> : <Delete20Regular />}
                  aria-label={label}
                  disabledFocusable={!possible}
                  onClick={() => openDialog({ show: changes ? 'callGroup' : 'removeCallGroup', group })}
                />
              </Tooltip>
            )
          })}
        </div>
      ),
    })
  return (
    <>
      <div className={area.tools}>
        <p className={mergeClasses(parts.paragraph, parts.muted, area.grow)}>
          <FormattedMessage
            id="callGroup.note"
            values={{
              queues: (
                <ExternalLink href={queues} target="_blank" rel="noreferrer" inline>
                  <FormattedMessage id="callGroup.queues" />
                  <span className={parts.visuallyHidden}>
                    {' '}
                    <FormattedMessage id="common.newWindow" />
                  </span>
                </ExternalLink>
              ),
            }}
          />
        </p>
        <SearchBox
          className={area.search}
          placeholder={intl.formatMessage({ id: 'callGroup.search' })}
          aria-label={intl.formatMessage({ id: 'callGroup.search' })}
          value={q}
          onChange={(_, { value }) => setQ(value)}
        />
        {create}
      </div>
      <PagedTable
        label={intl.formatMessage({ id: 'organisation.callGroups' })}
        list={list}
        columns={columns}
        empty={
          <EmptyState
            icon={PeopleCall24Regular}
            title={<FormattedMessage id={asked ? 'callGroup.noneFound' : 'callGroup.none'} />}
          >
            {asked ? null : <FormattedMessage id="callGroup.none.body" />}
          </EmptyState>
        }
      />
    </>
  )
}

/** What is being done with a group, and the way to it. */
function OpenOrder({ order }: { order: NonNullable<CallGroup['openOrder']> }) {
  const parts = useParts()
  const intl = useIntl()
  const { organisation } = useSession()
  return (
    <Link
      to="/o/$organisation/organisation/orders/$order"
      params={{ organisation: organisation.id, order: order.id }}
      className={mergeClasses(parts.link, parts.caption)}
    >
      {order.number} · {actionText(intl, order.action)}
    </Link>
  )
}

function MemberNames({ group: { members, strategy } }: { group: CallGroup }) {
  const styles = useStyles()
  const parts = useParts()
  const names = members.slice(0, membersShown).map(({ subscription, person, state }) => (
    <li key={subscription}>
      {person.name}
      {state === 'suspended' ? (
        <>
          {' '}
          <span className={parts.caption}>
            <FormattedMessage id="subscription.suspended" />
          </span>
        </>
      ) : null}
    </li>
  ))
  return (
    <>
      {strategy === 'inOrder' ? <ol className={styles.members}>{names}</ol> : <ul className={styles.plain}>{names}</ul>}
      {members.length > membersShown ? (
        <span className={parts.caption}>
          <FormattedMessage id="order.andMore" values={{ count: members.length - membersShown }} />
        </span>
      ) : null}
      {members.length === 0 ? <FormattedMessage id="callGroup.noMembers" /> : null}
    </>
  )
}
