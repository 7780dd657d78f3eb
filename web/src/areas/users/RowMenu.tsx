import {
  Menu,
  MenuDivider,
  MenuGroup,
  MenuGroupHeader,
  MenuItem,
  MenuList,
  MenuPopover,
  makeStyles,
  mergeClasses,
} from '@fluentui/react-components'
import {
  ClipboardTaskListLtr20Regular,
  Key20Regular,
  Mail20Regular,
  PersonInfo20Regular,
  QrCode20Regular,
} from '@fluentui/react-icons'
import { useNavigate } from '@tanstack/react-router'
import { Fragment, type ReactNode } from 'react'
import { FormattedMessage } from 'react-intl'
import type { ActionName, PersonRow, SubscriptionBrief } from '~/api/types'
import { useFormat } from '~/app/i18n'
import { useDialogs } from '~/app/ordering'
import { useSession } from '~/app/session'
import { useParts } from '~/parts/styles'
import { actionIcons } from './actionIcons'
import { groupedActions, sharedReason } from './rules'

const useStyles = makeStyles({
  header: { display: 'flex', flexDirection: 'column', alignItems: 'flex-start', height: 'auto', paddingBlock: '6px' },
  reason: { maxWidth: '300px', fontWeight: 400, lineHeight: '16px' },
  popover: { maxWidth: '360px', maxHeight: 'min(560px, calc(100vh - 24px))', overflowY: 'auto' },
})

export interface MenuTarget {
  row: PersonRow
  anchor: HTMLElement
  /** Only what is about this subscription; everything about the person without. */
  subscription?: string
}

/** The one menu of the list, opened at whichever dots were clicked: no menu per row. */
export function RowMenu({
  target,
  isOpen,
  onClose,
  onToggle,
  onOrder,
}: {
  target: MenuTarget
  isOpen: boolean
  onClose: () => void
  onToggle: (person: string) => void
  onOrder: (action: ActionName, person: PersonRow, subscription?: SubscriptionBrief) => void
}) {
  const { organisation, can } = useSession()
  const parts = useParts()
  const styles = useStyles()
  const format = useFormat()
  const navigate = useNavigate()
  const openDialog = useDialogs()
  const { row, anchor, subscription: only } = target
  const groups = groupedActions(row, organisation.permissions).filter(
    ({ subscription }) => !only || subscription?.id === only,
  )
  const subscriptions = row.subscriptions.filter(({ id, state }) => (!only || id === only) && state !== 'ended')
  const close = (refocus: boolean) => {
    onClose()
    if (refocus) anchor.focus()
  }
  /** From the dots, so that the dialog can give the focus back to them. */
  const then = (act: () => void) => () => {
    close(true)
    act()
  }
  const codes: ReactNode[] = can('revealCodes')
    ? subscriptions.flatMap(({ sim }) => {
        if (!sim) return []
        const of = { person: row.id, sim: sim.id, iccid: sim.iccid, name: row.displayName }
        return [
          <MenuItem
            key={`codes ${sim.id}`}
            icon={<Key20Regular />}
            onClick={then(() => openDialog({ show: 'codes', of }))}
          >
            <FormattedMessage id="codes.show" />
          </MenuItem>,
          sim.kind === 'eSim' ? (
            <MenuItem
              key={`qr ${sim.id}`}
              icon={<QrCode20Regular />}
              onClick={then(() => openDialog({ show: 'eSim', of }))}
            >
              <FormattedMessage id="eSim.show" />
            </MenuItem>
          ) : null,
        ]
      })
    : []
  const actions = groups.map(({ subscription, actions }) => {
    const shared = sharedReason(actions)
    return (
      <MenuGroup key={subscription?.id ?? 'person'}>
        {subscription || shared ? (
          <MenuGroupHeader className={styles.header}>
            {subscription ? (
              <span>
                <FormattedMessage id={`kind.${subscription.kind}`} />
                {subscription.number ? ` · ${format.number(subscription.number)}` : ''}
              </span>
            ) : null}
            {shared ? <span className={styles.reason}>{shared}</span> : null}
          </MenuGroupHeader>
        ) : null}
        {actions.map(({ action, possible, reason }) => {
          const Icon = actionIcons[action]
          return (
            <MenuItem
              key={action}
              icon={<Icon />}
              disabled={!possible}
              subText={possible || reason?.detail === shared ? undefined : reason?.detail}
              onClick={then(() => onOrder(action, row, subscription ?? undefined))}
            >
              <FormattedMessage id={`action.${action}`} />
            </MenuItem>
          )
        })}
      </MenuGroup>
    )
  })
  const sections = [...actions, codes.length > 0 ? <Fragment key="codes">{codes}</Fragment> : null].filter(Boolean)
  return (
    <Menu
      open
      inline
      positioning={{ target: anchor, position: 'below', align: 'end', strategy: 'fixed' }}
      onOpenChange={(event, data) => {
        if (!data.open) close(event.type === 'keydown')
      }}
    >
      <MenuPopover className={mergeClasses(parts.popover, styles.popover)}>
        <MenuList>
          {sections.map((section, at) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the sections of one opening do not move.
            <Fragment key={at}>
              {at > 0 ? <MenuDivider /> : null}
              {section}
            </Fragment>
          ))}
          {only ? null : (
            <>
              {sections.length > 0 ? <MenuDivider /> : null}
              <MenuItem icon={<PersonInfo20Regular />} onClick={then(() => onToggle(row.id))}>
                <FormattedMessage id={isOpen ? 'users.menu.closeProfile' : 'users.menu.openProfile'} />
              </MenuItem>
              {row.openOrders[0] ? (
                <MenuItem
                  icon={<ClipboardTaskListLtr20Regular />}
                  onClick={() => {
                    const order = row.openOrders[0]?.id
                    close(false)
                    if (order)
                      void navigate({
                        to: '/o/$organisation/organisation/orders/$order',
                        params: { organisation: organisation.id, order },
                      })
                  }}
                >
                  <FormattedMessage id="users.menu.order" values={{ number: row.openOrders[0].number }} />
                </MenuItem>
              ) : null}
              {row.email ? (
                <MenuItem
                  icon={<Mail20Regular />}
                  onClick={then(() => void navigator.clipboard.writeText(row.email ?? ''))}
                >
                  <FormattedMessage id="users.menu.copyEmail" />
                </MenuItem>
              ) : null}
            </>
          )}
        </MenuList>
      </MenuPopover>
    </Menu>
  )
}
