import { expect, hire, organisationOf, surname, test } from '../world'

/** Runs if any page takes a text for markup; in an attribute too. */
const markup = `"'><img src=x onerror=window.taken=1><svg onload=window.taken=1>{{7*7}}\${7*7}`

test('what people write is text on every page, whatever it says', async ({ as, request, baseURL }) => {
  const last = surname()
  await hire(request, { givenName: markup, surname: last, department: markup })
  const page = await as('administrator')
  await page.waitForURL(/\/o\//)
  const organisation = organisationOf(page)
  let asked = false
  page.on('dialog', (dialog) => {
    asked = true
    void dialog.dismiss()
  })
  const post = async (path: string, data: object): Promise<void> => {
    const headers = { Origin: baseURL ?? '', 'Idempotency-Key': crypto.randomUUID() }
    const answer = await page.request.post(`/api/v1/organisations/${organisation}/${path}`, { data, headers })
    expect(answer.ok(), await answer.text()).toBe(true)
  }
  await post('people', {
    firstName: markup,
    lastName: last,
    email: null,
    title: markup,
    department: markup,
    mobilePhone: null,
  })
  await post('support-requests', { kind: 'question', subject: markup, text: markup, address: null })
  const search = `users?q=${encodeURIComponent(last)}`
  await page.goto(`/o/${organisation}/${search}`)
  const open = page.getByRole('button', { name: /^Open the profile of/ })
  await expect(open).toHaveCount(2)
  await open.first().click()
  await expect(page.getByText(markup).first()).toBeVisible()
  const sought = `users?q=${encodeURIComponent(markup)}`
  for (const path of [sought, 'organisation/delivery-address', 'organisation/orders', 'dashboard']) {
    await page.goto(`/o/${organisation}/${path}`)
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
  }
  expect(asked || (await page.evaluate(() => 'taken' in window))).toBe(false)
})
