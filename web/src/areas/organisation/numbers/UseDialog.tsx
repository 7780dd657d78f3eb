/** A number that is to be used: for whom, and for what. What it costs is the next dialog's. */
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
} from '@fluentui/react-components'
import { type FormEvent, useState } from 'react'
import { FormattedMessage, useIntl } from 'react-intl'
import type { PersonRow } from '~/api/types'
import { useFormat } from '~/app/i18n'
import { useDialogs } from '~/app/ordering'
import { PersonPicker } from '~/parts/PersonPicker'
import { useParts } from '~/parts/styles'
import { useOrganisationStyles } from '../styles'
import { sourceOf, type UsableNumber, type Use, usesOf } from './rules'

const keyOf = ({ action, subscription }: Use): string => `${action} ${subscription?.id ?? ''}`

export function UseDialog({ number: entry, onClose }: { number: UsableNumber; onClose: () => void }) {
  const area = useOrganisationStyles()
  const parts = useParts()
  const intl = useIntl()
  const format = useFormat()
  const openDialog = useDialogs()
  const [person, setPerson] = useState<PersonRow>()
  const [chosen, setChosen] = useState<string>()
  const [asked, setAsked] = useState(false)
  const uses = person ? usesOf(entry.kind, person) : []
  const possible = uses.filter(({ reason }) => reason === null)
  const use = possible.find((one) => keyOf(one) === chosen) ?? possible[0]
  const source = sourceOf(entry)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    setAsked(true)
    if (!person || !use || !source) return
    onClose()
    // After the focus has gone back to where this began: there it goes again when the order is placed.
    setTimeout(() =>
      openDialog({
        show: 'order',
        wish: { action: use.action, targets: [{ person, subscription: use.subscription }], number: source },
      }),
    )
  }
  return (
    <Dialog open onOpenChange={(_, data) => (data.open ? undefined : onClose())}>
      <DialogSurface>
        <form noValidate onSubmit={submit}>
          <DialogBody>
            <DialogTitle>
              <FormattedMessage id="numbers.useIt" values={{ number: format.number(entry.number) }} />
            </DialogTitle>
            <DialogContent className={area.form}>
              {entry.reservation ? (
                <p className={parts.muted}>
                  <FormattedMessage id="numbers.reservedFor" values={{ note: entry.reservation.note }} />
                </p>
              ) : null}
              <PersonPicker
                label={intl.formatMessage({ id: 'numbers.forWhom' })}
                value={person}
                onChange={setPerson}
                problem={asked && !person ? intl.formatMessage({ id: 'roles.person.missing' }) : undefined}
                notFor={({ kind }) =>
                  kind === 'local' && entry.kind === 'landline'
                    ? intl.formatMessage({ id: 'roles.person.local' })
                    : undefined
                }
              />
              {person && uses.length === 0 ? (
                <p className={parts.muted}>
                  <FormattedMessage id="numbers.noUse" values={{ name: person.displayName }} />
                </p>
              ) : null}
              {uses.length > 0 ? (
                <RadioGroup
                  aria-label={intl.formatMessage({ id: 'numbers.forWhat' })}
                  value={use ? keyOf(use) : ''}
                  onChange={(_, { value }) => setChosen(value)}
                >
                  {uses.map((one) => (
                    <Radio
                      key={keyOf(one)}
                      value={keyOf(one)}
                      disabled={one.reason !== null}
                      label={{
                        children: (
                          <>
                            <FormattedMessage id={`action.${one.action}`} />
                            {one.subscription?.number ? ` · ${format.number(one.subscription.number)}` : null}
                            {one.reason ? (
                              <>
                                <br />
                                <span className={parts.caption}>{one.reason}</span>
                              </>
                            ) : null}
                          </>
                        ),
                      }}
                    />
                  ))}
                </RadioGroup>
              ) : null}
            </DialogContent>
            <DialogActions>
              <Button onClick={onClose}>
                <FormattedMessage id="common.cancel" />
              </Button>
              <Button type="submit" appearance="primary" disabled={person !== undefined && !use}>
                <FormattedMessage id="common.next" />
              </Button>
            </DialogActions>
          </DialogBody>
        </form>
      </DialogSurface>
    </Dialog>
  )
}
