import { MessageBar, MessageBarBody } from '@fluentui/react-components'
import { useProblemText } from './problemText'

/** Why what was sent from a form was not done, in the server's words where it has some. */
export function Refusal({ error }: { error: unknown }) {
  const { title, detail } = useProblemText()(error)
  return (
    <MessageBar intent="error" layout="multiline" politeness="assertive">
      <MessageBarBody>{detail ?? title}</MessageBarBody>
    </MessageBar>
  )
}
