import { expect, expectAccessible, people, test, throughMicrosoft } from '../world'
import { choose, colleagueWithMobile, findInList } from './orders'

test('PIN and PUK: with a reason, for half a minute, and gone', async ({ as, request }) => {
  const page = await as('administrator')
  const { displayName: name } = await colleagueWithMobile(page, request)
  await findInList(page, name)
  const dialog = await choose(page, name, 'Show PIN and PUK')
  await dialog.getByRole('button', { name: 'Show the codes' }).click()
  await expect(dialog.getByText('Write a few words.')).toBeVisible()
  await dialog.getByLabel(/Why do you need them/).fill('Has locked the phone')
  await page.clock.install()
  await dialog.getByRole('button', { name: 'Show the codes' }).click()
  await expect(dialog.getByText('PUK', { exact: true })).toBeVisible()
  const code = await dialog.locator('dd').first().innerText()
  expect(code).toMatch(/^\d{4,8}$/)
  await expect(dialog.getByText(/Hidden again in \d+ seconds/).first()).toBeVisible()
  await expectAccessible(page)
  await page.clock.fastForward(31_000)
  await expect(dialog.getByText('The codes are hidden again.')).toBeVisible()
  await expect(dialog.getByText(code, { exact: true })).toHaveCount(0)
})

test('the QR code of an eSIM asks for a fresh sign-in first', async ({ as, request }) => {
  const page = await as('administrator')
  const { displayName: name } = await colleagueWithMobile(page, request)
  await findInList(page, name)
  const dialog = await choose(page, name, 'Show the QR code of the eSIM')
  await dialog.getByLabel(/Why do you need it/).fill('New telephone')
  await expectAccessible(page)
  const opened = page.waitForEvent('popup')
  await dialog.getByRole('button', { name: 'Sign in again and show it' }).click()
  const popup = await opened
  const password = popup.getByLabel('Password')
  const email = popup.getByLabel('Email address')
  await password.or(email).first().waitFor()
  if (await email.isVisible()) await throughMicrosoft(popup, people.administrator).catch(() => undefined)
  else {
    await password.fill('Demo-2026!')
    await popup.getByRole('button', { name: 'Sign in' }).click()
  }
  await expect(dialog.getByRole('img', { name: /QR code/ })).toBeVisible({ timeout: 15_000 })
  await expect(dialog.getByText(/^LPA:1\$/)).toBeVisible()
  await expectAccessible(page)
  await dialog.getByRole('button', { name: 'Close' }).click()
  await expect(page.getByText(/^LPA:1\$/)).toHaveCount(0)
})
