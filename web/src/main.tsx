import './boot.css'
import { QueryClient } from '@tanstack/react-query'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { configureApi } from '~/api/client'
import { isPassing, isProblem } from '~/api/problem'
import { meQuery } from '~/areas/session/queries'
import { App, makeRenderer } from './app/App'
import { detectHost, languageFromLocale } from './app/host'
import { pickedLanguage } from './app/i18n'
import { isLive } from './app/live'
import { makeRouter } from './app/router'
import { loadTexts } from './texts'

const client = new QueryClient({
  defaultOptions: {
    queries: {
      retry: (count, error) => count < 2 && isPassing(error),
      refetchOnWindowFocus: () => !isLive(),
      refetchOnReconnect: true,
    },
    mutations: { retry: false },
  },
})

async function start() {
  const host = await detectHost()
  const router = makeRouter(client)
  configureApi({
    authenticate: host.authenticate,
    onSignedOut: () => {
      // Before anybody was signed in, the router itself finds the way to the sign-in page.
      if (client.getQueryData(meQuery.queryKey) === undefined) return
      client.clear()
      void router.navigate({ to: '/sign-in', search: { returnTo: router.state.location.href } })
    },
  })
  // Asked for once, here, because the language of the first words depends on it. Not being signed in is no failure.
  const known = pickedLanguage() ?? host.language
  if (known) configureApi({ language: known })
  const me = await client.fetchQuery(meQuery).catch((error: unknown) => {
    if (!isProblem(error, 401)) client.removeQueries({ queryKey: meQuery.queryKey })
    return null
  })
  const language =
    (host.kind === 'teams' ? known : me?.language) ?? pickedLanguage() ?? languageFromLocale(navigator.language)
  configureApi({ language })
  const texts = await loadTexts(language)
  const root = document.getElementById('root')
  if (!root) throw new Error('index.html has no #root')
  createRoot(root).render(
    <StrictMode>
      <App host={host} client={client} router={router} renderer={makeRenderer()} language={language} texts={texts} />
    </StrictMode>,
  )
}

void start()
