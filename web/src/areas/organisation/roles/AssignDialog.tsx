/** Gives a colleague a role, after a fresh sign-in. */
import {
  Button,
  Dialog,
  DialogActions,
  DialogBody,
  DialogContent,
  DialogSurface,
  DialogTitle,
  Radio,
  RadioGroup,
  Skeleton,
  SkeletonItem,
  Spinner,
} from '@fluentui/react-components'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useRef, useState } from 'react'
import { FormattedMessage, useIntl } from 'react-intl'
import { keys } from '~/api/keys'
import type { PersonRow, Role, RoleAssignment, RoleDescription } from '~/api/types'
import { useSession } from '~/app/session'
import { useStepUp } from '~/app/stepUp'
import { notify } from '~/parts/notify'
import { PersonPicker } from '~/parts/PersonPicker'
import { Refusal } from '~/parts/Refusal'
import { ErrorState } from '~/parts/States'
import { useParts } from '~/parts/styles'
import { useOrganisationStyles } from '../styles'
import { assignRole, rolesQuery } from './queries'

export function AssignDialog({ all, onClose }: { all: readonly RoleAssignment[]; onClose: () => void }) {
  const area = useOrganisationStyles()
  const parts = useParts()
  const intl = useIntl()
  const client = useQueryClient()
  const stepUp = useStepUp()
  const { organisation, me } = useSession()
  const { data: roles, error, refetch } = useQuery(rolesQuery(organisation.id))
  const [person, setPerson] = useState<PersonRow>()
  const [role, setRole] = useState<Role>()
  const [asked, setAsked] = useState(false)
  const key = useRef<{ body: string; key: string }>(undefined)

  const oneself = person?.objectId === me.principal.objectId
  const have = new Set(
    all.filter(({ holder, inherited }) => !inherited && holder.person === person?.id).map((held) => held.role),
  )
  /** Why the chosen person cannot be given a role by whoever asks; nothing when they can. */
  const whyNot = ({ role: one, grantable }: RoleDescription): string | undefined => {
    if (person && have.has(one)) return intl.formatMessage({ id: 'roles.has' }, { name: person.displayName })
    if (oneself ? grantable.toOneself : grantable.toOthers) return undefined
    return grantable.reason ?? undefined
  }
  const chosen = roles?.items.find((one) => one.role === role && whyNot(one) === undefined)?.role

  const give = useMutation({
    mutationFn: async ({ to, what }: { to: PersonRow; what: Role }) => {
      // First the window of the fresh sign-in: it must open within the click.
      const proof = await stepUp()
      // The same role for the same person again is the same grant, not a second one.
      const said = `${to.id} ${what}`
      if (key.current?.body !== said) key.current = { body: said, key: crypto.randomUUID() }
      return assignRole(organisation.id, key.current.key, proof, to.id, what)
    },
    onSuccess: (given) => {
      void client.invalidateQueries({ queryKey: keys.roles(organisation.id) })
      void client.invalidateQueries({ queryKey: keys.explanations(organisation.id) })
      notify({
        intent: 'success',
        title: (
          <FormattedMessage
            id="roles.added"
            values={{ name: given.holder.name, role: intl.formatMessage({ id: `role.${given.role}` }) }}
          />
        ),
      })
      onClose()
    },
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    setAsked(true)
    if (person && chosen) give.mutate({ to: person, what: chosen })
  }
  return (
    <Dialog open modalType="modal" onOpenChange={(_, data) => (data.open || give.isPending ? undefined : onClose())}>
      <DialogSurface>
        <form noValidate onSubmit={submit}>
          <DialogBody>
            <DialogTitle>
              <FormattedMessage id="roles.add" />
            </DialogTitle>
            <DialogContent className={area.form}>
              {give.error ? <Refusal error={give.error} /> : null}
              <PersonPicker
                label={intl.formatMessage({ id: 'roles.person' })}
                value={person}
                onChange={setPerson}
                problem={asked && !person ? intl.formatMessage({ id: 'roles.person.missing' }) : undefined}
                notFor={({ kind, state }) =>
                  kind === 'local'
                    ? intl.formatMessage({ id: 'roles.person.local' })
                    : state !== 'active'
                      ? intl.formatMessage({ id: `users.mark.${state}` })
                      : undefined
                }
              />
              <div>
                <p className={parts.small} id="roles-which">
                  <FormattedMessage id="roles.role" />
                </p>
                {roles ? (
                  <RadioGroup
                    aria-labelledby="roles-which"
                    value={chosen ?? ''}
                    onChange={(_, { value }) => setRole(value as Role)}
                  >
                    {roles.items.map((one) => {
                      const why = whyNot(one)
                      return (
                        <Radio
                          key={one.role}
                          value={one.role}
                          disabled={why !== undefined}
                          label={{
                            children: (
                              <>
                                {one.name}
                                <br />
                                <span className={parts.caption}>
                                  {why ?? <FormattedMessage id={`role.${one.role}.about`} />}
                                </span>
                              </>
                            ),
                          }}
                        />
                      )
                    })}
                  </RadioGroup>
                ) : error ? (
                  <ErrorState compact error={error} onRetry={() => void refetch()} />
                ) : (
                  <Skeleton aria-label={intl.formatMessage({ id: 'common.loading' })} className={area.form}>
                    <SkeletonItem size={32} />
                    <SkeletonItem size={32} />
                    <SkeletonItem size={32} />
                  </Skeleton>
                )}
                {asked && person && !chosen ? (
                  <p role="alert" className={area.complaint}>
                    <FormattedMessage id="roles.role.missing" />
                  </p>
                ) : null}
              </div>
              <p className={parts.caption}>
                <FormattedMessage id="roles.add.note" />
              </p>
            </DialogContent>
            <DialogActions>
              <Button disabled={give.isPending} onClick={onClose}>
                <FormattedMessage id="common.cancel" />
              </Button>
              <Button
                type="submit"
                appearance="primary"
                disabled={give.isPending}
                icon={give.isPending ? <Spinner size="tiny" /> : undefined}
              >
                <FormattedMessage id="roles.add.send" />
              </Button>
            </DialogActions>
          </DialogBody>
        </form>
      </DialogSurface>
    </Dialog>
  )
}
