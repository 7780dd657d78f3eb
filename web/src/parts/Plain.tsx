import { makeStyles, tokens } from '@fluentui/react-components'
import type { ReactNode } from 'react'
import { LanguageSwitch } from './LanguageSwitch'

const useStyles = makeStyles({
  page: {
    minHeight: '100%',
    height: '100%',
    overflow: 'auto',
    display: 'flex',
    flexDirection: 'column',
    backgroundColor: tokens.colorNeutralBackground4,
    color: tokens.colorNeutralForeground1,
  },
  top: { display: 'flex', justifyContent: 'flex-end', padding: '8px 12px' },
  main: { flexGrow: 1, display: 'flex', alignItems: 'center', justifyContent: 'center', padding: '16px 16px 96px' },
  card: {
    width: '100%',
    maxWidth: '480px',
    boxSizing: 'border-box',
    padding: '40px',
    display: 'flex',
    flexDirection: 'column',
    gap: '16px',
    backgroundColor: tokens.colorNeutralBackground1,
    borderRadius: tokens.borderRadiusXLarge,
    boxShadow: tokens.shadow8,
    border: `1px solid ${tokens.colorTransparentStroke}`,
    '@media (max-width: 560px)': { padding: '28px 20px' },
  },
  brand: { display: 'flex', alignItems: 'center', gap: '12px', fontSize: tokens.fontSizeBase500, fontWeight: 600 },
  title: { margin: 0, fontSize: tokens.fontSizeBase600, lineHeight: tokens.lineHeightBase600, fontWeight: 600 },
})

/** The frame of the few pages outside any organisation: one card in the middle, the language at the top right. */
export function Plain({ title, children }: { title: ReactNode; children: ReactNode }) {
  const styles = useStyles()
  return (
    <div className={styles.page}>
      <header className={styles.top}>
        <LanguageSwitch />
      </header>
      <main className={styles.main}>
        <div className={styles.card}>
          <div className={styles.brand}>
            <img src="/favicon.svg" alt="" width={36} height={36} />
            Switchboard
          </div>
          <h1 className={styles.title}>{title}</h1>
          {children}
        </div>
      </main>
    </div>
  )
}
