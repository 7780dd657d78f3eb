/** Orders one thing, for one person or for a thousand. */
import { Button, MessageBar, MessageBarBody } from '@fluentui/react-components'
import { useQueryClient } from '@tanstack/react-query'
import { type ComponentType, useCallback, useMemo, useState } from 'react'
import { FormattedMessage, useIntl } from 'react-intl'
import { keys } from '~/api/keys'
import { refreshPeople, showBeingSetUp } from '~/api/people'
import type { ActionName, Delivery as Parcel } from '~/api/types'
import { useFormat } from '~/app/i18n'
import type { Wish } from '~/app/ordering'
import { useSession } from '~/app/session'
import { useParts } from '~/parts/styles'
import type { TextId } from '~/texts'
import { Delivery } from './Delivery'
import type { FormProps } from './form'
import { AddOnForm } from './forms/AddOnForm'
import { ChangeNumberForm } from './forms/ChangeNumberForm'
import { EndForm } from './forms/EndForm'
import { MobileForm } from './forms/MobileForm'
import { PackageForm } from './forms/PackageForm'
import { ReasonForm } from './forms/ReasonForm'
import { ReplaceSimForm } from './forms/ReplaceSimForm'
import { TelephonyForm } from './forms/TelephonyForm'
import { LeftOut } from './LeftOut'
import { Complaints, OrderFrame } from './OrderFrame'
import { usePlacing } from './placing'
import { usePricing } from './pricing'
import { addressProblems, sortProblems } from './rules'
import { StartDate } from './StartDate'
import { canWait, isPosted, movesNumber, nameOfSubscription, type Template, targetOf, toItems } from './wish'

const forms: Record<ActionName, ComponentType<FormProps>> = {
  activateTelephony: TelephonyForm,
  createMobile: MobileForm,
  changeMobilePackage: PackageForm,
  addAddOn: AddOnForm,
  removeAddOn: AddOnForm,
  suspendSim: ReasonForm,
  resumeSim: ReasonForm,
  replaceSim: ReplaceSimForm,
  changeNumber: ChangeNumberForm,
  endSubscription: EndForm,
}

/** So many names stand under a problem before the rest is counted. */
const namesShown = 5

