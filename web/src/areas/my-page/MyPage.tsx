import { makeStyles, mergeClasses, tokens } from '@fluentui/react-components'
import { FormattedMessage, useIntl } from 'react-intl'
import { useSession } from '~/app/session'
import { Avatar } from '~/parts/Avatar'
import { CopyButton } from '~/parts/CopyButton'
import { useTitle } from '~/parts/hooks'
import { useParts } from '~/parts/styles'

const useStyles = makeStyles({
  card: { padding: '20px 24px', maxWidth: '720px', width: '100%' },
  who: { display: 'flex', alignItems: 'center', gap: '12px', marginBottom: '16px' },
  facts: {
    display: 'grid',
    gridTemplateColumns: 'minmax(120px, 180px) minmax(0, 1fr)',
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
    </div>
  )
}
