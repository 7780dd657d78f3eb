import type { Page } from '@playwright/test'
import { expect, expectAccessible, password, people, simulator, test } from '../world'

/** The simulator's page that plays Teams, with the portal as a tab in it. */
async function openInTeams(page: Page, options: Record<string, string>) {
  await page.goto(`${simulator}/_simulator/teams-host?${new URLSearchParams(options)}`)
  return page.frameLocator('iframe')
}

test('inside Teams: signed in by the host, its theme and language, tabs at the top, no sign-out', async ({
  page,
  baseURL,
}) => {
  const tab = await openInTeams(page, { user: people.administrator, theme: 'default', locale: 'da-dk' })
  await expect(tab.getByRole('heading', { level: 1 })).toHaveText('Godt at se dig, Mette')
  await expect(tab.getByRole('tab', { name: 'Brugere' })).toBeVisible()
  await expect(tab.getByRole('button', { name: 'Log ud' })).toHaveCount(0)
  // The host is told that the first page stands.
  await expect(page.locator('body')).toHaveAttribute('data-state', 'ready')
  // No cookie was set: a tab's cookies are a stranger's.
  expect((await page.context().cookies(baseURL)).filter(({ name }) => name.startsWith('__Host-'))).toEqual([])
  await tab.getByRole('tab', { name: 'Brugere' }).click()
  await expect(tab.locator('[data-row]').first()).toBeVisible()
  const colour = () => tab.locator('main').evaluate((main) => getComputedStyle(main).backgroundColor)
  const before = await colour()
  await page.getByLabel('Theme').selectOption('contrast')
  await expect.poll(colour).not.toBe(before)
  const frame = page.frames()[1]
  if (frame) await expectAccessible(frame as unknown as Page)
})

test('another person and another language are another tab', async ({ page }) => {
  const tab = await openInTeams(page, { user: people.administrator, locale: 'da-dk' })
  await expect(tab.getByRole('heading', { level: 1 })).toHaveText('Godt at se dig, Mette')
  await page.getByLabel('Language').selectOption('en-us')
  await page.getByLabel('Person').selectOption(people.reader)
  await expect(tab.getByRole('heading', { level: 1 })).toHaveText('Good to see you, Rita')
})

test('a host that gives no token leaves the portal asking, not blank', async ({ page }) => {
  const tab = await openInTeams(page, { user: people.administrator, locale: 'en-us', token: 'consent_required' })
  await expect(tab.getByRole('button', { name: 'Try again' })).toBeVisible()
})

test('the window for a fresh sign-in, opened by Teams, hands its code to the tab', async ({ page, baseURL }) => {
  const tab = await openInTeams(page, { user: people.administrator, locale: 'en-us', client: 'desktop' })
  await expect(tab.getByRole('heading', { level: 1 })).toHaveText('Good to see you, Mette')
  // A browser opens a window for somebody who has just done something.
  await tab.getByRole('heading', { level: 1 }).click()
  const opening = page.waitForEvent('popup')
  // As the Teams library asks; the library itself takes https addresses alone, which this world has not.
  const answer = tab.locator('body').evaluate(
    (_, { host, address }) =>
      new Promise<unknown[]>((resolve) => {
        addEventListener('message', ({ data }) => {
          if (data?.id === 4711) resolve(data.args)
        })
        parent.postMessage({ id: 4711, func: 'authentication.authenticate', args: [address, 520, 720, false] }, host)
      }),
    { host: new URL(simulator).origin, address: `${baseURL}/auth/step-up?host=teams` },
  )
  const window = await opening
  await window.getByLabel('Email address').fill(people.administrator)
  await window.getByRole('button', { name: 'Next' }).click()
  await window.getByLabel('Password').fill(password)
  await window.getByRole('button', { name: 'Sign in' }).click()
  const [worked, code] = await answer
  expect([worked, String(code)]).toEqual([true, expect.stringMatching(/^[\w-]{43}$/)])
  await expect.poll(() => window.isClosed()).toBe(true)
})
