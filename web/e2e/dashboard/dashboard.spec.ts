import { expect, expectAccessible, test } from '../world'

test('the dashboard shows employees, subscriptions, orders and the invoice to come', async ({ as }) => {
  const page = await as('administrator')
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Good to see you, Mette')
  const card = (name: string) => page.locator('section', { has: page.getByRole('heading', { name, exact: true }) })
  await expect(card('Employees')).toContainText(/1\d,\d{3}|9,\d{3}/)
  await expect(card('Subscriptions').first()).toContainText('a month, excl. VAT')
  await expect(card('Open orders')).toBeVisible()
  await expect(card('Latest invoice')).toContainText(/Your first invoice comes on|Due/)
  await expect(page.getByRole('heading', { name: 'Frequently used' })).toBeVisible()
  await expectAccessible(page)
})

test('a figure leads to exactly those people', async ({ as }) => {
  const page = await as('administrator')
  await page.getByRole('link', { name: /with neither/ }).click()
  await expect(page).toHaveURL(/\/users\?has=none$/)
  await expect(page.getByRole('button', { name: 'With neither' })).toBeVisible()
})

test('figures that cannot be had say so, each with its own way to ask again', async ({ as }) => {
  const page = await as('administrator')
  await page.waitForURL(/dashboard/)
  let broken = true
  await page.route('**/dashboard', (route) =>
    broken && route.request().resourceType() === 'fetch'
      ? route.fulfill({ status: 500, contentType: 'application/problem+json', body: '{"code":"internal"}' })
      : route.continue(),
  )
  await page.reload()
  await expect(page.getByRole('button', { name: 'Try again' }).first()).toBeVisible()
  await expectAccessible(page)
  broken = false
  await page.getByRole('button', { name: 'Try again' }).first().click()
  await expect(page.getByText('a month, excl. VAT')).toBeVisible()
})

test('a reader is offered nothing to order', async ({ as }) => {
  const page = await as('reader')
  await expect(page.getByRole('heading', { name: 'Frequently used' })).toBeVisible()
  await expect(page.getByRole('link', { name: 'Create mobile subscription' })).toHaveCount(0)
})
