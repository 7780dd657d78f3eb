import { useEffect, useState } from 'react'
import { FormattedMessage, useIntl } from 'react-intl'
import { useParts } from '~/parts/styles'
import type { FormProps } from '../form'
import { useFormStyles } from '../formStyles'
import { ProductCards } from '../ProductCards'

/** Change mobile package: number, SIM card and add-ons stay. */
export function PackageForm({ wish, onTemplate, problems }: FormProps) {
  const styles = useFormStyles()
  const parts = useParts()
  const intl = useIntl()
  const [offering, setOffering] = useState<string>()
  useEffect(() => {
    if (offering) onTemplate({ action: 'changeMobilePackage', offering }, null)
    else onTemplate(null, 'order.choose.package')
  }, [offering, onTemplate])
  const [first] = wish.targets
  const now = wish.targets.length === 1 ? first?.subscription?.offering : undefined
  return (
    <section className={styles.section}>
      <h3 className={parts.small}>
        <FormattedMessage id="order.newPackage" />
      </h3>
      {now ? (
        <p className={styles.hint}>
          <FormattedMessage id="order.packageNow" values={{ name: now.name }} />
        </p>
      ) : null}
      <ProductCards
        kind="mobilePackage"
        label={intl.formatMessage({ id: 'order.newPackage' })}
        without={now ? [now.id] : []}
        value={offering}
        onChange={setOffering}
        problem={problems.offering}
      />
    </section>
  )
}
