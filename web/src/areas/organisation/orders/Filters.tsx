import { Button, Dropdown, Field, makeStyles, Option, SearchBox, Spinner } from '@fluentui/react-components'
import { ArrowDownload20Regular } from '@fluentui/react-icons'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import { FormattedMessage, useIntl } from 'react-intl'
import { useSession } from '~/app/session'
import { DayPicker } from '~/parts/DayPicker'
import { danishDay } from '~/parts/days'
import { notify } from '~/parts/notify'
import { useProblemText } from '~/parts/problemText'
import { downloadOrders, requestersQuery } from '../queries'
import { type OrdersSearch, orderStateFilters } from '../search'

const phone = '@media (max-width: 560px)'

const useStyles = makeStyles({
  tools: {
    display: 'flex',
    gap: '8px 12px',
    alignItems: 'flex-end',
    flexWrap: 'wrap',
    [phone]: { '& > *': { flexGrow: 1, flexBasis: 'calc(50% - 12px)', minWidth: 0 } },
  },
  search: {
    flexGrow: 1,
    flexBasis: '200px',
    maxWidth: '340px',
    [phone]: { flexBasis: '100% !important', maxWidth: 'none' },
  },
  searchBox: { maxWidth: 'none', width: '100%' },
  chooser: { minWidth: '170px', [phone]: { minWidth: 0, width: '100%' } },
  day: { width: '184px', [phone]: { width: '100%' } },
  file: { marginInlineStart: 'auto' },
})

/** Before this day there was nothing to order. */
const earliest = '2020-01-01'

/** Narrows the orders, and takes what is shown away as a file. */
export function Filters({ search, onAsk }: { search: OrdersSearch; onAsk: (changes: Partial<OrdersSearch>) => void }) {
  const styles = useStyles()
  const intl = useIntl()
  const { organisation } = useSession()
  const problemText = useProblemText()
  const { data: requesters } = useQuery(requestersQuery(organisation.id))
  const [q, setQ] = useState(search.q ?? '')
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  useEffect(() => () => clearTimeout(timer.current), [])
  // The filters can be cleared from elsewhere: then the field follows.
  const told = useRef(search.q ?? '')
  useEffect(() => {
    if ((search.q ?? '') === told.current) return
    told.current = search.q ?? ''
    setQ(search.q ?? '')
  }, [search.q])

  const file = useMutation({
    mutationFn: () => downloadOrders(organisation.id, search),
    onError: (error) => notify({ intent: 'error', ...problemText(error) }),
  })
  const stateText = (state: OrdersSearch['state']) =>
    intl.formatMessage({ id: state ? `order.state.${state}` : 'orders.anyState' })
  const today = danishDay(Date.now())
  const anybody = intl.formatMessage({ id: 'orders.anybody' })
  const people = requesters?.items ?? []
  const day = (which: 'from' | 'to') => (
    <DayPicker
      className={styles.day}
      label={intl.formatMessage({ id: `orders.${which}` })}
      value={search[which]}
      today={today}
      min={(which === 'to' ? search.from : undefined) ?? earliest}
      max={(which === 'from' ? search.to : undefined) ?? today}
      any={intl.formatMessage({ id: 'orders.anyDay' })}
      onChange={(day) => onAsk({ [which]: day })}
      onClear={() => onAsk({ [which]: undefined })}
    />
  )
  return (
    <div className={styles.tools}>
      <Field className={styles.search} label={intl.formatMessage({ id: 'orders.search' })}>
        <SearchBox
          className={styles.searchBox}
          placeholder={intl.formatMessage({ id: 'orders.search.hint' })}
          value={q}
          onChange={(_, { value }) => {
            setQ(value)
            clearTimeout(timer.current)
            timer.current = setTimeout(() => {
              told.current = value.trim()
              onAsk({ q: value.trim() || undefined })
            }, 200)
          }}
        />
      </Field>
      <Field label={intl.formatMessage({ id: 'orders.filterState' })}>
        <Dropdown
          className={styles.chooser}
          value={stateText(search.state)}
          selectedOptions={[search.state ?? 'any']}
          onOptionSelect={(_, { optionValue }) =>
            onAsk({ state: orderStateFilters.find((state) => state === optionValue) })
          }
        >
          {[undefined, ...orderStateFilters].map((state) => (
            <Option key={state ?? 'any'} value={state ?? 'any'} text={stateText(state)}>
              {stateText(state)}
            </Option>
          ))}
        </Dropdown>
      </Field>
      <Field label={intl.formatMessage({ id: 'orders.requestedBy' })}>
        <Dropdown
          className={styles.chooser}
          value={people.find(({ id }) => id === search.requestedBy)?.name ?? anybody}
          selectedOptions={[search.requestedBy ?? 'any']}
          onOptionSelect={(_, { optionValue }) =>
            onAsk({ requestedBy: people.find(({ id }) => id === optionValue)?.id })
          }
        >
          <Option value="any" text={anybody}>
            {anybody}
          </Option>
          {people.map(({ id, name }) => (
            <Option key={id} value={id} text={name}>
              {name}
            </Option>
          ))}
        </Dropdown>
      </Field>
      {day('from')}
      {day('to')}
      <Button
        className={styles.file}
        disabled={file.isPending}
        icon={file.isPending ? <Spinner size="tiny" /> : <ArrowDownload20Regular />}
        onClick={() => file.mutate()}
      >
        <FormattedMessage id="orders.csv" />
      </Button>
    </div>
  )
}
