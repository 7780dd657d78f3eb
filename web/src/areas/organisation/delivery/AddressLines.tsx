import { makeStyles } from '@fluentui/react-components'
import { useIntl } from 'react-intl'
import type { DeliveryAddress } from '~/api/types'

const useStyles = makeStyles({ address: { fontStyle: 'normal', display: 'flex', flexDirection: 'column' } })

/** An address as it stands on a parcel. */
export function AddressLines({ address }: { address: DeliveryAddress }) {
  const styles = useStyles()
  const intl = useIntl()
  const { name, attention, street, postalCode, city, country } = address
  return (
    <address className={styles.address}>
      <span>{name}</span>
      {attention ? <span>{intl.formatMessage({ id: 'delivery.attention' }, { name: attention })}</span> : null}
      <span>{street}</span>
      <span>
        {postalCode} {city}
      </span>
      <span>{intl.formatDisplayName(country, { type: 'region' }) ?? country}</span>
    </address>
  )
}
