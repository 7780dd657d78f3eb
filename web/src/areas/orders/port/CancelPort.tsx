import { Button, Spinner } from '@fluentui/react-components'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useRef } from 'react'
import { FormattedMessage } from 'react-intl'
import { keys } from '~/api/keys'
import { cancelPort } from '~/api/ports'
import type { Port } from '~/api/types'
import { useSession } from '~/app/session'
import { notify } from '~/parts/notify'
import { useProblemText } from '~/parts/problemText'

/** Calls the move of a number off; the order that waits for it is taken back. */
export function CancelPort({ port }: { port: Port }) {
  const client = useQueryClient()
  const problemText = useProblemText()
  const { organisation } = useSession()
  const key = useRef<string>(undefined)
  const cancel = useMutation({
    mutationFn: () => {
      key.current ??= crypto.randomUUID()
      return cancelPort(organisation.id, port.id, key.current)
    },
    onSuccess: (changed) => {
      client.setQueryData(keys.port(organisation.id, port.id), changed)
      void client.invalidateQueries({ queryKey: keys.orders(organisation.id) })
      void client.invalidateQueries({ queryKey: keys.order(organisation.id, port.order.id) })
    },
    onError: (error) => notify({ intent: 'error', ...problemText(error) }),
  })
  return (
    <Button
      disabled={cancel.isPending || port.cancelling}
      icon={cancel.isPending ? <Spinner size="tiny" /> : undefined}
      onClick={() => cancel.mutate()}
    >
      <FormattedMessage id={port.cancelling ? 'port.cancelling' : 'port.cancel'} />
    </Button>
  )
}
