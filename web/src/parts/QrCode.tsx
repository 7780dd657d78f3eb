import { makeStyles } from '@fluentui/react-components'
import { useMemo } from 'react'
import { qrPath } from './qr'

const useStyles = makeStyles({
  // Cameras want dark on light and a quiet edge, whatever theme stands around it.
  code: { width: '232px', maxWidth: '100%', aspectRatio: '1', borderRadius: '8px', backgroundColor: '#ffffff' },
})

/** A text as a QR code, drawn here: it is sent to nobody to be drawn. */
export function QrCode({ text, label }: { text: string; label: string }) {
  const styles = useStyles()
  const { size, path } = useMemo(() => qrPath(text), [text])
  return (
    <svg
      className={styles.code}
      viewBox={`0 0 ${size} ${size}`}
      role="img"
      aria-label={label}
      shapeRendering="crispEdges"
    >
      <path d={path} fill="#000000" />
    </svg>
  )
}
