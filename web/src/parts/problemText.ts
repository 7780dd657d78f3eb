/** Turns whatever went wrong into words for the person in front of the screen: what happened and what to do now. */
import { useIntl } from 'react-intl'
import { Problem } from '~/api/problem'
import type { TextId } from '~/texts'

const byCode: Partial<Record<string, TextId>> = {
  network: 'problem.network',
  quoteExpired: 'problem.quoteExpired',
  priceChanged: 'problem.priceChanged',
  numberTaken: 'problem.numberTaken',
  simTaken: 'problem.simTaken',
  freshSignInNeeded: 'problem.freshSignInNeeded',
  popupBlocked: 'problem.popupBlocked',
  stepUpCancelled: 'problem.stepUpCancelled',
  accountDisabled: 'problem.accountDisabled',
}

const byStatus: Partial<Record<number, TextId>> = {
  0: 'problem.network',
  401: 'problem.signedOut',
  403: 'problem.forbidden',
  404: 'problem.notFound',
  409: 'problem.conflict',
  410: 'problem.gone',
  412: 'problem.stale',
  429: 'problem.busy',
  502: 'problem.busy',
  503: 'problem.busy',
  504: 'problem.busy',
}

/** The text for a problem, from its code where we know it, else from its status. */
export function problemTextId(problem: { status: number; code: string }): TextId {
  return byCode[problem.code] ?? byStatus[problem.status] ?? 'problem.unknown'
}

export interface ProblemText {
  title: string
  /** The server's own explanation where it has one: it is written for people, in their language. */
  detail: string | undefined
  requestId: string | undefined
}

export function useProblemText(): (error: unknown) => ProblemText {
  const intl = useIntl()
  return (error) => {
    if (!(error instanceof Problem))
      return { title: intl.formatMessage({ id: 'problem.unknown' }), detail: undefined, requestId: undefined }
    return {
      title: intl.formatMessage({ id: problemTextId(error) }),
      detail: error.detail,
      requestId: error.requestId,
    }
  }
}
