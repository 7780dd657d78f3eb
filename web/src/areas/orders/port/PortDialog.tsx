/** A number on its way here: how far it has come, what the other operator said, what is missing, and what can be put right. */
import {
  Badge,
  Button,
  Dialog,
  DialogActions,
  DialogBody,
  DialogContent,
  DialogSurface,
  DialogTitle,
  DialogTrigger,
  MessageBar,
  MessageBarBody,
  MessageBarTitle,
  makeStyles,
  mergeClasses,
  Skeleton,
  SkeletonItem,
  tokens,
} from '@fluentui/react-components'
import { Checkmark16Filled, Circle16Regular, Dismiss16Filled, Dismiss24Regular } from '@fluentui/react-icons'
import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { FormattedMessage, useIntl } from 'react-intl'
import { portQuery } from '~/api/ports'
import { isProblem } from '~/api/problem'
import type { Port } from '~/api/types'
import { useFormat } from '~/app/i18n'
import { useSession } from '~/app/session'
import { ErrorState } from '~/parts/States'
import { useParts } from '~/parts/styles'
import { CancelPort } from './CancelPort'
import { Consent } from './Consent'
import { lookOf, portSteps } from './portSteps'
import { Resubmit } from './Resubmit'

const useStyles = makeStyles({
  surface: { maxWidth: '720px', width: 'calc(100vw - 32px)' },
  content: { display: 'flex', flexDirection: 'column', gap: '20px' },
  steps: {
    display: 'grid',
    gridAutoFlow: 'column',
    gridAutoColumns: 'minmax(0, 1fr)',
    listStyleType: 'none',
    margin: 0,
    padding: 0,
    '@media (max-width: 560px)': { gridAutoFlow: 'row', rowGap: '8px' },
  },
  step: {
    display: 'flex',
    flexDirection: 'column',
    alignItems: 'center',
    gap: '6px',
    textAlign: 'center',
    position: 'relative',
    fontSize: tokens.fontSizeBase200,
    '::before': {
      content: '""',
      position: 'absolute',
      top: '11px',
      insetInlineEnd: '50%',
      width: '100%',
      height: '2px',
      backgroundColor: tokens.colorNeutralStroke2,
    },
    ':first-child::before': { display: 'none' },
    '@media (max-width: 560px)': { flexDirection: 'row', '::before': { display: 'none' } },
  },
  passed: { '::before': { backgroundColor: tokens.colorBrandStroke1 } },
  disc: {
    width: '24px',
    height: '24px',
    borderRadius: '50%',
    display: 'inline-flex',
    alignItems: 'center',
    justifyContent: 'center',
    boxSizing: 'border-box',
    position: 'relative',
    border: `2px solid ${tokens.colorNeutralStroke1}`,
    backgroundColor: tokens.colorNeutralBackground1,
    color: tokens.colorNeutralForeground3,
  },
  done: {
    border: `2px solid ${tokens.colorBrandStroke1}`,
    backgroundColor: tokens.colorBrandBackground,
    color: tokens.colorNeutralForegroundOnBrand,
  },
  now: { border: `2px solid ${tokens.colorBrandStroke1}`, color: tokens.colorBrandForeground1 },
  stopped: {
    border: `2px solid ${tokens.colorStatusDangerBorder2}`,
    color: tokens.colorStatusDangerForeground1,
  },
  nowText: { fontWeight: 600 },
  facts: { display: 'grid', gridTemplateColumns: 'minmax(110px, 170px) minmax(0, 1fr)', gap: '6px 16px', margin: 0 },
  value: { margin: 0, overflowWrap: 'anywhere' },
  events: { listStyleType: 'none', margin: 0, padding: 0, display: 'flex', flexDirection: 'column', gap: '6px' },
  event: { display: 'flex', gap: '12px', justifyContent: 'space-between', flexWrap: 'wrap' },
  section: { display: 'flex', flexDirection: 'column', gap: '8px' },
})

export function PortDialog({ port: id, onClose }: { port: string; onClose: () => void }) {
  const styles = useStyles()
  const intl = useIntl()
  const format = useFormat()
  const { organisation } = useSession()
  const { data: port, error, refetch } = useQuery(portQuery(organisation.id, id))
  return (
    <Dialog open onOpenChange={(_, data) => (data.open ? undefined : onClose())}>
      <DialogSurface className={styles.surface} aria-describedby={undefined}>
        <DialogBody>
          <DialogTitle
            action={
              <DialogTrigger action="close">
                <Button
                  appearance="subtle"
                  icon={<Dismiss24Regular />}
                  aria-label={intl.formatMessage({ id: 'common.close' })}
                />
              </DialogTrigger>
            }
          >
            {port ? (
              <FormattedMessage id="port.title" values={{ number: format.number(port.number) }} />
            ) : (
              <FormattedMessage id="port.titlePlain" />
            )}
          </DialogTitle>
          <DialogContent className={styles.content}>
            {port ? (
              <Case port={port} />
            ) : error ? (
              <ErrorState error={error} onRetry={isProblem(error, 404) ? undefined : () => void refetch()} />
            ) : (
              <Skeleton aria-label={intl.formatMessage({ id: 'common.loading' })} className={styles.section}>
                <SkeletonItem size={48} />
                <SkeletonItem size={96} />
              </Skeleton>
            )}
          </DialogContent>
          <DialogActions fluid>
            {port?.can.cancel ? <CancelPort port={port} /> : null}
            <Button onClick={onClose}>
              <FormattedMessage id="common.close" />
            </Button>
          </DialogActions>
        </DialogBody>
      </DialogSurface>
    </Dialog>
  )
}

