import { MessageBar, MessageBarBody, makeStyles, Radio, RadioGroup, tokens } from '@fluentui/react-components'
import { useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { FormattedMessage, useIntl } from 'react-intl'
import { useSession } from '~/app/session'
import { useParts } from '~/parts/styles'
import type { FormProps } from './form'
import { NumberPicker } from './Pickers'
import { ProductCards } from './ProductCards'
import { freeNumbersQuery, offeringsQuery } from './queries'

const useStyles = makeStyles({
  form: { display: 'flex', flexDirection: 'column', gap: '20px' },
  section: { display: 'flex', flexDirection: 'column', gap: '8px' },
  picker: { padding: '0 0 4px 32px' },
  error: { margin: 0, color: tokens.colorStatusDangerForeground1, fontSize: tokens.fontSizeBase200 },
})

/** Activate Teams telephony: which product, and where its landline number comes from. */
export function TelephonyForm({ person, onItem, problems }: FormProps) {
  const styles = useStyles()
  const parts = useParts()
  const intl = useIntl()
  const { organisation } = useSession()
  const { data: offerings } = useQuery(offeringsQuery(organisation.id, 'telephony'))
  const { data: free } = useQuery(freeNumbersQuery(organisation.id, ''))
  const [chosenOffering, setOffering] = useState<string>()
  const [chosenFrom, setFrom] = useState<'series' | 'new'>()
  const [picked, setPicked] = useState<string>()

  const only = offerings?.items.length === 1 ? offerings.items[0]?.id : undefined
  const offering = chosenOffering ?? only
  const noneFree = free !== undefined && free.items.length === 0
  const from = chosenFrom ?? (noneFree ? 'new' : 'series')
  // The next free number is offered at once; a picked one stays picked while the suggestions move on.
  const number = picked ?? free?.items[0]?.number

  useEffect(() => {
    if (!offering) onItem(null, 'order.choose.product')
    else if (from === 'new')
      onItem({ action: 'activateTelephony', person: person.id, offering, number: { from: 'new' } }, null)
    else if (number)
      onItem({ action: 'activateTelephony', person: person.id, offering, number: { from: 'series', number } }, null)
    else onItem(null, 'order.choose.number')
  }, [offering, from, number, person.id, onItem])

  return (
    <div className={styles.form}>
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
      <section className={styles.section}>
        <h3 className={parts.small}>
          <FormattedMessage id="order.number" />
        </h3>
        <RadioGroup
          aria-label={intl.formatMessage({ id: 'order.number' })}
          value={from}
          onChange={(_, { value }) => setFrom(value === 'new' ? 'new' : 'series')}
        >
          <Radio value="series" disabled={noneFree} label={intl.formatMessage({ id: 'order.number.series' })} />
          {from === 'series' ? (
            <div className={styles.picker}>
              <NumberPicker value={number} onChange={setPicked} problem={problems.number} />
            </div>
          ) : null}
          <Radio value="new" label={intl.formatMessage({ id: 'order.number.new' })} />
        </RadioGroup>
        {noneFree ? (
          <MessageBar intent="info">
            <MessageBarBody>
              <FormattedMessage id="order.number.noneFree" />
            </MessageBarBody>
          </MessageBar>
        ) : null}
        {from === 'new' && problems.number ? (
          <p role="alert" className={styles.error}>
            {problems.number}
          </p>
        ) : null}
      </section>
    </div>
  )
}
