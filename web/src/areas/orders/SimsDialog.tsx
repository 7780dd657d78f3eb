/** Orders SIM cards for the drawer, in packs of ten, to the registered address or another. */
import { Field, Input } from '@fluentui/react-components'
import { useCallback, useMemo, useState } from 'react'
import { FormattedMessage, useIntl } from 'react-intl'
import type { Delivery as Parcel } from '~/api/types'
import { useParts } from '~/parts/styles'
import { Delivery } from './Delivery'
import { DirectOrderDialog } from './DirectOrderDialog'
import { useFormStyles } from './formStyles'
import { addressProblems } from './rules'

/** As many cards as a pack holds, and as many packs as one order takes. */
const cardsInPack = 10
const mostPacks = 10

export function SimsDialog({ onClose }: { onClose: (placed: boolean) => void }) {
  const styles = useFormStyles()
  const parts = useParts()
  const intl = useIntl()
  /** As it is typed: half a number is none yet. */
  const [typed, setTyped] = useState('1')
  const packs = Number(typed)
  const possible = Number.isInteger(packs) && packs >= 1
  const [parcel, setParcel] = useState<Parcel | null>({})
  const onParcel = useCallback((next: Parcel | null) => setParcel(next), [])
  const request = useMemo(
    () => (possible && parcel ? { items: [{ action: 'orderSims' as const, packs }], delivery: parcel } : null),
    [possible, packs, parcel],
  )
  return (
    <DirectOrderDialog
      title={<FormattedMessage id="sims.order" />}
      request={request}
      missing={possible ? 'order.choose.address' : 'sims.missing'}
      send="order.send"
      said={<FormattedMessage id="sims.ordered" values={{ cards: packs * cardsInPack }} />}
      atFields={({ pointer }) => /^\/(items\/0\/packs|delivery\/(address\/\w+|attention))$/.test(pointer)}
      onClose={onClose}
    >
      {(problems) => {
        const ofPacks = problems.find(({ pointer }) => pointer === '/items/0/packs')?.detail
        return (
          <>
            <section className={styles.section}>
              <h3 className={parts.small}>
                <FormattedMessage id="sims.packs.title" />
              </h3>
              <Field
                className={styles.field}
                label={intl.formatMessage({ id: 'sims.packs' })}
                hint={intl.formatMessage({ id: 'sims.packs.hint' }, { cards: possible ? packs * cardsInPack : 0 })}
                validationState={ofPacks ? 'error' : 'none'}
                validationMessage={ofPacks}
              >
                <Input
                  type="number"
                  className={styles.short}
                  value={typed}
                  min={1}
                  max={mostPacks}
                  onChange={(_, { value }) => setTyped(value)}
                />
              </Field>
            </section>
            <Delivery name="" onChange={onParcel} problems={addressProblems(problems)} note={null} />
          </>
        )
      }}
    </DirectOrderDialog>
  )
}
