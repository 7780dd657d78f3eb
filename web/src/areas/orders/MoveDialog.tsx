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
  Spinner,
} from '@fluentui/react-components'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { type ReactNode, useRef, useState } from 'react'
import { FormattedMessage, useIntl } from 'react-intl'
import { keys } from '~/api/keys'
import { cancelOrder, moveOrder } from '~/api/orders'
import { orderQuery } from '~/api/organisation'
import { refreshPeople } from '~/api/people'
import { isProblem } from '~/api/problem'
import type { Order } from '~/api/types'
import { useFormat } from '~/app/i18n'
import { useSession } from '~/app/session'
import { addDays, addMonths, danishDay } from '~/parts/days'
import { DayPicker } from '~/parts/LazyDayPicker'
import { notify } from '~/parts/notify'
import { useProblemText } from '~/parts/problemText'
import { ErrorState } from '~/parts/States'
import { useParts } from '~/parts/styles'

const useStyles = makeStyles({ content: { display: 'flex', flexDirection: 'column', gap: '16px' } })

/** An order that waits for its day: gives it another, or cancels it. */
export function MoveDialog({ order: id, onClose }: { order: string; onClose: (changed: boolean) => void }) {
  const styles = useStyles()
  const parts = useParts()
  const intl = useIntl()
  const format = useFormat()
  const client = useQueryClient()
  const problemText = useProblemText()
  const { organisation } = useSession()
  // As it is now: what was kept of it may be from before it came to wait.
  const {
    data: order,
    error,
    refetch,
    isFetching,
  } = useQuery({ ...orderQuery(organisation.id, id), refetchOnMount: 'always' })
  const [day, setDay] = useState<string>()
  const [notice, setNotice] = useState<ReactNode>(null)
  const key = useRef<string>(undefined)
  const today = danishDay(Date.now())

  const change = useMutation({
    mutationFn: (to: string | null) => {
      key.current ??= crypto.randomUUID()
      return to === null
        ? cancelOrder(organisation.id, id, key.current)
        : moveOrder(organisation.id, id, order?.version ?? 0, to)
    },
    onMutate: () => setNotice(null),
    onSuccess: (changed: Order, to) => {
      client.setQueryData(keys.order(organisation.id, id), changed)
      void client.invalidateQueries({ queryKey: keys.orders(organisation.id) })
      const people = changed.items.flatMap(({ person }) => (person ? [person.id] : []))
      void refreshPeople(client, organisation.id, [...new Set(people)])
      notify({
        intent: 'success',
        title: (
          <FormattedMessage
            id={to === null ? 'order.cancelling' : 'move.done'}
            values={{ number: changed.number, day: to ? format.day(to) : '' }}
          />
        ),
      })
      onClose(true)
    },
    onError: (refusal) => {
      const { title, detail } = problemText(refusal)
      setNotice(detail && detail !== title ? `${title} ${detail}` : title)
      if (isProblem(refusal, 412) || isProblem(refusal, 409)) void refetch()
    },
  })
  const now = order?.scheduledFor ?? undefined
  return (
    <Dialog open onOpenChange={(_, data) => (data.open ? undefined : onClose(false))}>
      <DialogSurface>
        <DialogBody>
          <DialogTitle>
            {order ? (
              <FormattedMessage id="move.title" values={{ number: order.number }} />
            ) : (
              <FormattedMessage id="common.loading" />
            )}
          </DialogTitle>
          <DialogContent className={styles.content}>
            {order ? (
              <>
                <p className={parts.paragraph}>
                  <FormattedMessage
                    id="move.body"
                    values={{ summary: order.summary, day: now ? format.day(now) : '–' }}
                  />
                </p>
                {notice ? (
                  <MessageBar intent="error" layout="multiline" politeness="assertive">
                    <MessageBarBody>{notice}</MessageBarBody>
                  </MessageBar>
                ) : null}
                <DayPicker
                  label={intl.formatMessage({ id: 'move.to' })}
                  value={day ?? now}
                  onChange={setDay}
                  today={today}
                  min={addDays(today, 1)}
                  max={addMonths(today, 12)}
                />
              </>
            ) : error ? (
              <ErrorState compact error={error} onRetry={() => void refetch()} />
            ) : null}
          </DialogContent>
          <DialogActions fluid>
            <Button disabled={change.isPending || !order} onClick={() => change.mutate(null)}>
              <FormattedMessage id="order.cancel" />
            </Button>
            <Button disabled={change.isPending} onClick={() => onClose(false)}>
              <FormattedMessage id="common.close" />
            </Button>
            <Button
              appearance="primary"
              disabled={!day || day === now || isFetching || change.isPending}
              icon={change.isPending ? <Spinner size="tiny" /> : undefined}
              onClick={() => {
                if (day) change.mutate(day)
              }}
            >
              <FormattedMessage id="move.save" />
            </Button>
          </DialogActions>
        </DialogBody>
      </DialogSurface>
    </Dialog>
  )
}
