/** How far a number has come on its way here, for the row of steps on the screen. */
import type { Port } from '~/api/types'

export const portSteps = ['draft', 'submitted', 'accepted', 'scheduled', 'completed'] as const
export type PortStep = (typeof portSteps)[number]
export type StepLook = 'done' | 'now' | 'ahead' | 'stopped'

/** A rejection stops at the other operator's answer; a cancellation where it was. */
export function lookOf(step: PortStep, state: Port['state'], reached: PortStep = 'submitted'): StepLook {
  const at = portSteps.indexOf(step)
  if (state === 'rejected' || state === 'cancelled') {
    const stop = portSteps.indexOf(state === 'rejected' ? 'accepted' : reached)
    return at < stop ? 'done' : at === stop ? 'stopped' : 'ahead'
  }
  const now = portSteps.indexOf(state)
  if (at < now || state === 'completed') return 'done'
  return at === now ? 'now' : 'ahead'
}

/** The largest consent document that is taken, and what it may be. */
export const largestConsent = 5 * 1024 * 1024
export const consentTypes = ['application/pdf', 'image/png', 'image/jpeg'] as const

export const consentProblem = (file: Pick<File, 'type' | 'size'>): 'port.consent.type' | 'port.consent.size' | null => {
  if (!(consentTypes as readonly string[]).includes(file.type)) return 'port.consent.type'
  return file.size > largestConsent ? 'port.consent.size' : null
}
