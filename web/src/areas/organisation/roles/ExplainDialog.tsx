/** Why may this person do that? Or why not, and which role would do. */
import {
  Button,
  Dialog,
  DialogActions,
  DialogBody,
  DialogContent,
  DialogSurface,
  DialogTitle,
  Dropdown,
  Field,
  makeStyles,
  Option,
  Skeleton,
  SkeletonItem,
  tokens,
} from '@fluentui/react-components'
import { CheckmarkCircle20Filled, DismissCircle20Filled } from '@fluentui/react-icons'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { FormattedList, FormattedMessage, useIntl } from 'react-intl'
import type { Explanation, Permission, PersonRow, RoleAssignment } from '~/api/types'
import { useSession } from '~/app/session'
import { PersonPicker } from '~/parts/PersonPicker'
import { ErrorState } from '~/parts/States'
import { useParts } from '~/parts/styles'
import { useOrganisationStyles } from '../styles'
import { explanationQuery } from './queries'
import { permissionsAskedAbout } from './rules'

const useStyles = makeStyles({
  answer: {
    display: 'grid',
    gridTemplateColumns: '20px minmax(0, 1fr)',
    columnGap: '12px',
    padding: '12px 16px',
    minHeight: '72px',
    boxSizing: 'border-box',
    borderRadius: tokens.borderRadiusLarge,
    backgroundColor: tokens.colorNeutralBackground2,
  },
  yes: { color: tokens.colorStatusSuccessForeground1 },
  no: { color: tokens.colorStatusDangerForeground1 },
  reasons: { margin: '6px 0 0', paddingInlineStart: '18px' },
  text: { margin: '6px 0 0' },
})

export function ExplainDialog({
  holder,
  onClose,
}: {
  /** Whom it is about, where that is known already. */
  holder: RoleAssignment['holder'] | null
  onClose: () => void
}) {
  const styles = useStyles()
  const area = useOrganisationStyles()
  const parts = useParts()
  const intl = useIntl()
  const { organisation } = useSession()
  const [person, setPerson] = useState<PersonRow>()
  const [permission, setPermission] = useState<Permission>('orderPeopleItems')
  const whom = holder ? { principal: holder.principal } : person ? { person: person.id } : null
  const { data, error, refetch } = useQuery(explanationQuery(organisation.id, permission, whom))
  const text = (one: Permission) => intl.formatMessage({ id: `permission.${one}` })
  return (
    <Dialog open onOpenChange={(_, data) => (data.open ? undefined : onClose())}>
      <DialogSurface>
        <DialogBody>
          <DialogTitle>
            {holder ? (
              <FormattedMessage id="roles.explainOf" values={{ name: holder.name }} />
            ) : (
              <FormattedMessage id="roles.explain" />
            )}
          </DialogTitle>
          <DialogContent className={area.form}>
            {holder ? null : (
              <PersonPicker label={intl.formatMessage({ id: 'roles.person' })} value={person} onChange={setPerson} />
            )}
            <Field label={intl.formatMessage({ id: 'roles.permission' })}>
              <Dropdown
                value={text(permission)}
                selectedOptions={[permission]}
                onOptionSelect={(_, { optionValue }) => setPermission((optionValue ?? permission) as Permission)}
              >
                {permissionsAskedAbout(organisation.kind).map((one) => (
                  <Option key={one} value={one} text={text(one)}>
                    {text(one)}
                  </Option>
                ))}
              </Dropdown>
            </Field>
            <div role="status">
              {whom === null ? (
                <p className={parts.muted}>
                  <FormattedMessage id="roles.explain.choose" />
                </p>
              ) : data ? (
                <Answer explanation={data} />
              ) : error ? (
                <ErrorState compact error={error} onRetry={() => void refetch()} />
              ) : (
                <Skeleton className={styles.answer} aria-label={intl.formatMessage({ id: 'common.loading' })}>
                  <SkeletonItem size={20} shape="circle" />
                  <SkeletonItem size={20} />
                </Skeleton>
              )}
            </div>
          </DialogContent>
          <DialogActions>
            <Button appearance="primary" onClick={onClose}>
              <FormattedMessage id="common.close" />
            </Button>
          </DialogActions>
        </DialogBody>
      </DialogSurface>
    </Dialog>
  )
}

function Answer({ explanation: { allowed, name, because, hindrance, givenBy } }: { explanation: Explanation }) {
  const styles = useStyles()
  const parts = useParts()
  const intl = useIntl()
  return (
    <div className={styles.answer}>
      {allowed ? (
        <CheckmarkCircle20Filled className={styles.yes} aria-hidden="true" />
      ) : (
        <DismissCircle20Filled className={styles.no} aria-hidden="true" />
      )}
      <div>
        <p className={parts.small}>
          <FormattedMessage id={allowed ? 'roles.explain.yes' : 'roles.explain.no'} values={{ name }} />
        </p>
        {hindrance ? <p className={styles.text}>{hindrance.detail}</p> : null}
        {because.length > 0 ? (
          <ul className={styles.reasons}>
            {because.map(({ assignment, detail }) => (
              <li key={assignment.id}>{detail}</li>
            ))}
          </ul>
        ) : null}
        {!allowed && givenBy.length > 0 ? (
          <p className={styles.text}>
            <FormattedMessage
              id="roles.explain.givenBy"
              values={{
                roles: (
                  <FormattedList
                    type="disjunction"
                    value={givenBy.map((role) => intl.formatMessage({ id: `role.${role}` }))}
                  />
                ),
              }}
            />
          </p>
        ) : null}
      </div>
    </div>
  )
}
