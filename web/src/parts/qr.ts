import encodeQR from 'qr'

/** The quiet zone that ISO/IEC 18004 asks for around a code, in modules. */
const quiet = 4

/** The dark modules of a QR code as one SVG path, in a square of `size` by `size`. */
export function qrPath(text: string): { size: number; path: string } {
  const modules = encodeQR(text, 'raw', { ecc: 'medium', border: quiet })
  const path: string[] = []
  modules.forEach((row, y) => {
    for (let x = 0; x < row.length; x += 1) {
      if (!row[x]) continue
      const from = x
      while (row[x + 1]) x += 1
      path.push(`M${from} ${y}h${x - from + 1}v1h${from - x - 1}z`)
    }
  })
  return { size: modules.length, path: path.join('') }
}
