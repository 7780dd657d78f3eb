import { readFile } from 'node:fs/promises'
import { expect, expectAccessible, test } from '../world'

test('from the latest invoices to a line, its reference, and the very same lines as a file', async ({ as }) => {
  // Half a dozen audits by axe take their time.
  test.slow()
  const page = await as('administrator')
  await page.getByRole('link', { name: 'Invoices', exact: true }).click()
  const list = page.getByRole('table', { name: 'Invoices' })
  await expect(list.getByRole('row')).toHaveCount(7)
  await expectAccessible(page)

  const pdf = page.waitForEvent('download')
  await list
    .getByRole('button', { name: /as PDF$/ })
    .first()
    .click()
  expect((await readFile(await (await pdf).path())).subarray(0, 5).toString()).toBe('%PDF-')

  // The chart says its figures, and the same stand in a table.
  await page
    .getByRole('group', { name: /^Spending by category/ })
    .getByRole('button')
    .first()
    .click()
  await page.getByRole('button', { name: 'Show as table' }).click()
  await expect(page.getByRole('region', { name: 'Spending by category as a table' }).getByRole('row')).toHaveCount(7)

  await list.getByRole('link').first().click()
  const lines = page.getByRole('table', { name: 'Invoice lines' })
  await expect(lines.getByRole('row')).not.toHaveCount(2)
  await expect(lines.getByRole('cell', { name: /^DKK/ }).first()).toBeVisible()
  await expectAccessible(page)

  await page.getByRole('button', { name: 'Amount' }).click()
  await expect(lines.getByRole('columnheader', { name: 'Amount' })).toHaveAttribute('aria-sort', 'descending')
  await page.getByRole('button', { name: 'Filters' }).click()
  await page.getByLabel('Category').selectOption('Subscriptions')
  await page.getByRole('button', { name: 'Show', exact: true }).click()
  await expect(page.getByRole('button', { name: /^Subscriptions/ })).toBeVisible()
  await page.getByRole('button', { name: 'Columns' }).click()
  await page.getByRole('menuitemcheckbox', { name: 'Price' }).click()
  await page.keyboard.press('Escape')
  await expect(lines.getByRole('columnheader', { name: 'Price' })).toHaveCount(0)
  const found = await lines.locator('[data-line]').count()
  const csv = page.waitForEvent('download')
  await page.getByRole('button', { name: 'CSV of what is shown' }).click()
  const table = (await readFile(await (await csv).path(), 'utf8')).trim().split(/\r?\n/)
  expect(table).toHaveLength(found + 1)
  expect(table[0]).not.toMatch(/Price/)

  // The reference for the next invoice, written on the line.
  await lines
    .getByRole('button', { name: /change the reference of|^Add reference/ })
    .first()
    .click()
  const field = page.getByRole('textbox', { name: /^Reference of / })
  await expect(page.getByRole('button', { name: 'Save' })).toBeEnabled()
  await field.fill(`Centre ${Date.now().toString(36)}`)
  await field.press('Enter')
  await expect(lines.getByText(/next: Centre /)).toBeVisible()

  // And one for what many lines are charged for, at once.
  await lines.getByRole('checkbox', { name: 'Select all lines that are loaded' }).check()
  await page.getByRole('region', { name: 'Selected lines' }).getByRole('button', { name: 'Set reference' }).click()
  const dialog = page.getByRole('dialog', { name: /^Reference for \d+ subscriptions$/ })
  await expect(dialog).toContainText('from the next one on')
  await dialog.getByLabel('Reference', { exact: true }).fill('Dept. 12')
  await dialog.getByRole('button', { name: 'Save' }).click()
  await expect(dialog).toBeHidden()
  await expect(lines.getByText('next: Dept. 12')).toHaveCount(found)
  await page.getByRole('button', { name: 'Clear the selection' }).click()

  // Whose lines, chosen among the people on the invoice.
  const name = await lines
    .getByRole('button', { name: /: show only their lines$/ })
    .first()
    .textContent()
  await page.getByRole('button', { name: /^Filters/ }).click()
  await page.getByRole('combobox', { name: 'Person' }).click()
  await page.getByRole('combobox', { name: 'Person' }).pressSequentially(name?.slice(0, 4) ?? '')
  await page
    .getByRole('listbox')
    .getByRole('option', { name: name ?? '' })
    .click()
  await page.getByRole('button', { name: 'Show', exact: true }).click()
  await expect(page.getByRole('button', { name: `Person: ${name}` })).toBeVisible()

  await page.getByRole('tab', { name: 'What changed' }).click()
  await page
    .getByRole('button', { name: /: what explains the difference$/ })
    .first()
    .click()
  await expect(page.getByRole('columnheader', { name: 'Difference' })).toBeVisible()
  await expectAccessible(page)
  await page.getByRole('tab', { name: 'Details' }).click()
  await expect(page.getByRole('heading', { name: 'Payment' })).toBeVisible()
  await expectAccessible(page)
})

test('in Danish, with the finance settings, which say what is wrong where it is wrong', async ({ as }) => {
  const page = await as('administrator')
  await page.getByRole('button', { name: 'Language: English' }).click()
  await page.getByRole('menuitemradio', { name: 'Dansk' }).click()
  await page.getByRole('link', { name: 'Fakturaer', exact: true }).click()
  await expect(page.getByRole('heading', { name: 'Udgifter efter kategori' })).toBeVisible()
  await expect(page.getByRole('table', { name: 'Fakturaer' })).toContainText('kr.')
  await expectAccessible(page)
  await page.getByRole('button', { name: 'Fakturaindstillinger' }).click()
  const dialog = page.getByRole('dialog', { name: 'Fakturaindstillinger' })
  await dialog.getByLabel('GLN (EAN-nummer)').fill('1234567890123')
  await expectAccessible(page)
  await dialog.getByRole('button', { name: 'Gem' }).click()
  await expect(dialog.getByRole('alert')).toBeVisible()
  await dialog.getByLabel('GLN (EAN-nummer)').fill('5790000000005')
  await dialog.getByLabel('Økonomiadresse 1').fill('faktura@nordvind.example')
  await dialog.getByRole('button', { name: 'Gem' }).click()
  await expect(dialog).toBeHidden()
  await page.getByRole('table', { name: 'Fakturaer' }).getByRole('link').first().click()
  await expect(page.getByRole('table', { name: 'Fakturalinjer' }).locator('[data-line]').first()).toContainText('kr.')
  await expectAccessible(page)
})

test('whoever may not read invoices is not shown the way to them', async ({ as }) => {
  const page = await as('reader')
  await expect(page.getByRole('link', { name: 'Users', exact: true })).toBeVisible()
  await expect(page.getByRole('link', { name: 'Invoices', exact: true })).toHaveCount(0)
  await page.goto(`${new URL(page.url()).pathname.split('/').slice(0, 3).join('/')}/invoices`)
  await expect(page.getByRole('heading', { name: 'You may not see this page' })).toBeVisible()
})
