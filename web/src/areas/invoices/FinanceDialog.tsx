/** Where invoices go and what must stand on them. */
import {
  Button,
  Dialog,
  DialogActions,
  DialogBody,
  DialogContent,
  DialogSurface,
  DialogTitle,
  Field,
  Input,
  MessageBar,
  MessageBarBody,
  makeStyles,
  Skeleton,
  SkeletonItem,
  Spinner,
} from '@fluentui/react-components'
import { Add16Regular, Dismiss16Regular } from '@fluentui/react-icons'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useId, useRef, useState } from 'react'
import { FormattedMessage, useIntl } from 'react-intl'
import { keys } from '~/api/keys'
import { organisationQuery } from '~/api/organisation'
import { isProblem, Problem } from '~/api/problem'
import type { FinanceChange, Organisation } from '~/api/types'
import { useSession } from '~/app/session'
import { notify } from '~/parts/notify'
import { useProblemText } from '~/parts/problemText'
import { ErrorState } from '~/parts/States'
import { useParts } from '~/parts/styles'
import { saveFinance } from './queries'

const useStyles = makeStyles({
  content: { display: 'flex', flexDirection: 'column', gap: '16px' },
  group: { display: 'flex', flexDirection: 'column', gap: '6px', border: 'none', margin: 0, padding: 0, minWidth: 0 },
  line: { display: 'flex', alignItems: 'flex-start', gap: '4px' },
  grow: { flexGrow: 1, minWidth: 0, '& input': { minWidth: 0, width: '100%' } },
  field: { maxWidth: '340px' },
})

const mostAddresses = 20

export function FinanceDialog({ onClose }: { onClose: () => void }) {
  const styles = useStyles()
  const intl = useIntl()
  const { organisation } = useSession()
  // As it is now: what was kept of it may be from before somebody else changed it.
  const { data, error, refetch, isFetchedAfterMount } = useQuery({
    ...organisationQuery(organisation.id),
    refetchOnMount: 'always',
    refetchOnWindowFocus: false,
  })
  return (
    <Dialog open modalType="modal" onOpenChange={(_, shown) => (shown.open ? undefined : onClose())}>
      <DialogSurface aria-describedby={undefined}>
        {data && isFetchedAfterMount && data.finance ? (
          <Form about={data} finance={data.finance} onClose={onClose} />
        ) : (
          <DialogBody>
            <DialogTitle>
              <FormattedMessage id="finance.open" />
            </DialogTitle>
            <DialogContent>
              {error ? (
                <ErrorState error={error} onRetry={() => void refetch()} />
              ) : (
                <Skeleton aria-label={intl.formatMessage({ id: 'common.loading' })} className={styles.content}>
                  <SkeletonItem size={32} />
                  <SkeletonItem size={32} />
                  <SkeletonItem size={32} />
                </Skeleton>
              )}
            </DialogContent>
            <DialogActions>
              <Button onClick={onClose}>
                <FormattedMessage id="common.cancel" />
              </Button>
            </DialogActions>
          </DialogBody>
        )}
      </DialogSurface>
    </Dialog>
  )
}

