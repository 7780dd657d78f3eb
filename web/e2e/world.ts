/** The people of the demo world and how a test signs in as one of them. */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { type APIRequestContext, type Browser, test as base, expect, type Page } from '@playwright/test'

export const password = 'Demo-2026!'
export const network = process.env.NETWORK_URL ?? 'http://localhost:8082'
export const simulator = process.env.MICROSOFT_URL ?? 'http://localhost:8081'

export const people = {
  administrator: 'mette.holm@nordvind.example',
  roleAdministrator: 'rasmus.rolle@nordvind.example',
  userAdministrator: 'ulla.user@nordvind.example',
  reader: 'rita.reader@nordvind.example',
  colleague: 'mads.medarbejder@nordvind.example',
  smallAdministrator: 'freja.fjord@fjord.example',
  partner: 'paula.partner@kontorpartner.example',
  stranger: 'svend.fremmed@fremmed.example',
} as const
export type PersonName = keyof typeof people

/** Walks through Microsoft's pages: the name, then the password. */
export async function throughMicrosoft(page: Page, username: string, secret = password): Promise<void> {
  await page.getByLabel('Email address').fill(username)
  await page.getByRole('button', { name: 'Next' }).click()
  await page.getByLabel('Password').fill(secret)
  await page.getByRole('button', { name: 'Sign in' }).click()
  // The first of a tenant that has not allowed the application is asked to.
  const accept = page.getByRole('button', { name: 'Accept' })
  const home = page.locator('#root > *').first()
  await accept.or(home).first().waitFor()
  if (await accept.isVisible()) await accept.click()
}

export async function signIn(page: Page, who: PersonName, path = '/'): Promise<void> {
  await page.goto(path)
  await page.getByRole('link', { name: /Sign in with Microsoft|Log ind med Microsoft/ }).click()
  await throughMicrosoft(page, people[who])
  await page.waitForURL((url) => !url.href.startsWith(simulator) && !/^\/(auth|sign-in$)/.test(url.pathname))
}

const states = new Map<PersonName, Awaited<ReturnType<Awaited<ReturnType<Browser['newContext']>>['storageState']>>>()

/** A page on which somebody is signed in already, in English. Each person signs in once for the whole run. */
export const test = base.extend<{ as: (who: PersonName, path?: string) => Promise<Page> }>({
  as: async ({ browser, contextOptions, baseURL }, use) => {
    const opened: Page[] = []
    await use(async (who, path = '/') => {
      if (!states.has(who)) {
        const first = await browser.newContext({ ...contextOptions, baseURL })
        const page = await first.newPage()
        await signIn(page, who)
        await page.waitForURL(/\/(o\/|no-access)/)
        states.set(who, await first.storageState())
        await first.close()
      }
      const context = await browser.newContext({ ...contextOptions, baseURL, storageState: states.get(who) })
      await context.request.patch('/api/v1/me', { data: { language: 'en' }, headers: { Origin: baseURL ?? '' } })
      const page = await context.newPage()
      watch(page)
      await page.goto(path)
      opened.push(page)
      return page
    })
    for (const page of opened) {
      expect(complaints.get(page) ?? []).toEqual([])
      await page.context().close()
    }
  },
})
export { expect }

const complaints = new WeakMap<Page, string[]>()

/** A page that throws, or breaks its own policy, fails the test that opened it. */
function watch(page: Page): void {
  const heard: string[] = []
  complaints.set(page, heard)
  page.on('pageerror', (error) => heard.push(error.message))
  page.on('console', (message) => {
    if (message.type() === 'error' && /Content Security Policy|Refused to/.test(message.text()))
      heard.push(message.text())
  })
}

/** The organisation on screen, from the address. */
export const organisationOf = (page: Page): string => new URL(page.url()).pathname.split('/')[2] ?? ''

/** Creates a colleague in the directory, as an administrator of Microsoft 365 would. */
export async function hire(
  request: APIRequestContext,
  person: { givenName: string; surname: string; tenant?: string; department?: string; licences?: string[] },
): Promise<{ displayName: string }> {
  const answer = await request.post(`${simulator}/_simulator/people`, {
    data: { tenant: 'nordvind.example', licences: ['SPE_E5'], ...person },
  })
  expect(answer.ok(), await answer.text()).toBe(true)
  return { displayName: `${person.givenName} ${person.surname}` }
}

/** The newest mail to an address that holds a link to `page`, and that link. */
export async function linkFromMail(request: APIRequestContext, to: string, page: string): Promise<string> {
  let found: string | undefined
  await expect
    .poll(
      async () => {
        const answer = await request.get(`${network}/_simulator/mails?to=${encodeURIComponent(to)}`)
        const mails: { text: string | null }[] = await answer.json()
        const links = mails.map(({ text }) => text?.match(new RegExp(`https?://\\S+/${page}#\\S+`))?.[0])
        found = links.filter(Boolean).at(-1)
        return found
      },
      { timeout: 20_000 },
    )
    .toBeTruthy()
  return found ?? ''
}

/** Proves in the window of a fresh sign-in, which a click opened, that it is oneself. */
export async function confirmInPopup(page: Page, click: () => Promise<void>): Promise<void> {
  const [window] = await Promise.all([page.waitForEvent('popup'), click()])
  await window.getByLabel('Password').fill(password)
  await window.getByRole('button', { name: 'Sign in' }).click()
}

/** A name that no other run has used. */
export const surname = (): string => `Prøve${Date.now().toString(36)}${Math.floor(Math.random() * 1000)}`

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/**
 * Holds the page to WCAG 2.2 A and AA and to axe's best practices. What a page is for a moment only, while a dialog takes its
 * place and what is behind it is hidden, nobody meets: it is judged when it has come to rest.
 */
export async function expectAccessible(page: Page): Promise<void> {
  await page.evaluate(axeSource)
  await expect.poll(() => page.evaluate(violations), { timeout: 15_000, intervals: [0, 500, 1_000, 2_000] }).toEqual([])
}

/** Runs in the page: what axe finds there, a line for each rule. */
async function violations(): Promise<string[]> {
  const { axe } = window as unknown as {
    axe: { run: (context: object) => Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> }
  }
  // What fades between two colours is judged by the one it comes to.
  const still = new CSSStyleSheet()
  still.replaceSync('*, ::before, ::after { transition: none !important }')
  document.adoptedStyleSheets.push(still)
  for (const animation of document.getAnimations())
    if (Number.isFinite(animation.effect?.getComputedTiming().endTime)) animation.finish()
  // Tabster's sentinels hand the focus on at once; nobody ever rests on one.
  const found = await axe.run({ exclude: [['[data-tabster-dummy]']] })
  document.adoptedStyleSheets = document.adoptedStyleSheets.filter((sheet) => sheet !== still)
  return found.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`)
}
