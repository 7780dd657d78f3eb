import { Toast, ToastBody, Toaster, ToastFooter, ToastTitle, useToastController } from '@fluentui/react-components'
import { useEffect } from 'react'
import { useIntl } from 'react-intl'
import { showNotices } from './notify'

const toasterId = 'switchboard-toasts'
let made = 0

/** Where notices are shown; it stands inside the router, because they carry links. */
export function Toasts() {
  const intl = useIntl()
  const { dispatchToast, dismissToast } = useToastController(toasterId)
  useEffect(
    () =>
      showNotices(({ intent, title, body, link, id, replaces }) => {
        made += 1
        const toastId = id ?? `notice-${made}`
        if (replaces) dismissToast(replaces)
        dispatchToast(
          <Toast>
            <ToastTitle>{title}</ToastTitle>
            {body ? <ToastBody>{body}</ToastBody> : null}
            {link ? <ToastFooter>{link(() => dismissToast(toastId))}</ToastFooter> : null}
          </Toast>,
          {
            intent,
            timeout: intent === 'error' ? 12_000 : 7_000,
            pauseOnHover: true,
            pauseOnWindowBlur: true,
            toastId,
          },
        )
      }),
    [dispatchToast, dismissToast],
  )
  // In the page's own tree and in a region of its own, so that it can be found and walked to.
  return (
    <section aria-label={intl.formatMessage({ id: 'shell.notices' })}>
      <Toaster toasterId={toasterId} position="bottom-end" inline />
    </section>
  )
}
