/**
 * The list of 10,000 people with the processor throttled to a quarter: how soon a keystroke in the search shows what it
 * found, and how evenly the list scrolls.
 */
import { loadavg } from 'node:os'
import { expect, test } from '../e2e/world'

interface Frame {
  at: number
  busy: boolean
}
interface Recorder {
  frames: Frame[]
  keys: number[]
  /** Fulfilled with the time from the last key to the first frame at rest after the answer to `q`. */
  shown: (q: string) => Promise<number>
}

const at = (sorted: number[], part: number) =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0
const say = (name: string, figures: number[], target: string) => {
  const sorted = figures.toSorted((one, other) => one - other)
  const ms = (value: number) => value.toFixed(0).padStart(5)
  process.stdout.write(
    `${name.padEnd(34)} median ${ms(at(sorted, 0.5))}  p95 ${ms(at(sorted, 0.95))}  worst ${ms(at(sorted, 1))} ms` +
      `  (${sorted.length} times; ${target})\n`,
  )
}

test('the list of people at a quarter of the processor', async ({ as }) => {
  const page = await as('administrator')
  await page.getByRole('link', { name: 'Users', exact: true }).click()
  await expect(page.locator('[data-row]').first()).toBeVisible()
  const count = await page.getByRole('treegrid').getAttribute('aria-rowcount')
  process.stdout.write(
    `\n${Number(count) - 1} people, processor throttled to a quarter, load average ${loadavg()[0]?.toFixed(1)}\n`,
  )
  const devtools = await page.context().newCDPSession(page)
  await devtools.send('Emulation.setCPUThrottlingRate', { rate: 4 })
  await page.evaluate(() => {
    performance.setResourceTimingBufferSize(5_000)
    const answerTo = (text: string) =>
      performance.getEntriesByType('resource').find(({ name }) => new URL(name).searchParams.get('q') === text) as
        | PerformanceResourceTiming
        | undefined
    const recorder: Recorder = {
      frames: [],
      keys: [],
      shown: (q) =>
        new Promise((resolve) => {
          const look = () => {
            const answer = answerTo(q)?.responseEnd
            const frame = recorder.frames.find(({ at, busy }) => answer !== undefined && at > answer && !busy)
            if (frame) resolve(frame.at - (recorder.keys.at(-1) ?? 0))
            else setTimeout(look, 100)
          }
          look()
        }),
    }
    Object.assign(window, { recorder })
    const grid = () => document.querySelector('[role="treegrid"]')
    const frame = (now: number) => {
      recorder.frames.push({ at: now, busy: grid()?.getAttribute('aria-busy') === 'true' })
      requestAnimationFrame(frame)
    }
    requestAnimationFrame(frame)
    addEventListener('keydown', () => recorder.keys.push(performance.now()), true)
  })

  // Scrolling: the time between frames while the wheel turns, pages arriving from the server on the way.
  const box = await page.getByTestId('users-scroller').boundingBox()
  await page.mouse.move((box?.x ?? 0) + 200, (box?.y ?? 0) + 200)
  const from = await page.evaluate(() => performance.now())
  for (let tick = 0; tick < 60; tick += 1) {
    await page.mouse.wheel(0, 400)
    await page.waitForTimeout(30)
  }
  const scrolled = await page.evaluate((since) => {
    const { frames } = (window as unknown as { recorder: Recorder }).recorder
    const during = frames.filter((frame) => frame.at >= since)
    return during.slice(1).map((frame, index) => frame.at - (during[index]?.at ?? frame.at))
  }, from)
  say('between two frames of scrolling', scrolled, 'target: p95 under 100')

  // Searching: from the key to the first frame after the answer in which the list is at rest.
  await page.getByRole('searchbox', { name: 'Filter users' }).click()
  const took: number[] = []
  for (const word of ['mette holm', 'anders', 'jensen']) {
    let typed = ''
    for (const letter of word) {
      typed += letter
      if (letter === ' ') {
        // The same words as before: nothing is asked.
        await page.keyboard.press('Space')
        continue
      }
      const q = typed
      await page.evaluate(() => performance.clearResourceTimings())
      await page.keyboard.press(letter)
      took.push(await page.evaluate((text) => (window as unknown as { recorder: Recorder }).recorder.shown(text), q))
    }
    await page.getByRole('searchbox', { name: 'Filter users' }).fill('')
    await page.waitForTimeout(300)
  }
  say('from a key to what it found', took, 'target: under 200')
})
