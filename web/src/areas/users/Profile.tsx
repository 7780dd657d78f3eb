/** Everything about one person, in place below their row: who they are, what they may have, what they have, what it costs. */
import { Button, mergeClasses } from '@fluentui/react-components'
import { Edit16Regular, Open16Regular, PersonDelete20Regular } from '@fluentui/react-icons'
import { useQuery } from '@tanstack/react-query'
import { lazy, type ReactNode, Suspense, useRef, useState } from 'react'
import { FormattedMessage, useIntl } from 'react-intl'
import { personQuery } from '~/api/people'
import type { ActionName, Person, PersonRow, SubscriptionBrief } from '~/api/types'
import { useFormat } from '~/app/i18n'
import { useSession } from '~/app/session'
import { CopyButton } from '~/parts/CopyButton'
import { ErrorState } from '~/parts/States'
import { useParts } from '~/parts/styles'
import { Licences } from './Licences'
import { ProfileBones } from './ProfileBones'
import { ProfileOrders } from './ProfileOrders'
import { useProfileStyles } from './profileStyles'
import { Sims } from './Sims'
import { Subscriptions } from './Subscriptions'

const PersonDialog = lazy(() => import('./PersonDialog').then((module) => ({ default: module.PersonDialog })))
const RemoveDialog = lazy(() => import('./RemoveDialog').then((module) => ({ default: module.RemoveDialog })))

export interface ProfileProps {
  onMenu: (row: PersonRow, anchor: HTMLElement, subscription?: string) => void
  onOrder: (action: ActionName, person: PersonRow, subscription?: SubscriptionBrief) => void
}

export function Profile({ row, ...props }: { row: PersonRow } & ProfileProps) {
  const { organisation } = useSession()
  const { data: person, error, refetch } = useQuery(personQuery(organisation.id, row.id))
  if (person) return <Details person={person} {...props} />
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} />
  return <ProfileBones />
}

function Fact({ name, children }: { name: ReactNode; children: ReactNode }) {
  const styles = useProfileStyles()
  const parts = useParts()
  return (
    <>
      <dt className={parts.muted}>{name}</dt>
      <dd className={styles.value}>{children || '–'}</dd>
    </>
  )
}

/** An address that has no room on one line breaks before its @. */
function Address({ address }: { address: string }) {
  const at = address.lastIndexOf('@')
  if (at < 1) return address
  return (
    <>
      {address.slice(0, at)}
      <wbr />
      {address.slice(at)}
    </>
  )
}

function Details({ person, onMenu, onOrder }: { person: Person } & ProfileProps) {
  const styles = useProfileStyles()
  const parts = useParts()
  const intl = useIntl()
  return (
    <div className={styles.profile}>
      <section className={styles.section}>
        <h2 className={parts.small}>
          <FormattedMessage id="profile.title" />
        </h2>
        <dl className={styles.facts}>
          <Fact name={<FormattedMessage id="profile.firstName" />}>{person.firstName}</Fact>
          <Fact name={<FormattedMessage id="profile.lastName" />}>{person.lastName}</Fact>
          <Fact name={<FormattedMessage id="profile.email" />}>
            {person.email ? (
              <a href={`mailto:${person.email}`} className={parts.link}>
                <Address address={person.email} />
              </a>
            ) : null}
          </Fact>
          <Fact name={<FormattedMessage id="profile.jobTitle" />}>{person.title}</Fact>
          <Fact name={<FormattedMessage id="profile.department" />}>{person.department}</Fact>
          {person.officeLocation ? (
            <Fact name={<FormattedMessage id="profile.office" />}>{person.officeLocation}</Fact>
          ) : null}
          {person.objectId ? (
            <Fact name={<FormattedMessage id="profile.azureLink" />}>
              <span className={styles.id}>
                {person.azureLink ? (
                  <a href={person.azureLink} target="_blank" rel="noreferrer" className={parts.link}>
                    {person.objectId} <Open16Regular aria-hidden="true" />
                    <span className={parts.visuallyHidden}>
                      <FormattedMessage id="common.newWindow" />
                    </span>
                  </a>
                ) : (
                  person.objectId
                )}
                <CopyButton value={person.objectId} label={intl.formatMessage({ id: 'profile.copyObjectId' })} />
              </span>
            </Fact>
          ) : null}
        </dl>
        {person.kind === 'local' ? <LocalButtons person={person} /> : null}
      </section>
      <section className={styles.section}>
        {person.kind === 'directory' ? <Licences licences={person.licences} /> : null}
        <Sims person={person} />
      </section>
      <section className={styles.section}>
        <Subscriptions person={person} onMenu={onMenu} onOrder={onOrder} />
        <ProfileOrders person={person} />
        <Total person={person} />
      </section>
    </div>
  )
}

function Total({ person }: { person: Person }) {
  const styles = useProfileStyles()
  const parts = useParts()
  const format = useFormat()
  const { monthlyCost, monthlyDiscount } = person
  return (
    <>
      {monthlyDiscount.amount > 0 ? (
        <>
          <div className={mergeClasses(styles.line, styles.total)}>
            <span>
              <FormattedMessage id="profile.beforeDiscount" />
            </span>
            <span className={styles.amount}>{format.money(monthlyCost)}</span>
          </div>
          <div className={styles.line}>
            <span>
              <FormattedMessage id="profile.discount" />
            </span>
            <span className={styles.amount}>
              {format.money({ ...monthlyDiscount, amount: -monthlyDiscount.amount })}
            </span>
          </div>
        </>
      ) : null}
      <div className={mergeClasses(styles.line, styles.total)}>
        <span>
          <FormattedMessage id="profile.total" />{' '}
          <span className={parts.caption}>
            <FormattedMessage id="common.exclVat" />
          </span>
        </span>
        <span className={styles.amount}>
          {format.money({ ...monthlyCost, amount: monthlyCost.amount - monthlyDiscount.amount })}
        </span>
      </div>
    </>
  )
}

/** What can be done with a person that was made here. */
function LocalButtons({ person }: { person: Person }) {
  const styles = useProfileStyles()
  const { can } = useSession()
  const [shown, setShown] = useState<'edit' | 'remove' | null>(null)
  const opener = useRef<HTMLElement>(null)
  if (!can('editPeople')) return null
  const close = () => {
    setShown(null)
    requestAnimationFrame(() => opener.current?.focus())
  }
  return (
    <div className={styles.buttons}>
      <Button
        size="small"
        icon={<Edit16Regular />}
        onClick={(event) => {
          opener.current = event.currentTarget
          setShown('edit')
        }}
      >
        <FormattedMessage id="local.edit" />
      </Button>
      <Button
        size="small"
        icon={<PersonDelete20Regular />}
        onClick={(event) => {
          opener.current = event.currentTarget
          setShown('remove')
        }}
      >
        <FormattedMessage id="local.remove" />
      </Button>
      <Suspense fallback={null}>
        {shown === 'edit' ? <PersonDialog person={person} onClose={close} /> : null}
        {shown === 'remove' ? <RemoveDialog person={person} onClose={close} /> : null}
      </Suspense>
    </div>
  )
}
