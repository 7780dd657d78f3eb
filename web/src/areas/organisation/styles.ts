import { makeStyles, tokens } from '@fluentui/react-components'

/** What the pages of this area share. */
export const useOrganisationStyles = makeStyles({
  /** Above a list: what it is about at the left, what can be done with it at the right. */
  tools: { display: 'flex', gap: '8px', alignItems: 'center', flexWrap: 'wrap' },
  grow: { flexGrow: 1, flexBasis: '260px', minWidth: 0 },
  search: { width: '240px', maxWidth: '100%', '@media (max-width: 560px)': { width: '100%' } },
  stack: { display: 'flex', flexDirection: 'column', minWidth: 0 },
  form: { display: 'flex', flexDirection: 'column', gap: '16px' },
  complaint: { margin: '4px 0 0', color: tokens.colorStatusDangerForeground1, fontSize: tokens.fontSizeBase200 },
  card: { padding: '20px 24px', display: 'flex', flexDirection: 'column', gap: '16px' },
  buttons: { display: 'flex', justifyContent: 'flex-end', gap: '4px' },
  pair: {
    display: 'grid',
    gridTemplateColumns: '120px minmax(0, 1fr)',
    gap: '12px',
  },
  narrow: { minWidth: 0, width: '100%', '& input': { minWidth: 0, width: '100%' } },
})
