import { expect, expectAccessible, test } from '../world'

test('My page shows who one is here', async ({ as }) => {
  const page = await as('reader')
  await page.getByRole('link', { name: 'My page' }).click()
  await expect(page.getByRole('heading', { level: 2, name: /Rita Reader/ })).toBeVisible()
  await expect(page.getByText('rita.reader@nordvind.example')).toBeVisible()
  await expect(page.getByText('Reader', { exact: true })).toBeVisible()
  await expectAccessible(page)
})

test('help opens beside the page and gives the focus back', async ({ as }) => {
  const page = await as('reader')
  const help = page.getByRole('button', { name: 'Help' })
  await help.click()
  await expect(page.getByRole('dialog')).toContainText('What do the figures count?')
  await expectAccessible(page)
  await page.keyboard.press('Escape')
  await expect(page.getByRole('dialog')).toHaveCount(0)
  await expect(help).toBeFocused()
})

test('help leads to a question for the provider', async ({ as }) => {
  const page = await as('administrator')
  await page.getByRole('button', { name: 'Help' }).click()
  await page.getByRole('button', { name: 'Ask your provider' }).click()
  const dialog = page.getByRole('dialog', { name: 'Ask your provider' })
  await dialog.getByRole('button', { name: 'Send the question' }).click()
  await expect(dialog.getByRole('textbox', { name: 'What it is about' })).toHaveAttribute('aria-invalid', 'true')
  await expectAccessible(page)
  const subject = `Cables ${Date.now()}`
  await dialog.getByRole('textbox', { name: 'What it is about' }).fill(subject)
  await dialog.getByRole('textbox', { name: 'Your question' }).fill('Which ones fit the meeting room?')
  await dialog.getByRole('button', { name: 'Send the question' }).click()
  await expect(page.getByText(/^Question S-\d+ is sent$/)).toBeVisible()
  await expect(dialog).toHaveCount(0)
})
