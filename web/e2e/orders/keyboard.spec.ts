import type { Page } from '@playwright/test'
import { expect, hire, surname, test } from '../world'

/** Whether what has the focus is seen to have it: an outline, a ring of shadow, or a line of its own. */
const focusIsSeen = (page: Page) =>
  page.evaluate(() => {
    const rings = ['outline-style', 'box-shadow', 'border-bottom-color', 'background-color', 'color']
    const looks = (element: Element) =>
      [element, element.parentElement, element.nextElementSibling].flatMap((one) =>
        one
          ? ['', '::after', '::before'].map((part) => {
              const style = getComputedStyle(one, part || undefined)
              return rings.map((ring) => style.getPropertyValue(ring)).join()
            })
          : [],
      )
    const element = document.activeElement
    if (!(element instanceof HTMLElement) || element === document.body) return false
    const focused = looks(element).join()
    element.blur()
    const blurred = looks(element).join()
    element.focus()
    return focused !== blurred
  })

/** Tab until something of this name has the focus. */
async function tabTo(page: Page, name: RegExp): Promise<void> {
  const focused = () =>
    page.evaluate(() => {
      const at = document.activeElement as HTMLInputElement | null
      return at?.getAttribute('aria-label') ?? at?.labels?.[0]?.textContent ?? at?.textContent ?? ''
    })
  for (let step = 0; step < 40; step += 1) {
    if (name.test(await focused())) return
    await page.keyboard.press('Tab')
  }
  throw new Error(`${name} is not reached by Tab`)
}

test('the whole of the main job by keyboard: find a colleague, Teams telephony, a mobile subscription', async ({
  as,
  request,
}) => {
  test.slow()
  const { displayName: name } = await hire(request, { givenName: 'Tast', surname: surname() })
  const page = await as('administrator')
  await tabTo(page, /^Users$/)
  await page.keyboard.press('Enter')
  await tabTo(page, /^Sync now$/)
  expect(await focusIsSeen(page)).toBe(true)
  await page.keyboard.press('Enter')
  await tabTo(page, /^Filter users$/)
  await page.keyboard.type(name)
  const row = page.locator('[data-row]', { hasText: name })
  await expect(row).toBeVisible({ timeout: 20_000 })

  // Down into the list, and along the row to its buttons.
  for (let step = 0; step < 20 && !(await row.evaluate((one) => one === document.activeElement)); step += 1)
    await page.keyboard.press('Tab')
  await expect(row).toBeFocused()
  expect(await focusIsSeen(page)).toBe(true)
  const activate = page.getByRole('button', { name: `Activate Teams telephony for ${name}` })
  for (let step = 0; step < 6 && !(await activate.evaluate((one) => one === document.activeElement)); step += 1)
    await page.keyboard.press('ArrowRight')
  await expect(activate).toBeFocused()
  expect(await focusIsSeen(page)).toBe(true)
  await page.keyboard.press('Enter')

  const dialog = page.getByRole('dialog')
  await expect(dialog).toBeVisible()
  // Leaving it orders nothing and gives the focus back.
  await page.keyboard.press('Escape')
  await expect(dialog).toBeHidden()
  await expect(activate).toBeFocused()
  await page.keyboard.press('Enter')
  await tabTo(page, /^Teams Telephony/)
  await page.keyboard.press('Space')
  await expect(dialog.getByRole('row', { name: /Incl\. VAT/ })).toBeVisible()
  await tabTo(page, /^Order$/)
  expect(await focusIsSeen(page)).toBe(true)
  await page.keyboard.press('Enter')
  await expect(dialog).toBeHidden()
  await expect(row).toContainText(/\+45 70/)
  await expect(row.getByText('Being set up')).toHaveCount(0, { timeout: 30_000 })

  const create = page.getByRole('button', { name: `Create mobile subscription for ${name}` })
  await expect(row).toBeFocused()
  for (let step = 0; step < 6 && !(await create.evaluate((one) => one === document.activeElement)); step += 1)
    await page.keyboard.press('ArrowRight')
  await page.keyboard.press('Enter')
  await tabTo(page, /^Mobile S/)
  await page.keyboard.press('ArrowRight')
  await tabTo(page, /^From the drawer/)
  await page.keyboard.press('ArrowDown')
  await expect(dialog.getByRole('radio', { name: /^eSIM/ })).toBeChecked()
  await expect(dialog.getByRole('row', { name: /Incl\. VAT/ })).toBeVisible()
  await tabTo(page, /^Order$/)
  await page.keyboard.press('Enter')
  await expect(dialog).toBeHidden()
  await expect(row.getByText('Being set up')).toHaveCount(0, { timeout: 30_000 })
  await expect(row).toContainText(/\+45 2\d/)
})
