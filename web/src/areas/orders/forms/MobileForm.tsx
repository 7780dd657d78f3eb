import { useEffect, useState } from 'react'
import { FormattedMessage, useIntl } from 'react-intl'
import { useParts } from '~/parts/styles'
import type { ChosenNumber, ChosenSim, FormProps } from '../form'
import { useFormStyles } from '../formStyles'
import { NumberSource } from '../NumberSource'
import { ProductCards } from '../ProductCards'
import { SimSource } from '../SimSource'

/** Create a mobile subscription: which package, which number, and which SIM. */
export function MobileForm({ wish, onTemplate, problems }: FormProps) {
  const styles = useFormStyles()
  const parts = useParts()
  const intl = useIntl()
  const [offering, setOffering] = useState<string>()
  const [number, setNumber] = useState<ChosenNumber>({ value: null, missing: 'order.choose.number' })
  const [sim, setSim] = useState<ChosenSim>({ value: null, missing: 'order.choose.sim' })
  const many = wish.targets.length > 1

  useEffect(() => {
    if (!offering) onTemplate(null, 'order.choose.package')
    else if (!number.value) onTemplate(null, number.missing)
    else if (!sim.value) onTemplate(null, sim.missing)
    else onTemplate({ action: 'createMobile', offering, number: number.value, sim: sim.value }, null)
  }, [offering, number, sim, onTemplate])

  return (
    <>
      <section className={styles.section}>
        <h3 className={parts.small}>
          <FormattedMessage id="order.package" />
        </h3>
        <ProductCards
          kind="mobilePackage"
          label={intl.formatMessage({ id: 'order.package' })}
          value={offering}
          onChange={setOffering}
          problem={problems.offering}
        />
      </section>
      <NumberSource kind="mobile" many={many} preset={wish.number} onChange={setNumber} problem={problems.number} />
      <SimSource many={many} onChange={setSim} problem={problems.sim} />
    </>
  )
}
