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
import { FormattedMessage, useIntl } from 'react-intl'
import { keys } from '~/api/keys'
import { isProblem } from '~/api/problem'
import type { RoleAssignment } from '~/api/types'
import { useSession } from '~/app/session'
import { notify } from '~/parts/notify'
import { Refusal } from '~/parts/Refusal'
import { useOrganisationStyles } from '../styles'
import { revokeRole } from './queries'

/** Takes a role away, after asking once more. */
export function RevokeDialog({ assignment, onClose }: { assignment: RoleAssignment; onClose: () => void }) {
  const area = useOrganisationStyles()
  const intl = useIntl()
  const client = useQueryClient()
  const { organisation, me } = useSession()
  const { holder, role, id } = assignment
  const values = { name: holder.name, role: intl.formatMessage({ id: `role.${role}` }) }
  const own = holder.principal === me.principal.id
  const refresh = () => {
    void client.invalidateQueries({ queryKey: keys.roles(organisation.id) })
    void client.invalidateQueries({ queryKey: keys.explanations(organisation.id) })
    if (own) void client.invalidateQueries({ queryKey: keys.me })
  }
  const take = useMutation({
    mutationFn: () => revokeRole(organisation.id, id),
    onSuccess: () => {
      refresh()
      notify({ intent: 'success', title: <FormattedMessage id="roles.taken" values={values} /> })
      onClose()
    },
    onError: (error) => {
      // Somebody was quicker: show how it is now.
      if (isProblem(error, 404) || isProblem(error, 409)) refresh()
    },
  })
  return (
    <Dialog open modalType="alert" onOpenChange={(_, data) => (data.open ? undefined : onClose())}>
      <DialogSurface>
        <DialogBody>
          <DialogTitle>
            <FormattedMessage id="roles.take.title" values={values} />
          </DialogTitle>
          <DialogContent className={area.form}>
            <FormattedMessage id={own ? 'roles.take.own' : 'roles.take.body'} values={values} />
            {take.error ? <Refusal error={take.error} /> : null}
          </DialogContent>
          <DialogActions>
            <Button disabled={take.isPending} onClick={onClose}>
              <FormattedMessage id="common.cancel" />
            </Button>
            <Button appearance="primary" disabled={take.isPending} onClick={() => take.mutate()}>
              <FormattedMessage id="roles.take.send" />
            </Button>
          </DialogActions>
        </DialogBody>
      </DialogSurface>
    </Dialog>
  )
}
