import { Badge, Button, makeStyles, mergeClasses, Tooltip } from '@fluentui/react-components'
import { BookmarkAdd20Regular, BookmarkOff20Regular, Edit20Regular, PersonAdd20Regular } from '@fluentui/react-icons'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { JSX } from 'react'
import { FormattedMessage, useIntl } from 'react-intl'
import { keys } from '~/api/keys'
import type { NumberEntry } from '~/api/types'
import { useFormat } from '~/app/i18n'
import { useSession } from '~/app/session'
import { notify } from '~/parts/notify'
import type { Column } from '~/parts/PagedTable'
import { useProblemText } from '~/parts/problemText'
import { mayOrder } from '~/parts/rights'
import { useParts } from '~/parts/styles'
import { releaseNumber } from '../queries'
import { useOrganisationStyles } from '../styles'
import type { NumberDialog } from './NumbersPage'
import { sourceOf } from './rules'

export const stateColours = { free: 'success', reserved: 'warning', resting: 'informative', active: 'brand' } as const

const useStyles = makeStyles({ note: { maxWidth: '340px', overflowWrap: 'anywhere' } })

/** The columns of a list of numbers; one of free numbers alone has nothing to say of state and purpose. */
export function useNumberColumns(open: (dialog: NumberDialog) => void, free: boolean): Column<NumberEntry>[] {
  const area = useOrganisationStyles()
  const styles = useStyles()
  const parts = useParts()
  const format = useFormat()
  const { organisation } = useSession()
  const columns: Column<NumberEntry>[] = [
    {
      id: 'number',
      title: <FormattedMessage id="numbers.number" />,
      cell: ({ number }) => <span className={mergeClasses(parts.figures, parts.whole)}>{format.number(number)}</span>,
    },
    {
      id: 'kind',
      title: <FormattedMessage id="numbers.kind" />,
      from: 'optional',
      cell: ({ kind }) => <FormattedMessage id={`kind.${kind}`} />,
    },
    {
      id: 'state',
      title: <FormattedMessage id="numbers.state" />,
      cell: ({ state }) => (
        <Badge appearance="tint" shape="rounded" color={stateColours[state]}>
          <FormattedMessage id={`number.${state}`} />
        </Badge>
      ),
    },
    {
      id: 'about',
      title: <FormattedMessage id="numbers.about" />,
      cell: ({ person, callGroup, releaseDate, reservation, temporary }) => (
        <div className={mergeClasses(area.stack, styles.note)}>
          {person ? (
            <Link
              to="/o/$organisation/users"
              params={{ organisation: organisation.id }}
              search={{ q: person.name, open: person.id }}
              className={parts.link}
            >
              {person.name}
            </Link>
          ) : null}
          {callGroup ? (
            <Link
              to="/o/$organisation/organisation/call-groups"
              params={{ organisation: organisation.id }}
              className={parts.link}
            >
              {callGroup.name}
            </Link>
          ) : null}
          {temporary ? (
            <span className={parts.caption}>
              <FormattedMessage id="numbers.temporary" />
            </span>
          ) : null}
          {releaseDate ? <FormattedMessage id="numbers.restsUntil" values={{ day: format.day(releaseDate) }} /> : null}
          {reservation ? (
            <>
              <FormattedMessage id="numbers.reservedFor" values={{ note: reservation.note }} />
              <span className={parts.caption}>
                <FormattedMessage id="numbers.reservedSince" values={{ day: format.day(reservation.at) }} />
              </span>
            </>
          ) : null}
          {person || callGroup || releaseDate || reservation ? null : '–'}
        </div>
      ),
    },
    {
      id: 'actions',
      end: true,
      title: (
        <span className={parts.visuallyHidden}>
          <FormattedMessage id="users.column.actions" />
        </span>
      ),
      cell: (number) => <Actions number={number} open={open} />,
    },
  ]
  return free ? columns.filter(({ id }) => id !== 'state' && id !== 'about') : columns
}

function Actions({ number: entry, open }: { number: NumberEntry; open: (dialog: NumberDialog) => void }) {
  const area = useOrganisationStyles()
  const intl = useIntl()
  const format = useFormat()
  const client = useQueryClient()
  const problemText = useProblemText()
  const { organisation, can } = useSession()
  const values = { number: format.number(entry.number) }
  const release = useMutation({
    mutationFn: () => releaseNumber(organisation.id, entry.number),
    onSuccess: () => notify({ intent: 'success', title: <FormattedMessage id="numbers.released" values={values} /> }),
    onError: (error) => notify({ intent: 'error', ...problemText(error) }),
    onSettled: () => {
      void client.invalidateQueries({ queryKey: keys.numbers(organisation.id) })
      void client.invalidateQueries({ queryKey: keys.series(organisation.id) })
    },
  })
  if (entry.state === 'active') return null
  const button = (
    id: 'numbers.reserve' | 'numbers.changeNote' | 'numbers.release',
    icon: JSX.Element,
    act: () => void,
  ) => (
    <Tooltip content={intl.formatMessage({ id }, values)} relationship="label">
      <Button appearance="subtle" icon={icon} disabled={release.isPending} onClick={act} />
    </Tooltip>
  )
  return (
    <div className={area.buttons}>
      {can('editData') ? (
        entry.reservation ? (
          <>
            {button('numbers.changeNote', <Edit20Regular />, () => open({ is: 'reserve', number: entry }))}
            {button('numbers.release', <BookmarkOff20Regular />, () => release.mutate())}
          </>
        ) : (
          button('numbers.reserve', <BookmarkAdd20Regular />, () => open({ is: 'reserve', number: entry }))
        )
      ) : null}
      {mayOrder(organisation.permissions) && sourceOf(entry) ? (
        <Button
          icon={<PersonAdd20Regular />}
          size="small"
          aria-label={intl.formatMessage({ id: 'numbers.useIt' }, values)}
          onClick={() => open({ is: 'use', number: entry })}
        >
          <FormattedMessage id="numbers.use" />
        </Button>
      ) : null}
    </div>
  )
}
