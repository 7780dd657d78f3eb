/** Orders for many from a file: rows in, each checked, the price of those that can go, and their progress. */
import {
  Button,
  Dialog,
  DialogBody,
  DialogSurface,
  DialogTitle,
  DialogTrigger,
  makeStyles,
} from '@fluentui/react-components'
import { Dismiss24Regular } from '@fluentui/react-icons'
import { useState } from 'react'
import { FormattedMessage, useIntl } from 'react-intl'
import type { Bulk } from '~/api/types'
import { BulkInput } from './BulkInput'
import { BulkPreview } from './BulkPreview'
import { BulkProgress } from './BulkProgress'

const useStyles = makeStyles({
  surface: { maxWidth: '960px', width: 'calc(100vw - 32px)', maxHeight: 'calc(100vh - 32px)' },
  // What the surface leaves of the screen: its own height, less its padding and border.
  body: { maxHeight: 'calc(100vh - 32px - 50px)' },
})

export function BulkDialog({ onClose }: { onClose: () => void }) {
  const styles = useStyles()
  const intl = useIntl()
  const [text, setText] = useState('')
  const [bulk, setBulk] = useState<Bulk>()
  const [order, setOrder] = useState<string>()
  return (
    <Dialog open modalType="modal" onOpenChange={(_, data) => (data.open ? undefined : onClose())}>
      <DialogSurface className={styles.surface} aria-describedby={undefined}>
        <DialogBody className={styles.body}>
          <DialogTitle
            action={
              <DialogTrigger action="close">
                <Button
                  appearance="subtle"
                  icon={<Dismiss24Regular />}
                  aria-label={intl.formatMessage({ id: 'common.close' })}
                />
              </DialogTrigger>
            }
          >
            <FormattedMessage id="bulk.title" />
          </DialogTitle>
          {order ? (
            <BulkProgress order={order} onClose={onClose} />
          ) : bulk ? (
            <BulkPreview bulk={bulk} onBack={() => setBulk(undefined)} onPlaced={setOrder} />
          ) : (
            <BulkInput text={text} onText={setText} onChecked={setBulk} onClose={onClose} />
          )}
        </DialogBody>
      </DialogSurface>
    </Dialog>
  )
}
