import { expect, expectAccessible, test } from '../world'
import { choose, colleagueWithMobile, findInList, row, speak } from './orders'

const texts = {
  en: {
    actions: [
      ['Change mobile package', 'New mobile package'],
      ['Add add-on', 'Add-on'],
      ['Suspend SIM card', null],
      ['Replace SIM card', 'SIM card'],
      ['Change number', 'Number'],
      ['End subscription', 'What becomes of the number?'],
    ],
    sums: /Incl\. VAT/,
    onADay: 'On a day',
    day: /^Day:/,
    cancel: 'Cancel',
  },
  da: {
    actions: [
      ['Skift mobilpakke', 'Ny mobilpakke'],
      ['Tilføj tilvalg', 'Tilvalg'],
      ['Spær SIM-kort', null],
      ['Udskift SIM-kort', 'SIM-kort'],
      ['Skift nummer', 'Nummer'],
      ['Opsig abonnement', 'Hvad skal der ske med nummeret?'],
    ],
    sums: /Inkl\. moms/,
    onADay: 'På en dag',
    day: /^Dag:/,
    cancel: 'Annuller',
  },
} as const

for (const language of ['en', 'da'] as const)
  test(`each dialog on a subscription prices its choice and can be used by everybody (${language})`, async ({
    as,
    request,
  }) => {
    // A dozen audits by axe take their time.
    test.slow()
    const said = texts[language]
    const page = await as('administrator')
    const { displayName: name } = await colleagueWithMobile(page, request)
    await speak(page, language)
    await findInList(page, name)
    for (const [action, choice] of said.actions) {
      const dialog = await choose(page, name, action)
      if (choice) {
        const group = dialog.getByRole('radiogroup', { name: choice, exact: true })
        const free = group.getByRole('radio', { checked: false, disabled: false })
        await expect(group).toBeVisible()
        // What needs nothing more to be priced: an eSIM, a new number, and otherwise what stands last.
        if (choice === said.actions[3][1]) await group.getByRole('radio', { name: /^eSIM/ }).check()
        else if ((await free.count()) > 0 && choice !== said.actions[4][1]) await free.last().check()
      }
      await expect(dialog.getByRole('row', { name: said.sums }), action).toContainText(/DKK|kr\./)
      await expectAccessible(page)
      await dialog.getByRole('button', { name: said.cancel, exact: true }).click()
      await expect(dialog).toBeHidden()
      await expect(row(page, name).getByRole('button', { name: /^(More actions|Flere handlinger)/ })).toBeFocused()
    }
    // A day is chosen by keyboard alone.
    const dialog = await choose(page, name, said.actions[5][0])
    await dialog.getByRole('radio', { name: said.onADay }).check()
    await dialog.getByRole('button', { name: said.day }).click()
    const month = dialog.getByRole('table', { name: /20\d\d$/ })
    await expect(month).toBeVisible()
    await expectAccessible(page)
    // Escape is for the month alone.
    await page.keyboard.press('Escape')
    await expect(month).toBeHidden()
    await expect(dialog.getByRole('button', { name: said.day })).toBeFocused()
    await page.keyboard.press('Enter')
    await expect(month).toBeVisible()
    await page.keyboard.press('PageDown')
    await page.keyboard.press('Enter')
    await expect(month).toBeHidden()
    await expect(dialog.getByRole('row', { name: said.sums })).toBeVisible()
  })
