import { speak } from '../users/orders'
import { expect, expectAccessible, organisationOf, test } from '../world'

test('the order overview lists, filters and sorts, and an order shows its steps', async ({ as }) => {
  const page = await as('administrator')
  await page.getByRole('link', { name: 'Organisation', exact: true }).click()
  await expect(page).toHaveURL(/\/organisation\/orders$/)
  const table = page.getByRole('table', { name: 'Order overview' })
  await expect(table.getByRole('link', { name: /^O-\d+$/ }).first()).toBeVisible()
  await expectAccessible(page)
  await page.getByRole('combobox', { name: 'Filter by state' }).click()
  await page.getByRole('option', { name: 'Completed', exact: true }).click()
  await expect(page).toHaveURL(/state=completed/)
  await table.getByRole('button', { name: 'Order', exact: true }).click()
  await expect(table.getByRole('columnheader', { name: 'Order', exact: true })).toHaveAttribute(
    'aria-sort',
    'descending',
  )
  await table
    .getByRole('link', { name: /^O-\d+$/ })
    .first()
    .click()
  await expect(page.getByRole('heading', { level: 2, name: /^Order O-/ })).toBeVisible()
  await expect(page.getByRole('heading', { name: 'Steps' })).toBeVisible()
  await expect(page.getByText('Requested by')).toBeVisible()
  await expectAccessible(page)
})

test('a number is kept for somebody, found in its series, and used from there', async ({ as }) => {
  const page = await as('administrator')
  await page.getByRole('link', { name: 'Organisation', exact: true }).click()
  await page.getByRole('navigation', { name: 'Organisation' }).getByRole('link', { name: 'Available numbers' }).click()
  const free = page.getByRole('table', { name: 'Available numbers' })
  // One from the middle: the first ones are what other tests are given.
  const number = '+45 70 10 02 50'
  await page.getByRole('searchbox', { name: 'Search numbers' }).fill('70 10 02 50')
  await expect(free.getByRole('row')).toHaveCount(2)
  await free.getByRole('button', { name: `Reserve ${number}` }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Reserved for').fill('The new receptionist')
  await expectAccessible(page)
  await dialog.getByRole('button', { name: 'Reserve', exact: true }).click()
  await expect(dialog).toBeHidden()
  await page.getByRole('tab', { name: /^Reserved/ }).click()
  const kept = page.getByRole('table', { name: 'Reserved numbers' }).getByRole('row', { name: number })
  await expect(kept).toContainText('Reserved for: The new receptionist')
  await expectAccessible(page)

  await kept.getByRole('button', { name: `Use ${number}` }).click()
  await dialog.getByRole('combobox', { name: 'For whom' }).fill('Mads Medarbejder')
  await page.getByRole('option', { name: /Mads Medarbejder/ }).click()
  await expectAccessible(page)
  await dialog.getByRole('button', { name: 'Next' }).click()
  await expect(dialog.getByRole('heading', { level: 2 })).toContainText('Mads Medarbejder')
  await expect(dialog.getByRole('combobox', { name: 'Number from the series' })).toHaveValue(number)
  await dialog.getByRole('button', { name: 'Cancel' }).click()
  await expect(kept.getByRole('button', { name: `Use ${number}` })).toBeFocused()

  await page
    .getByRole('button', { name: /^See the series/ })
    .first()
    .click()
  await expect(dialog.getByRole('row', { name: number })).toContainText('Reserved')
  await expectAccessible(page)
  await dialog.getByRole('button', { name: 'Close' }).click()
  await kept.getByRole('button', { name: `Release ${number}` }).click()
  await expect(kept).toBeHidden()
})

test('the Azure connection says what is granted, and consent is given again at Microsoft', async ({ as }) => {
  const page = await as('administrator')
  await page.getByRole('link', { name: 'Organisation', exact: true }).click()
  const tabs = page.getByRole('navigation', { name: 'Organisation' })
  await tabs.getByRole('link', { name: 'Azure connection' }).click()
  await expect(page.getByText('Working')).toBeVisible()
  await expect(page.getByText(/arrived/)).toBeVisible()
  await expect(page.getByRole('listitem').filter({ hasText: 'User.Read.All' })).toContainText('Granted')
  await expectAccessible(page)
  await page.getByRole('button', { name: 'Sync now' }).click()
  await expect(page.getByText('Working')).toBeVisible()
  await page.getByRole('link', { name: 'Consent again' }).click()
  await page.getByRole('button', { name: /^Mette Holm/ }).click()
  await page.getByRole('button', { name: 'Accept' }).click()
  await expect(page.getByText('The consent is given, and the access works')).toBeVisible()
  await expectAccessible(page)
  await page.getByRole('button', { name: 'Close' }).click()
  await expect(page).toHaveURL(/\/organisation\/connection$/)
})

test('the tabs in Danish, at the width of a Teams window', async ({ as }) => {
  const page = await as('administrator')
  await page.setViewportSize({ width: 820, height: 860 })
  await page.getByRole('heading', { level: 1 }).waitFor()
  await speak(page, 'da')
  const base = `/o/${organisationOf(page)}/organisation`
  await page.goto(`${base}/sims`)
  await expect(page.getByRole('table', { name: 'Ledige SIM-kort' })).toContainText(/89\d\d/)
  await expectAccessible(page)
  await page.goto(`${base}/numbers`)
  await expect(page.getByRole('table', { name: 'Ledige numre' })).toContainText(/\+45/)
  await expectAccessible(page)
  // What has no room stands in a menu, and the tab one is on is always in sight.
  await page.getByRole('button', { name: /faner? mere$/ }).click()
  await expectAccessible(page)
  await page.getByRole('menuitem', { name: 'Azure-forbindelse' }).click()
  await expect(page.getByRole('link', { name: 'Azure-forbindelse' })).toHaveAttribute('aria-current', 'page')
  await expect(page.getByText('User.Read.All')).toBeVisible()
  await expectAccessible(page)
})
