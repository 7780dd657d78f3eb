/** Whose mobiles ring, in their order: anybody with a mobile subscription. */
import { Button, makeStyles, tokens } from '@fluentui/react-components'
import { ArrowDown16Regular, ArrowUp16Regular, Dismiss16Regular } from '@fluentui/react-icons'
import { lazy, Suspense } from 'react'
import { FormattedMessage, useIntl } from 'react-intl'
import type { PersonRow } from '~/api/types'
import { useFormat } from '~/app/i18n'
import { useParts } from '~/parts/styles'
import { useFormStyles } from '../formStyles'
import { type Member, moved } from './wish'

const PersonPicker = lazy(() => import('~/parts/PersonPicker').then((module) => ({ default: module.PersonPicker })))

const useStyles = makeStyles({
  /** As high as the field that comes: nothing below it moves. */
  picker: { minHeight: '58px' },
  list: { listStyleType: 'none', margin: 0, padding: 0, display: 'flex', flexDirection: 'column', gap: '4px' },
  member: {
    display: 'flex',
    alignItems: 'center',
    gap: '4px',
    padding: '2px 2px 2px 12px',
    borderRadius: tokens.borderRadiusMedium,
    backgroundColor: tokens.colorNeutralBackground3,
  },
  name: { flexGrow: 1, minWidth: 0, overflowWrap: 'anywhere' },
})

/** Somebody's mobile that can ring in a group. */
const mobileOf = ({ subscriptions }: PersonRow) =>
  subscriptions.find(({ kind, state }) => kind === 'mobile' && (state === 'active' || state === 'suspended'))

export function Members({
  members,
  onChange,
  problem,
}: {
  members: readonly Member[]
  onChange: (members: Member[]) => void
  problem: string | undefined
}) {
  const styles = useStyles()
  const formStyles = useFormStyles()
  const parts = useParts()
  const intl = useIntl()
  const format = useFormat()
  const has = new Set(members.map(({ subscription }) => subscription))
  const label = intl.formatMessage({ id: 'callGroup.members' })
  return (
    <section className={formStyles.section}>
      <h3 className={parts.small}>{label}</h3>
      <p className={formStyles.hint}>
        <FormattedMessage id="callGroup.members.hint" />
      </p>
      {members.length > 0 ? (
        <ol className={styles.list} aria-label={label}>
          {members.map((member, at) => {
            const button = (id: 'callGroup.up' | 'callGroup.down' | 'callGroup.leave', act: () => Member[]) => (
              <Button
                appearance="subtle"
                size="small"
                icon={
                  id === 'callGroup.up' ? (
                    <ArrowUp16Regular />
                  ) : id === 'callGroup.down' ? (
                    <ArrowDown16Regular />
                  ) : (
                    <Dismiss16Regular />
                  )
                }
                aria-label={intl.formatMessage({ id }, { name: member.name })}
                disabledFocusable={
                  (id === 'callGroup.up' && at === 0) || (id === 'callGroup.down' && at === members.length - 1)
                }
                onClick={() => onChange(act())}
              />
            )
            return (
              <li key={member.subscription} className={styles.member}>
                <span className={styles.name}>
                  {member.name}{' '}
                  <span className={parts.caption}>{member.number ? format.number(member.number) : null}</span>
                </span>
                {button('callGroup.up', () => moved(members, at, -1))}
                {button('callGroup.down', () => moved(members, at, 1))}
                {button('callGroup.leave', () => members.filter((_, place) => place !== at))}
              </li>
            )
          })}
        </ol>
      ) : null}
      {/* Empty again after each choice: the next member is looked for in the same field. */}
      <div className={styles.picker}>
        <Suspense fallback={null}>
          <PersonPicker
            key={members.length}
            label={intl.formatMessage({ id: 'callGroup.addMember' })}
            value={undefined}
            required={false}
            problem={problem}
            onChange={(person) => {
              const mobile = mobileOf(person)
              if (!mobile || has.has(mobile.id)) return
              onChange([...members, { subscription: mobile.id, name: person.displayName, number: mobile.number }])
            }}
            notFor={(person) => {
              const mobile = mobileOf(person)
              if (!mobile) return intl.formatMessage({ id: 'callGroup.noMobile' })
              return has.has(mobile.id) ? intl.formatMessage({ id: 'callGroup.isMember' }) : undefined
            }}
          />
        </Suspense>
      </div>
    </section>
  )
}
