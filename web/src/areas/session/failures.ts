import type { TextId } from '~/texts'

export interface Failure {
  title: TextId
  body: TextId
  /** Whether another account is what helps. */
  another: boolean
}

const words = (
  name: 'personal' | 'consent' | 'declined' | 'expired' | 'blocked' | 'unavailable' | 'other',
): Failure => ({
  title: `signInFailed.${name}`,
  body: `signInFailed.${name}.body`,
  another: name === 'personal' || name === 'blocked',
})

/** Plain words for each way a sign-in fails; the codes are the server's and Entra's. */
const failures: Partial<Record<string, Failure>> = {
  personalAccount: words('personal'),
  wrongTenant: words('personal'),
  consentRequired: words('consent'),
  consent_required: words('consent'),
  interaction_required: words('consent'),
  accessDenied: words('declined'),
  access_denied: words('declined'),
  cancelled: words('declined'),
  expired: words('expired'),
  stateMismatch: words('expired'),
  nonceMismatch: words('expired'),
  invalid_grant: words('expired'),
  blocked: words('blocked'),
  disabled: words('blocked'),
  unauthorized_client: words('blocked'),
  unavailable: words('unavailable'),
  temporarily_unavailable: words('unavailable'),
  server_error: words('unavailable'),
}

export const failureOf = (code: string | undefined): Failure => failures[code ?? ''] ?? words('other')
