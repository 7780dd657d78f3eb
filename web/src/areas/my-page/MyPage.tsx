import { Badge, makeStyles, mergeClasses, Skeleton, SkeletonItem, tokens } from '@fluentui/react-components'
import { CheckmarkCircle16Filled } from '@fluentui/react-icons'
import { useQuery } from '@tanstack/react-query'
import { FormattedMessage, useIntl } from 'react-intl'
import { isProblem } from '~/api/problem'
import type { MyPage as OwnPage } from '~/api/types'
import { useFormat } from '~/app/i18n'
import { useSession } from '~/app/session'
import { Avatar } from '~/parts/Avatar'
import { CopyButton } from '~/parts/CopyButton'
import { useTitle } from '~/parts/hooks'
import { ErrorState } from '~/parts/States'
import { useParts } from '~/parts/styles'
import { UsageBars } from '~/parts/UsageBars'
import { thisMonth } from '~/parts/usage'
import { MySims } from './MySims'
import { myPageQuery, myUsageQuery } from './queries'

const useStyles = makeStyles({
  columns: {
    display: 'grid',
    gridTemplateColumns: 'repeat(2, minmax(0, 1fr))',
    gap: '16px',
    alignItems: 'start',
    maxWidth: '1200px',
    '@media (max-width: 900px)': { gridTemplateColumns: 'minmax(0, 1fr)' },
  },
  column: { display: 'flex', flexDirection: 'column', gap: '16px', minWidth: 0 },
  card: { padding: '20px 24px', width: '100%' },
  title: { marginBottom: '12px' },
  list: { listStyleType: 'none', margin: 0, padding: 0, display: 'flex', flexDirection: 'column', gap: '12px' },
  one: { display: 'flex', flexDirection: 'column', gap: '8px' },
  line: { display: 'flex', justifyContent: 'space-between', gap: '12px', alignItems: 'center' },
  ready: {
    display: 'flex',
    gap: '6px',
    alignItems: 'center',
    marginTop: '8px',
    color: tokens.colorStatusSuccessForeground1,
  },
  who: { display: 'flex', alignItems: 'center', gap: '12px', marginBottom: '16px' },
  facts: {
    display: 'grid',
    gridTemplateColumns: 'fit-content(150px) minmax(0, 1fr)',
    gap: '8px 16px',
    margin: 0,
    '@media (max-width: 560px)': { gridTemplateColumns: 'minmax(0, 1fr)', gap: '2px' },
  },
  value: {
    margin: 0,
    overflowWrap: 'anywhere',
    '@media (max-width: 560px)': { marginBottom: '8px' },
  },
  code: { fontFamily: tokens.fontFamilyMonospace, fontSize: tokens.fontSizeBase200 },
  roles: { margin: 0, padding: 0, listStyleType: 'none' },
})

export function MyPage() {
  const styles = useStyles()
  const parts = useParts()
  const intl = useIntl()
  const { me, organisation } = useSession()
  const { principal } = me
  useTitle(intl.formatMessage({ id: 'nav.myPage' }))
  return (
    <div className={parts.page}>
      <h1 className={parts.heading}>
        <FormattedMessage id="nav.myPage" />
      </h1>
      <div className={styles.columns}>
        <section className={mergeClasses(parts.card, styles.card)} aria-labelledby="base">
          <div className={styles.who}>
            <Avatar name={principal.name} id={principal.objectId} brand />
            <h2 id="base" className={parts.subheading}>
              {principal.name}
            </h2>
          </div>
          <dl className={styles.facts}>
            <dt className={parts.muted}>
              <FormattedMessage id="myPage.account" />
            </dt>
            <dd className={styles.value}>{principal.username}</dd>
            <dt className={parts.muted}>
              <FormattedMessage id="myPage.organisation" />
            </dt>
            <dd className={styles.value}>
              {organisation.name}
              {organisation.customerNumber ? ` (${organisation.customerNumber})` : ''}
            </dd>
            <dt className={parts.muted}>
              <FormattedMessage id="myPage.roles" />
            </dt>
            <dd className={styles.value}>
              {organisation.roles.length === 0 ? (
                <FormattedMessage id="myPage.noRole" />
              ) : (
                <ul className={styles.roles}>
                  {organisation.roles.map((role) => (
                    <li key={role}>
                      <FormattedMessage id={`role.${role}`} />
                    </li>
                  ))}
                </ul>
              )}
            </dd>
            <dt className={parts.muted}>
              <FormattedMessage id="myPage.objectId" />
            </dt>
            <dd className={styles.value}>
              <span className={styles.code}>{principal.objectId}</span>
              <CopyButton value={principal.objectId} label={intl.formatMessage({ id: 'common.copy' })} />
            </dd>
          </dl>
        </section>
        <Having />
      </div>
    </div>
  )
}

