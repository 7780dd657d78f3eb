import { makeStyles, tokens } from '@fluentui/react-components'

/** Behind words of several colours while the pointer is on them, readable in every theme. */
export const hoverBackground = 'var(--hoverBackground)'

/** Pieces of style that many components share. */
export const useParts = makeStyles({
  page: {
    display: 'flex',
    flexDirection: 'column',
    gap: '16px',
    padding: '20px 24px 24px',
    boxSizing: 'border-box',
    minHeight: '100%',
    maxWidth: '1600px',
    '@media (max-width: 740px)': { padding: '12px 8px 16px' },
  },
  card: {
    backgroundColor: tokens.colorNeutralBackground1,
    borderRadius: tokens.borderRadiusXLarge,
    boxShadow: tokens.shadow2,
    border: `1px solid ${tokens.colorTransparentStroke}`,
    boxSizing: 'border-box',
  },
  /** What can be done with all that is chosen in a list. */
  bar: {
    display: 'flex',
    flexWrap: 'wrap',
    alignItems: 'center',
    gap: '8px',
    padding: '6px 8px 6px 16px',
    borderRadius: tokens.borderRadiusXLarge,
    border: `1px solid ${tokens.colorBrandStroke2}`,
    backgroundColor: tokens.colorBrandBackground2,
    color: tokens.colorBrandForeground2,
  },
  barCount: { fontWeight: 600 },
  grow: { flexGrow: 1 },
  /** A box to tick in a row of a virtual list, which is plain. */
  check: {
    width: '18px',
    height: '18px',
    margin: '4px',
    accentColor: tokens.colorCompoundBrandBackground,
    cursor: 'pointer',
    ':focus-visible': { outline: `2px solid ${tokens.colorStrokeFocus2}`, outlineOffset: '2px' },
  },
  heading: { margin: 0, fontSize: tokens.fontSizeBase500, lineHeight: tokens.lineHeightBase500, fontWeight: 600 },
  subheading: { margin: 0, fontSize: tokens.fontSizeBase400, lineHeight: tokens.lineHeightBase400, fontWeight: 600 },
  small: { margin: 0, fontSize: tokens.fontSizeBase300, lineHeight: tokens.lineHeightBase300, fontWeight: 600 },
  paragraph: { margin: 0 },
  /** What stands one below the other in a dialog. */
  form: { display: 'flex', flexDirection: 'column', gap: '16px' },
  list: { margin: '4px 0 0', paddingInlineStart: '18px' },
  undoTime: { marginInlineStart: '6px', fontWeight: 400, whiteSpace: 'nowrap', fontVariantNumeric: 'tabular-nums' },
  muted: { color: tokens.colorNeutralForeground2 },
  caption: {
    color: tokens.colorNeutralForeground2,
    fontSize: tokens.fontSizeBase200,
    lineHeight: tokens.lineHeightBase200,
  },
  figures: { fontVariantNumeric: 'tabular-nums' },
  link: {
    color: tokens.colorBrandForegroundLink,
    textDecorationLine: 'none',
    ':hover': { textDecorationLine: 'underline', color: tokens.colorBrandForegroundLinkHover },
    ':focus-visible': {
      outline: `2px solid ${tokens.colorStrokeFocus2}`,
      outlineOffset: '2px',
      borderRadius: tokens.borderRadiusSmall,
    },
  },
  /** For a link in the middle of words: colour alone does not tell it from them. */
  underlined: { textDecorationLine: 'underline' },
  /** A menu that stands in the page's own tree, so that it belongs to a landmark. */
  popover: { zIndex: 1000 },
  whole: { whiteSpace: 'nowrap' },
  ellipsis: { overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' },
  visuallyHidden: {
    position: 'absolute',
    width: '1px',
    height: '1px',
    overflow: 'hidden',
    clipPath: 'inset(50%)',
    whiteSpace: 'nowrap',
  },
})
