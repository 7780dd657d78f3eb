import { makeStyles, mergeClasses, Radio, RadioGroup, Skeleton, SkeletonItem, tokens } from '@fluentui/react-components'
import { useQuery } from '@tanstack/react-query'
import { FormattedMessage, FormattedNumber, useIntl } from 'react-intl'
import type { Offering } from '~/api/types'
import { useFormat } from '~/app/i18n'
import { useSession } from '~/app/session'
import { dataAmount } from '~/parts/format'
import { ErrorState } from '~/parts/States'
import { useParts } from '~/parts/styles'
import { offeringsQuery } from './queries'

const useStyles = makeStyles({
  group: { display: 'grid', gridTemplateColumns: 'repeat(auto-fill, minmax(210px, 1fr))', gap: '8px', width: '100%' },
  card: {
    position: 'relative',
    display: 'flex',
    border: `1px solid ${tokens.colorNeutralStroke1}`,
    borderRadius: tokens.borderRadiusLarge,
    backgroundColor: tokens.colorNeutralBackground1,
    ':hover': { border: `1px solid ${tokens.colorNeutralStroke1Hover}` },
    ':focus-within': { outline: `2px solid ${tokens.colorStrokeFocus2}`, outlineOffset: '1px' },
  },
  chosen: {
    border: `1px solid ${tokens.colorBrandStroke1}`,
    backgroundColor: tokens.colorBrandBackground2,
    boxShadow: `inset 0 0 0 1px ${tokens.colorBrandStroke1}`,
    ':hover': { border: `1px solid ${tokens.colorBrandStroke1}` },
  },
  radio: { width: '100%' },
  label: { display: 'flex', flexDirection: 'column', gap: '2px', paddingInlineEnd: '4px' },
  price: { fontWeight: 600, fontVariantNumeric: 'tabular-nums', paddingTop: '4px' },
  error: { margin: '4px 0 0', color: tokens.colorStatusDangerForeground1, fontSize: tokens.fontSizeBase200 },
})

export function ProductCards({
  kind,
  label,
  value,
  only,
  without = [],
  onChange,
  problem,
}: {
  kind: 'telephony' | 'mobilePackage' | 'addOn'
  label: string
  /** Ids of the only ones to show, and of those to leave out. */
  only?: readonly string[]
  without?: readonly string[]
  value: string | undefined
  onChange: (offering: string) => void
  problem: string | undefined
}) {
  const styles = useStyles()
  const parts = useParts()
  const intl = useIntl()
  const format = useFormat()
  const { organisation } = useSession()
  const { data, error, refetch } = useQuery(offeringsQuery(organisation.id, kind))
  if (error && !data) return <ErrorState compact error={error} onRetry={() => void refetch()} />
  if (!data)
    return (
      <Skeleton aria-label={intl.formatMessage({ id: 'common.loading' })} className={styles.group}>
        <SkeletonItem size={72} />
        <SkeletonItem size={72} />
      </Skeleton>
    )
  const shown = data.items.filter(({ id }) => (only?.includes(id) ?? true) && !without.includes(id))
  if (shown.length === 0)
    return (
      <p className={mergeClasses(parts.paragraph, parts.muted)}>
        <FormattedMessage id="order.noProducts" />
      </p>
    )
  return (
    <div>
      <RadioGroup
        aria-label={label}
        className={styles.group}
        value={value ?? ''}
        onChange={(_, chosen) => onChange(chosen.value)}
      >
        {shown.map((offering) => (
          <div key={offering.id} className={mergeClasses(styles.card, offering.id === value && styles.chosen)}>
            <Radio
              className={styles.radio}
              value={offering.id}
              label={
                <span className={styles.label}>
                  <span className={parts.small}>{offering.name}</span>
                  <span className={parts.caption}>
                    <Allowance offering={offering} />
                  </span>
                  <span className={styles.price}>
                    <FormattedMessage id="quote.perMonth" values={{ amount: format.money(offering.monthly) }} />
                  </span>
                  {offering.oneTime.amount > 0 ? (
                    <span className={parts.caption}>
                      <FormattedMessage id="order.setUpPrice" values={{ amount: format.money(offering.oneTime) }} />
                    </span>
                  ) : null}
                </span>
              }
            />
          </div>
        ))}
      </RadioGroup>
      {problem ? (
        <p role="alert" className={styles.error}>
          {problem}
        </p>
      ) : null}
    </div>
  )
}

/** What a mobile package holds, in figures; a product without figures shows its description. */
function Allowance({ offering }: { offering: Offering }) {
  const { dataLimitMb, voiceMinutes } = offering.attributes
  if (offering.kind !== 'mobilePackage') return offering.description
  const data = typeof dataLimitMb === 'number' ? dataAmount(dataLimitMb) : null
  return (
    <>
      {data ? (
        <FormattedMessage
          id="order.data"
          values={{ amount: <FormattedNumber value={data.value} />, unit: data.unit }}
        />
      ) : (
        <FormattedMessage id="order.dataFree" />
      )}
      {' · '}
      {typeof voiceMinutes === 'number' ? (
        <FormattedMessage id="order.minutes" values={{ count: voiceMinutes }} />
      ) : (
        <FormattedMessage id="order.minutesFree" />
      )}
    </>
  )
}
