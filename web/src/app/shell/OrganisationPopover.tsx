import {
  Button,
  makeStyles,
  mergeClasses,
  Popover,
  PopoverSurface,
  PopoverTrigger,
  SearchBox,
  Spinner,
  tokens,
} from '@fluentui/react-components'
import { BuildingMultiple20Regular, Checkmark16Regular, ChevronDown16Regular } from '@fluentui/react-icons'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate, useRouterState } from '@tanstack/react-router'
import { useState } from 'react'
import { FormattedMessage, useIntl } from 'react-intl'
import { keys } from '~/api/keys'
import type { MyOrganisation } from '~/api/types'
import { findOrganisationsQuery } from '~/areas/session/queries'
import { useDebounced } from '~/parts/hooks'
import { hoverBackground, useParts } from '~/parts/styles'
import { samePlace } from '../areas'
import { useSession } from '../session'

const useStyles = makeStyles({
  trigger: { minWidth: 0, maxWidth: '100%', fontWeight: tokens.fontWeightSemibold, flexShrink: 1 },
  name: {
    overflow: 'hidden',
    textOverflow: 'ellipsis',
    whiteSpace: 'nowrap',
    maxWidth: '240px',
    '@media (max-width: 900px)': { maxWidth: '110px' },
    '@media (max-width: 560px)': { display: 'none' },
  },
  surface: { padding: '8px', width: '320px', maxWidth: 'calc(100vw - 32px)', boxSizing: 'border-box' },
  search: { width: '100%', maxWidth: 'none', marginBottom: '8px' },
  list: { listStyleType: 'none', margin: 0, padding: 0, maxHeight: '50vh', overflowY: 'auto' },
  item: {
    display: 'grid',
    gridTemplateColumns: '20px minmax(0, 1fr)',
    alignItems: 'center',
    gap: '8px',
    width: '100%',
    textAlign: 'start',
    padding: '6px 8px',
    border: 'none',
    borderRadius: tokens.borderRadiusMedium,
    backgroundColor: 'transparent',
    color: tokens.colorNeutralForeground1,
    fontFamily: 'inherit',
    fontSize: tokens.fontSizeBase300,
    cursor: 'pointer',
    ':hover': { backgroundColor: hoverBackground },
    ':focus-visible': { outline: `2px solid ${tokens.colorStrokeFocus2}`, outlineOffset: '-2px' },
  },
  none: { padding: '12px 8px', margin: 0 },
})

/** Above this many, a list is found by typing rather than by looking. */
const searchAbove = 10

export function OrganisationPopover() {
  const styles = useStyles()
  const { organisation } = useSession()
  const intl = useIntl()
  const [open, setOpen] = useState(false)

  return (
    <Popover open={open} onOpenChange={(_, data) => setOpen(data.open)} trapFocus positioning="below-start">
      <PopoverTrigger disableButtonEnhancement>
        <Button
          appearance="transparent"
          className={styles.trigger}
          icon={<BuildingMultiple20Regular />}
          aria-label={intl.formatMessage({ id: 'shell.switchOrganisation' }, { name: organisation.name })}
        >
          <span className={styles.name}>{organisation.name}</span>
          &ensp;
          <ChevronDown16Regular />
        </Button>
      </PopoverTrigger>
      <PopoverSurface className={styles.surface} aria-label={intl.formatMessage({ id: 'shell.organisations' })}>
        <Choices current={organisation} onDone={() => setOpen(false)} />
      </PopoverSurface>
    </Popover>
  )
}

function Choices({ current, onDone }: { current: MyOrganisation; onDone: () => void }) {
  const styles = useStyles()
  const parts = useParts()
  const intl = useIntl()
  const client = useQueryClient()
  const navigate = useNavigate()
  const pathname = useRouterState({ select: ({ location }) => location.pathname })
  const { me } = useSession()
  const [q, setQ] = useState('')
  const wanted = useDebounced(q.trim())
  const searchable = me.organisations.length > searchAbove || me.more
  const { data: found, isFetching } = useQuery({ ...findOrganisationsQuery(wanted), enabled: me.more && wanted !== '' })
  const needle = q.trim().toLocaleLowerCase()
  const shown =
    me.more && wanted !== ''
      ? (found?.items ?? [])
      : me.organisations.filter(({ name, customerNumber }) =>
          `${name} ${customerNumber ?? ''}`.toLocaleLowerCase().includes(needle),
        )

  const choose = (organisation: MyOrganisation) => {
    onDone()
    if (organisation.id === current.id) return
    client.setQueryData(keys.myOrganisation(organisation.id), organisation)
    void navigate({ to: samePlace(pathname, organisation.id) }).then(() =>
      client.removeQueries({ queryKey: keys.everything(current.id) }),
    )
  }

  const label = intl.formatMessage({ id: 'shell.findOrganisation' })
  return (
    <>
      {searchable ? (
        <SearchBox
          className={styles.search}
          placeholder={label}
          aria-label={label}
          value={q}
          onChange={(_, { value }) => setQ(value)}
        />
      ) : null}
      <ul className={styles.list}>
        {shown.map((organisation) => (
          <li key={organisation.id}>
            <button
              type="button"
              className={styles.item}
              aria-current={organisation.id === current.id ? 'true' : undefined}
              onClick={() => choose(organisation)}
            >
              {organisation.id === current.id ? <Checkmark16Regular /> : <span />}
              <span>
                <span className={parts.ellipsis}>{organisation.name}</span>
                <br />
                <span className={parts.caption}>
                  <FormattedMessage id={`kind.${organisation.kind}`} />
                  {organisation.customerNumber ? ` · ${organisation.customerNumber}` : ''}
                </span>
              </span>
            </button>
          </li>
        ))}
      </ul>
      {isFetching ? <Spinner size="tiny" /> : null}
      {shown.length === 0 && !isFetching ? (
        <p className={mergeClasses(styles.none, parts.muted)}>
          <FormattedMessage id="shell.noOrganisation" />
        </p>
      ) : null}
    </>
  )
}
