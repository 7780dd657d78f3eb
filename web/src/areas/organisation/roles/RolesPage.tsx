import { Badge, Button, Dropdown, makeStyles, mergeClasses, Option, Tooltip } from '@fluentui/react-components'
import {
  Add20Regular,
  Delete20Regular,
  LockClosed20Regular,
  PersonQuestionMark20Regular,
  ShieldKeyhole24Regular,
} from '@fluentui/react-icons'
import { useInfiniteQuery } from '@tanstack/react-query'
import { lazy, Suspense, useRef, useState } from 'react'
import { FormattedMessage, useIntl } from 'react-intl'
import type { Role, RoleAssignment } from '~/api/types'
import { useFormat } from '~/app/i18n'
import { useSession } from '~/app/session'
import { Avatar } from '~/parts/Avatar'
import { useTitle } from '~/parts/hooks'
import { type Column, PagedTable } from '~/parts/PagedTable'
import { EmptyState } from '~/parts/States'
import { useParts } from '~/parts/styles'
import { useOrganisationStyles } from '../styles'
import { assignmentsQuery } from './queries'
import { lockOf } from './rules'

const AssignDialog = lazy(() => import('./AssignDialog').then((module) => ({ default: module.AssignDialog })))
const RevokeDialog = lazy(() => import('./RevokeDialog').then((module) => ({ default: module.RevokeDialog })))
const ExplainDialog = lazy(() => import('./ExplainDialog').then((module) => ({ default: module.ExplainDialog })))

const useStyles = makeStyles({
  who: { display: 'flex', alignItems: 'center', gap: '12px', minWidth: 0 },
  filter: { minWidth: '200px' },
  buttons: { display: 'flex', justifyContent: 'flex-end', gap: '4px' },
})

type Shown =
  | { is: 'assign' }
  | { is: 'explain'; holder: RoleAssignment['holder'] | null }
  | { is: 'revoke'; of: RoleAssignment }

