import { useEffect, useState } from 'react'
import { FormattedMessage } from 'react-intl'
import { useParts } from '~/parts/styles'
import type { ChosenSim, FormProps } from '../form'
import { useFormStyles } from '../formStyles'
import { SimSource } from '../SimSource'

/** Replace a SIM: the number moves to another card, the old one stops. */
export function ReplaceSimForm({ wish, onTemplate, problems }: FormProps) {
  const styles = useFormStyles()
  const parts = useParts()
  const [sim, setSim] = useState<ChosenSim>({ value: null, missing: 'order.choose.sim' })
  useEffect(() => {
    if (sim.value) onTemplate({ action: 'replaceSim', sim: sim.value }, null)
    else onTemplate(null, sim.missing)
  }, [sim, onTemplate])
  return (
    <>
      <section className={styles.section}>
        <h3 className={parts.small}>
          <FormattedMessage id="order.whatHappens" />
        </h3>
        <p className={parts.paragraph}>
          <FormattedMessage id="order.replace.note" />
        </p>
      </section>
      <SimSource many={wish.targets.length > 1} onChange={setSim} problem={problems.sim} />
    </>
  )
}
