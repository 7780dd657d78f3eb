/**
 * Codes of SIM cards. These are plain calls and no queries on purpose: nothing that comes back may stay in a cache. Only
 * what is on screen holds it, and lets go of it.
 */
import { api, unwrap } from './client'

/** PIN and PUK of a SIM; the reason is kept with who looked, and one's own needs none. */
export const revealCodes = (organisation: string, sim: string, reason: string | null) =>
  unwrap(
    api.POST('/api/v1/organisations/{organisation}/sims/{sim}/codes', {
      params: { path: { organisation, sim } },
      body: { reason },
      cache: 'no-store',
    }),
  )

/** PIN and PUK of one's own SIM cards. */
export const revealMyCodes = (organisation: string) =>
  unwrap(
    api.POST('/api/v1/organisations/{organisation}/my-page/codes', {
      params: { path: { organisation } },
      cache: 'no-store',
    }),
  )

/** What makes an eSIM work. `stepUp` is the one-time code of a fresh sign-in. */
export const revealActivationCode = (organisation: string, sim: string, reason: string | null, stepUp: string) =>
  unwrap(
    api.POST('/api/v1/organisations/{organisation}/sims/{sim}/activation-code', {
      params: { path: { organisation, sim }, header: { 'Step-Up': stepUp } },
      body: { reason },
      cache: 'no-store',
    }),
  )
