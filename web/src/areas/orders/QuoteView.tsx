import { makeStyles, mergeClasses, tokens } from '@fluentui/react-components'
import { Info16Regular, Warning16Filled } from '@fluentui/react-icons'
import { FormattedMessage, type IntlShape, useIntl } from 'react-intl'
import type { Money, Quote, QuotedItem } from '~/api/types'
import { useFormat } from '~/app/i18n'
import { actionText } from '~/parts/ActionText'
import { GoodsLines } from '~/parts/GoodsLines'
import { ItemPrice } from '~/parts/ItemPrice'
import { QuoteSums } from '~/parts/QuoteSums'
import { useParts } from '~/parts/styles'

const useStyles = makeStyles({
  quote: { display: 'flex', flexDirection: 'column', gap: '12px' },
  line: { display: 'flex', justifyContent: 'space-between', gap: '12px' },
  text: { margin: 0, minWidth: 0, overflowWrap: 'anywhere' },
  amount: { fontVariantNumeric: 'tabular-nums', whiteSpace: 'nowrap' },
  effects: { listStyleType: 'none', margin: 0, padding: 0, display: 'flex', flexDirection: 'column', gap: '6px' },
  effect: { display: 'flex', gap: '8px', alignItems: 'flex-start' },
  icon: { color: tokens.colorBrandForeground1, flexShrink: 0, marginTop: '2px' },
  warning: { color: tokens.colorStatusWarningForeground1, flexShrink: 0, marginTop: '2px' },
  names: { marginTop: '4px', fontSize: tokens.fontSizeBase200, '& summary': { cursor: 'pointer' } },
  people: { margin: '4px 0 0', paddingInlineStart: '18px', maxHeight: '160px', overflowY: 'auto' },
})

/** More items than this are shown together: what, how many times, and the names behind a click. */
const shownEach = 3

/** What an order would cost and do, before anybody says yes: for whom, one-time and monthly, VAT, from when, effects. */
export function QuoteView({ quote }: { quote: Quote }) {
  const styles = useStyles()
  const format = useFormat()
  const warnings = together(quote.warnings.map((warning) => format.prose(warning.detail)))
  const effects = together(quote.items.flatMap((item) => item.effects.map(({ detail }) => format.prose(detail))))
  return (
    <div className={styles.quote}>
      {quote.items.length <= shownEach
        ? quote.items.map((item) => <One key={item.index} item={item} />)
        : groupsOf(quote.items).map((group) => <Many key={group.key} group={group} />)}
      <QuoteSums oneTime={quote.oneTime} monthly={quote.monthly} vatRate={quote.vatRate} />
      {warnings.length + effects.length > 0 ? (
        <ul className={styles.effects}>
          {warnings.map(({ text, count }) => (
            <li key={text} className={styles.effect}>
              <Warning16Filled className={styles.warning} aria-hidden="true" />
              <span>
                {text} <Times count={count} of={quote.items.length} />
              </span>
            </li>
          ))}
          {effects.map(({ text, count }) => (
            <li key={text} className={styles.effect}>
              <Info16Regular className={styles.icon} aria-hidden="true" />
              <span>
                {text} <Times count={count} of={quote.items.length} />
              </span>
            </li>
          ))}
        </ul>
      ) : null}
    </div>
  )
}

/** Sentences said more than once are said once, with how often. */
function together(texts: readonly string[]): { text: string; count: number }[] {
  const found = new Map<string, number>()
  for (const text of texts) found.set(text, (found.get(text) ?? 0) + 1)
  return [...found].map(([text, count]) => ({ text, count }))
}

function Times({ count, of }: { count: number; of: number }) {
  const parts = useParts()
  if (of === 1 || count <= 1) return null
  return (
    <span className={mergeClasses(parts.caption, parts.whole)}>
      <FormattedMessage id="quote.times" values={{ count }} />
    </span>
  )
}

