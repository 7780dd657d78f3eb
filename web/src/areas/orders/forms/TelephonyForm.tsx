import { useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { FormattedMessage, useIntl } from 'react-intl'
import { useSession } from '~/app/session'
import { useParts } from '~/parts/styles'
import type { ChosenNumber, FormProps } from '../form'
import { useFormStyles } from '../formStyles'
import { NumberSource } from '../NumberSource'
import { ProductCards } from '../ProductCards'
import { offeringsQuery } from '../queries'

/** Activate Teams telephony: which product, and where its landline number comes from. */
export function TelephonyForm({ wish, onTemplate, problems }: FormProps) {
  const styles = useFormStyles()
  const parts = useParts()
  const intl = useIntl()
  const { organisation } = useSession()
  const { data: offerings } = useQuery(offeringsQuery(organisation.id, 'telephony'))
  const [chosen, setOffering] = useState<string>()
  const [number, setNumber] = useState<ChosenNumber>({ value: null, missing: 'order.choose.number' })

  const only = offerings?.items.length === 1 ? offerings.items[0]?.id : undefined
  const offering = chosen ?? only
  useEffect(() => {
    if (!offering) onTemplate(null, 'order.choose.product')
    else if (!number.value) onTemplate(null, number.missing)
    else onTemplate({ action: 'activateTelephony', offering, number: number.value }, null)
  }, [offering, number, onTemplate])

  return (
    <>
      <section className={styles.section}>
        <h3 className={parts.small}>
          <FormattedMessage id="order.product" />
        </h3>
        <ProductCards
          kind="telephony"
          label={intl.formatMessage({ id: 'order.product' })}
          value={offering}
          onChange={setOffering}
          problem={problems.offering}
        />
      </section>
      <NumberSource
        kind="landline"
        many={wish.targets.length > 1}
        preset={wish.number}
        onChange={setNumber}
        problem={problems.number}
      />
    </>
  )
}
