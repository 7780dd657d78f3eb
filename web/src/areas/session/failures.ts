import type { TextId } from '~/texts'

export interface Failure {
  title: TextId
  body: TextId
  /** Whether another account is what helps. */
  another: boolean
}

const words = (
  name:
    | 'personal'
    | 'guest'
    | 'consent'
    | 'declined'
    | 'expired'
    | 'blocked'
    | 'unavailable'
    | 'tooOften'
    | 'notFresh'
    | 'anotherAccount'
    | 'rejected'
    | 'other',
): Failure => ({
  title: `signInFailed.${name}`,
  body: `signInFailed.${name}.body`,
  another: ['personal', 'guest', 'blocked'].includes(name),
})

/** Plain words for each way a sign-in fails; the codes are the server's. */
const failures: Partial<Record<string, Failure>> = {
  personalAccount: words('personal'),
  guest: words('guest'),
  consentRequired: words('consent'),
  cancelled: words('declined'),
  expired: words('expired'),
  stateMismatch: words('expired'),
  nonceMismatch: words('expired'),
  blocked: words('blocked'),
  unavailable: words('unavailable'),
  tooOften: words('tooOften'),
  rejected: words('rejected'),
  notFresh: words('notFresh'),
  anotherAccount: words('anotherAccount'),
}

export const failureOf = (code: string | undefined): Failure => failures[code ?? ''] ?? words('other')
