/** A new call group, or changes of one: who answers, in what order, when, and what happens when nobody does. */
import { Field, Input, Radio, RadioGroup } from '@fluentui/react-components'
import { lazy, Suspense, useMemo, useState } from 'react'
import { FormattedMessage, useIntl } from 'react-intl'
import type { CallGroup, FieldProblem } from '~/api/types'
import { useParts } from '~/parts/styles'
import { DirectOrderDialog } from '../DirectOrderDialog'
import { useFormStyles } from '../formStyles'
import { GroupNumber } from './GroupNumber'
import { Members } from './Members'
import { type Choices, choicesOf, type GroupField, itemOf, missingOf, newGroup, partOf, ring } from './wish'

const OpeningHours = lazy(() => import('./OpeningHours').then((module) => ({ default: module.OpeningHours })))
const WhenNobody = lazy(() => import('./WhenNobody').then((module) => ({ default: module.WhenNobody })))

const problemOf = (problems: readonly FieldProblem[], field: GroupField): string | undefined =>
  problems
    .filter(({ pointer }) => partOf(pointer) === field)
    .map(({ detail }) => detail)
    .join(' ') || undefined

export function CallGroupDialog({
  group,
  onClose,
}: {
  /** `null`: a new one. */
  group: CallGroup | null
  onClose: (placed: boolean) => void
}) {
  const styles = useFormStyles()
  const parts = useParts()
  const intl = useIntl()
  const [choices, setChoices] = useState<Choices>(() => (group ? choicesOf(group) : newGroup))
  /** Of the number, which says itself what is still to choose. */
  const [numberMissing, setNumberMissing] = useState(false)
  /** As it is typed: half a number is none yet. */
  const [seconds, setSeconds] = useState(String(choices.ringSeconds))
  const choose = (changes: Partial<Choices>) => setChoices((now) => ({ ...now, ...changes }))
  const missing = missingOf(choices) ?? (numberMissing ? 'callGroup.missing.number' : null)
  const item = useMemo(() => (missing ? null : itemOf(choices, group)), [choices, group, missing])
  const request = useMemo(() => (item ? { items: [item] } : null), [item])
  const said = { name: choices.name.trim() }
  return (
    <DirectOrderDialog
      title={
        group ? (
          <FormattedMessage id="callGroup.changeTitle" values={{ name: group.name }} />
        ) : (
          <FormattedMessage id="callGroup.new" />
        )
      }
      request={request}
      missing={missing ?? 'callGroup.nothing'}
      send="order.send"
      said={<FormattedMessage id={group ? 'callGroup.changing' : 'callGroup.creating'} values={said} />}
      atFields={({ pointer }) => partOf(pointer) !== null}
      onClose={onClose}
    >
      {(problems) => (
        <>
          <Field
            required
            className={styles.field}
            label={intl.formatMessage({ id: 'callGroup.name' })}
            validationState={problemOf(problems, 'name') ? 'error' : 'none'}
            validationMessage={problemOf(problems, 'name')}
          >
            <Input
              value={choices.name}
              maxLength={60}
              autoComplete="off"
              onChange={(_, { value }) => choose({ name: value })}
            />
          </Field>
          <GroupNumber
            now={group?.number ?? null}
            onChange={(number, incomplete) => {
              choose({ number })
              setNumberMissing(incomplete)
            }}
            problem={problemOf(problems, 'number')}
          />
          <Members
            members={choices.members}
            onChange={(members) => choose({ members })}
            problem={problemOf(problems, 'members')}
          />
          <section className={styles.section}>
            <h3 className={parts.small}>
              <FormattedMessage id="callGroup.ringing" />
            </h3>
            <RadioGroup
              aria-label={intl.formatMessage({ id: 'callGroup.ringing' })}
              value={choices.strategy}
              onChange={(_, { value }) => choose({ strategy: value === 'allAtOnce' ? 'allAtOnce' : 'inOrder' })}
            >
              <Radio value="inOrder" label={intl.formatMessage({ id: 'callGroup.inOrder' })} />
              <Radio value="allAtOnce" label={intl.formatMessage({ id: 'callGroup.allAtOnce' })} />
            </RadioGroup>
            <Field
              className={styles.field}
              label={intl.formatMessage({
                id: choices.strategy === 'inOrder' ? 'callGroup.seconds.each' : 'callGroup.seconds.all',
              })}
              validationState={problemOf(problems, 'ringSeconds') ? 'error' : 'none'}
              validationMessage={problemOf(problems, 'ringSeconds')}
            >
              <Input
                type="number"
                className={styles.short}
                value={seconds}
                min={ring.shortest}
                max={ring.longest}
                onChange={(_, { value }) => {
                  setSeconds(value)
                  choose({ ringSeconds: Number(value) })
                }}
              />
            </Field>
          </section>
          <Suspense fallback={null}>
            <OpeningHours
              hours={choices.openingHours}
              onChange={(openingHours) => choose({ openingHours })}
              problem={problemOf(problems, 'openingHours')}
            />
            <WhenNobody
              overflow={choices.overflow}
              closes={choices.openingHours !== null}
              onChange={(overflow) => choose({ overflow })}
              problem={problemOf(problems, 'overflow')}
            />
          </Suspense>
        </>
      )}
    </DirectOrderDialog>
  )
}
