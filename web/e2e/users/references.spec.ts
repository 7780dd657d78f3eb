import { expect, expectAccessible, test } from '../world'
import { colleagueWithMobile, findInList, portal, row } from './orders'

test('a reference is written where it stands, by keyboard, taken back, and written for many at once', async ({
  as,
  request,
}) => {
  const page = await as('administrator')
  const { id, displayName: name } = await colleagueWithMobile(page, request)
  const now = async () =>
    (await portal(page).get<{ subscriptions: { reference: string | null }[] }>(`/people/${id}`)).subscriptions[0]
      ?.reference
  await findInList(page, name)
  await row(page, name)
    .getByRole('button', { name: `Open the profile of ${name}` })
    .click()

  await page.getByRole('button', { name: /^Add reference for / }).focus()
  await page.keyboard.press('Enter')
  const field = page.getByRole('textbox', { name: /^Reference of / })
  await expect(field).toBeFocused()
  await field.fill('Cost centre 4711')
  await expectAccessible(page)
  await expect(page.getByRole('button', { name: 'Save' })).toBeEnabled()
  await field.press('Enter')
  const shown = page.getByRole('button', { name: /^ref\. Cost centre 4711 – change/ })
  await expect(shown).toBeFocused()
  expect(await now()).toBe('Cost centre 4711')

  // Escape leaves it as it was.
  await shown.press('Enter')
  await field.fill('Something else')
  await field.press('Escape')
  await expect(shown).toBeFocused()

  await page.getByRole('region', { name: 'Notices' }).getByRole('button', { name: 'Undo' }).click()
  await expect(page.getByRole('button', { name: /^Add reference for / })).toBeVisible()
  expect(await now()).toBeNull()

  await row(page, name)
    .getByRole('checkbox', { name: `Select ${name}` })
    .check()
  await page.getByRole('button', { name: 'Set reference' }).click()
  const dialog = page.getByRole('dialog', { name: 'Reference for 1 person' })
  await dialog.getByLabel('Reference', { exact: true }).fill('Dept. 12')
  await expect(dialog.getByRole('status')).toHaveText('It is written on 1 subscription')
  await expectAccessible(page)
  await dialog.getByRole('button', { name: 'Save' }).click()
  await expect(dialog).toBeHidden()
  await expect(page.getByRole('button', { name: /^ref\. Dept\. 12 – change/ })).toBeVisible()
  expect(await now()).toBe('Dept. 12')
})
