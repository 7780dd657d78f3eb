import { createDOMRenderer, FluentProvider, type GriffelRenderer, RendererProvider } from '@fluentui/react-components'
import { type QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import type { Language } from '~/api/types'
import type { Texts } from '~/texts'
import type { Host } from './host'
import { LanguageProvider } from './i18n'
import type { makeRouter } from './router'
import { HostContext, ThemeContext } from './session'
import { themeOf } from './theme'

/** Griffel writes its styles into style elements; the content security policy lets them in by the page's nonce. */
export function makeRenderer(): GriffelRenderer {
  const nonce = document.querySelector('meta[name="csp-nonce"]')?.getAttribute('content') ?? ''
  return createDOMRenderer(document, { styleElementAttributes: { nonce } })
}

export function App({
  host,
  client,
  router,
  renderer,
  language,
  texts,
}: {
  host: Host
  client: QueryClient
  router: ReturnType<typeof makeRouter>
  renderer: GriffelRenderer
  language: Language
  texts: Texts
}) {
  const [theme, setTheme] = useState(host.theme)
  useEffect(() => {
    host.onThemeChange(setTheme)
    host.ready()
  }, [host])
  return (
    <HostContext value={host}>
      <RendererProvider renderer={renderer} targetDocument={document}>
        {/* A class here would be copied to every portal and stretch menus over the page: style the element itself. */}
        <FluentProvider
          theme={themeOf(theme)}
          style={{ height: '100%', background: 'transparent', colorScheme: theme === 'light' ? 'light' : 'dark' }}
        >
          <LanguageProvider initial={language} texts={texts}>
            <QueryClientProvider client={client}>
              <ThemeContext value={theme}>
                <RouterProvider router={router} />
              </ThemeContext>
            </QueryClientProvider>
          </LanguageProvider>
        </FluentProvider>
      </RendererProvider>
    </HostContext>
  )
}
