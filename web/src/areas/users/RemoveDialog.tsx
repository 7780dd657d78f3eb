import {
  Button,
  Dialog,
  DialogActions,
  DialogBody,
  DialogContent,
  DialogSurface,
  DialogTitle,
  MessageBar,
  MessageBarBody,
  makeStyles,
} from '@fluentui/react-components'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { FormattedMessage } from 'react-intl'
import { keys } from '~/api/keys'
import { deleteLocalPerson } from '~/api/localPeople'
import { refreshPeopleLists } from '~/api/people'
import type { Person } from '~/api/types'
import { useSession } from '~/app/session'
import { notify } from '~/parts/notify'
import { useProblemText } from '~/parts/problemText'

const useStyles = makeStyles({ content: { display: 'flex', flexDirection: 'column', gap: '12px' } })

/** Removes a local person; says why not while something is active. */
export function RemoveDialog({ person, onClose }: { person: Person; onClose: () => void }) {
  const styles = useStyles()
  const client = useQueryClient()
  const problemText = useProblemText()
  const { organisation } = useSession()
  const active = person.subscriptions.some(({ state }) => state !== 'ended') || person.openOrders.length > 0
  const remove = useMutation({
    mutationFn: () => deleteLocalPerson(organisation.id, person.id),
    onSuccess: () => {
      refreshPeopleLists(client, organisation.id)
      void client.invalidateQueries({ queryKey: keys.dashboard(organisation.id) })
      notify({
        intent: 'success',
        title: <FormattedMessage id="local.removed" values={{ name: person.displayName }} />,
      })
      onClose()
    },
  })
  const failure = remove.error ? problemText(remove.error) : null
  return (
    <Dialog open modalType="alert" onOpenChange={(_, data) => (data.open ? undefined : onClose())}>
      <DialogSurface>
        <DialogBody>
          <DialogTitle>
            <FormattedMessage id="local.removeTitle" values={{ name: person.displayName }} />
          </DialogTitle>
          <DialogContent className={styles.content}>
            {active ? (
              <MessageBar intent="warning" layout="multiline">
                <MessageBarBody>
                  <FormattedMessage id="local.removeActive" />
                </MessageBarBody>
              </MessageBar>
            ) : (
              <FormattedMessage id="local.removeBody" />
            )}
            {failure ? (
              <MessageBar intent="error" layout="multiline" politeness="assertive">
                <MessageBarBody>
                  {failure.title} {failure.detail === failure.title ? null : failure.detail}
                </MessageBarBody>
              </MessageBar>
            ) : null}
          </DialogContent>
          <DialogActions>
            <Button disabled={remove.isPending} onClick={onClose}>
              <FormattedMessage id="common.cancel" />
            </Button>
            <Button appearance="primary" disabled={active || remove.isPending} onClick={() => remove.mutate()}>
              <FormattedMessage id="local.remove" />
            </Button>
          </DialogActions>
        </DialogBody>
      </DialogSurface>
    </Dialog>
  )
}
