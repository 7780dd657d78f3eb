import { personNamed, speak } from '../users/orders'
import { confirmInPopup, expect, expectAccessible, hire, organisationOf, surname, test } from '../world'

test('a role is given after a fresh sign-in, explained, and taken away; the last who can give roles stays', async ({
  as,
  request,
}) => {
  test.slow()
  // The one who may have people read from the directory; whoever gives roles may not.
  const administrator = await as('administrator')
  await administrator.waitForURL(/\/o\/[^/]+\//)
  const { displayName: name } = await hire(request, { givenName: 'Rolf', surname: surname() })
  await personNamed(administrator, name)

  const page = await as('roleAdministrator')
  await page.getByRole('link', { name: 'Organisation', exact: true }).click()
  await page
    .getByRole('navigation', { name: 'Organisation' })
    .getByRole('link', { name: 'Administrator roles' })
    .click()
  const table = page.getByRole('table', { name: 'Administrator roles' })
  const last = table.getByRole('button', { name: 'Remove Role administrator from Rasmus Rolle' })
  await expect(last).toHaveAttribute('aria-disabled', 'true')
  await last.focus()
  await expect(page.getByRole('tooltip')).toContainText('The last one who can give roles stays')
  await page.keyboard.press('Escape')
  await expect(page.getByRole('tooltip')).toBeHidden()
  await expect(table.getByRole('row', { name: /Olivia Operator/ })).toContainText('The operator')
  await expectAccessible(page)

  await page.getByRole('button', { name: 'Add a role' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('combobox', { name: 'Colleague' }).click()
  await page.keyboard.type(name)
  await page.getByRole('option', { name: new RegExp(name) }).click()
  await dialog.getByRole('radio', { name: /^Reader/ }).check()
  await expectAccessible(page)
  await confirmInPopup(page, () => dialog.getByRole('button', { name: 'Give the role' }).click())
  await expect(dialog).toBeHidden()
  const row = table.getByRole('row', { name: new RegExp(name) })
  await expect(row).toContainText('Reader')
  await expect(row).toContainText('by Rasmus Rolle')

  await row.getByRole('button', { name: /^Why may/ }).click()
  await expect(dialog.getByRole('status')).toContainText(`No, ${name} may not`)
  await dialog.getByRole('combobox').click()
  await page.getByRole('option', { name: /^See people/ }).click()
  await expect(dialog.getByRole('status')).toContainText(`Yes, ${name} may`)
  await expectAccessible(page)
  await dialog.getByRole('button', { name: 'Close' }).click()
  await expect(row.getByRole('button', { name: /^Why may/ })).toBeFocused()

  await row.getByRole('button', { name: `Remove Reader from ${name}` }).click()
  await page.getByRole('alertdialog').getByRole('button', { name: 'Remove the role' }).click()
  await expect(row).toBeHidden()

  await speak(page, 'da')
  await page.goto(`/o/${organisationOf(page)}/organisation/roles`)
  await page.getByRole('button', { name: 'Tilføj en rolle' }).click()
  await expect(page.getByRole('radio', { name: /^Læser/ })).toBeVisible()
  await expectAccessible(page)
})
