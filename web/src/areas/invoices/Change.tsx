import { makeStyles, mergeClasses, tokens } from '@fluentui/react-components'
import { ArrowDown16Regular, ArrowUp16Regular } from '@fluentui/react-icons'
import { FormattedMessage } from 'react-intl'
import type { AmountChange } from '~/api/types'
import { useFormat } from '~/app/i18n'
import { useParts } from '~/parts/styles'

const useStyles = makeStyles({
  change: {
    display: 'inline-flex',
    alignItems: 'center',
    gap: '2px',
    whiteSpace: 'nowrap',
    fontVariantNumeric: 'tabular-nums',
    verticalAlign: 'bottom',
  },
  up: { color: tokens.colorStatusWarningForeground1 },
  down: { color: tokens.colorStatusSuccessForeground1 },
  amount: { marginInlineStart: '4px' },
})

/** How an amount moved: an arrow, a sign and a per cent, so that it can be read without its colour. */
export function Change({ change, withAmount = false }: { change: AmountChange | null; withAmount?: boolean }) {
  const styles = useStyles()
  const parts = useParts()
  const format = useFormat()
  if (!change) return <span className={parts.muted}>–</span>
  const { amount, basisPoints } = change
  if (amount.amount === 0)
    return (
      <span className={parts.muted}>
        <FormattedMessage id="invoices.noChange" />
      </span>
    )
  const up = amount.amount > 0
  return (
    <span className={styles.change}>
      <span className={mergeClasses(styles.change, up ? styles.up : styles.down)}>
        {up ? <ArrowUp16Regular aria-hidden="true" /> : <ArrowDown16Regular aria-hidden="true" />}
        {basisPoints === null ? null : format.change(basisPoints / 100)}
      </span>
      {withAmount || basisPoints === null ? (
        <span className={mergeClasses(basisPoints !== null && styles.amount, parts.caption)}>
          {format.signedMoney(amount)}
        </span>
      ) : null}
    </span>
  )
}
