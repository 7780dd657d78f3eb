import { expect, test } from 'vitest'
import { heightOf, scaleOf, stackOf } from './stack'

test('the scale holds the highest stack, begins at nought, and counts in round steps', () => {
  expect(scaleOf([[300, 420], [900]])).toEqual({ low: 0, high: 1000, ticks: [0, 500, 1000] })
  expect(scaleOf([[130_000_000, 9_410_000]]).ticks).toEqual([0, 50_000_000, 100_000_000, 150_000_000])
})

test('what is given back goes below nought', () => {
  const scale = scaleOf([[800, -300]])
  expect(scale.low).toBeLessThanOrEqual(-300)
  expect(scale.ticks).toContain(0)
})

test('an empty chart has a scale too', () => {
  expect(scaleOf([])).toEqual({ low: 0, high: 1, ticks: [0] })
  expect(scaleOf([[0, 0]]).high).toBeGreaterThan(0)
})

test('pieces stand on each other without a gap, and nothing takes no place', () => {
  const scale = { low: 0, high: 1000, ticks: [] }
  expect(
    stackOf(
      [
        { key: 'a', amount: 600 },
        { key: 'b', amount: 0 },
        { key: 'c', amount: 200 },
      ],
      scale,
    ),
  ).toEqual([
    { key: 'a', from: 0, size: 60 },
    { key: 'c', from: 60, size: 20 },
  ])
})

test('a negative piece hangs under nought', () => {
  const scale = { low: -500, high: 500, ticks: [] }
  const [up, down] = stackOf(
    [
      { key: 'a', amount: 250 },
      { key: 'b', amount: -250 },
    ],
    scale,
  )
  expect(up).toEqual({ key: 'a', from: heightOf(0, scale), size: 25 })
  expect(down).toEqual({ key: 'b', from: 25, size: 25 })
})
