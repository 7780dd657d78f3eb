/**
 * Who frames the portal. In a browser the session cookie proves who is asking and the system picks the theme; inside
 * Teams the host gives a token for each request, the theme and the language. teams-js is loaded only when it is needed.
 */
import type { Authenticator } from '~/api/client'
import { Problem } from '~/api/problem'
import type { Language } from '~/api/types'
import { confirmInWindow, stepUpAddress, stepUpCancelled, type Who } from './stepUp'

export type ThemeName = 'light' | 'dark' | 'contrast'

export interface Host {
  kind: 'browser' | 'teams'
  theme: ThemeName
  /** The host's language, where the host has one; null leaves it to the person's own setting. */
  language: Language | null
  authenticate: Authenticator
  onThemeChange(listener: (theme: ThemeName) => void): void
  /** Opens a window in which `who` signs in anew; resolves with its one-time code. See stepUp.ts. */
  confirm(who: Who): Promise<string>
  /** Tells the host that the first page stands. */
  ready(): void
}

export const themeFromTeams = (theme: string): ThemeName =>
  theme === 'contrast' ? 'contrast' : theme === 'dark' ? 'dark' : 'light'

export const languageFromLocale = (locale: string | undefined): Language => (/^da\b/i.test(locale ?? '') ? 'da' : 'en')

export const isFramed = (view: Window = window): boolean => view.parent !== view

function browserHost(): Host {
  const dark = window.matchMedia('(prefers-color-scheme: dark)')
  return {
    kind: 'browser',
    theme: dark.matches ? 'dark' : 'light',
    language: null,
    authenticate: async () => null,
    confirm: (who) => confirmInWindow(stepUpAddress(who, 'browser')),
    onThemeChange: (listener) => dark.addEventListener('change', (event) => listener(event.matches ? 'dark' : 'light')),
    ready: () => {},
  }
}

async function teamsHost(): Promise<Host> {
  const [{ app, authentication }, origins] = await Promise.all([import('@microsoft/teams-js'), hostOrigins()])
  await app.initialize(origins)
  const context = await app.getContext()
  return {
    kind: 'teams',
    theme: themeFromTeams(context.app.theme),
    language: languageFromLocale(context.app.locale),
    // The host caches the token and renews it in time: ask for each request, keep none.
    authenticate: () =>
      authentication.getAuthToken().catch((error: unknown) => {
        throw new Problem(401, { code: 'teamsRefused', detail: error instanceof Error ? error.message : String(error) })
      }),
    confirm: (who) => {
      // teams-js asks the host for https addresses alone. Without https, on this very machine, the window is ours to open.
      if (window.location.protocol !== 'https:') return confirmInWindow(stepUpAddress(who, 'browser'))
      const url = new URL(stepUpAddress(who, 'teams'), window.location.origin).href
      return authentication
        .authenticate({ url, width: 520, height: 720 })
        .catch(() => Promise.reject(stepUpCancelled()))
    },
    onThemeChange: (listener) => app.registerOnThemeChangeHandler((theme) => listener(themeFromTeams(theme))),
    ready: () => {
      app.notifyAppLoaded()
      app.notifySuccess()
    },
  }
}

/** In a window that Teams opened for us: hands `result` to the page that asked for the window. */
export async function tellTeams(result: string): Promise<void> {
  const [{ app, authentication }, origins] = await Promise.all([import('@microsoft/teams-js'), hostOrigins()])
  await app.initialize(origins)
  authentication.notifySuccess(result)
}

/**
 * teams-js believes messages from Microsoft's own hosts. The authority this installation is configured with is believed
 * too: it already decides who anybody is, and where a stand-in plays Microsoft it is also the one that frames us.
 */
async function hostOrigins(): Promise<string[]> {
  try {
    const response = await fetch('/auth/client')
    const client = (await response.json()) as { authority?: string }
    return client.authority ? [new URL(client.authority).origin] : []
  } catch {
    return []
  }
}

/** `?host=teams&theme=dark&lang=da`: the look of Teams without Teams, in development only. */
function simulatedHost(): Host | null {
  const wanted = new URLSearchParams(window.location.search)
  if (wanted.get('host') !== 'teams') return null
  return {
    ...browserHost(),
    kind: 'teams',
    theme: themeFromTeams(wanted.get('theme') ?? 'default'),
    language: languageFromLocale(wanted.get('lang') ?? undefined),
    onThemeChange: () => {},
  }
}

export async function detectHost(): Promise<Host> {
  if (import.meta.env.DEV) {
    const simulated = simulatedHost()
    if (simulated) return simulated
  }
  return isFramed() ? teamsHost() : browserHost()
}
