import {
  Menu,
  MenuDivider,
  MenuGroup,
  MenuGroupHeader,
  MenuItem,
  MenuItemRadio,
  MenuList,
  MenuPopover,
  MenuTrigger,
} from '@fluentui/react-components'
import { PeopleTeam20Regular } from '@fluentui/react-icons'
import { FormattedMessage } from 'react-intl'
import type { HasFilter, StateFilter } from '~/api/types'
import { useParts } from '~/parts/styles'
import { FilterButton } from './FilterButton'
import { hasFilters, stateFilters, type UsersSearch } from './search'

export function FilterMenu({
  has,
  state,
  group,
  defaultOpen,
  onChange,
  onGroup,
}: {
  defaultOpen: boolean
  has: HasFilter | undefined
  state: StateFilter | undefined
  group: string | undefined
  /** Asked to choose a group of the directory. */
  onGroup: () => void
  onChange: (changes: Partial<UsersSearch>) => void
}) {
  const parts = useParts()
  return (
    <Menu
      defaultOpen={defaultOpen}
      inline
      positioning={{ strategy: 'fixed', position: 'below', align: 'end' }}
      checkedValues={{ has: [has ?? 'any'], state: [state ?? 'any'] }}
      onCheckedValueChange={(_, { name, checkedItems }) => {
        if (name === 'has') onChange({ has: hasFilters.find((value) => value === checkedItems[0]) })
        else onChange({ state: stateFilters.find((value) => value === checkedItems[0]) })
      }}
    >
      <MenuTrigger disableButtonEnhancement>
        <FilterButton active={[has, state, group].filter(Boolean).length} />
      </MenuTrigger>
      <MenuPopover className={parts.popover}>
        <MenuList>
          <MenuGroup>
            <MenuGroupHeader>
              <FormattedMessage id="users.has" />
            </MenuGroupHeader>
            {(['any', ...hasFilters] as const).map((value) => (
              <MenuItemRadio key={value} name="has" value={value}>
                <FormattedMessage id={`users.has.${value}`} />
              </MenuItemRadio>
            ))}
          </MenuGroup>
          <MenuDivider />
          <MenuGroup>
            <MenuGroupHeader>
              <FormattedMessage id="users.state" />
            </MenuGroupHeader>
            {(['any', ...stateFilters] as const).map((value) => (
              <MenuItemRadio key={value} name="state" value={value}>
                <FormattedMessage id={`users.state.${value}`} />
              </MenuItemRadio>
            ))}
          </MenuGroup>
          <MenuDivider />
          <MenuItem icon={<PeopleTeam20Regular />} onClick={onGroup}>
            <FormattedMessage id="groups.choose" />
          </MenuItem>
        </MenuList>
      </MenuPopover>
    </Menu>
  )
}