function One({ item }: { item: QuotedItem }) {
  const styles = useStyles()
  const parts = useParts()
  const intl = useIntl()
  const format = useFormat()
  const line = mergeClasses(styles.text, parts.muted)
  const picksNumber = ['activateTelephony', 'createMobile', 'changeNumber', 'createCallGroup'].includes(item.action)
  return (
    <div>
      <div className={styles.line}>
        <p className={mergeClasses(styles.text, parts.small)}>{whatOf(intl, item)}</p>
        <span className={styles.amount}>
          <ItemPrice monthly={item.monthly} oneTime={item.oneTime} />
        </span>
      </div>
      {item.person ? (
        <p className={line}>
          <FormattedMessage id="quote.for" values={{ name: item.person.name }} />
        </p>
      ) : null}
      {item.callGroup || item.packs ? (
        <p className={line}>
          {item.callGroup?.name}
          {item.packs ? <FormattedMessage id="sims.packsOf" values={{ packs: item.packs }} /> : null}
        </p>
      ) : null}
      <GoodsLines lines={item.lines} />
      {item.number ? (
        <p className={line}>
          <FormattedMessage id="quote.number" values={{ number: format.number(item.number) }} />
        </p>
      ) : picksNumber ? (
        <p className={line}>
          <FormattedMessage id="quote.newNumber" />
        </p>
      ) : null}
      {item.sim ? (
        <p className={line}>
          <FormattedMessage
            id="quote.sim"
            values={{ iccid: /^\d{19,20}$/.test(item.sim) ? format.iccid(item.sim) : item.sim }}
          />
        </p>
      ) : null}
      <p className={line}>
        <FormattedMessage id="quote.from" values={{ day: format.day(item.startsOn) }} />
      </p>
    </div>
  )
}

const whatOf = (intl: IntlShape, item: QuotedItem): string => {
  const action = actionText(intl, item.action)
  const brings = item.action === 'activateTelephony' || item.action === 'createMobile'
  if (!item.offering) return action
  return brings ? item.offering.name : `${action}: ${item.offering.name}`
}

interface Group {
  key: string
  items: QuotedItem[]
  monthly: Money
}

/** Items that are the same but for the person, together. */
export function groupsOf(items: readonly QuotedItem[]): Group[] {
  const found = new Map<string, Group>()
  for (const item of items) {
    const key = [item.action, item.offering?.id, item.monthly.amount, item.oneTime.amount, item.startsOn].join(' ')
    const group = found.get(key)
    if (group) {
      group.items.push(item)
      group.monthly = { ...group.monthly, amount: group.monthly.amount + item.monthly.amount }
    } else found.set(key, { key, items: [item], monthly: item.monthly })
  }
  return [...found.values()]
}

function Many({ group: { items, monthly } }: { group: Group }) {
  const styles = useStyles()
  const parts = useParts()
  const intl = useIntl()
  const format = useFormat()
  const [first] = items
  if (!first) return null
  const line = mergeClasses(styles.text, parts.muted)
  return (
    <div>
      <div className={styles.line}>
        <p className={mergeClasses(styles.text, parts.small)}>
          <FormattedMessage id="quote.many" values={{ what: whatOf(intl, first), count: items.length }} />
        </p>
        <span className={styles.amount}>
          <FormattedMessage id="quote.perMonth" values={{ amount: format.money(monthly) }} />
        </span>
      </div>
      <p className={line}>
        <FormattedMessage id="quote.each" values={{ amount: format.money(first.monthly) }} />
      </p>
      <p className={line}>
        <FormattedMessage id="quote.from" values={{ day: format.day(first.startsOn) }} />
      </p>
      <details className={styles.names}>
        <summary>
          <FormattedMessage id="quote.names" values={{ count: items.length }} />
        </summary>
        <ul
          className={styles.people}
          // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard.
          tabIndex={0}
          aria-label={intl.formatMessage({ id: 'quote.names' }, { count: items.length })}
        >
          {items.map((item) => (
            <li key={item.index} className={parts.caption}>
              {[item.person?.name, item.number ? format.number(item.number) : null].filter(Boolean).join(' · ')}
            </li>
          ))}
        </ul>
      </details>
    </div>
  )
}
