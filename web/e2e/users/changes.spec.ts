import { expect, test } from '../world'
import { choose, colleagueWithMobile, findInList, row } from './orders'

test('suspended, resumed, another package, and back again by undo: each without a reload', async ({ as, request }) => {
  test.slow()
  const page = await as('administrator')
  const { displayName: name } = await colleagueWithMobile(page, request)
  await findInList(page, name)
  const line = row(page, name)

  let dialog = await choose(page, name, 'Suspend SIM card')
  await dialog.getByLabel('Reason (optional)').fill('Lost on the train')
  await dialog.getByRole('button', { name: 'Suspend SIM card' }).click()
  await expect(dialog).toBeHidden()
  await expect(line.getByText('Suspended', { exact: true })).toBeVisible({ timeout: 30_000 })

  dialog = await choose(page, name, 'Resume SIM card')
  await dialog.getByRole('button', { name: 'Order', exact: true }).click()
  await expect(line.getByText('Suspended', { exact: true })).toHaveCount(0, { timeout: 30_000 })

  await expect(line.getByText(/^Resume SIM card/)).toHaveCount(0, { timeout: 30_000 })

  dialog = await choose(page, name, 'Change mobile package')
  const packages = dialog.getByRole('radiogroup', { name: 'New mobile package' })
  await packages.getByRole('radio').last().check()
  await dialog.getByRole('button', { name: 'Order', exact: true }).click()
  await expect(line).toContainText('Mobile XL', { timeout: 30_000 })

  await page.getByRole('button', { name: `Open the profile of ${name}` }).click()
  const undo = page.getByRole('treegrid').getByRole('button', { name: /^Undo/ }).first()
  await undo.click()
  await expect(page.getByText(/^Order O-\d+ is being undone$/)).toBeVisible()
  await expect(line).toContainText('Mobile S', { timeout: 30_000 })
})

test('an end on a day stands on the row, is moved, and is cancelled', async ({ as, request }) => {
  const page = await as('administrator')
  const { displayName: name } = await colleagueWithMobile(page, request)
  await findInList(page, name)
  const dialog = await choose(page, name, 'End subscription')
  await dialog.getByRole('radio', { name: 'On a day' }).check()
  await dialog.getByRole('button', { name: /^Day:/ }).click()
  await page.keyboard.press('PageDown')
  await page.keyboard.press('Enter')
  await dialog.getByRole('button', { name: 'End subscription' }).click()
  await expect(dialog).toBeHidden()
  await expect(row(page, name).getByText(/^End subscription on /)).toBeVisible()
  const before = await row(page, name)
    .getByText(/^End subscription on /)
    .innerText()

  await page.getByRole('button', { name: `Open the profile of ${name}` }).click()
  await page.getByRole('button', { name: /^Move or cancel order/ }).click()
  let moving = page.getByRole('dialog')
  await moving.getByRole('button', { name: /^New day:/ }).click()
  await page.keyboard.press('PageDown')
  await page.keyboard.press('Enter')
  await moving.getByRole('button', { name: 'Move it' }).click()
  await expect(moving).toBeHidden()
  await expect(row(page, name).getByText(/^End subscription on /)).not.toHaveText(before)

  await page.getByRole('button', { name: /^Move or cancel order/ }).click()
  moving = page.getByRole('dialog')
  await moving.getByRole('button', { name: 'Cancel order' }).click()
  await expect(row(page, name).getByText(/^End subscription on /)).toHaveCount(0, { timeout: 15_000 })
})

test('several at once: chosen in the list, priced together, ordered in one', async ({ as, request }) => {
  const page = await as('administrator')
  const one = await colleagueWithMobile(page, request)
  // Everybody these tests hired bears the same beginning of a name.
  await findInList(page, one.displayName)
  await page.getByRole('searchbox', { name: 'Filter users' }).fill('Med Prøve')
  const boxes = page.getByRole('checkbox', { name: /^Select (?!everybody)/ })
  await expect(boxes.first()).toBeVisible()
  await expect(page.getByRole('treegrid')).toHaveAttribute('aria-busy', 'false')
  const count = Math.min(5, await boxes.count())
  for (let at = 0; at < count; at += 1) await boxes.nth(at).check()
  await expect(page.getByRole('status').filter({ hasText: `${count} selected` })).toBeVisible()
  await page.getByRole('button', { name: 'Order for them' }).click()
  await page.getByRole('menuitem', { name: /^Suspend SIM card/ }).click()
  const dialog = page.getByRole('dialog', { name: /^Suspend SIM card for \d+ p/ })
  await expect(dialog.getByRole('row', { name: /Incl\. VAT/ })).toBeVisible()
})
