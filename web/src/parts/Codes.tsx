import { makeStyles, tokens } from '@fluentui/react-components'
import { useIntl } from 'react-intl'
import type { SimCodes } from '~/api/types'
import { CopyButton } from './CopyButton'
import { useParts } from './styles'

const useStyles = makeStyles({
  codes: {
    display: 'grid',
    gridTemplateColumns: 'auto minmax(0, 1fr) auto',
    alignItems: 'center',
    columnGap: '16px',
    rowGap: '6px',
    margin: 0,
    padding: '12px 16px',
    borderRadius: tokens.borderRadiusLarge,
    backgroundColor: tokens.colorNeutralBackground3,
  },
  line: { display: 'contents' },
  code: {
    margin: 0,
    fontFamily: tokens.fontFamilyMonospace,
    fontSize: tokens.fontSizeBase500,
    letterSpacing: '0.12em',
  },
})

const names = { pin1: 'PIN', puk1: 'PUK', pin2: 'PIN2', puk2: 'PUK2' } as const

/** The codes of a SIM, large enough to be typed into a telephone from. */
export function Codes({ codes }: { codes: SimCodes }) {
  const styles = useStyles()
  const parts = useParts()
  const intl = useIntl()
  return (
    <dl className={styles.codes}>
      {(Object.keys(names) as (keyof typeof names)[]).map((name) => {
        const code = codes[name]
        return code ? (
          <div key={name} className={styles.line}>
            <dt className={parts.muted}>{names[name]}</dt>
            <dd className={styles.code}>{code}</dd>
            <dd className={parts.paragraph}>
              <CopyButton value={code} label={intl.formatMessage({ id: 'codes.copy' }, { name: names[name] })} />
            </dd>
          </div>
        ) : null
      })}
    </dl>
  )
}
