import { expect, expectAccessible, people, signIn, test, throughMicrosoft } from '../world'

test('somebody who is not signed in is told how, and comes back to where they wanted to be', async ({ page }) => {
  await page.goto('/')
  await expect(page).toHaveURL(/\/sign-in/)
  await expect(page.getByText(/personal Microsoft account .* does not qualify/)).toBeVisible()
  await expectAccessible(page)
  await page.getByRole('link', { name: 'Sign in with Microsoft' }).click()
  await throughMicrosoft(page, people.administrator)
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Good to see you, Mette')
})

test('a deep link survives the sign-in', async ({ page, as }) => {
  const signedIn = await as('administrator')
  await signedIn.waitForURL(/\/dashboard$/)
  const address = new URL(signedIn.url()).pathname.replace(/dashboard$/, 'users?q=mette')
  await signIn(page, 'administrator', address)
  await expect(page).toHaveURL(new RegExp(`${address.replace('?', '\\?')}`))
  await expect(page.getByRole('searchbox', { name: 'Filter users' })).toHaveValue('mette')
})

test('an administrator lands on the dashboard, a colleague on My page', async ({ as }) => {
  const administrator = await as('administrator')
  await expect(administrator).toHaveURL(/\/dashboard$/)
  const colleague = await as('colleague')
  await expect(colleague).toHaveURL(/\/my-page$/)
  await expect(colleague.getByRole('navigation', { name: 'Areas' })).toHaveCount(0)
  await expectAccessible(colleague)
})

test('a colleague who follows a link to an administrator’s page is told so', async ({ as }) => {
  const page = await as('colleague')
  await page.waitForURL(/\/my-page$/)
  await page.goto(page.url().replace('my-page', 'users'))
  await expect(page.getByText('You may not see this page')).toBeVisible()
  await expectAccessible(page)
})

test('an account nobody knows sees a page without data', async ({ as }) => {
  const page = await as('stranger')
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('There is nothing here for this account')
  await expect(page.getByText('svend.fremmed@fremmed.example')).toBeVisible()
  await expectAccessible(page)
})

test('a failed sign-in is explained in plain words', async ({ page }) => {
  await page.goto('/sign-in-failed?code=personalAccount&requestId=r-1')
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('A work account is needed')
  await expect(page.getByText('Reference: personalAccount · r-1')).toBeVisible()
  await expectAccessible(page)
  await page.goto('/sign-in-failed?code=something-new')
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('The sign-in did not succeed')
})

test('signing out ends the session here and at Microsoft', async ({ page }) => {
  await signIn(page, 'reader')
  await page.waitForURL(/\/dashboard$/)
  await page.getByRole('button', { name: 'Sign out' }).click()
  await page.waitForURL((url) => !url.pathname.startsWith('/o/'))
  await page.goto('/')
  await expect(page).toHaveURL(/\/sign-in/)
})
