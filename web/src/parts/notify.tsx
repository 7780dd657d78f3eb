import { Toast, ToastBody, ToastFooter, ToastTitle, ToastTrigger, useToastController } from '@fluentui/react-components'
import { type ReactNode, useCallback } from 'react'

export const toasterId = 'switchboard-toasts'

export interface Notice {
  intent: 'success' | 'error' | 'warning' | 'info'
  title: ReactNode
  body?: ReactNode
  /** A link that closes the toast when followed. */
  link?: ReactNode
}

/** Says at the corner of the screen what happened. What it says must also stand somewhere lasting. */
export function useNotify(): (notice: Notice) => void {
  const { dispatchToast } = useToastController(toasterId)
  return useCallback(
    ({ intent, title, body, link }) =>
      dispatchToast(
        <Toast>
          <ToastTitle>{title}</ToastTitle>
          {body ? <ToastBody>{body}</ToastBody> : null}
          {link ? (
            <ToastFooter>
              <ToastTrigger>
                <span>{link}</span>
              </ToastTrigger>
            </ToastFooter>
          ) : null}
        </Toast>,
        { intent, timeout: intent === 'error' ? 12_000 : 7_000, pauseOnHover: true, pauseOnWindowBlur: true },
      ),
    [dispatchToast],
  )
}
