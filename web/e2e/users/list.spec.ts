import type { Locator, Page } from '@playwright/test'
import { expect, expectAccessible, hire, surname, test } from '../world'

const rows = (page: Page) => page.locator('[data-row]')

test('the list knows its length, and scrolls to its end', async ({ as }) => {
  const page = await as('administrator')
  await page.getByRole('link', { name: 'Users', exact: true }).click()
  const grid = page.getByRole('treegrid', { name: 'Users' })
  await expect(rows(page).first()).toBeVisible()
  const count = Number(await grid.getAttribute('aria-rowcount'))
  expect(count).toBeGreaterThan(9_000)
  await expectAccessible(page)
  // Only the rows on screen exist.
  expect(await rows(page).count()).toBeLessThan(60)
  await page.getByTestId('users-scroller').evaluate((scroller) => {
    scroller.scrollTop = scroller.scrollHeight
  })
  await expect(page.locator(`[data-row="${count - 2}"]`)).toBeVisible({ timeout: 30_000 })
})

test('search finds by name and by number, counts what it found, and stands in the address', async ({ as }) => {
  const page = await as('administrator')
  await page.getByRole('link', { name: 'Users', exact: true }).click()
  await page.getByRole('searchbox', { name: 'Filter users' }).fill('mette holm')
  await expect(page.getByRole('status').filter({ hasText: /found/ })).toBeVisible()
  await expect(page.getByRole('row', { name: /Mette Holm/ }).first()).toBeVisible()
  await expect(page).toHaveURL(/q=mette(\+|%20)holm/)
  await page.getByRole('searchbox', { name: 'Filter users' }).fill('nobody is called this')
  await expect(page.getByText('Nobody matches')).toBeVisible()
  await expectAccessible(page)
  await page.getByRole('button', { name: 'Clear search and filters' }).click()
  await expect(rows(page).first()).toBeVisible()
})

test('the search at the top goes to the list', async ({ as }) => {
  const page = await as('administrator')
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
  await page.keyboard.press('/')
  await expect(page.getByRole('searchbox', { name: 'Search users' })).toBeFocused()
  await page.keyboard.type('mette')
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(/\/users\?q=mette$/)
  await expect(page.getByRole('searchbox', { name: 'Filter users' })).toHaveValue('mette')
})

/** What a row costs a month, in kroner. */
const costOf = async (row: Locator): Promise<number> =>
  Number((await row.textContent())?.match(/DKK\s([\d,.]+)$/)?.[1]?.replaceAll(',', ''))

test('every column sorts, up and down', async ({ as }) => {
  const page = await as('administrator')
  await page.getByRole('link', { name: 'Users', exact: true }).click()
  await expect(rows(page).first()).toBeVisible()
  for (const name of ['Department', 'Teams telephony', 'Mobile subscription', 'Name']) {
    await page.getByRole('button', { name, exact: true }).click()
    await expect(page.getByRole('columnheader', { name, exact: true })).toHaveAttribute('aria-sort', 'ascending')
    await expect(rows(page).first()).toBeVisible()
  }
  await page.getByRole('button', { name: 'Cost per month' }).click()
  await expect(page.getByRole('columnheader', { name: 'Cost per month' })).toHaveAttribute('aria-sort', 'descending')
  await expect(page).toHaveURL(/sort=-cost/)
  await expect(page.getByRole('treegrid')).toHaveAttribute('aria-busy', 'false')
  const most = await costOf(rows(page).first())
  await page.getByRole('button', { name: 'Cost per month' }).click()
  await expect(page.getByRole('columnheader', { name: 'Cost per month' })).toHaveAttribute('aria-sort', 'ascending')
  await expect(page.getByRole('treegrid')).toHaveAttribute('aria-busy', 'false')
  expect(await costOf(rows(page).first())).toBeLessThanOrEqual(most)
})

test('filters narrow the list and can be taken off again', async ({ as }) => {
  const page = await as('administrator')
  await page.getByRole('link', { name: 'Users', exact: true }).click()
  await page.getByRole('button', { name: 'Filters', exact: true }).click()
  await page.getByRole('menuitemradio', { name: 'With neither' }).click()
  await page.keyboard.press('Escape')
  await expect(page).toHaveURL(/has=none/)
  await expect(page.getByRole('treegrid')).toHaveAttribute('aria-busy', 'false')
  await expect(rows(page).first()).toContainText('DKK 0.00')
  await page.getByRole('button', { name: /With neither/ }).click()
  await expect(page).not.toHaveURL(/has=/)
})