function Case({ port }: { port: Port }) {
  const styles = useStyles()
  const parts = useParts()
  const format = useFormat()
  const open = port.state !== 'completed' && port.state !== 'cancelled'
  const fact = (name: ReactNode, value: ReactNode) => (
    <>
      <dt className={parts.muted}>{name}</dt>
      <dd className={styles.value}>{value}</dd>
    </>
  )
  return (
    <>
      <Stepper state={port.state} />
      {port.state === 'rejected' && port.rejection ? (
        <MessageBar intent="error" layout="multiline">
          <MessageBarBody>
            <MessageBarTitle>
              <FormattedMessage id="port.rejected" />
            </MessageBarTitle>{' '}
            {port.rejection.advice}{' '}
            <FormattedMessage id="port.rejected.words" values={{ words: port.rejection.detail }} />
          </MessageBarBody>
        </MessageBar>
      ) : null}
      {port.state === 'draft' ? (
        <MessageBar intent="warning" layout="multiline">
          <MessageBarBody>
            <FormattedMessage id={port.consent ? 'port.draft.day' : 'port.draft'} />
          </MessageBarBody>
        </MessageBar>
      ) : null}
      <dl className={styles.facts}>
        {fact(<FormattedMessage id="port.number" />, format.number(port.number))}
        {port.person ? fact(<FormattedMessage id="port.for" />, port.person.name) : null}
        {fact(<FormattedMessage id="port.donor" />, port.donor)}
        {fact(
          <FormattedMessage id="port.owner" />,
          port.owner.cvr ? `${port.owner.name} · CVR ${port.owner.cvr}` : port.owner.name,
        )}
        {fact(
          <FormattedMessage id="port.date" />,
          port.day ? (
            <>
              {format.day(port.day)}{' '}
              <Badge appearance="tint" color="success" shape="rounded">
                <FormattedMessage id="port.day.agreed" />
              </Badge>
            </>
          ) : port.wishedFor ? (
            format.day(port.wishedFor)
          ) : (
            <FormattedMessage id="port.date.soon" />
          ),
        )}
        {port.donorEndedOn
          ? fact(<FormattedMessage id="port.event.donorEnded" />, format.day(port.donorEndedOn))
          : null}
        {port.temporaryNumber && open
          ? fact(<FormattedMessage id="port.temporary" />, format.number(port.temporaryNumber))
          : null}
      </dl>
      {open ? <Consent port={port} may={port.can.addConsent} /> : null}
      {port.can.submit ? <Resubmit port={port} /> : null}
      {port.events.length > 0 ? (
        <section className={styles.section} aria-labelledby="port-events">
          <h3 id="port-events" className={parts.small}>
            <FormattedMessage id="port.history" />
          </h3>
          <ul className={styles.events}>
            {port.events.map(({ kind, at, by, day, detail }) => (
              <li key={`${kind}${at}`} className={styles.event}>
                <span>
                  <FormattedMessage id={`port.event.${kind}`} />
                  {day ? ` · ${format.day(day)}` : ''}
                  {detail ? <span className={parts.caption}> · {detail}</span> : null}
                </span>
                <span className={parts.caption}>
                  {by ? `${by} · ` : ''}
                  {format.instant(at)}
                </span>
              </li>
            ))}
          </ul>
        </section>
      ) : null}
    </>
  )
}

function Stepper({ state }: { state: Port['state'] }) {
  const styles = useStyles()
  const parts = useParts()
  const intl = useIntl()
  return (
    <ol className={styles.steps} aria-label={intl.formatMessage({ id: 'port.steps' })}>
      {portSteps.map((step) => {
        const look = lookOf(step, state)
        const stoppedAs = look === 'stopped' && (state === 'rejected' || state === 'cancelled') ? state : null
        return (
          <li
            key={step}
            aria-current={look === 'now' ? 'step' : undefined}
            className={mergeClasses(styles.step, look !== 'ahead' && styles.passed)}
          >
            <span
              aria-hidden="true"
              className={mergeClasses(
                styles.disc,
                look === 'done' && styles.done,
                look === 'now' && styles.now,
                look === 'stopped' && styles.stopped,
              )}
            >
              {look === 'done' ? (
                <Checkmark16Filled />
              ) : look === 'stopped' ? (
                <Dismiss16Filled />
              ) : look === 'now' ? (
                <Circle16Regular />
              ) : null}
            </span>
            <span className={look === 'now' || look === 'stopped' ? styles.nowText : parts.muted}>
              <FormattedMessage id={`port.state.${stoppedAs ?? step}`} />
            </span>
            {look === 'done' ? (
              <span className={parts.visuallyHidden}>
                <FormattedMessage id="step.done" />
              </span>
            ) : null}
          </li>
        )
      })}
    </ol>
  )
}
