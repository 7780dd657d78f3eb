/** Who is signed in, which organisation is on screen, and what may be done there. */
import { useQuery } from '@tanstack/react-query'
import { createContext, useContext, useMemo } from 'react'
import type { Me, MyOrganisation, Permission } from '~/api/types'
import { meQuery } from '~/areas/session/queries'
import type { Host, ThemeName } from './host'

export const HostContext = createContext<Host | null>(null)

export function useHost(): Host {
  const host = useContext(HostContext)
  if (!host) throw new Error('useHost outside HostContext')
  return host
}

/** The theme on screen, for what is drawn in colours of its own (charts). */
export const ThemeContext = createContext<ThemeName>('light')
export const useThemeName = (): ThemeName => useContext(ThemeContext)

export const OrganisationContext = createContext<MyOrganisation | null>(null)

export interface Session {
  me: Me
  organisation: MyOrganisation
  can: (permission: Permission) => boolean
}

/** The session inside an organisation's pages; those render only when both are known. */
export function useSession(): Session {
  const fallback = useContext(OrganisationContext)
  const { data: me } = useQuery(meQuery)
  return useMemo(() => {
    if (!me || !fallback) throw new Error('useSession outside an organisation')
    const organisation = me.organisations.find(({ id }) => id === fallback.id) ?? fallback
    return { me, organisation, can: (permission) => organisation.permissions.includes(permission) }
  }, [me, fallback])
}
