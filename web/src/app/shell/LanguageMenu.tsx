import {
  Button,
  Menu,
  MenuItemRadio,
  MenuList,
  MenuPopover,
  MenuTrigger,
  makeStyles,
  tokens,
} from '@fluentui/react-components'
import { ChevronDown16Regular, LocalLanguage20Regular } from '@fluentui/react-icons'
import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef } from 'react'
import { useIntl } from 'react-intl'
import { configureApi } from '~/api/client'
import { keys } from '~/api/keys'
import type { Language } from '~/api/types'
import { saveLanguage } from '~/areas/session/queries'
import { rememberLanguage, useLanguage } from '../i18n'

const useStyles = makeStyles({
  name: { '@media (max-width: 900px)': { display: 'none' } },
  trigger: { minWidth: 0, fontWeight: tokens.fontWeightSemibold },
})

/** Each language under its own name: whoever landed in the wrong one finds the way out. */
const names: Record<Language, string> = { en: 'English', da: 'Dansk' }

export function LanguageMenu() {
  const styles = useStyles()
  const intl = useIntl()
  const client = useQueryClient()
  const { language, setLanguage } = useLanguage()

  // The server's words (steps, effects, warnings) follow the language: ask again once the new one stands.
  const before = useRef(language)
  useEffect(() => {
    if (before.current === language) return
    before.current = language
    void client.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] === 'o' })
  }, [language, client])

  const choose = (wanted: Language) => {
    if (wanted === language) return
    rememberLanguage(wanted)
    configureApi({ language: wanted })
    setLanguage(wanted)
    // E-mails follow it too. Should it not be kept, this screen still is in the wanted language.
    void saveLanguage(wanted).then(
      (me) => client.setQueryData(keys.me, me),
      () => undefined,
    )
  }

  return (
    <Menu
      checkedValues={{ language: [language] }}
      onCheckedValueChange={(_, { checkedItems }) => {
        const wanted = checkedItems[0]
        if (wanted === 'en' || wanted === 'da') choose(wanted)
      }}
    >
      <MenuTrigger disableButtonEnhancement>
        <Button
          appearance="transparent"
          className={styles.trigger}
          icon={<LocalLanguage20Regular />}
          aria-label={intl.formatMessage({ id: 'shell.language' }, { language: names[language] })}
        >
          <span className={styles.name}>{names[language]}&ensp;</span>
          <ChevronDown16Regular />
        </Button>
      </MenuTrigger>
      <MenuPopover>
        <MenuList>
          {(Object.keys(names) as Language[]).map((id) => (
            <MenuItemRadio key={id} name="language" value={id} lang={id}>
              {names[id]}
            </MenuItemRadio>
          ))}
        </MenuList>
      </MenuPopover>
    </Menu>
  )
}
