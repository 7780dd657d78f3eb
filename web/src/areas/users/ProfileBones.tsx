import { Skeleton, SkeletonItem } from '@fluentui/react-components'
import { useIntl } from 'react-intl'
import { useProfileStyles } from './profileStyles'

/** Stands where a profile is about to be. */
export function ProfileBones() {
  const styles = useProfileStyles()
  const intl = useIntl()
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
