import { useEffect, useState } from 'react'
import { FormattedMessage, useIntl } from 'react-intl'
import { useParts } from '~/parts/styles'
import type { FormProps } from '../form'
import { useFormStyles } from '../formStyles'
import { ProductCards } from '../ProductCards'

/** Add an add-on that the subscription has not got, or remove one that it has. */
export function AddOnForm({ wish, onTemplate, problems }: FormProps) {
  const styles = useFormStyles()
  const parts = useParts()
  const intl = useIntl()
  const [chosen, setOffering] = useState<string>()
  const removes = wish.action === 'removeAddOn'
  const subscriptions = wish.targets.flatMap(({ subscription }) => (subscription ? [subscription] : []))
  const had = new Set(subscriptions.flatMap(({ addOns }) => addOns.map(({ offering }) => offering.id)))
  // What all of them have already cannot be added to any of them.
  const all = [...had].filter((id) =>
    subscriptions.every(({ addOns }) => addOns.some(({ offering }) => offering.id === id)),
  )
  const offering = chosen ?? (removes && had.size === 1 ? [...had][0] : undefined)
  const action = removes ? 'removeAddOn' : 'addAddOn'
  useEffect(() => {
    if (offering) onTemplate({ action, offering }, null)
    else onTemplate(null, 'order.choose.addOn')
  }, [action, offering, onTemplate])
  const label = intl.formatMessage({ id: removes ? 'order.addOn.remove' : 'order.addOn' })
  return (
    <section className={styles.section}>
      <h3 className={parts.small}>{label}</h3>
      {removes ? (
        <p className={styles.hint}>
          <FormattedMessage id="order.addOn.removeNote" />
        </p>
      ) : null}
      <ProductCards
        kind="addOn"
        label={label}
        only={removes ? [...had] : undefined}
        without={removes ? [] : all}
        value={offering}
        onChange={setOffering}
        problem={problems.offering}
      />
    </section>
  )
}
