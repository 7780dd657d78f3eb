import { makeStyles, tokens } from '@fluentui/react-components'

export const useFormStyles = makeStyles({
  form: { display: 'flex', flexDirection: 'column', gap: '20px', minWidth: 0 },
  section: { display: 'flex', flexDirection: 'column', gap: '8px', minWidth: 0 },
  /** What belongs to a radio stands under its label. */
  under: { padding: '0 0 8px 32px', display: 'flex', flexDirection: 'column', gap: '12px', minWidth: 0 },
  hint: {
    margin: 0,
    color: tokens.colorNeutralForeground2,
    fontSize: tokens.fontSizeBase200,
    lineHeight: tokens.lineHeightBase200,
  },
  error: { margin: 0, color: tokens.colorStatusDangerForeground1, fontSize: tokens.fontSizeBase200 },
  field: { maxWidth: '340px', width: '100%' },
  short: { width: '110px', minWidth: 0, '& input': { minWidth: 0, width: '100%' } },
  /** Inputs want to be wide; beside another one they must not. */
  narrow: { minWidth: 0, width: '100%', '& input': { minWidth: 0, width: '100%' } },
  pair: { display: 'grid', gridTemplateColumns: '110px minmax(0, 1fr)', gap: '12px', maxWidth: '340px' },
})
