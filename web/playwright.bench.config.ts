/** Measures the client in a browser. It prints figures and holds nobody to them: a busy machine is no failure. */
import base from './playwright.config'

export default { ...base, testDir: 'bench', testMatch: '*.bench.ts', timeout: 300_000, reporter: [['line']] }