export function OrderDialog({
  wish: asked,
  onClose,
}: {
  wish: Wish
  /** Told whether an order was placed. */
  onClose: (placed: boolean) => void
}) {
  const parts = useParts()
  const intl = useIntl()
  const format = useFormat()
  const client = useQueryClient()
  const { organisation } = useSession()
  const [removed, setRemoved] = useState<ReadonlySet<string>>(new Set())
  const [choice, setChoice] = useState<{ template: Template | null; missing: TextId | null }>({
    template: null,
    missing: null,
  })
  const [day, setDay] = useState<string | null>(null)
  const [parcel, setParcel] = useState<Parcel | null>({})

  const { action } = asked
  const wish = useMemo<Wish>(
    () => ({ ...asked, targets: asked.targets.filter(({ person }) => !removed.has(person.id)) }),
    [asked, removed],
  )
  const { targets } = wish
  const many = asked.targets.length > 1
  const first = targets[0]

  const onTemplate = useCallback((template: Template | null, missing: TextId | null) => {
    setChoice((now) =>
      JSON.stringify(now.template) === JSON.stringify(template) && now.missing === missing
        ? now
        : { template, missing },
    )
  }, [])
  const posted = isPosted(choice.template)
  const missing: TextId | null =
    choice.missing ??
    (day === '' && !movesNumber(choice.template)
      ? 'order.choose.day'
      : posted && parcel === null
        ? 'order.choose.address'
        : null)
  const request = useMemo(
    () =>
      choice.template && !missing && targets.length > 0
        ? {
            items: toItems(choice.template, targets),
            ...(day && !movesNumber(choice.template) ? { requestedStartDate: day } : {}),
            ...(posted && parcel ? { delivery: parcel } : {}),
          }
        : null,
    [choice.template, missing, targets, day, posted, parcel],
  )
  const pricing = usePricing(request)
  const { quote } = pricing
  const problems = sortProblems(many ? [] : (quote?.problems ?? []))
  const ofTargets = useMemo(() => {
    if (!many) return []
    const found = new Map<string, number[]>()
    for (const { pointer, detail } of quote?.problems ?? []) {
      const at = targetOf(pointer)
      if (at === null || !targets[at]) continue
      found.set(detail, [...(found.get(detail) ?? []), at])
    }
    return [...found]
  }, [many, quote, targets])
  const whole = many
    ? (quote?.problems ?? []).filter(({ pointer }) => targetOf(pointer) === null).map(({ detail }) => detail)
    : problems.rest

  const people = [...new Set(targets.map(({ person }) => person.id))]
  const placing = usePlacing({
    pricing,
    people,
    changes: [keys.sims(organisation.id)],
    said:
      day || many ? (
        <FormattedMessage
          id={day ? 'order.placed.scheduled' : 'order.placed.many'}
          values={{
            action: intl.formatMessage({ id: `action.${action}` }),
            count: targets.length,
            day: day ? format.day(day) : '',
            name: first?.person.displayName ?? '',
          }}
        />
      ) : (
        <FormattedMessage id={`order.placed.${action}`} values={{ name: first?.person.displayName ?? '' }} />
      ),
    onPlaced: (order) => {
      for (const { person, subscription } of targets)
        showBeingSetUp(client, organisation.id, person.id, order, action, subscription?.id ?? null)
      void refreshPeople(client, organisation.id, people)
    },
    onClose,
  })

  const Form = forms[action]
  const name = first
    ? first.subscription && !many
      ? `${first.person.displayName} (${nameOfSubscription(first.subscription, format.number)})`
      : first.person.displayName
    : ''
  const destructive = action === 'endSubscription' || action === 'suspendSim'
  return (
    <OrderFrame
      title={
        many ? (
          <FormattedMessage
            id="order.titleMany"
            values={{ action: intl.formatMessage({ id: `action.${action}` }), count: targets.length }}
          />
        ) : (
          <FormattedMessage id={`order.title.${action}`} values={{ name }} />
        )
      }
      pricing={pricing}
      placing={placing}
      missing={targets.length === 0 ? 'order.nobodyLeft' : missing}
      marked={!many && (quote?.problems.length ?? 0) > 0 && problems.rest.length === 0}
      complaints={
        <>
          <Complaints details={whole} />
          {ofTargets.length > 0 ? (
            <MessageBar intent="error" layout="multiline">
              <MessageBarBody>
                {ofTargets.map(([detail, places]) => (
                  <div key={detail}>
                    {detail}
                    <ul className={parts.list}>
                      {places.slice(0, namesShown).map((at) => (
                        <li key={at}>{targets[at]?.person.displayName}</li>
                      ))}
                      {places.length > namesShown ? (
                        <li>
                          <FormattedMessage id="order.andMore" values={{ count: places.length - namesShown }} />
                        </li>
                      ) : null}
                    </ul>
                  </div>
                ))}
                <Button
                  size="small"
                  onClick={() =>
                    setRemoved(
                      (now) =>
                        new Set([
                          ...now,
                          ...ofTargets.flatMap(([, places]) => places.map((at) => targets[at]?.person.id ?? '')),
                        ]),
                    )
                  }
                >
                  <FormattedMessage
                    id="order.leaveOut"
                    values={{ count: new Set(ofTargets.flatMap(([, places]) => places)).size }}
                  />
                </Button>
              </MessageBarBody>
            </MessageBar>
          ) : null}
        </>
      }
      send={destructive ? `order.send.${action}` : 'order.send'}
      count={targets.length}
      onClose={onClose}
    >
      {many ? (
        <LeftOut leftOut={asked.leftOut ?? []} removed={asked.targets.filter(({ person }) => removed.has(person.id))} />
      ) : null}
      <Form wish={wish} onTemplate={onTemplate} problems={problems.fields} />
      {posted ? (
        <Delivery
          name={many ? '' : (first?.person.displayName ?? '')}
          onChange={setParcel}
          problems={addressProblems(quote?.problems ?? [])}
        />
      ) : null}
      {canWait(action) && !movesNumber(choice.template) ? (
        <StartDate
          ends={action === 'endSubscription' || action === 'removeAddOn'}
          value={day}
          onChange={setDay}
          problem={problems.fields.date}
        />
      ) : null}
    </OrderFrame>
  )
}
