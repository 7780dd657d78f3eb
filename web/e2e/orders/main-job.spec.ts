import type { APIRequestContext, Page } from '@playwright/test'
import { expect, expectAccessible, hire, surname, test } from '../world'

/** Hires a colleague and finds them in the list. */
async function newColleague(page: Page, request: APIRequestContext): Promise<string> {
  const { displayName } = await hire(request, { givenName: 'Test', surname: surname() })
  await page.getByRole('link', { name: 'Users', exact: true }).click()
  await page.getByRole('searchbox', { name: 'Filter users' }).fill(displayName)
  // That they show by themselves is tested with the list; here nothing hangs on the notification.
  await page.getByRole('button', { name: 'Sync now' }).click()
  await expect(row(page, displayName)).toBeVisible({ timeout: 15_000 })
  return displayName
}

const row = (page: Page, name: string) => page.locator('[data-row]', { hasText: name })
const number = /\+45 \d\d \d\d \d\d \d\d/

test('Teams telephony with a number of the series: price first, one click, being set up, then the number', async ({
  as,
  request,
}) => {
  const page = await as('administrator')
  const name = await newColleague(page, request)
  await page.getByRole('button', { name: `Activate Teams telephony for ${name}` }).click()
  const dialog = page.getByRole('dialog', { name: `Activate Teams telephony for ${name}` })
  await expect(dialog).toBeVisible()
  const product = dialog.getByRole('radiogroup', { name: 'Product' }).getByRole('radio').first()
  await product.check()
  await expect(dialog.getByRole('combobox', { name: 'Number from the series' })).toHaveValue(number)
  const chosen = await dialog.getByRole('combobox', { name: 'Number from the series' }).inputValue()
  await expect(dialog.getByText(`For ${name}`, { exact: true })).toBeVisible()
  await expect(dialog.getByText(`Number ${chosen}`, { exact: true })).toBeVisible()
  await expect(dialog.getByRole('row', { name: /Incl\. VAT/ })).toContainText('DKK')
  await expectAccessible(page)
  await dialog.getByRole('button', { name: 'Order', exact: true }).click()
  await expect(dialog).toBeHidden()
  await expect(page.getByText(/^Order O-\d+ is placed$/)).toBeVisible()
  await expect(row(page, name)).toContainText(/Being set up|\+45/)
  // Without a reload: the events tell.
  await expect(row(page, name).getByText(chosen, { exact: true })).toBeVisible({ timeout: 30_000 })
  await expect(row(page, name).getByText('Being set up')).toHaveCount(0, { timeout: 30_000 })
  await expect(page.getByText(/^Order O-\d+ is completed$/)).toBeVisible()
  await expect(row(page, name)).not.toContainText('DKK 0.00')
  // The button has given way to the number: the focus is on its row.
  await expect(row(page, name)).toBeFocused()
})

test('a mobile subscription with a new number and a SIM card from the drawer', async ({ as, request }) => {
  const page = await as('administrator')
  const name = await newColleague(page, request)
  await page.getByRole('button', { name: `Create mobile subscription for ${name}` }).click()
  const dialog = page.getByRole('dialog', { name: `Create mobile subscription for ${name}` })
  await expect(dialog.getByText('Choose a package to see what it costs.')).toBeVisible()
  await expect(dialog.getByRole('button', { name: 'Order', exact: true })).toBeDisabled()
  await dialog.getByRole('radiogroup', { name: 'Mobile package' }).getByRole('radio').nth(1).check()
  await dialog.getByRole('combobox', { name: 'SIM card from the drawer' }).click()
  await page.getByRole('option').first().click()
  await expect(dialog.getByText(/^SIM card 89/)).toBeVisible()
  await expect(dialog.getByRole('row', { name: /^VAT 25/ })).toBeVisible()
  await expectAccessible(page)
  await dialog.getByRole('button', { name: 'Order', exact: true }).click()
  await expect(dialog).toBeHidden()
  await expect(row(page, name)).toContainText(/Being set up|\+45/)
  await expect(row(page, name).getByText('Being set up')).toHaveCount(0, { timeout: 30_000 })
  await expect(row(page, name)).toContainText(number)
  await page.getByRole('button', { name: `Open the profile of ${name}` }).click()
  await expect(page.getByRole('heading', { name: 'SIM cards' })).toBeVisible()
  await expect(page.getByText(/8945 \d{4}|89\d\d \d{4}/).first()).toBeVisible()
})

test('a new landline number, picked in Danish', async ({ as, request }) => {
  const page = await as('userAdministrator')
  const name = await newColleague(page, request)
  await page.getByRole('button', { name: 'Language: English' }).click()
  await page.getByRole('menuitemradio', { name: 'Dansk' }).click()
  await page.getByRole('button', { name: `Aktivér Teams-telefoni for ${name}` }).click()
  const dialog = page.getByRole('dialog', { name: `Aktivér Teams-telefoni for ${name}` })
  await dialog.getByRole('radiogroup', { name: 'Produkt' }).getByRole('radio').first().check()
  await dialog.getByRole('radio', { name: 'Et nyt nummer' }).check()
  await expect(dialog.getByText(`Til ${name}`, { exact: true })).toBeVisible()
  await expect(dialog.getByRole('row', { name: /Inkl\. moms/ })).toContainText('kr.')
  await expectAccessible(page)
  await dialog.getByRole('button', { name: 'Bestil', exact: true }).click()
  await expect(row(page, name).getByText('Sættes op')).toHaveCount(0, { timeout: 30_000 })
  await expect(row(page, name)).toContainText(number)
})

test('somebody without a Teams Phone licence: the row says why, the profile says what to do', async ({
  as,
  request,
}) => {
  const page = await as('administrator')
  const last = surname()
  await hire(request, { givenName: 'Uden', surname: last, licences: [] })
  await page.getByRole('link', { name: 'Users', exact: true }).click()
  await page.getByRole('searchbox', { name: 'Filter users' }).fill(last)
  await page.getByRole('button', { name: 'Sync now' }).click()
  await expect(row(page, last)).toBeVisible({ timeout: 15_000 })
  await expect(page.getByRole('button', { name: `Activate Teams telephony for Uden ${last}` })).toHaveCount(0)
  await page.getByRole('button', { name: `Open the profile of Uden ${last}` }).click()
  await expect(page.getByText(/ is missing/).first()).toBeVisible()
})
