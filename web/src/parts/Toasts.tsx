import {
  Toast,
  ToastBody,
  Toaster,
  ToastFooter,
  ToastTitle,
  ToastTrigger,
  useToastController,
} from '@fluentui/react-components'
import { useEffect } from 'react'
import { showNotices } from './notify'

const toasterId = 'switchboard-toasts'

/** Where notices are shown; it stands inside the router, because they carry links. */
export function Toasts() {
  const { dispatchToast, dismissToast } = useToastController(toasterId)
  useEffect(
    () =>
      showNotices(({ intent, title, body, link, id, replaces }) => {
        if (replaces) dismissToast(replaces)
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
          {
            intent,
            timeout: intent === 'error' ? 12_000 : 7_000,
            pauseOnHover: true,
            pauseOnWindowBlur: true,
            ...(id ? { toastId: id } : {}),
          },
        )
      }),
    [dispatchToast, dismissToast],
  )
  return <Toaster toasterId={toasterId} position="bottom-end" />
}
