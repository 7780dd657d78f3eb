import {
  Button,
  Menu,
  MenuItemCheckbox,
  MenuList,
  MenuPopover,
  MenuTrigger,
  makeStyles,
  mergeClasses,
} from '@fluentui/react-components'
import { TableSettings20Regular } from '@fluentui/react-icons'
import { FormattedMessage } from 'react-intl'
import { useParts } from '~/parts/styles'
import { type ColumnId, canHide, columnIds, toggleColumn } from './columns'

const useStyles = makeStyles({ popover: { maxHeight: 'min(520px, calc(100vh - 24px))', overflowY: 'auto' } })

/** Which columns are shown; the choice stays on this device. */
export function ColumnMenu({
  shown,
  onChange,
}: {
  shown: readonly ColumnId[]
  onChange: (columns: ColumnId[]) => void
}) {
  const styles = useStyles()
  const parts = useParts()
  return (
    <Menu
      inline
      positioning={{ strategy: 'fixed', position: 'below', align: 'end' }}
      checkedValues={{ columns: [...shown] }}
      onCheckedValueChange={(_, { checkedItems }) => {
        const changed = columnIds.find((id) => shown.includes(id) !== checkedItems.includes(id))
        if (changed) onChange(toggleColumn(shown, changed))
      }}
    >
      <MenuTrigger disableButtonEnhancement>
        <Button appearance="subtle" icon={<TableSettings20Regular />}>
          <FormattedMessage id="invoices.columns" />
        </Button>
      </MenuTrigger>
      <MenuPopover className={mergeClasses(parts.popover, styles.popover)}>
        <MenuList>
          {columnIds.map((id) => (
            <MenuItemCheckbox key={id} name="columns" value={id} disabled={!canHide(id)} persistOnClick>
              <FormattedMessage id={`invoices.column.${id}`} />
            </MenuItemCheckbox>
          ))}
        </MenuList>
      </MenuPopover>
    </Menu>
  )
}
