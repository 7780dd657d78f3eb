import { Field, Input, Radio, RadioGroup } from '@fluentui/react-components'
import { useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { FormattedMessage, useIntl } from 'react-intl'
import { deliveryAddressQuery } from '~/api/organisation'
import type { Address, Delivery as Parcel } from '~/api/types'
import { useSession } from '~/app/session'
import { useParts } from '~/parts/styles'
import type { TextId } from '~/texts'
import { useFormStyles } from './formStyles'

const nowhere: Address = { name: '', street: '', postalCode: '', city: '', country: 'DK' }

/** An address as it is written on a parcel, on one line. */
export const addressLine = ({ name, attention, street, postalCode, city, country }: Address): string =>
  [name, attention, street, `${postalCode} ${city}`, country === 'DK' ? null : country].filter(Boolean).join(', ')

export const isComplete = ({ name, street, postalCode, city }: Address): boolean =>
  [name, street, postalCode, city].every((line) => line.trim() !== '')

type Line = Exclude<keyof Address, 'country' | 'attention'>

/** Where a SIM card is sent: the registered address, or another that is written here. */
export function Delivery({
  name,
  onChange,
  problems,
  note = 'address.otherNote',
}: {
  /** Whose name to suggest on the parcel. */
  name: string
  /** `null` while what is written is not complete. Keep this function stable. */
  onChange: (parcel: Parcel | null) => void
  problems: Partial<Record<Line | 'attention', string>>
  /** What another address brings with it; `null` for nothing. */
  note?: TextId | null
}) {
  const styles = useFormStyles()
  const parts = useParts()
  const intl = useIntl()
  const { organisation } = useSession()
  const { data: known } = useQuery(deliveryAddressQuery(organisation.id))
  const [chosen, setChosen] = useState<'registered' | 'other'>()
  const unregistered = known !== undefined && known.address === null
  const where = chosen ?? (unregistered ? 'other' : 'registered')
  const [address, setAddress] = useState<Address>({ ...nowhere, name })
  const [attention, setAttention] = useState(name)

  useEffect(() => {
    const whom = attention.trim() === '' ? {} : { attention: attention.trim() }
    if (where === 'registered') onChange(whom)
    else onChange(isComplete(address) ? { address, ...whom } : null)
  }, [where, address, attention, onChange])

  const line = (field: Line, autoComplete: string) => (
    <Field
      className={styles.field}
      required
      label={intl.formatMessage({ id: `address.${field}` })}
      validationState={problems[field] ? 'error' : 'none'}
      validationMessage={problems[field]}
    >
      <Input
        className={styles.narrow}
        value={address[field]}
        maxLength={field === 'postalCode' ? 20 : 100}
        autoComplete={autoComplete}
        inputMode={field === 'postalCode' ? 'numeric' : undefined}
        onChange={(_, { value }) => setAddress((now) => ({ ...now, [field]: value }))}
      />
    </Field>
  )
  return (
    <section className={styles.section}>
      <h3 className={parts.small}>
        <FormattedMessage id="address.title" />
      </h3>
      <RadioGroup
        aria-label={intl.formatMessage({ id: 'address.title' })}
        value={where}
        onChange={(_, { value }) => setChosen(value === 'other' ? 'other' : 'registered')}
      >
        <Radio
          value="registered"
          disabled={unregistered}
          label={{
            children: (
              <>
                <FormattedMessage id="address.registered" />
                <br />
                <span className={parts.caption}>
                  {known?.address ? (
                    addressLine(known.address)
                  ) : (
                    <FormattedMessage id={unregistered ? 'address.unregistered' : 'common.loading'} />
                  )}
                </span>
              </>
            ),
          }}
        />
        <Radio value="other" label={intl.formatMessage({ id: 'address.other' })} />
      </RadioGroup>
      {where === 'registered' && known?.pending ? (
        <p className={styles.hint}>
          <FormattedMessage id="address.pending" values={{ address: addressLine(known.pending.address) }} />
        </p>
      ) : null}
      {where === 'other' ? (
        <div className={styles.under}>
          {line('name', 'name')}
          {line('street', 'street-address')}
          <div className={styles.pair}>
            {line('postalCode', 'postal-code')}
            {line('city', 'address-level2')}
          </div>
          {note ? (
            <p className={styles.hint}>
              <FormattedMessage id={note} />
            </p>
          ) : null}
        </div>
      ) : null}
      <Field
        className={styles.field}
        label={intl.formatMessage({ id: 'address.attention' })}
        validationState={problems.attention ? 'error' : 'none'}
        validationMessage={problems.attention}
      >
        <Input value={attention} maxLength={100} onChange={(_, { value }) => setAttention(value)} />
      </Field>
    </section>
  )
}
