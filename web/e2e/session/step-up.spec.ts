import { expect, expectAccessible, password, people, signIn, simulator, test } from '../world'

const heard = `new Promise((resolve) => addEventListener('message', ({ data, origin }) => {
  if (origin === location.origin && data?.kind === 'switchboard.step-up') resolve(data.code)
}))`

test('a fresh sign-in is asked for in a window, which hands a code over and closes', async ({ as }) => {
  const page = await as('administrator')
  const [window] = await Promise.all([
    page.waitForEvent('popup'),
    page.evaluate(`window.fresh = ${heard}; window.open('/auth/step-up', 'switchboard-step-up', 'popup') !== null`),
  ])
  // Although signed in, one is asked again.
  await window.getByLabel('Password').waitFor()
  await throughPassword(window)
  expect(await page.evaluate('window.fresh')).toMatch(/^[\w-]{43}$/)
  await expect.poll(() => window.isClosed()).toBe(true)
})

test('another account is refused with words, and a code without a page to hand it to says so', async ({ as }) => {
  const page = await as('administrator')
  await page.goto('/auth/step-up')
  await page.goto(page.url().replace(/login_hint=[^&]*/, `login_hint=${encodeURIComponent(people.reader)}`))
  await throughPassword(page)
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('That was another account')
  await expectAccessible(page)
  await page.getByRole('link', { name: 'Try again' }).click()
  await throughPassword(page)
  await expect(page.getByRole('status')).toContainText('no longer open')
  // The code is good once; it does not stay in the address.
  expect(new URL(page.url()).hash).toBe('')
})

test('who signs out at Microsoft is signed out here', async ({ page }) => {
  // A session of its own: the other tests go on with theirs.
  await signIn(page, 'smallAdministrator')
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
  await page.goto(`${simulator}/common/oauth2/v2.0/logout`)
  await expect(page.getByRole('heading', { level: 1 })).toContainText('signed out')
  await page.goto('/')
  await expect(page.getByRole('link', { name: /Sign in with Microsoft|Log ind med Microsoft/ })).toBeVisible()
})

async function throughPassword(page: import('@playwright/test').Page): Promise<void> {
  await page.getByLabel('Password').fill(password)
  await page.getByRole('button', { name: 'Sign in' }).click()
}
