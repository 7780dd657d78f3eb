import { useEffect, useState } from 'react'
import { FormattedMessage } from 'react-intl'
import { useFormat } from '~/app/i18n'
import type { ChosenNumber, FormProps } from '../form'
import { useFormStyles } from '../formStyles'
import { NumberSource } from '../NumberSource'

/** Change the number of a subscription; the old one rests. */
export function ChangeNumberForm({ wish, onTemplate, problems }: FormProps) {
  const styles = useFormStyles()
  const format = useFormat()
  const [number, setNumber] = useState<ChosenNumber>({ value: null, missing: 'order.choose.number' })
  useEffect(() => {
    if (number.value) onTemplate({ action: 'changeNumber', number: number.value }, null)
    else onTemplate(null, number.missing)
  }, [number, onTemplate])
  const subscription = wish.targets[0]?.subscription
  return (
    <>
      {subscription?.number ? (
        <p className={styles.hint}>
          <FormattedMessage id="order.numberNow" values={{ number: format.number(subscription.number) }} />
        </p>
      ) : null}
      <NumberSource
        kind={subscription?.kind === 'telephony' ? 'landline' : 'mobile'}
        many={false}
        preset={wish.number}
        onChange={setNumber}
        problem={problems.number}
      />
    </>
  )
}
