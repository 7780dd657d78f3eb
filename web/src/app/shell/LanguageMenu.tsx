import { Menu, MenuItemRadio, MenuList, MenuPopover, MenuTrigger } from '@fluentui/react-components'
import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef } from 'react'
import { configureApi } from '~/api/client'
import { keys } from '~/api/keys'
import type { Language } from '~/api/types'
import { saveLanguage } from '~/areas/session/queries'
import { useParts } from '~/parts/styles'
import { rememberLanguage, useLanguage } from '../i18n'
import { LanguageButton, languageNames } from './LanguageButton'

export function LanguageMenu({ defaultOpen }: { defaultOpen: boolean }) {
  const parts = useParts()
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
      defaultOpen={defaultOpen}
      inline
      positioning={{ strategy: 'fixed', position: 'below', align: 'end' }}
      checkedValues={{ language: [language] }}
      onCheckedValueChange={(_, { checkedItems }) => {
        const wanted = checkedItems[0]
        if (wanted === 'en' || wanted === 'da') choose(wanted)
      }}
    >
      <MenuTrigger disableButtonEnhancement>
        <LanguageButton />
      </MenuTrigger>
      <MenuPopover className={parts.popover}>
        <MenuList>
          {(Object.keys(languageNames) as Language[]).map((id) => (
            <MenuItemRadio key={id} name="language" value={id} lang={id}>
              {languageNames[id]}
            </MenuItemRadio>
          ))}
        </MenuList>
      </MenuPopover>
    </Menu>
  )
}