/** What one has oneself. Who administers an organisation without being in its directory has nothing there. */
function Having() {
  const styles = useStyles()
  const intl = useIntl()
  const { organisation } = useSession()
  const { data, error, refetch } = useQuery(myPageQuery(organisation.id))
  const parts = useParts()
  if (data) return <Mine page={data} />
  if (isProblem(error, 404)) return null
  return (
    <section className={mergeClasses(parts.card, styles.card)}>
      {error ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : (
        <Skeleton aria-label={intl.formatMessage({ id: 'common.loading' })} className={styles.column}>
          <SkeletonItem size={16} />
          <SkeletonItem size={48} />
        </Skeleton>
      )}
    </section>
  )
}

function Mine({ page }: { page: OwnPage }) {
  const styles = useStyles()
  const parts = useParts()
  const format = useFormat()
  const card = mergeClasses(parts.card, styles.card)
  const title = mergeClasses(parts.subheading, styles.title)
  return (
    <div className={styles.column}>
      <section className={card} aria-labelledby="my-subscriptions">
        <h2 id="my-subscriptions" className={title}>
          <FormattedMessage id="profile.subscriptions" />
        </h2>
        {page.subscriptions.length === 0 ? (
          <p className={mergeClasses(parts.paragraph, parts.muted)}>
            <FormattedMessage id="myPage.nothing" />
          </p>
        ) : (
          <ul className={styles.list}>
            {page.subscriptions.map(({ id, kind, state, offering, number, startedAt }) => (
              <li key={id} className={styles.one}>
                <div className={styles.line}>
                  <span>
                    {offering.name}
                    <br />
                    <span className={parts.caption}>
                      <FormattedMessage id={`kind.${kind}`} />
                      {number ? ` · ${format.number(number)}` : ''}
                      {startedAt ? (
                        <>
                          {' · '}
                          <FormattedMessage id="profile.since" values={{ day: format.day(startedAt) }} />
                        </>
                      ) : null}
                    </span>
                  </span>
                  <Badge
                    appearance="tint"
                    shape="rounded"
                    color={state === 'active' ? 'success' : state === 'suspended' ? 'danger' : 'brand'}
                  >
                    <FormattedMessage id={`subscription.${state}`} />
                  </Badge>
                </div>
                {kind === 'mobile' && state !== 'ordered' ? <OwnUsage subscription={id} /> : null}
              </li>
            ))}
          </ul>
        )}
      </section>
      <section className={card} aria-labelledby="my-sims">
        <h2 id="my-sims" className={title}>
          <FormattedMessage id="profile.sims" />
        </h2>
        <MySims sims={page.sims} />
      </section>
      <section className={card} aria-labelledby="my-licences">
        <h2 id="my-licences" className={title}>
          <FormattedMessage id="profile.licences" />
        </h2>
        {page.licences.products.length === 0 ? (
          <p className={mergeClasses(parts.paragraph, parts.muted)}>
            <FormattedMessage id="profile.noLicences" />
          </p>
        ) : (
          <ul className={styles.roles}>
            {page.licences.products.map((product) => (
              <li key={product}>{product}</li>
            ))}
          </ul>
        )}
        {page.licences.ready ? (
          <span className={styles.ready}>
            <CheckmarkCircle16Filled aria-hidden="true" />
            <FormattedMessage id="profile.ready" />
          </span>
        ) : null}
      </section>
    </div>
  )
}

/** Nothing until it is known or where it cannot be: the rest stands without. */
function OwnUsage({ subscription }: { subscription: string }) {
  const { organisation } = useSession()
  const { data } = useQuery(myUsageQuery(organisation.id))
  const kinds = thisMonth(data?.subscriptions.find((own) => own.subscription === subscription))
  return kinds ? <UsageBars kinds={kinds} /> : null
}
