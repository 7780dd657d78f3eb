import { Button, makeStyles, Popover, PopoverSurface, PopoverTrigger, tokens } from '@fluentui/react-components'
import { Info16Regular } from '@fluentui/react-icons'
import { FormattedMessage, useIntl } from 'react-intl'
import type { TextId } from '~/texts'

const useStyles = makeStyles({
  button: { minWidth: 'auto', color: tokens.colorNeutralForeground2 },
  surface: { maxWidth: '320px', padding: '12px 16px', fontSize: tokens.fontSizeBase300, fontWeight: 400 },
  text: { margin: 0, lineHeight: tokens.lineHeightBase300 },
})

export function HelpPopover({ about, text }: { about: string; text: TextId }) {
  const styles = useStyles()
  const intl = useIntl()
  return (
    <Popover inline withArrow positioning={{ position: 'above', align: 'start', strategy: 'fixed' }}>
      <PopoverTrigger disableButtonEnhancement>
        <Button
          className={styles.button}
          appearance="transparent"
          size="small"
          icon={<Info16Regular />}
          aria-label={intl.formatMessage({ id: 'help.about' }, { what: about })}
        />
      </PopoverTrigger>
      <PopoverSurface className={styles.surface} role="note" aria-label={about}>
        <p className={styles.text}>
          <FormattedMessage id={text} />
        </p>
      </PopoverSurface>
    </Popover>
  )
}
