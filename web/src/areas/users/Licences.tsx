import { mergeClasses } from '@fluentui/react-components'
import { CheckmarkCircle16Filled, ErrorCircle16Filled } from '@fluentui/react-icons'
import { FormattedMessage } from 'react-intl'
import type { Person } from '~/api/types'
import { RelativeTime } from '~/parts/RelativeTime'
import { useParts } from '~/parts/styles'
import { useProfileStyles } from './profileStyles'

/** Whether the Microsoft licences suffice for a number in Teams; if not, which one is missing and how to get it. */
export function Licences({ licences }: { licences: Person['licences'] }) {
  const styles = useProfileStyles()
  const parts = useParts()
  return (
    <>
      <h2 className={parts.small}>
        <FormattedMessage id="profile.licences" />
      </h2>
      {licences.products.length > 0 ? (
        <ul className={styles.plain}>
          {licences.products.map((product) => (
            <li key={product}>{product}</li>
          ))}
        </ul>
      ) : (
        <p className={mergeClasses(styles.text, parts.muted)}>
          <FormattedMessage id="profile.noLicences" />
        </p>
      )}
      {licences.ready ? (
        <span className={styles.ready}>
          <CheckmarkCircle16Filled aria-hidden="true" />
          <FormattedMessage id="profile.ready" />
        </span>
      ) : (
        <ul className={styles.plain}>
          {licences.missing.map(({ code, name, advice }) => (
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
      {licences.checkedAt ? (
        <span className={parts.caption}>
          <FormattedMessage id="profile.checked" values={{ when: <RelativeTime value={licences.checkedAt} /> }} />
        </span>
      ) : null}
    </>
  )
}
