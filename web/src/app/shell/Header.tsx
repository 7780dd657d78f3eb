import { Button, makeStyles, mergeClasses, Tooltip, tokens } from '@fluentui/react-components'
import { Navigation20Regular, Question20Filled, SignOut20Regular } from '@fluentui/react-icons'
import { lazy, Suspense, useRef, useState } from 'react'
import { FormattedMessage, useIntl } from 'react-intl'
import { signOut } from '~/areas/session/queries'
import { Avatar } from '~/parts/Avatar'
import { notify } from '~/parts/notify'
import { useProblemText } from '~/parts/problemText'
import { useParts } from '~/parts/styles'
import type { AreaId } from '../areas'
import { useHost, useSession } from '../session'
import { LanguageButton } from './LanguageButton'
import { OrganisationSwitcher } from './OrganisationSwitcher'
import { SearchUsers } from './SearchUsers'

const LanguageMenu = lazy(() => import('./LanguageMenu').then((module) => ({ default: module.LanguageMenu })))
const HelpPanel = lazy(() => import('./HelpPanel').then((module) => ({ default: module.HelpPanel })))

const useStyles = makeStyles({
  header: {
    display: 'grid',
    gridTemplateColumns: 'minmax(0, 1fr) minmax(120px, 468px) minmax(0, 1fr)',
    alignItems: 'center',
    gap: '12px',
    minHeight: '48px',
    padding: '0 12px',
    boxSizing: 'border-box',
    '@media (max-width: 900px)': { gridTemplateColumns: 'auto minmax(80px, 1fr) auto', gap: '8px' },
    '@media (max-width: 740px)': { padding: '4px 8px', gap: '4px' },
  },
  teams: { paddingTop: '4px', paddingBottom: '4px' },
  start: { display: 'flex', alignItems: 'center', gap: '8px', minWidth: 0 },
  end: { display: 'flex', alignItems: 'center', justifyContent: 'flex-end', gap: '4px', minWidth: 0 },
  help: {
    width: '32px',
    height: '32px',
    minWidth: '32px',
    padding: 0,
    flexShrink: 0,
    borderRadius: '50%',
    border: 'none',
    display: 'inline-flex',
    alignItems: 'center',
    justifyContent: 'center',
    cursor: 'pointer',
    backgroundColor: '#107c10',
    color: '#ffffff',
    marginInline: '4px',
    ':hover': { backgroundColor: '#0e700e' },
    ':active': { backgroundColor: '#0b5a0b' },
    ':focus-visible': { outline: `2px solid ${tokens.colorStrokeFocus2}`, outlineOffset: '2px' },
  },
  helpContrast: {
    backgroundColor: '#000000',
    border: '2px solid #3ff23f',
    ':hover': { backgroundColor: '#1a1a1a' },
  },
  me: { '@media (max-width: 740px)': { display: 'none' } },
})

export function Header({
  className,
  area,
  menu,
}: {
  className: string
  area: AreaId | undefined
  menu: { expanded: boolean; toggle: () => void } | undefined
}) {
  const styles = useStyles()
  const parts = useParts()
  const intl = useIntl()
  const host = useHost()
  const { me, can } = useSession()
  const problemText = useProblemText()
  const [help, setHelp] = useState(false)
  const helpButton = useRef<HTMLButtonElement>(null)
  // A click before the menu has arrived is not lost: the menu opens as it arrives.
  const [languageWanted, setLanguageWanted] = useState(false)
  const [leaving, setLeaving] = useState(false)

  const leave = async () => {
    setLeaving(true)
    try {
      const { redirect } = await signOut()
      window.location.assign(redirect)
    } catch (error) {
      setLeaving(false)
      notify({ intent: 'error', ...problemText(error) })
    }
  }

  const menuLabel = intl.formatMessage({ id: 'shell.menu' })
  const signOutLabel = intl.formatMessage({ id: 'shell.signOut' })
  const helpLabel = intl.formatMessage({ id: 'shell.help' })
  return (
    <header className={mergeClasses(styles.header, host.kind === 'teams' && styles.teams, className)}>
      <div className={styles.start}>
        {menu ? (
          <Button
            appearance="transparent"
            icon={<Navigation20Regular />}
            aria-label={menuLabel}
            aria-expanded={menu.expanded}
            onClick={menu.toggle}
          />
        ) : null}
        <OrganisationSwitcher />
      </div>
      {can('read') ? <SearchUsers /> : <span />}
      <div className={styles.end}>
        <Suspense fallback={<LanguageButton onClick={() => setLanguageWanted(true)} />}>
          <LanguageMenu defaultOpen={languageWanted} />
        </Suspense>
        {host.kind === 'browser' ? (
          <Tooltip content={signOutLabel} relationship="label">
            <Button
              appearance="transparent"
              icon={<SignOut20Regular />}
              disabled={leaving}
              onClick={() => void leave()}
            />
          </Tooltip>
        ) : null}
        <Tooltip content={helpLabel} relationship="label">
          <button
            type="button"
            className={mergeClasses(styles.help, host.theme === 'contrast' && styles.helpContrast)}
            ref={helpButton}
            aria-haspopup="dialog"
            onClick={() => setHelp(true)}
          >
            <Question20Filled />
          </button>
        </Tooltip>
        {host.kind === 'browser' ? (
          <span className={styles.me} title={me.principal.username ?? me.principal.name}>
            <Avatar name={me.principal.name} id={me.principal.objectId} brand />
            <span className={parts.visuallyHidden}>
              <FormattedMessage id="shell.signedInAs" values={{ name: me.principal.name }} />
            </span>
          </span>
        ) : null}
      </div>
      {help ? (
        <Suspense fallback={null}>
          <HelpPanel
            area={area}
            onClose={() => {
              setHelp(false)
              requestAnimationFrame(() => helpButton.current?.focus())
            }}
          />
        </Suspense>
      ) : null}
    </header>
  )
}
