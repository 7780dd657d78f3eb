/** What narrows the lines of an invoice, field by field. */
import {
  Button,
  Field,
  Input,
  makeStyles,
  mergeClasses,
  Popover,
  PopoverSurface,
  PopoverTrigger,
  Select,
} from '@fluentui/react-components'
import { Filter20Regular } from '@fluentui/react-icons'
import { useQuery } from '@tanstack/react-query'
import { type FormEvent, type ReactNode, useState } from 'react'
import { FormattedMessage, useIntl } from 'react-intl'
import type { InvoiceDetails } from '~/api/types'
import { useSession } from '~/app/session'
import { digitsOf } from '~/parts/format'
import { useParts } from '~/parts/styles'
import { parseAmount } from './amounts'
import { BilledPersonPicker } from './BilledPersonPicker'
import type { BilledPerson } from './people'
import { productsQuery } from './queries'
import { categories, filterOf, type InvoiceSearch, type LineFilter } from './search'

const useStyles = makeStyles({
  surface: {
    width: '340px',
    maxWidth: 'calc(100vw - 48px)',
    padding: '16px',
    maxHeight: 'calc(100vh - 120px)',
    overflowY: 'auto',
  },
  form: { display: 'flex', flexDirection: 'column', gap: '12px' },
  pair: { display: 'grid', gridTemplateColumns: 'repeat(2, minmax(0, 1fr))', gap: '12px' },
  narrow: { minWidth: 0, width: '100%', '& input': { minWidth: 0, width: '100%' } },
  buttons: { display: 'flex', justifyContent: 'flex-end', gap: '8px' },
})

export function LineFilters({
  invoice,
  search,
  personName,
  onChoose,
}: {
  invoice: InvoiceDetails
  search: InvoiceSearch
  /** What the person is called whom the lines are narrowed to. */
  personName: string
  onChoose: (filter: LineFilter) => void
}) {
  const styles = useStyles()
  const parts = useParts()
  const intl = useIntl()
  const [open, setOpen] = useState(false)
  const { q: _q, ...others } = filterOf(search)
  const active = Object.keys(others).length
  return (
    <Popover
      inline
      trapFocus
      open={open}
      onOpenChange={(_, data) => setOpen(data.open)}
      positioning={{ strategy: 'fixed', position: 'below', align: 'end' }}
    >
      <PopoverTrigger disableButtonEnhancement>
        <Button appearance="subtle" icon={<Filter20Regular />}>
          <FormattedMessage id="invoices.filters" values={{ count: active }} />
        </Button>
      </PopoverTrigger>
      <PopoverSurface
        className={mergeClasses(styles.surface, parts.popover)}
        aria-label={intl.formatMessage({ id: 'invoices.filters' }, { count: active })}
      >
        <Fields
          invoice={invoice}
          search={search}
          personName={personName}
          onChoose={(filter) => {
            setOpen(false)
            onChoose(filter)
          }}
        />
      </PopoverSurface>
    </Popover>
  )
}

const inKroner = (amount: number | undefined): string => (amount === undefined ? '' : String(amount / 100))