function Form({
  about,
  finance,
  onClose,
}: {
  about: Organisation
  finance: NonNullable<Organisation['finance']>
  onClose: () => void
}) {
  const styles = useStyles()
  const parts = useParts()
  const intl = useIntl()
  const client = useQueryClient()
  const problemText = useProblemText()
  const [addresses, setAddresses] = useState<string[]>(
    finance.financeAddresses.length > 0 ? finance.financeAddresses : [''],
  )
  const [typed, setTyped] = useState({
    buyerReference: finance.buyerReference ?? '',
    gln: finance.gln ?? '',
    cvr: finance.cvr ?? '',
  })
  const list = useRef<HTMLFieldSetElement>(null)
  const titleId = useId()
  const save = useMutation({
    mutationFn: (change: FinanceChange) => saveFinance(about.id, about.version, change),
    onSuccess: (changed) => {
      client.setQueryData(keys.organisation(about.id), changed)
      notify({ intent: 'success', title: <FormattedMessage id="finance.saved" /> })
      onClose()
    },
    onError: (refusal) => {
      if (isProblem(refusal, 412)) void client.invalidateQueries({ queryKey: keys.organisation(about.id) })
    },
  })
  const errors = save.error instanceof Problem ? save.error.errors : []
  const at = (pointer: string) => errors.find((one) => one.pointer === pointer)?.detail
  // Empty lines are not sent: the server counts those that are.
  const sent = addresses.map((address) => address.trim())
  const placeOf = (index: number) => sent.slice(0, index).filter(Boolean).length
  const failure = save.error && errors.length === 0 ? problemText(save.error) : null
  const submit = (event: FormEvent) => {
    event.preventDefault()
    save.mutate({
      financeAddresses: sent.filter(Boolean),
      buyerReference: typed.buyerReference.trim() || null,
      gln: typed.gln.replace(/\s/g, '') || null,
      cvr: typed.cvr.replace(/\s/g, '') || null,
    })
  }
  const field = (name: keyof typeof typed, label: string, hint: string, longest: number) => (
    <Field
      className={styles.field}
      label={label}
      hint={hint}
      validationState={at(`/${name}`) ? 'error' : 'none'}
      validationMessage={at(`/${name}`)}
    >
      <Input
        value={typed[name]}
        maxLength={longest}
        inputMode={name === 'buyerReference' ? undefined : 'numeric'}
        autoComplete="off"
        onChange={(_, { value }) => setTyped((now) => ({ ...now, [name]: value }))}
      />
    </Field>
  )
  return (
    <form noValidate onSubmit={submit}>
      <DialogBody>
        <DialogTitle>
          <FormattedMessage id="finance.open" />
        </DialogTitle>
        <DialogContent className={styles.content}>
          {failure ? (
            <MessageBar intent="error" layout="multiline" politeness="assertive">
              <MessageBarBody>
                {failure.title} {failure.detail === failure.title ? null : failure.detail}
              </MessageBarBody>
            </MessageBar>
          ) : null}
          {finance.payer.id !== about.id ? (
            <MessageBar layout="multiline">
              <MessageBarBody>
                <FormattedMessage id="finance.payer" values={{ name: finance.payer.name }} />
              </MessageBarBody>
            </MessageBar>
          ) : null}
          <fieldset ref={list} className={styles.group} aria-labelledby={titleId}>
            <span id={titleId} className={parts.small}>
              <FormattedMessage id="finance.addresses" />
            </span>
            <span className={parts.caption}>
              <FormattedMessage id="finance.addresses.hint" />
            </span>
            {addresses.map((address, index) => {
              const problem = sent[index] ? at(`/financeAddresses/${placeOf(index)}`) : undefined
              return (
                // biome-ignore lint/suspicious/noArrayIndexKey: a line is what stands at its place.
                <div key={index} className={styles.line}>
                  <Field
                    className={styles.grow}
                    validationState={problem ? 'error' : 'none'}
                    validationMessage={problem}
                  >
                    <Input
                      className={styles.grow}
                      type="email"
                      maxLength={320}
                      autoComplete="off"
                      aria-label={intl.formatMessage({ id: 'finance.addressNo' }, { number: index + 1 })}
                      value={address}
                      onChange={(_, { value }) => setAddresses((now) => now.with(index, value))}
                    />
                  </Field>
                  <Button
                    appearance="subtle"
                    icon={<Dismiss16Regular />}
                    aria-label={intl.formatMessage({ id: 'finance.removeAddress' }, { number: index + 1 })}
                    onClick={() => {
                      setAddresses((now) => (now.length > 1 ? now.toSpliced(index, 1) : ['']))
                      requestAnimationFrame(() => list.current?.querySelector('input')?.focus())
                    }}
                  />
                </div>
              )
            })}
            {addresses.length < mostAddresses ? (
              <div>
                <Button
                  appearance="subtle"
                  size="small"
                  icon={<Add16Regular />}
                  onClick={() => {
                    setAddresses((now) => [...now, ''])
                    requestAnimationFrame(() => {
                      const lines = list.current?.querySelectorAll('input')
                      lines?.[lines.length - 1]?.focus()
                    })
                  }}
                >
                  <FormattedMessage id="finance.addAddress" />
                </Button>
              </div>
            ) : null}
          </fieldset>
          {field(
            'buyerReference',
            intl.formatMessage({ id: 'finance.buyerReference' }),
            intl.formatMessage({ id: 'finance.buyerReference.hint' }),
            100,
          )}
          {field('gln', intl.formatMessage({ id: 'finance.gln' }), intl.formatMessage({ id: 'finance.gln.hint' }), 20)}
          {field('cvr', intl.formatMessage({ id: 'finance.cvr' }), intl.formatMessage({ id: 'finance.cvr.hint' }), 12)}
        </DialogContent>
        <DialogActions>
          <Button disabled={save.isPending} onClick={onClose}>
            <FormattedMessage id="common.cancel" />
          </Button>
          <Button
            type="submit"
            appearance="primary"
            disabled={save.isPending}
            icon={save.isPending ? <Spinner size="tiny" /> : undefined}
          >
            <FormattedMessage id="common.save" />
          </Button>
        </DialogActions>
      </DialogBody>
    </form>
  )
}
