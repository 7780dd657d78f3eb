import {
  Button,
  DrawerBody,
  DrawerHeader,
  DrawerHeaderTitle,
  makeStyles,
  OverlayDrawer,
  tokens,
} from '@fluentui/react-components'
import { ChatHelp20Regular, Dismiss24Regular } from '@fluentui/react-icons'
import { FormattedMessage, useIntl } from 'react-intl'
import { useParts } from '~/parts/styles'
import type { TextId } from '~/texts'
import type { AreaId } from '../areas'
import { useDialogs } from '../ordering'
import { useSession } from '../session'

const useStyles = makeStyles({
  topic: {
    padding: '12px 0',
    borderBottom: `1px solid ${tokens.colorNeutralStroke2}`,
    ':last-child': { borderBottom: 'none' },
  },
  body: { margin: '4px 0 0', lineHeight: tokens.lineHeightBase300 },
  ask: { padding: '12px 0 20px' },
})

interface Topic {
  title: TextId
  body: TextId
}

const topics: Record<AreaId | 'general', Topic[]> = {
  dashboard: [
    { title: 'help.dashboard.figures', body: 'help.dashboard.figures.body' },
    { title: 'help.dashboard.cost', body: 'help.dashboard.cost.body' },
    { title: 'help.dashboard.attention', body: 'help.dashboard.attention.body' },
  ],
  users: [
    { title: 'help.users.newColleague', body: 'help.users.newColleague.body' },
    { title: 'help.users.telephony', body: 'help.users.telephony.body' },
    { title: 'help.users.mobile', body: 'help.users.mobile.body' },
    { title: 'help.users.profile', body: 'help.users.profile.body' },
    { title: 'help.users.left', body: 'help.users.left.body' },
    { title: 'help.users.keyboard', body: 'help.users.keyboard.body' },
  ],
  organisation: [
    { title: 'help.organisation.orders', body: 'help.organisation.orders.body' },
    { title: 'help.organisation.cancel', body: 'help.organisation.cancel.body' },
    { title: 'help.organisation.numbers', body: 'help.organisation.numbers.body' },
    { title: 'help.organisation.sims', body: 'help.organisation.sims.body' },
    { title: 'help.organisation.groups', body: 'help.organisation.groups.body' },
    { title: 'help.organisation.roles', body: 'help.organisation.roles.body' },
    { title: 'help.organisation.azure', body: 'help.organisation.azure.body' },
  ],
  invoices: [
    { title: 'help.invoices.change', body: 'help.invoices.change.body' },
    { title: 'help.invoices.reference', body: 'help.invoices.reference.body' },
    { title: 'help.invoices.file', body: 'help.invoices.file.body' },
  ],
  'my-page': [
    { title: 'help.myPage.what', body: 'help.myPage.what.body' },
    { title: 'help.myPage.wrong', body: 'help.myPage.wrong.body' },
  ],
  general: [
    { title: 'help.general.language', body: 'help.general.language.body' },
    { title: 'help.general.rights', body: 'help.general.rights.body' },
  ],
}

/** Short answers about the place one stands in; the place itself stays as it was. */
export function HelpPanel({ area, onClose }: { area: AreaId | undefined; onClose: () => void }) {
  const styles = useStyles()
  const parts = useParts()
  const intl = useIntl()
  const { can } = useSession()
  const openDialog = useDialogs()
  const shown = [...(area ? topics[area] : []), ...topics.general]
  return (
    <OverlayDrawer open position="end" onOpenChange={(_, data) => (data.open ? undefined : onClose())}>
      <DrawerHeader>
        <DrawerHeaderTitle
          action={
            <Button
              appearance="subtle"
              icon={<Dismiss24Regular />}
              aria-label={intl.formatMessage({ id: 'common.close' })}
              onClick={onClose}
            />
          }
        >
          <FormattedMessage id="help.title" />
        </DrawerHeaderTitle>
      </DrawerHeader>
      <DrawerBody tabIndex={0}>
        {shown.map(({ title, body }) => (
          <section key={title} className={styles.topic}>
            <h3 className={parts.small}>
              <FormattedMessage id={title} />
            </h3>
            <p className={styles.body}>
              <FormattedMessage id={body} />
            </p>
          </section>
        ))}
        {can('editData') ? (
          <div className={styles.ask}>
            <Button
              icon={<ChatHelp20Regular />}
              onClick={() => {
                onClose()
                openDialog({ show: 'question' })
              }}
            >
              <FormattedMessage id="question.ask" />
            </Button>
          </div>
        ) : null}
      </DrawerBody>
    </OverlayDrawer>
  )
}
