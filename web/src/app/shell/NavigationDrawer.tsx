import { Button, DrawerBody, makeStyles, OverlayDrawer } from '@fluentui/react-components'
import { Dismiss24Regular } from '@fluentui/react-icons'
import { useIntl } from 'react-intl'
import type { AreaId } from '../areas'
import { Links } from './Navigation'

const useStyles = makeStyles({ drawerHead: { display: 'flex', justifyContent: 'flex-end', padding: '8px' } })

/** The same areas where there is no room at the left. */
export function NavigationDrawer({
  current,
  open,
  onClose,
}: {
  current: AreaId | undefined
  open: boolean
  onClose: () => void
}) {
  const styles = useStyles()
  const intl = useIntl()
  return (
    <OverlayDrawer
      open={open}
      onOpenChange={(_, data) => (data.open ? undefined : onClose())}
      position="start"
      size="small"
      aria-label={intl.formatMessage({ id: 'shell.areas' })}
    >
      <div className={styles.drawerHead}>
        <Button
          appearance="subtle"
          icon={<Dismiss24Regular />}
          aria-label={intl.formatMessage({ id: 'common.close' })}
          onClick={onClose}
        />
      </div>
      <DrawerBody>
        <nav aria-label={intl.formatMessage({ id: 'shell.areas' })}>
          <Links current={current} collapsed={false} onFollow={onClose} />
        </nav>
      </DrawerBody>
    </OverlayDrawer>
  )
}