function Fields({
  invoice,
  search,
  personName,
  onChoose,
}: {
  invoice: InvoiceDetails
  search: InvoiceSearch
  /** What the person is called whom the lines are narrowed to. */
  personName: string
  onChoose: (filter: LineFilter) => void
}) {
  const styles = useStyles()
  const intl = useIntl()
  const { organisation } = useSession()
  const { data: products } = useQuery(productsQuery(organisation.id))
  const [typed, setTyped] = useState({
    category: search.category ?? '',
    product: search.product ?? '',
    organisation: search.organisation ?? '',
    number: search.number ?? '',
    reference: search.reference ?? '',
    amountFrom: inKroner(search.amountFrom),
    amountTo: inKroner(search.amountTo),
  })
  const [person, setPerson] = useState<BilledPerson | undefined>(
    search.person ? { id: search.person, name: personName } : undefined,
  )
  const [asked, setAsked] = useState(false)
  type Name = keyof typeof typed
  const set = (name: Name) => (value: string) => setTyped((now) => ({ ...now, [name]: value }))
  const digits = digitsOf(typed.number)
  const amounts = { amountFrom: parseAmount(typed.amountFrom), amountTo: parseAmount(typed.amountTo) }
  const problems: Partial<Record<Name, string>> = {
    ...(typed.number.trim() !== '' && digits.length < 3
      ? { number: intl.formatMessage({ id: 'invoices.filter.number.short' }) }
      : {}),
    ...Object.fromEntries(
      (['amountFrom', 'amountTo'] as const)
        .filter((name) => typed[name].trim() !== '' && amounts[name] === null)
        .map((name) => [name, intl.formatMessage({ id: 'invoices.filter.amount.unreadable' })]),
    ),
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    setAsked(true)
    if (Object.keys(problems).length > 0) return
    onChoose({
      person: person?.id,
      category: categories.find((one) => one === typed.category),
      product: typed.product || undefined,
      organisation: typed.organisation || undefined,
      number: digits || undefined,
      reference: typed.reference.trim() || undefined,
      amountFrom: amounts.amountFrom ?? undefined,
      amountTo: amounts.amountTo ?? undefined,
    })
  }
  const nothing = {
    category: undefined,
    product: undefined,
    organisation: undefined,
    number: undefined,
    reference: undefined,
    amountFrom: undefined,
    amountTo: undefined,
    person: undefined,
  }
  const choice = (name: Name, label: string, options: ReactNode) => (
    <Field label={label}>
      <Select value={typed[name]} onChange={(_, { value }) => set(name)(value)}>
        <option value="">{intl.formatMessage({ id: 'users.has.any' })}</option>
        {options}
      </Select>
    </Field>
  )
  const line = (name: Name, label: string) => (
    <Field
      label={label}
      validationState={asked && problems[name] ? 'error' : 'none'}
      validationMessage={asked ? problems[name] : undefined}
    >
      <Input
        className={styles.narrow}
        value={typed[name]}
        maxLength={200}
        inputMode={name === 'reference' ? undefined : 'decimal'}
        autoComplete="off"
        onChange={(_, { value }) => set(name)(value)}
      />
    </Field>
  )
  return (
    <form className={styles.form} noValidate onSubmit={submit}>
      <BilledPersonPicker invoice={invoice.id} value={person} onChange={setPerson} />
      {choice(
        'category',
        intl.formatMessage({ id: 'invoices.category' }),
        categories.map((category) => (
          <option key={category} value={category}>
            {intl.formatMessage({ id: `category.${category}` })}
          </option>
        )),
      )}
      {choice(
        'product',
        intl.formatMessage({ id: 'invoices.column.product' }),
        products?.items.map(({ id, name }) => (
          <option key={id} value={id}>
            {name}
          </option>
        )),
      )}
      {invoice.organisations.length > 1
        ? choice(
            'organisation',
            intl.formatMessage({ id: 'invoices.column.organisation' }),
            invoice.organisations.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            )),
          )
        : null}
      {line('number', intl.formatMessage({ id: 'invoices.column.number' }))}
      {line('reference', intl.formatMessage({ id: 'invoices.column.reference' }))}
      <div className={styles.pair}>
        {line('amountFrom', intl.formatMessage({ id: 'invoices.filter.amountFrom' }))}
        {line('amountTo', intl.formatMessage({ id: 'invoices.filter.amountTo' }))}
      </div>
      <div className={styles.buttons}>
        <Button onClick={() => onChoose(nothing)}>
          <FormattedMessage id="invoices.filter.clear" />
        </Button>
        <Button type="submit" appearance="primary">
          <FormattedMessage id="invoices.filter.show" />
        </Button>
      </div>
    </form>
  )
}
