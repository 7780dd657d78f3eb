import { useMemo } from 'react'
import { FormattedMessage } from 'react-intl'
import type { CallGroup } from '~/api/types'
import { useFormat } from '~/app/i18n'
import { useParts } from '~/parts/styles'
import { DirectOrderDialog } from '../DirectOrderDialog'
import { useFormStyles } from '../formStyles'

/** Takes a call group down; its number rests. */
export function RemoveGroupDialog({ group, onClose }: { group: CallGroup; onClose: (placed: boolean) => void }) {
  const styles = useFormStyles()
  const parts = useParts()
  const format = useFormat()
  const request = useMemo(() => ({ items: [{ action: 'removeCallGroup' as const, callGroup: group.id }] }), [group.id])
  const values = { name: group.name, number: group.number ? format.number(group.number) : '' }
  return (
    <DirectOrderDialog
      title={<FormattedMessage id="callGroup.removeTitle" values={values} />}
      request={request}
      missing={null}
      send="callGroup.remove"
      said={<FormattedMessage id="callGroup.removing" values={values} />}
      atFields={() => false}
      onClose={onClose}
    >
      {() => (
        <section className={styles.section}>
          <h3 className={parts.small}>
            <FormattedMessage id="order.whatHappens" />
          </h3>
          <p className={parts.paragraph}>
            <FormattedMessage id="callGroup.remove.body" values={values} />
          </p>
        </section>
      )}
    </DirectOrderDialog>
  )
}
