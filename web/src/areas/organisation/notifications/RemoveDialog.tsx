import {
  Button,
  Dialog,
  DialogActions,
  DialogBody,
  DialogContent,
  DialogSurface,
  DialogTitle,
} from '@fluentui/react-components'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { FormattedMessage } from 'react-intl'
import { keys } from '~/api/keys'
import type { NotificationAddress } from '~/api/types'
import { useSession } from '~/app/session'
import { notify } from '~/parts/notify'
import { Refusal } from '~/parts/Refusal'
import { useOrganisationStyles } from '../styles'
import { removeAddress } from './queries'

export function RemoveDialog({
  address: { id, address },
  onClose,
}: {
  address: NotificationAddress
  onClose: () => void
}) {
  const area = useOrganisationStyles()
  const client = useQueryClient()
  const { organisation } = useSession()
  const remove = useMutation({
    mutationFn: () => removeAddress(organisation.id, id),
    onSuccess: () => {
      notify({ intent: 'success', title: <FormattedMessage id="notify.removed" values={{ address }} /> })
      onClose()
    },
    onSettled: () => void client.invalidateQueries({ queryKey: keys.notificationAddresses(organisation.id) }),
  })
  return (
    <Dialog open modalType="alert" onOpenChange={(_, data) => (data.open ? undefined : onClose())}>
      <DialogSurface>
        <DialogBody>
          <DialogTitle>
            <FormattedMessage id="notify.remove.title" values={{ address }} />
          </DialogTitle>
          <DialogContent className={area.form}>
            <FormattedMessage id="notify.remove.body" />
            {remove.error ? <Refusal error={remove.error} /> : null}
          </DialogContent>
          <DialogActions>
            <Button disabled={remove.isPending} onClick={onClose}>
              <FormattedMessage id="common.cancel" />
            </Button>
            <Button appearance="primary" disabled={remove.isPending} onClick={() => remove.mutate()}>
              <FormattedMessage id="notify.remove.send" />
            </Button>
          </DialogActions>
        </DialogBody>
      </DialogSurface>
    </Dialog>
  )
}
