import decodeQR from 'qr/decode.js'
import { expect, test } from 'vitest'
import { qrPath } from './qr'

/** Fills the path's runs into pixels, as a screen would, so that a reader can look at it. */
function draw(path: string, size: number, scale = 4) {
  const width = size * scale
  const data = new Uint8Array(width * width * 4).fill(255)
  for (const [, x, y, run] of path.matchAll(/M(\d+) (\d+)h(\d+)v1h-\d+z/g))
    for (let py = Number(y) * scale; py < (Number(y) + 1) * scale; py += 1)
      for (let px = Number(x) * scale; px < (Number(x) + Number(run)) * scale; px += 1)
        data.fill(0, (py * width + px) * 4, (py * width + px) * 4 + 3)
  return { width, height: width, data }
}

test('what is drawn is read back', () => {
  const code = 'LPA:1$smdp.operator.example$K2-1WXYZ-9ABCDE$$1'
  const { size, path } = qrPath(code)
  expect(decodeQR(draw(path, size))).toBe(code)
})
