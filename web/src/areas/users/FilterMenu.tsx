import {
  Button,
  CounterBadge,
  Menu,
  MenuDivider,
  MenuGroup,
  MenuGroupHeader,
  MenuItemRadio,
  MenuList,
  MenuPopover,
  MenuTrigger,
  makeStyles,
} from '@fluentui/react-components'
import { Filter20Regular } from '@fluentui/react-icons'
import { FormattedMessage, useIntl } from 'react-intl'
import type { HasFilter, StateFilter } from '~/api/types'
import { hasFilters, stateFilters, type UsersSearch } from './search'

const useStyles = makeStyles({ trigger: { flexShrink: 0 } })

export function FilterMenu({
  has,
  state,
  onChange,
}: {
  has: HasFilter | undefined
  state: StateFilter | undefined
  onChange: (changes: Partial<UsersSearch>) => void
}) {
  const styles = useStyles()
  const intl = useIntl()
  const active = [has, state].filter(Boolean).length
  return (
    <Menu
      checkedValues={{ has: [has ?? 'any'], state: [state ?? 'any'] }}
      onCheckedValueChange={(_, { name, checkedItems }) => {
        if (name === 'has') onChange({ has: hasFilters.find((value) => value === checkedItems[0]) })
        else onChange({ state: stateFilters.find((value) => value === checkedItems[0]) })
      }}
    >
      <MenuTrigger disableButtonEnhancement>
        <Button
          appearance="subtle"
          className={styles.trigger}
          icon={<Filter20Regular />}
          aria-label={intl.formatMessage({ id: 'users.filters' }, { count: active })}
        >
          {active > 0 ? <CounterBadge count={active} size="small" /> : null}
        </Button>
      </MenuTrigger>
      <MenuPopover>
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
        </MenuList>
      </MenuPopover>
    </Menu>
  )
}
