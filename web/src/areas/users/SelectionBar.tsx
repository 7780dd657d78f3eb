/** What can be done with everybody who is chosen, above the list for as long as somebody is. */
import { Button, Menu, MenuItem, MenuList, MenuPopover, MenuTrigger, Spinner } from '@fluentui/react-components'
import { ChevronDown20Regular, Dismiss20Regular, Tag20Regular } from '@fluentui/react-icons'
import { useMutation } from '@tanstack/react-query'
import { lazy, Suspense, useRef, useState } from 'react'
import { FormattedMessage, useIntl } from 'react-intl'
import { listPeople, type PeopleQuestion } from '~/api/people'
import { useDialogs } from '~/app/ordering'
import { useSession } from '~/app/session'
import { notify } from '~/parts/notify'
import { useProblemText } from '~/parts/problemText'
import { mayOrder } from '~/parts/rights'
import { useParts } from '~/parts/styles'
import { actionIcons } from './actionIcons'
import { referable, withReferences } from './references'
import { actionsForMany, wishFor } from './rules'
import { mostChosen, type Selection } from './selection'

const ReferencesDialog = lazy(() =>
  import('~/app/ReferencesDialog').then((module) => ({ default: module.ReferencesDialog })),
)

export function SelectionBar({
  selection,
  question,
  total,
}: {
  selection: Selection
  question: PeopleQuestion
  total: number
}) {
  const parts = useParts()
  const intl = useIntl()
  const { organisation, can } = useSession()
  const [writing, setWriting] = useState(false)
  const writer = useRef<HTMLButtonElement>(null)
  const openDialog = useDialogs()
  const problemText = useProblemText()
  const chosen = [...selection.chosen.values()]
  const all = useMutation({
    mutationFn: () => listPeople(organisation.id, question, mostChosen),
    onSuccess: (rows) => selection.change(rows, true),
    onError: (error) => notify({ intent: 'error', ...problemText(error) }),
  })
  const wishes = actionsForMany
    .map((action) => wishFor(action, chosen, intl.formatMessage({ id: 'users.notForThem' })))
    .filter(
      ({ targets, action }) =>
        targets.length > 0 || chosen.some((row) => row.actions.some((one) => one.action === action)),
    )
  return (
    <section className={parts.bar} aria-label={intl.formatMessage({ id: 'users.chosen' })}>
      <span role="status" className={parts.barCount}>
        <FormattedMessage id="users.chosenCount" values={{ count: chosen.length }} />
      </span>
      {chosen.length < Math.min(total, mostChosen) ? (
        <Button
          size="small"
          appearance="subtle"
          disabled={all.isPending}
          icon={all.isPending ? <Spinner size="tiny" /> : undefined}
          onClick={() => all.mutate()}
        >
          <FormattedMessage
            id={total > mostChosen ? 'users.chooseFirst' : 'users.chooseAll'}
            values={{ count: Math.min(total, mostChosen) }}
          />
        </Button>
      ) : null}
      <span className={parts.grow} />
      {can('editFinance') ? (
        <Button
          ref={writer}
          icon={<Tag20Regular />}
          disabled={referable(chosen).length === 0}
          onClick={() => setWriting(true)}
        >
          <FormattedMessage id="references.open" />
        </Button>
      ) : null}
      {mayOrder(organisation.permissions) ? (
        <Menu inline positioning={{ strategy: 'fixed', position: 'below', align: 'end' }}>
          <MenuTrigger disableButtonEnhancement>
            <Button appearance="primary" icon={<ChevronDown20Regular />} iconPosition="after">
              <FormattedMessage id="users.orderForThem" />
            </Button>
          </MenuTrigger>
          <MenuPopover className={parts.popover}>
            <MenuList>
              {wishes.map((wish) => {
                const Icon = actionIcons[wish.action]
                return (
                  <MenuItem
                    key={wish.action}
                    icon={<Icon />}
                    disabled={wish.targets.length === 0}
                    secondaryContent={intl.formatMessage(
                      { id: 'users.possibleFor' },
                      { count: wish.targets.length, of: chosen.length },
                    )}
                    onClick={() => openDialog({ show: 'order', wish })}
                  >
                    <FormattedMessage id={`action.${wish.action}`} />
                  </MenuItem>
                )
              })}
            </MenuList>
          </MenuPopover>
        </Menu>
      ) : null}
      <Button
        appearance="subtle"
        icon={<Dismiss20Regular />}
        aria-label={intl.formatMessage({ id: 'users.chooseNone' })}
        onClick={selection.clear}
      />
      <Suspense fallback={null}>
        {writing ? (
          <ReferencesDialog
            title={<FormattedMessage id="references.title" values={{ count: chosen.length }} />}
            targets={referable(chosen)}
            onClose={(written) => {
              setWriting(false)
              if (written) selection.change(withReferences(chosen, written), true)
              requestAnimationFrame(() => writer.current?.focus())
            }}
          />
        ) : null}
      </Suspense>
    </section>
  )
}
