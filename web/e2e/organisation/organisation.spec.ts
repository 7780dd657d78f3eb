import { expect, expectAccessible, test } from '../world'

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

test('numbers, SIM cards and the Azure connection', async ({ as }) => {
  const page = await as('administrator')
  await page.getByRole('link', { name: 'Organisation', exact: true }).click()
  const tabs = page.getByRole('navigation', { name: 'Organisation' })
  await tabs.getByRole('link', { name: 'Available numbers' }).click()
  await expect(page.getByRole('table', { name: 'Available numbers' })).toContainText(/\+45/)
  await expectAccessible(page)
  await tabs.getByRole('link', { name: 'Unassigned SIM cards' }).click()
  await expect(page.getByRole('table', { name: 'Unassigned SIM cards' })).toContainText(/89\d\d/)
  await expectAccessible(page)
  await tabs.getByRole('link', { name: 'Azure connection' }).click()
  await expect(page.getByText('Working')).toBeVisible()
  await expect(page.getByText(/arrived/)).toBeVisible()
  await expectAccessible(page)
  await page.getByRole('button', { name: 'Sync now' }).click()
  await expect(page.getByText('Working')).toBeVisible()
})
