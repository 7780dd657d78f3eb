import { Badge, makeStyles, mergeClasses, Skeleton, SkeletonItem, tokens } from '@fluentui/react-components'
import { CheckmarkCircle16Filled, ErrorCircle16Filled, Open16Regular } from '@fluentui/react-icons'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { FormattedMessage, useIntl } from 'react-intl'
import { personQuery } from '~/api/people'
import type { Person, PersonRow } from '~/api/types'
import { useFormat } from '~/app/i18n'
import { useSession } from '~/app/session'
import { CopyButton } from '~/parts/CopyButton'
import { OrderStateBadge } from '~/parts/OrderStateBadge'
import { ErrorState } from '~/parts/States'
import { useParts } from '~/parts/styles'

const useStyles = makeStyles({
  profile: {
    display: 'grid',
    gridTemplateColumns: 'repeat(3, minmax(0, 1fr))',
    columnGap: '40px',
    rowGap: '20px',
    padding: '16px 32px 20px 56px',
    minHeight: '294px',
    boxSizing: 'border-box',
    '@media (max-width: 1090px)': { gridTemplateColumns: 'repeat(2, minmax(0, 1fr))', padding: '16px 24px 20px' },
    '@media (max-width: 740px)': { gridTemplateColumns: 'minmax(0, 1fr)', padding: '16px' },
  },
  section: { display: 'flex', flexDirection: 'column', gap: '8px', minWidth: 0 },
  facts: { display: 'grid', gridTemplateColumns: '104px minmax(0, 1fr)', rowGap: '4px', columnGap: '8px', margin: 0 },
  value: { margin: 0, overflowWrap: 'anywhere' },
  id: { display: 'flex', alignItems: 'flex-start', gap: '2px' },
  plain: { listStyleType: 'none', margin: 0, padding: 0, display: 'flex', flexDirection: 'column', gap: '6px' },
  ready: { display: 'flex', gap: '6px', alignItems: 'center', color: tokens.colorStatusSuccessForeground1 },
  missing: { display: 'flex', gap: '6px', alignItems: 'flex-start' },
  missingIcon: { color: tokens.colorStatusDangerForeground1, flexShrink: 0, marginTop: '2px' },
  line: { display: 'flex', justifyContent: 'space-between', gap: '12px', minWidth: 0 },
  grow: { minWidth: 0, flexGrow: 1 },
  amount: { fontVariantNumeric: 'tabular-nums', whiteSpace: 'nowrap' },
  total: {
    borderTop: `1px solid ${tokens.colorNeutralStroke1}`,
    paddingTop: '8px',
    marginTop: '4px',
    fontWeight: 600,
  },
  text: { margin: 0 },
})

export function Profile({ row }: { row: PersonRow }) {
  const styles = useStyles()
  const intl = useIntl()
  const { organisation } = useSession()
  const { data: person, error, refetch } = useQuery(personQuery(organisation.id, row.id))
  if (person) return <Details person={person} />
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} />
  return (
    <Skeleton className={styles.profile} aria-label={intl.formatMessage({ id: 'common.loading' })}>
      {[0, 1, 2].map((column) => (
        <div key={column} className={styles.section}>
          <SkeletonItem size={16} style={{ width: '40%' }} />
          {[0, 1, 2, 3, 4].map((line) => (
            <SkeletonItem key={line} size={12} />
          ))}
        </div>
      ))}
    </Skeleton>
  )
}

function Fact({ name, children }: { name: ReactNode; children: ReactNode }) {
  const styles = useStyles()
  const parts = useParts()
  return (
    <>
      <dt className={parts.muted}>{name}</dt>
      <dd className={styles.value}>{children || '–'}</dd>
    </>
  )
}

