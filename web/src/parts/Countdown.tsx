import { makeStyles, ProgressBar } from '@fluentui/react-components'
import { FormattedMessage, useIntl } from 'react-intl'
import { secretLife } from './secret'
import { useParts } from './styles'

const useStyles = makeStyles({ box: { display: 'flex', flexDirection: 'column', gap: '6px' } })

/** For how much longer something stays on screen. Said aloud when it appears and near its end, not every second. */
export function Countdown({ left, of = secretLife }: { left: number; of?: number }) {
  const styles = useStyles()
  const parts = useParts()
  const intl = useIntl()
  return (
    <div className={styles.box}>
      <ProgressBar
        value={left / of}
        color={left <= 10 ? 'warning' : 'brand'}
        aria-label={intl.formatMessage({ id: 'codes.timeLeft' })}
      />
      <span className={parts.caption}>
        <FormattedMessage id="codes.left" values={{ seconds: left }} />
      </span>
      <span className={parts.visuallyHidden} role="status">
        {left >= of - 1 || left === 10 ? <FormattedMessage id="codes.left" values={{ seconds: left }} /> : null}
      </span>
    </div>
  )
}
