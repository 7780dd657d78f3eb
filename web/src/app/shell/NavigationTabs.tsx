import {
  Button,
  Menu,
  MenuItem,
  MenuList,
  MenuPopover,
  MenuTrigger,
  makeStyles,
  Overflow,
  OverflowItem,
  Tab,
  TabList,
  tokens,
  useIsOverflowItemVisible,
  useOverflowMenu,
} from '@fluentui/react-components'
import { MoreHorizontal20Filled } from '@fluentui/react-icons'
import { useNavigate } from '@tanstack/react-router'
import { FormattedMessage, useIntl } from 'react-intl'
import type { Area, AreaId } from '../areas'
import { useSession } from '../session'
import { useAreas } from './Navigation'

const useStyles = makeStyles({
  tabs: {
    borderBottom: `1px solid ${tokens.colorNeutralStroke2}`,
    padding: '0 8px',
    minWidth: 0,
    overflow: 'hidden',
  },
  row: { display: 'flex', alignItems: 'center', minWidth: 0, overflow: 'hidden' },
})

/** The areas at the top, in Teams, whose own menus already stand at the left. */
export function NavigationTabs({ current }: { current: AreaId | undefined }) {
  const styles = useStyles()
  const intl = useIntl()
  const navigate = useNavigate()
  const { organisation } = useSession()
  const mine = useAreas()
  const go = (area: Area | undefined) => {
    if (area) void navigate({ to: area.to, params: { organisation: organisation.id } })
  }
  return (
    <nav className={styles.tabs} aria-label={intl.formatMessage({ id: 'shell.areas' })}>
      <Overflow minimumVisible={2} padding={48}>
        <div className={styles.row}>
          <TabList
            selectedValue={current ?? null}
            onTabSelect={(_, { value }) => go(mine.find(({ id }) => id === value))}
          >
            {mine.map(({ id, text }, at) => (
              <OverflowItem key={id} id={id} priority={id === current ? 100 : 50 - at}>
                <Tab value={id}>
                  <FormattedMessage id={text} />
                </Tab>
              </OverflowItem>
            ))}
          </TabList>
          <MoreAreas areas={mine} onChoose={go} />
        </div>
      </Overflow>
    </nav>
  )
}

function MoreAreas({ areas: mine, onChoose }: { areas: Area[]; onChoose: (area: Area) => void }) {
  const intl = useIntl()
  const { ref, overflowCount, isOverflowing } = useOverflowMenu<HTMLButtonElement>()
  if (!isOverflowing) return null
  return (
    <Menu>
      <MenuTrigger disableButtonEnhancement>
        <Button
          ref={ref}
          appearance="transparent"
          icon={<MoreHorizontal20Filled />}
          aria-label={intl.formatMessage({ id: 'shell.moreAreas' }, { count: overflowCount })}
        />
      </MenuTrigger>
      <MenuPopover>
        <MenuList>
          {mine.map((area) => (
            <HiddenArea key={area.id} area={area} onChoose={onChoose} />
          ))}
        </MenuList>
      </MenuPopover>
    </Menu>
  )
}

function HiddenArea({ area, onChoose }: { area: Area; onChoose: (area: Area) => void }) {
  if (useIsOverflowItemVisible(area.id)) return null
  return (
    <MenuItem onClick={() => onChoose(area)}>
      <FormattedMessage id={area.text} />
    </MenuItem>
  )
}
