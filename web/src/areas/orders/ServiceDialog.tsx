/** Books consulting or training: which, and what it is to be about. The operator agrees the rest. */
import { Field, Radio, RadioGroup, Textarea } from '@fluentui/react-components'
import { useQuery } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import { FormattedMessage, useIntl } from 'react-intl'
import { useFormat } from '~/app/i18n'
import { useSession } from '~/app/session'
import { ErrorState } from '~/parts/States'
import { useParts } from '~/parts/styles'
import { DirectOrderDialog } from './DirectOrderDialog'
import { useFormStyles } from './formStyles'
import { offeringsQuery } from './queries'

const longestWish = 1000

export function ServiceDialog({ onClose }: { onClose: (placed: boolean) => void }) {
  const form = useFormStyles()
  const parts = useParts()
  const intl = useIntl()
  const format = useFormat()
  const { organisation } = useSession()
  const range = useQuery(offeringsQuery(organisation.id, 'service'))
  const [offering, setOffering] = useState('')
  const [wish, setWish] = useState('')
  const possible = offering !== '' && wish.trim() !== ''
  const request = useMemo(
    () => (possible ? { items: [{ action: 'bookService' as const, offering, wish: wish.trim() }] } : null),
    [possible, offering, wish],
  )
  return (
    <DirectOrderDialog
      title={<FormattedMessage id="action.bookService" />}
      request={request}
      missing={offering === '' ? 'order.choose.product' : 'service.missing'}
      send="order.send"
      said={<FormattedMessage id="service.ordered" />}
      atFields={() => false}
      onClose={onClose}
    >
      {() => (
        <>
          <section className={form.section}>
            <h3 className={parts.small}>
              <FormattedMessage id="service.choose" />
            </h3>
            {range.error ? (
              <ErrorState compact error={range.error} onRetry={() => void range.refetch()} />
            ) : range.data?.items.length === 0 ? (
              <p className={form.hint}>
                <FormattedMessage id="service.none" />
              </p>
            ) : (
              <RadioGroup
                aria-label={intl.formatMessage({ id: 'service.choose' })}
                value={offering}
                onChange={(_, { value }) => setOffering(value)}
              >
                {range.data?.items.map(({ id, name, description, oneTime }) => (
                  <Radio
                    key={id}
                    value={id}
                    label={
                      <>
                        {name} · {format.money(oneTime)}{' '}
                        <span className={parts.caption}>
                          <FormattedMessage id="common.exclVat" />
                        </span>
                        <p className={form.hint}>{description}</p>
                      </>
                    }
                  />
                ))}
              </RadioGroup>
            )}
          </section>
          <Field
            required
            label={intl.formatMessage({ id: 'service.wish' })}
            hint={intl.formatMessage({ id: 'service.wish.hint' })}
          >
            <Textarea value={wish} maxLength={longestWish} onChange={(_, { value }) => setWish(value)} />
          </Field>
        </>
      )}
    </DirectOrderDialog>
  )
}
