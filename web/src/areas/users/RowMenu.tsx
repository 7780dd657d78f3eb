import { Menu, MenuDivider, MenuItem, MenuList, MenuPopover } from '@fluentui/react-components'
import {
  Call20Regular,
  ClipboardTaskListLtr20Regular,
  Mail20Regular,
  PersonInfo20Regular,
  Phone20Regular,
} from '@fluentui/react-icons'
import { useNavigate } from '@tanstack/react-router'
import { FormattedMessage } from 'react-intl'
import type { ActionName, PersonRow } from '~/api/types'
import { useSession } from '~/app/session'
import { useParts } from '~/parts/styles'
import { offeredActions } from './rules'

/** The one menu of the list, opened at whichever row's dots were clicked: no menu per row. */
export function RowMenu({
  target,
  isOpen,
  onClose,
  onToggle,
  onOrder,
}: {
  target: { row: PersonRow; anchor: HTMLElement }
  isOpen: boolean
  onClose: () => void
  onToggle: (person: string) => void
  onOrder: (action: ActionName, person: PersonRow) => void
}) {
  const { organisation } = useSession()
  const parts = useParts()
  const navigate = useNavigate()
  const { row, anchor } = target
  const actions = offeredActions(row, organisation.permissions)
  const close = (refocus: boolean) => {
    onClose()
    if (refocus) anchor.focus()
  }
  return (
    <Menu
      open
      inline
      positioning={{ target: anchor, position: 'below', align: 'end', strategy: 'fixed' }}
      onOpenChange={(event, data) => {
        if (!data.open) close(event.type === 'keydown')
      }}
    >
      <MenuPopover className={parts.popover}>
        <MenuList>
          {actions.map(({ action, possible, reason }) => (
            <MenuItem
              key={action}
              icon={action === 'activateTelephony' ? <Call20Regular /> : <Phone20Regular />}
              disabled={!possible}
              subText={possible ? undefined : reason?.detail}
              onClick={() => {
                // From the dots, so that the dialog can give the focus back to them.
                close(true)
                onOrder(action, row)
              }}
            >
              <FormattedMessage id={`action.${action}`} />
            </MenuItem>
          ))}
          {actions.length > 0 ? <MenuDivider /> : null}
          <MenuItem
            icon={<PersonInfo20Regular />}
            onClick={() => {
              close(true)
              onToggle(row.id)
            }}
          >
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
              onClick={() => {
                close(true)
                void navigator.clipboard.writeText(row.email ?? '')
              }}
            >
              <FormattedMessage id="users.menu.copyEmail" />
            </MenuItem>
          ) : null}
        </MenuList>
      </MenuPopover>
    </Menu>
  )
}
