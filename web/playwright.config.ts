/**
 * End-to-end tests run against a server that already stands, with its simulators beside it and the demo world in it.
 * One worker: the world is shared, and what one test orders another would find taken.
 */
import { defineConfig } from '@playwright/test'

export default defineConfig({
  testDir: 'e2e',
  outputDir: 'test-results',
  workers: 1,
  fullyParallel: false,
  timeout: 60_000,
  expect: { timeout: 15_000 },
  // A machine that has other work can be late once. What passes at the second try is counted as flaky and named.
  retries: process.env.CI ? 2 : 0,
  forbidOnly: Boolean(process.env.CI),
  reporter: [['list']],
  use: {
    baseURL: process.env.SWITCHBOARD_URL ?? 'http://localhost:8080',
    locale: 'en-GB',
    timezoneId: 'Europe/Copenhagen',
    viewport: { width: 1440, height: 860 },
    trace: 'retain-on-failure',
    launchOptions: {
      executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
      // A page that a test makes up has no address of its own, and Chromium would keep it from framing localhost.
      args: ['--no-sandbox', '--disable-features=LocalNetworkAccessChecks'],
    },
  },
})
