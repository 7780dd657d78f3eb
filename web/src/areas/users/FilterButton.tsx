import { Button, type ButtonProps, CounterBadge, makeStyles } from '@fluentui/react-components'
import { Filter20Regular } from '@fluentui/react-icons'
import type { Ref } from 'react'
import { useIntl } from 'react-intl'

const useStyles = makeStyles({ trigger: { flexShrink: 0 } })

/** The button of the filter menu, with how many filters are on; it also holds the menu's place until that has arrived. */
export function FilterButton({
  active,
  ref,
  ...props
}: ButtonProps & { active: number; ref?: Ref<HTMLButtonElement> }) {
  const styles = useStyles()
  const intl = useIntl()
  return (
    <Button
      {...(props as ButtonProps)}
      ref={ref}
      appearance="subtle"
      className={styles.trigger}
      icon={<Filter20Regular />}
      aria-label={intl.formatMessage({ id: 'users.filters' }, { count: active })}
    >
      {active > 0 ? <CounterBadge count={active} size="small" /> : null}
    </Button>
  )
}
