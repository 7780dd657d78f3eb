import { expect, expectAccessible, organisationOf, test } from '../world'

test('switching organisation keeps the area and never mixes data', async ({ as }) => {
  const page = await as('partner')
  await page.waitForURL(/\/o\//)
  await page.getByRole('button', { name: /switch organisation/ }).click()
  await page.getByRole('button', { name: /^Fjord & Co ApS Customer/ }).click()
  await page.getByRole('link', { name: 'Users', exact: true }).click()
  await expect(page.getByRole('row', { name: /fjord\.example/ }).first()).toBeVisible()
  await expect(page.getByText(/You are working in Fjord & Co ApS on its behalf/)).toBeVisible()
  const before = organisationOf(page)
  await page.getByRole('button', { name: /switch organisation/ }).click()
  await expectAccessible(page)
  await page.getByRole('button', { name: /^Havn Logistik A\/S Customer/ }).click()
  await expect(page).toHaveURL(/\/users$/)
  expect(organisationOf(page)).not.toBe(before)
  await expect(page.getByRole('row', { name: /havn\.example/ }).first()).toBeVisible()
  await expect(page.getByRole('row', { name: /fjord\.example/ })).toHaveCount(0)
})

test('an organisation one has no role in is not shown', async ({ as }) => {
  const page = await as('administrator', '/o/00000000-0000-7000-8000-000000000000/users')
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('You have no access to this organisation')
})
