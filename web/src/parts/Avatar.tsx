import { makeStyles, mergeClasses, tokens } from '@fluentui/react-components'
import { initials } from './format'

const useStyles = makeStyles({
  avatar: {
    width: '32px',
    height: '32px',
    flexShrink: 0,
    borderRadius: '50%',
    display: 'inline-flex',
    alignItems: 'center',
    justifyContent: 'center',
    fontSize: tokens.fontSizeBase200,
    fontWeight: 600,
    userSelect: 'none',
  },
  brand: { backgroundColor: tokens.colorBrandBackground, color: tokens.colorNeutralForegroundOnBrand },
  c0: { backgroundColor: tokens.colorPaletteCornflowerBackground2, color: tokens.colorPaletteCornflowerForeground2 },
  c1: { backgroundColor: tokens.colorPaletteTealBackground2, color: tokens.colorPaletteTealForeground2 },
  c2: { backgroundColor: tokens.colorPalettePinkBackground2, color: tokens.colorPalettePinkForeground2 },
  c3: { backgroundColor: tokens.colorPaletteGoldBackground2, color: tokens.colorPaletteGoldForeground2 },
  c4: { backgroundColor: tokens.colorPaletteForestBackground2, color: tokens.colorPaletteForestForeground2 },
  c5: { backgroundColor: tokens.colorPaletteGrapeBackground2, color: tokens.colorPaletteGrapeForeground2 },
  c6: { backgroundColor: tokens.colorPaletteSteelBackground2, color: tokens.colorPaletteSteelForeground2 },
  c7: { backgroundColor: tokens.colorPalettePeachBackground2, color: tokens.colorPalettePeachForeground2 },
})

const colours = ['c0', 'c1', 'c2', 'c3', 'c4', 'c5', 'c6', 'c7'] as const

/** Initials on a disc whose colour follows from the id: the same person has the same colour everywhere. Decoration only. */
export function Avatar({ name, id, brand = false }: { name: string; id: string; brand?: boolean }) {
  const styles = useStyles()
  let hash = 0
  for (let at = 0; at < id.length; at += 1) hash = (hash * 31 + id.charCodeAt(at)) >>> 0
  const colour = colours[hash % colours.length] ?? 'c0'
  return (
    <span className={mergeClasses(styles.avatar, brand ? styles.brand : styles[colour])} aria-hidden="true">
      {initials(name)}
    </span>
  )
}
