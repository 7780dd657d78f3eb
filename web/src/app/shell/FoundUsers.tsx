/** What the search at the top has found so far: a few colleagues to go to, and the way to all of them. */
import { makeStyles, mergeClasses, tokens } from '@fluentui/react-components'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { FormattedMessage } from 'react-intl'
import { suggestedPeopleQuery } from '~/api/people'
import type { PersonRow } from '~/api/types'
import { Avatar } from '~/parts/Avatar'
import { formatNumber } from '~/parts/format'
import { useDebounced } from '~/parts/hooks'
import { useParts } from '~/parts/styles'
import { useSession } from '../session'

const useStyles = makeStyles({
  panel: {
    position: 'absolute',
    insetInline: 0,
    top: 'calc(100% + 4px)',
    zIndex: 1000,
    padding: '4px',
    borderRadius: tokens.borderRadiusXLarge,
    border: `1px solid ${tokens.colorTransparentStroke}`,
    backgroundColor: tokens.colorNeutralBackground1,
    boxShadow: tokens.shadow16,
    '@media (max-width: 740px)': { position: 'fixed', insetInline: '8px', top: '52px' },
  },
  list: { listStyleType: 'none', margin: 0, padding: 0 },
  link: {
    display: 'flex',
    alignItems: 'center',
    gap: '12px',
    minHeight: '44px',
    padding: '0 12px',
    borderRadius: tokens.borderRadiusMedium,
    color: tokens.colorNeutralForeground1,
    textDecorationLine: 'none',
    ':hover': { backgroundColor: tokens.colorNeutralBackground1Hover },
    ':focus-visible': { outline: `2px solid ${tokens.colorStrokeFocus2}`, outlineOffset: '-2px' },
  },
  all: { minHeight: '36px', color: tokens.colorBrandForegroundLink, fontWeight: 600 },
  names: { display: 'flex', flexDirection: 'column', minWidth: 0, flexGrow: 1 },
  cut: { overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' },
  number: { whiteSpace: 'nowrap', fontVariantNumeric: 'tabular-nums' },
  note: { margin: 0, padding: '10px 12px' },
})

/** So many fit below the field without covering the page. */
const most = 6

const numberOf = ({ subscriptions }: PersonRow): string | undefined =>
  subscriptions.find(({ number }) => number !== null)?.number ?? undefined

export function FoundUsers({ q, onGo }: { q: string; onGo: () => void }) {
  const styles = useStyles()
  const parts = useParts()
  const { organisation } = useSession()
  const settled = useDebounced(q, 150)
  const { data, isError } = useQuery({
    ...suggestedPeopleQuery(organisation.id, settled),
    placeholderData: keepPreviousData,
  })
  const params = { organisation: organisation.id }
  // Enter still goes to the list, which says what went wrong.
  if (isError) return null
  return (
    <div className={styles.panel}>
      <div role="status" className={data && data.items.length > 0 ? parts.visuallyHidden : undefined}>
        <p className={mergeClasses(parts.muted, styles.note)}>
          {data ? (
            <FormattedMessage id="users.found" values={{ count: data.total }} />
          ) : (
            <FormattedMessage id="common.loading" />
          )}
        </p>
      </div>
      {data && data.items.length > 0 ? (
        <ul className={styles.list}>
          {data.items.slice(0, most).map((person) => (
            <li key={person.id}>
              <Link
                to="/o/$organisation/users"
                params={params}
                search={{ q: person.email ?? person.displayName, open: person.id }}
                preload={false}
                className={styles.link}
                onClick={onGo}
              >
                <Avatar name={person.displayName} id={person.id} />
                <span className={styles.names}>
                  <span className={styles.cut}>{person.displayName}</span>
                  <span className={mergeClasses(parts.caption, styles.cut)}>
                    {[person.department, person.email].filter(Boolean).join(' · ')}
                  </span>
                </span>
                {numberOf(person) ? (
                  <span className={mergeClasses(parts.caption, styles.number)}>
                    {formatNumber(numberOf(person) ?? '')}
                  </span>
                ) : null}
              </Link>
            </li>
          ))}
          <li>
            <Link
              to="/o/$organisation/users"
              params={params}
              search={{ q }}
              preload={false}
              className={mergeClasses(styles.link, styles.all)}
              onClick={onGo}
            >
              <FormattedMessage id="shell.showFound" values={{ count: data.total }} />
            </Link>
          </li>
        </ul>
      ) : null}
    </div>
  )
}
