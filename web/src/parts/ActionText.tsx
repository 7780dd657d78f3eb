import { type IntlShape, useIntl } from 'react-intl'
import { isGroupAction, isPersonAction } from '~/api/types'

/** What an action is called; as the server writes it where this client is older than the action. */
export const actionText = (intl: IntlShape, action: string): string =>
  isPersonAction(action) || isGroupAction(action) ? intl.formatMessage({ id: `action.${action}` }) : action

export function ActionText({ action }: { action: string }) {
  return actionText(useIntl(), action)
}