function Details({ person }: { person: Person }) {
  const styles = useStyles()
  const parts = useParts()
  const intl = useIntl()
  const format = useFormat()
  const { organisation } = useSession()
  return (
    <div className={styles.profile}>
      <section className={styles.section}>
        <h2 className={parts.small}>
          <FormattedMessage id="profile.title" />
        </h2>
        <dl className={styles.facts}>
          <Fact name={<FormattedMessage id="profile.firstName" />}>{person.firstName}</Fact>
          <Fact name={<FormattedMessage id="profile.lastName" />}>{person.lastName}</Fact>
          <Fact name={<FormattedMessage id="profile.email" />}>
            {person.email ? (
              <a href={`mailto:${person.email}`} className={parts.link}>
                {person.email}
              </a>
            ) : null}
          </Fact>
          <Fact name={<FormattedMessage id="profile.jobTitle" />}>{person.title}</Fact>
          <Fact name={<FormattedMessage id="profile.department" />}>{person.department}</Fact>
          {person.officeLocation ? (
            <Fact name={<FormattedMessage id="profile.office" />}>{person.officeLocation}</Fact>
          ) : null}
          {person.objectId ? (
            <Fact name={<FormattedMessage id="profile.azureLink" />}>
              <span className={styles.id}>
                {person.azureLink ? (
                  <a href={person.azureLink} target="_blank" rel="noreferrer" className={parts.link}>
                    {person.objectId} <Open16Regular aria-hidden="true" />
                    <span className={parts.visuallyHidden}>
                      <FormattedMessage id="common.newWindow" />
                    </span>
                  </a>
                ) : (
                  person.objectId
                )}
                <CopyButton value={person.objectId} label={intl.formatMessage({ id: 'profile.copyObjectId' })} />
              </span>
            </Fact>
          ) : null}
        </dl>
      </section>

      <section className={styles.section}>
        {person.kind === 'directory' ? (
          <>
            <h2 className={parts.small}>
              <FormattedMessage id="profile.licences" />
            </h2>
            {person.licences.products.length > 0 ? (
              <ul className={styles.plain}>
                {person.licences.products.map((product) => (
                  <li key={product}>{product}</li>
                ))}
              </ul>
            ) : (
              <p className={mergeClasses(styles.text, parts.muted)}>
                <FormattedMessage id="profile.noLicences" />
              </p>
            )}
            {person.licences.ready ? (
              <span className={styles.ready}>
                <CheckmarkCircle16Filled aria-hidden="true" />
                <FormattedMessage id="profile.ready" />
              </span>
            ) : (
              <ul className={styles.plain}>
                {person.licences.missing.map(({ code, name, advice }) => (
                  <li key={code} className={styles.missing}>
                    <ErrorCircle16Filled className={styles.missingIcon} aria-hidden="true" />
                    <span>
                      <FormattedMessage id="profile.missing" values={{ name }} />
                      <br />
                      <span className={parts.caption}>{advice}</span>
                    </span>
                  </li>
                ))}
              </ul>
            )}
          </>
        ) : null}
        <h2 className={parts.small}>
          <FormattedMessage id="profile.sims" />
        </h2>
        {person.sims.length > 0 ? (
          <ul className={styles.plain}>
            {person.sims.map(({ id, iccid, state, kind }) => (
              <li key={id} className={styles.line}>
                <span className={styles.amount}>
                  {format.iccid(iccid)}
                  {kind === 'eSim' ? ' (eSIM)' : ''}
                </span>
                <SimStateBadge state={state} />
              </li>
            ))}
          </ul>
        ) : (
          <p className={mergeClasses(styles.text, parts.muted)}>
            <FormattedMessage id="profile.noSims" />
          </p>
        )}
      </section>

      <section className={styles.section}>
        <h2 className={parts.small}>
          <FormattedMessage id="profile.subscriptions" />
        </h2>
        {person.subscriptions.length === 0 ? (
          <p className={mergeClasses(styles.text, parts.muted)}>
            <FormattedMessage id="profile.noSubscriptions" />
          </p>
        ) : (
          <ul className={styles.plain}>
            {person.subscriptions.map(({ id, kind, offering, number, state, monthlyCost, startedAt }) => (
              <li key={id} className={styles.line}>
                <span className={styles.grow}>
                  {offering.name}
                  <br />
                  <span className={parts.caption}>
                    <FormattedMessage id={`kind.${kind}`} />
                    {number ? ` · ${format.number(number)}` : ''}
                    {state !== 'active' ? ` · ${intl.formatMessage({ id: `subscription.${state}` })}` : ''}
                    {state === 'active' && startedAt
                      ? ` · ${intl.formatMessage({ id: 'profile.since' }, { day: format.day(startedAt) })}`
                      : ''}
                  </span>
                </span>
                <span className={styles.amount}>{format.money(monthlyCost)}</span>
              </li>
            ))}
          </ul>
        )}
        {person.orders.length > 0 ? (
          <>
            <h2 className={parts.small}>
              <FormattedMessage id="profile.orders" />
            </h2>
            <ul className={styles.plain}>
              {person.orders.slice(0, 5).map(({ id, number, state, heldReason, summary }) => (
                <li key={id} className={styles.line}>
                  <span className={mergeClasses(styles.grow, parts.ellipsis)}>
                    <Link
                      to="/o/$organisation/organisation/orders/$order"
                      params={{ organisation: organisation.id, order: id }}
                      className={parts.link}
                    >
                      {number}
                    </Link>{' '}
                    <span className={parts.caption} title={summary}>
                      {summary}
                    </span>
                  </span>
                  <OrderStateBadge state={state} heldReason={heldReason} />
                </li>
              ))}
            </ul>
          </>
        ) : null}
        <div className={mergeClasses(styles.line, styles.total)}>
          <span>
            <FormattedMessage id="profile.total" />
          </span>
          <span className={styles.amount}>{format.money(person.monthlyCost)}</span>
        </div>
        <span className={parts.caption}>
          <FormattedMessage id="common.exclVat" />
        </span>
      </section>
    </div>
  )
}

const simTexts = {
  active: 'sim.active',
  suspended: 'sim.suspended',
  unassigned: 'sim.unassigned',
  reserved: 'sim.reserved',
  retired: 'sim.retired',
} as const

function SimStateBadge({ state }: { state: string }) {
  const known = Object.hasOwn(simTexts, state) ? simTexts[state as keyof typeof simTexts] : null
  return (
    <Badge
      appearance="tint"
      color={state === 'active' ? 'success' : state === 'suspended' ? 'danger' : 'informative'}
      shape="rounded"
    >
      {known ? <FormattedMessage id={known} /> : state}
    </Badge>
  )
}