/** Who may do what here, and where from; whoever may give roles gives and takes them here. */
export function RolesPage() {
  const styles = useStyles()
  const area = useOrganisationStyles()
  const parts = useParts()
  const intl = useIntl()
  const format = useFormat()
  const { organisation, can } = useSession()
  const [only, setOnly] = useState<Role | null>(null)
  const asked = assignmentsQuery(organisation.id)
  const everybody = useInfiniteQuery(asked)
  const list = useInfiniteQuery({
    ...asked,
    select: (data) => ({
      ...data,
      pages: data.pages.map((page) => ({ ...page, items: page.items.filter(({ role }) => !only || role === only) })),
    }),
  })
  const [shown, setShown] = useState<Shown | null>(null)
  const opener = useRef<Element>(null)
  useTitle(intl.formatMessage({ id: 'organisation.roles' }))

  const all = everybody.data?.pages.flatMap(({ items }) => items) ?? []
  const held = [...new Set(all.map(({ role }) => role))]
  const mayGive = can('grantRoles')
  const open = (what: Shown) => {
    opener.current = document.activeElement
    setShown(what)
  }
  const close = () => {
    setShown(null)
    requestAnimationFrame(() => {
      if (opener.current instanceof HTMLElement && opener.current.isConnected) opener.current.focus()
    })
  }

  const columns: Column<RoleAssignment>[] = [
    {
      id: 'who',
      title: <FormattedMessage id="roles.who" />,
      lead: true,
      cell: ({ holder }) => (
        <div className={styles.who}>
          <Avatar name={holder.name} id={holder.principal} />
          <div className={area.stack}>
            <span className={parts.small}>
              {holder.name}{' '}
              {holder.disabled ? (
                <Badge appearance="tint" shape="rounded" color="danger">
                  <FormattedMessage id="roles.disabled" />
                </Badge>
              ) : null}
            </span>
            {holder.username ? <span className={parts.caption}>{holder.username}</span> : null}
          </div>
        </div>
      ),
    },
    {
      id: 'role',
      title: <FormattedMessage id="roles.role" />,
      cell: ({ role }) => <FormattedMessage id={`role.${role}`} />,
    },
    {
      id: 'from',
      title: <FormattedMessage id="roles.from" />,
      cell: ({ inherited, origin }) =>
        inherited ? (
          <div className={area.stack}>
            <span>{origin.organisation?.name ?? <FormattedMessage id={`roles.from.${origin.kind}`} />}</span>
            <span className={parts.caption}>
              <FormattedMessage id="roles.inherited" />
            </span>
          </div>
        ) : (
          <FormattedMessage id="roles.own" />
        ),
    },
    {
      id: 'given',
      title: <FormattedMessage id="roles.given" />,
      from: 'optional',
      cell: ({ grantedAt, grantedBy, inherited, origin }) => (
        <div className={area.stack}>
          <span className={parts.whole}>{format.day(grantedAt)}</span>
          <span className={parts.caption}>
            {grantedBy ? (
              <FormattedMessage id="roles.by" values={{ name: grantedBy }} />
            ) : inherited && !origin.organisation ? null : (
              <FormattedMessage id="roles.onboarding" />
            )}
          </span>
        </div>
      ),
    },
    {
      id: 'actions',
      title: (
        <span className={parts.visuallyHidden}>
          <FormattedMessage id="users.column.actions" />
        </span>
      ),
      end: true,
      cell: (assignment) => (
        <div className={styles.buttons}>
          <Tooltip
            content={intl.formatMessage({ id: 'roles.explainOf' }, { name: assignment.holder.name })}
            relationship="label"
          >
            <Button
              appearance="subtle"
              icon={<PersonQuestionMark20Regular />}
              onClick={() => open({ is: 'explain', holder: assignment.holder })}
            />
          </Tooltip>
          {mayGive ? (
            <Take
              assignment={assignment}
              lock={lockOf(assignment, all, organisation.kind)}
              onTake={() => open({ is: 'revoke', of: assignment })}
            />
          ) : null}
        </div>
      ),
    },
  ]
  const roleText = (role: Role | null) =>
    role ? intl.formatMessage({ id: `role.${role}` }) : intl.formatMessage({ id: 'roles.any' })
  return (
    <>
      <div className={area.tools}>
        <div className={area.grow}>
          <p className={mergeClasses(parts.paragraph, parts.muted)}>
            <FormattedMessage id={mayGive ? 'roles.note' : 'roles.noteOnly'} />
          </p>
          <span role="status" className={parts.caption}>
            {everybody.data ? (
              <FormattedMessage id="roles.count" values={{ count: all.length }} />
            ) : everybody.error ? null : (
              <FormattedMessage id="common.loading" />
            )}
          </span>
        </div>
        <Dropdown
          className={styles.filter}
          aria-label={intl.formatMessage({ id: 'roles.filter' })}
          value={roleText(only)}
          selectedOptions={[only ?? 'any']}
          onOptionSelect={(_, { optionValue }) => setOnly(held.find((role) => role === optionValue) ?? null)}
        >
          {[null, ...held].map((role) => (
            <Option key={role ?? 'any'} value={role ?? 'any'} text={roleText(role)}>
              {roleText(role)}
            </Option>
          ))}
        </Dropdown>
        <Button icon={<PersonQuestionMark20Regular />} onClick={() => open({ is: 'explain', holder: null })}>
          <FormattedMessage id="roles.explain" />
        </Button>
        {mayGive ? (
          <Button appearance="primary" icon={<Add20Regular />} onClick={() => open({ is: 'assign' })}>
            <FormattedMessage id="roles.add" />
          </Button>
        ) : null}
      </div>
      <PagedTable
        label={intl.formatMessage({ id: 'organisation.roles' })}
        list={list}
        columns={columns}
        empty={<EmptyState icon={ShieldKeyhole24Regular} title={<FormattedMessage id="roles.none" />} />}
      />
      <Suspense fallback={null}>
        {shown?.is === 'assign' ? <AssignDialog all={all} onClose={close} /> : null}
        {shown?.is === 'revoke' ? <RevokeDialog assignment={shown.of} onClose={close} /> : null}
        {shown?.is === 'explain' ? <ExplainDialog holder={shown.holder} onClose={close} /> : null}
      </Suspense>
    </>
  )
}

/** Takes a role away; where that is not possible it stays in place as a lock that says why. */
function Take({
  assignment,
  lock,
  onTake,
}: {
  assignment: RoleAssignment
  lock: 'inherited' | 'last' | null
  onTake: () => void
}) {
  const intl = useIntl()
  const values = { name: assignment.holder.name, role: intl.formatMessage({ id: `role.${assignment.role}` }) }
  const label = intl.formatMessage({ id: 'roles.take' }, values)
  if (lock === null)
    return (
      <Tooltip content={label} relationship="label">
        <Button appearance="subtle" icon={<Delete20Regular />} onClick={onTake} />
      </Tooltip>
    )
  return (
    <Tooltip content={intl.formatMessage({ id: `roles.lock.${lock}` })} relationship="description">
      <Button appearance="subtle" icon={<LockClosed20Regular />} aria-label={label} disabledFocusable />
    </Tooltip>
  )
}
