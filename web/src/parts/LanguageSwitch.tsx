import { Button } from '@fluentui/react-components'
import { LocalLanguage20Regular } from '@fluentui/react-icons'
import { rememberLanguage, useLanguage } from '~/app/i18n'

/** The other language, one click away, for somebody who is not signed in. */
export function LanguageSwitch() {
  const { language, setLanguage } = useLanguage()
  const other = language === 'en' ? 'da' : 'en'
  return (
    <Button
      appearance="transparent"
      icon={<LocalLanguage20Regular />}
      lang={other}
      onClick={() => {
        rememberLanguage(other)
        setLanguage(other)
      }}
    >
      {other === 'da' ? 'Dansk' : 'English'}
    </Button>
  )
}
