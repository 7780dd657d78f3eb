import { Button, type ButtonProps, makeStyles, tokens } from '@fluentui/react-components'
import { ChevronDown16Regular, LocalLanguage20Regular } from '@fluentui/react-icons'
import type { Ref } from 'react'
import { useIntl } from 'react-intl'
import type { Language } from '~/api/types'
import { useLanguage } from '../i18n'

const useStyles = makeStyles({
  name: { '@media (max-width: 900px)': { display: 'none' } },
  trigger: { minWidth: 0, fontWeight: tokens.fontWeightSemibold },
})

/** Each language under its own name: whoever landed in the wrong one finds the way out. */
export const languageNames: Record<Language, string> = { en: 'English', da: 'Dansk' }

/** The button of the language menu; it also holds the menu's place until that has arrived. */
export function LanguageButton({ ref, ...props }: ButtonProps & { ref?: Ref<HTMLButtonElement> }) {
  const styles = useStyles()
  const intl = useIntl()
  const { language } = useLanguage()
  return (
    <Button
      {...(props as ButtonProps)}
      ref={ref}
      appearance="transparent"
      className={styles.trigger}
      icon={<LocalLanguage20Regular />}
      aria-label={intl.formatMessage({ id: 'shell.language' }, { language: languageNames[language] })}
    >
      <span className={styles.name}>{languageNames[language]}&ensp;</span>
      <ChevronDown16Regular />
    </Button>
  )
}