test('a profile opens in place, by mouse and by keyboard, and stands in the address', async ({ as }) => {
  const page = await as('administrator')
  await page.getByRole('link', { name: 'Users', exact: true }).click()
  await page.getByRole('searchbox', { name: 'Filter users' }).fill('mette holm')
  await expect(page).toHaveURL(/q=mette/)
  await expect(page.getByRole('treegrid')).toHaveAttribute('aria-busy', 'false')
  await page.getByRole('button', { name: 'Open the profile of Mette Holm' }).first().click()
  await expect(page.getByRole('heading', { name: 'Microsoft licences' })).toBeVisible()
  await expect(page.getByText('Total per month')).toBeVisible()
  await expect(page.getByRole('button', { name: 'Copy object id' })).toBeVisible()
  await expect(page).toHaveURL(/open=/)
  await expectAccessible(page)
  await page.reload()
  await expect(page.getByRole('heading', { name: 'Microsoft licences' })).toBeVisible()
  await rows(page).first().focus()
  await page.keyboard.press('Enter')
  await expect(page.getByRole('heading', { name: 'Microsoft licences' })).toHaveCount(0)
  await page.keyboard.press('ArrowRight')
  await expect(page.getByRole('heading', { name: 'Microsoft licences' })).toBeVisible()
})

test('the keyboard walks rows and their controls', async ({ as }) => {
  const page = await as('administrator')
  await page.getByRole('link', { name: 'Users', exact: true }).click()
  await expect(rows(page).first()).toBeVisible()
  await rows(page).first().focus()
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('ArrowDown')
  await expect(page.locator('[data-row="2"]')).toBeFocused()
  await page.keyboard.press('PageDown')
  await page.keyboard.press('Home')
  await expect(page.locator('[data-row="0"]')).toBeFocused()
  const more = page.locator('[data-row="0"]').getByRole('button', { name: /^More actions/ })
  await more.focus()
  await page.keyboard.press('Enter')
  await expect(page.getByRole('menuitem', { name: 'Open profile' })).toBeVisible()
  await expectAccessible(page)
  await page.keyboard.press('Escape')
  await expect(more).toBeFocused()
  await page.keyboard.press('Escape')
  await expect(page.locator('[data-row="0"]')).toBeFocused()
})

test('a colleague created in Entra ID shows within three seconds, without a reload', async ({ as, request }) => {
  const last = surname()
  const page = await as('administrator')
  await page.getByRole('link', { name: 'Users', exact: true }).click()
  await page.getByRole('searchbox', { name: 'Filter users' }).fill(last)
  await expect(page.getByText('Nobody matches')).toBeVisible()
  await hire(request, { givenName: 'Nanna', surname: last, department: 'Salg' })
  await expect(page.getByRole('row', { name: new RegExp(last) })).toBeVisible({ timeout: 3_000 })
})

test('the focus stays with its person when somebody new comes to stand above', async ({ as, request }) => {
  const last = surname()
  const page = await as('administrator')
  await page.getByRole('link', { name: 'Users', exact: true }).click()
  await page.getByRole('searchbox', { name: 'Filter users' }).fill(last)
  await expect(page.getByText('Nobody matches')).toBeVisible()
  await hire(request, { givenName: 'Bodil', surname: last })
  await expect(rows(page)).toHaveCount(1)
  await rows(page).first().focus()
  await hire(request, { givenName: 'Astrid', surname: last })
  await expect(rows(page)).toHaveCount(2)
  await expect(rows(page).filter({ hasText: `Bodil ${last}` })).toBeFocused()
})

test('a reader sees values and no buttons', async ({ as }) => {
  const page = await as('reader')
  await page.getByRole('link', { name: 'Users', exact: true }).click()
  await expect(rows(page).first()).toBeVisible()
  await expect(page.getByRole('button', { name: /Activate Teams telephony|Create mobile subscription/ })).toHaveCount(0)
  await expect(page.getByRole('button', { name: 'Sync now' })).toHaveCount(0)
})
