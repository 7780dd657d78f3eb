import {
  Button,
  MessageBar,
  MessageBarBody,
  makeStyles,
  mergeClasses,
  Skeleton,
  SkeletonItem,
} from '@fluentui/react-components'
import { BoxMultiple24Regular, Edit20Regular } from '@fluentui/react-icons'
import { useQuery } from '@tanstack/react-query'
import { lazy, Suspense, useRef, useState } from 'react'
import { FormattedMessage, useIntl } from 'react-intl'
import { deliveryAddressQuery } from '~/api/organisation'
import type { RegisteredAddress } from '~/api/types'
import { useSession } from '~/app/session'
import { useTitle } from '~/parts/hooks'
import { EmptyState, ErrorState } from '~/parts/States'
import { useParts } from '~/parts/styles'
import { useOrganisationStyles } from '../styles'
import { AddressLines } from './AddressLines'
import { Requests } from './Requests'

const AddressDialog = lazy(() => import('./AddressDialog').then((module) => ({ default: module.AddressDialog })))

const useStyles = makeStyles({
  columns: {
    display: 'grid',
    gridTemplateColumns: 'minmax(0, 2fr) minmax(0, 3fr)',
    gap: '16px',
    alignItems: 'start',
    '@media (max-width: 1090px)': { gridTemplateColumns: 'minmax(0, 1fr)' },
  },
  column: { display: 'flex', flexDirection: 'column', gap: '16px', minWidth: 0 },
  top: { display: 'flex', alignItems: 'center', gap: '12px', flexWrap: 'wrap', justifyContent: 'space-between' },
})

/** Where what is sent goes, the way to have that changed, and what was asked of the operator with the answers. */
export function DeliveryAddressPage() {
  const styles = useStyles()
  const area = useOrganisationStyles()
  const parts = useParts()
  const intl = useIntl()
  const { organisation } = useSession()
  const { data, error, refetch } = useQuery(deliveryAddressQuery(organisation.id))
  useTitle(intl.formatMessage({ id: 'organisation.deliveryAddress' }))
  return (
    <div className={styles.columns}>
      <div className={styles.column}>
        {data ? (
          <Registered registered={data} />
        ) : (
          <section className={mergeClasses(parts.card, area.card)}>
            {error ? (
              <ErrorState error={error} onRetry={() => void refetch()} />
            ) : (
              <Skeleton aria-label={intl.formatMessage({ id: 'common.loading' })} className={area.form}>
                <SkeletonItem size={24} />
                <SkeletonItem size={64} />
              </Skeleton>
            )}
          </section>
        )}
      </div>
      <Requests />
    </div>
  )
}

function Registered({ registered: { address, pending } }: { registered: RegisteredAddress }) {
  const styles = useStyles()
  const area = useOrganisationStyles()
  const parts = useParts()
  const { can } = useSession()
  const [asking, setAsking] = useState(false)
  const opener = useRef<HTMLElement>(null)
  const close = () => {
    setAsking(false)
    requestAnimationFrame(() => opener.current?.focus())
  }
  return (
    <section className={mergeClasses(parts.card, area.card)} aria-labelledby="registered">
      <div className={styles.top}>
        <h2 id="registered" className={parts.subheading}>
          <FormattedMessage id="delivery.registered" />
        </h2>
        {can('editData') ? (
          <Button
            icon={<Edit20Regular />}
            // While a change is under way it is written to, not asked for twice.
            disabledFocusable={pending !== null}
            onClick={(event) => {
              opener.current = event.currentTarget
              setAsking(true)
            }}
          >
            <FormattedMessage id="delivery.change" />
          </Button>
        ) : null}
      </div>
      {address ? (
        <AddressLines address={address} />
      ) : (
        <EmptyState icon={BoxMultiple24Regular} title={<FormattedMessage id="delivery.none" />} />
      )}
      {pending ? (
        <MessageBar intent="info" layout="multiline">
          <MessageBarBody>
            <FormattedMessage id="delivery.pending" />
            <AddressLines address={pending.address} />
          </MessageBarBody>
        </MessageBar>
      ) : null}
      <p className={mergeClasses(parts.paragraph, parts.caption)}>
        <FormattedMessage id="delivery.note" />
      </p>
      <Suspense fallback={null}>{asking ? <AddressDialog now={address} onClose={close} /> : null}</Suspense>
    </section>
  )
}
