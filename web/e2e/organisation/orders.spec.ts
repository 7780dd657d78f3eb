import { colleagueWithMobile, findInList, orderAndWait, portal, speak } from '../users/orders'
import { expect, expectAccessible, organisationOf, test } from '../world'

test('a call group is made, changed and taken down', async ({ as, request }) => {
  const page = await as('administrator')
  const { displayName: member } = await colleagueWithMobile(page, request)
  // What is used shows beside what it may come to.
  await findInList(page, member)
  await page.getByRole('button', { name: `Open the profile of ${member}` }).click()
  await expect(page.getByRole('list', { name: 'Usage this month' })).toContainText('Data this month')
  const name = `Reception ${Date.now().toString(36)}`

  await page.goto(`/o/${organisationOf(page)}/organisation/call-groups`)
  await expect(page.getByRole('link', { name: /^Teams call queues/ })).toBeVisible()
  await page.getByRole('button', { name: 'Create call group' }).first().click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('textbox', { name: 'Name' }).fill(name)
  await dialog.getByRole('combobox', { name: 'Add a member' }).click()
  await page.keyboard.type(member)
  await page.getByRole('option', { name: new RegExp(member) }).click()
  await dialog.getByRole('radio', { name: 'At these times (Danish time)' }).check()
  await dialog.getByRole('textbox', { name: 'To', exact: true }).fill('15.30')
  await dialog.getByRole('radio', { name: 'The call goes to another number' }).check()
  await dialog.getByRole('textbox', { name: /^Number it goes to/ }).fill('70 20 30 40')
  await expect(dialog.getByRole('row', { name: /Incl\. VAT/ })).toBeVisible()
  await expectAccessible(page)
  await dialog.getByRole('button', { name: 'Order', exact: true }).click()
  await expect(dialog).toBeHidden()
  const group = page.getByRole('table', { name: 'Mobile call groups' }).getByRole('row', { name: new RegExp(name) })
  await expect(group).toContainText(member)
  await expect(group).toContainText('Mon–Fri 08:00–15:30')
  const change = group.getByRole('button', { name: `Change ${name}` })
  await expect(change).not.toHaveAttribute('aria-disabled', 'true', { timeout: 30_000 })
  await expectAccessible(page)

  await change.click()
  await expect(dialog.getByText('Nothing has been changed yet.')).toBeVisible()
  await dialog.getByRole('radio', { name: 'All at once' }).check()
  await dialog.getByRole('button', { name: 'Order', exact: true }).click()
  await expect(group).toContainText('All at once', { timeout: 30_000 })
  const down = group.getByRole('button', { name: `Take down ${name}` })
  await expect(down).not.toHaveAttribute('aria-disabled', 'true', { timeout: 30_000 })
  await down.click()
  await dialog.getByRole('button', { name: 'Take it down' }).click()
  await expect(group).toBeHidden({ timeout: 30_000 })
})

test('SIM cards are sent to an address that is written with the order', async ({ as }) => {
  const page = await as('administrator')
  await page.waitForURL(/\/o\/[^/]+\//)
  await page.goto(`/o/${organisationOf(page)}/organisation/sims`)
  const { get } = portal(page)
  const drawer = async () => (await get<{ total: number }>('/sims?state=unassigned&limit=1')).total
  const before = await drawer()
  await page.getByRole('button', { name: 'Order SIM cards' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('radio', { name: 'Another address' }).check()
  await dialog.getByRole('textbox', { name: 'Name' }).fill('Nordvind A/S')
  await dialog.getByRole('textbox', { name: 'Street and number' }).fill('Vindvej 1')
  await dialog.getByRole('textbox', { name: 'Postal code' }).fill('2100')
  await dialog.getByRole('textbox', { name: 'City' }).fill('København Ø')
  await expect(dialog.getByRole('row', { name: /Incl\. VAT/ })).toBeVisible()
  await expectAccessible(page)
  await dialog.getByRole('button', { name: 'Order', exact: true }).click()
  await expect(dialog).toBeHidden()
  await expect.poll(drawer, { timeout: 30_000 }).toBeGreaterThanOrEqual(before + 10)
})

test('where every order stands: found, sorted, as a file, and step by step', async ({ as }) => {
  const page = await as('administrator')
  await page.waitForURL(/\/o\/[^/]+\//)
  await orderAndWait(page, [{ action: 'orderSims', packs: 1 }])
  const { items } = await portal(page).get<{ items: { number: string }[] }>('/orders?sort=-requestedAt&limit=1')
  const number = items[0]?.number ?? ''
  const base = `/o/${organisationOf(page)}/organisation`
  await page.goto(`${base}/orders`)
  const orders = page.getByRole('table', { name: 'Order overview' })
  await page.getByRole('combobox', { name: 'Filter by status' }).click()
  await page.getByRole('option', { name: 'Ended', exact: true }).click()
  await expect(page).toHaveURL(/state=ended/)
  await page.getByRole('combobox', { name: 'Requested by' }).click()
  await page.getByRole('option', { name: 'Mette Holm' }).click()
  await page.getByRole('searchbox', { name: 'Search orders' }).fill(number)
  await expect(orders.getByRole('row')).toHaveCount(2)
  await expect(orders.getByRole('row').nth(1)).toContainText('Order SIM cards')
  await orders.getByRole('button', { name: 'Ordered', exact: true }).click()
  await expect(orders.getByRole('columnheader', { name: 'Ordered', exact: true })).toHaveAttribute(
    'aria-sort',
    'ascending',
  )
  await expect(orders.getByRole('row').nth(1)).toContainText('Completed')
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'CSV file' }).click(),
  ])
  expect(file.suggestedFilename()).toMatch(/\.csv$/)
  // A year ago there was none.
  await page.getByRole('button', { name: 'Ordered until: Any day' }).click()
  await expect(page.getByRole('button', { name: 'Next month' })).toBeDisabled()
  await page.keyboard.press('Shift+PageUp')
  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: 'Clear search and filters' }).click()
  await orders
    .getByRole('link', { name: /^O-\d+$/ })
    .first()
    .click()
  await expect(page.getByRole('heading', { level: 2, name: /^Order O-/ })).toBeVisible()
  await expect(page.getByRole('heading', { name: 'Steps' })).toBeVisible()
  await expectAccessible(page)

  await speak(page, 'da')
  await page.goto(`${base}/orders`)
  await expect(page.getByRole('table', { name: 'Ordreoversigt' })).toBeVisible()
  await expectAccessible(page)
})
