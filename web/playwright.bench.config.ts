/** Measures the client in a browser. It prints figures and holds nobody to them: a busy machine is no failure. */
import base from './playwright.config'

export default {
  ...base,
  testDir: 'bench',
  testMatch: '*.bench.ts',
  timeout: 300_000,
  retries: 0,
  reporter: [['line']],
  // A trace takes a copy of the whole page at every step, in the page's own thread: it would be what is measured.
  use: { ...base.use, trace: 'off' as const },
}
