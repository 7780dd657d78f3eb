import type { APIRequestContext, Page } from '@playwright/test'
import { expect, expectAccessible, password, people, simulator, test } from '../world'

/** A token for the portal, as the Teams client would hold one. */
async function token(request: APIRequestContext, baseURL: string): Promise<string> {
  const client = await (await request.get(`${baseURL}/auth/client`)).json()
  const answer = await request.post(`${simulator}/nordvind.example/oauth2/v2.0/token`, {
    form: {
      grant_type: 'password',
      client_id: client.clientId,
      client_secret: 'demo-client-secret',
      scope: client.scope,
      username: people.administrator,
      password,
    },
  })
  expect(answer.ok(), await answer.text()).toBe(true)
  return (await answer.json()).access_token
}

/**
 * A page that frames the portal and speaks to it as Teams does: teams-js asks by postMessage, and is answered by id.
 * It stands at the origin the portal is configured to trust.
 */
async function openInTeams(page: Page, portal: string, options: { token: string; theme: string; locale: string }) {
  const host = `<!doctype html><html lang="en"><title>Teams</title><style>body,iframe{margin:0;border:0;width:100%;height:100vh}</style>
    <iframe title="Switchboard" src="${portal}/"></iframe>
    <script>
      const options = ${JSON.stringify(options)}
      const context = { locale: options.locale, theme: options.theme, tid: '0a0a0a0a-0000-4000-8000-000000000003', entityId: 'home',
        hostClientType: 'web', hostName: 'Teams', appSessionId: 's', sessionId: 's', frameContext: 'content', userObjectId: 'o' }
      const answers = {
        initialize: () => ['content', 'web', JSON.stringify({ apiVersion: 4, hostVersionsInfo: {}, isLegacyTeams: false,
          supports: { pages: {}, app: {} } }), '2.58.0'],
        getContext: () => [context],
        'authentication.getAuthToken': () => { window.asked = (window.asked ?? 0) + 1; return [true, options.token] },
      }
      let tab
      addEventListener('message', ({ data, source, origin }) => {
        if (typeof data?.func !== 'string') return
        tab = { source, origin }
        if (data.func === 'appInitialization.success') window.ready = true
        const answer = answers[data.func]
        if (answer) source.postMessage({ id: data.id, uuidAsString: data.uuidAsString, args: answer() }, origin)
      })
      window.changeTheme = (theme) => tab.source.postMessage({ func: 'themeChange', args: [theme] }, tab.origin)
    </script></html>`
  await page.route(`${simulator}/a-teams-host`, (route) => route.fulfill({ contentType: 'text/html', body: host }))
  await page.goto(`${simulator}/a-teams-host`)
  return page.frameLocator('iframe')
}

test('inside Teams: signed in by the host, its theme and language, tabs at the top, no sign-out', async ({
  page,
  request,
  baseURL,
}) => {
  const portal = baseURL ?? ''
  const tab = await openInTeams(page, portal, {
    token: await token(request, portal),
    theme: 'default',
    locale: 'da-dk',
  })
  await expect(tab.getByRole('heading', { level: 1 })).toHaveText('Godt at se dig, Mette')
  await expect(tab.getByRole('tab', { name: 'Brugere' })).toBeVisible()
  await expect(tab.getByRole('button', { name: 'Log ud' })).toHaveCount(0)
  expect(await page.evaluate(() => (window as unknown as { ready: boolean }).ready)).toBe(true)
  // No cookie was set: a tab's cookies are a stranger's.
  expect((await page.context().cookies(portal)).filter(({ name }) => name.startsWith('__Host-'))).toEqual([])
  await tab.getByRole('tab', { name: 'Brugere' }).click()
  await expect(tab.locator('[data-row]').first()).toBeVisible()
  const before = await tab.locator('main').evaluate((main) => getComputedStyle(main).backgroundColor)
  await page.evaluate(() => (window as unknown as { changeTheme: (theme: string) => void }).changeTheme('contrast'))
  await expect
    .poll(() => tab.locator('main').evaluate((main) => getComputedStyle(main).backgroundColor))
    .not.toBe(before)
  const frame = page.frames()[1]
  if (frame) await expectAccessible(frame as unknown as Page)
})
