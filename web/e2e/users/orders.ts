/** What the tests of the Users area share: a colleague who has something, ordered through the interface and not the screen. */
import { randomUUID } from 'node:crypto'
import type { APIRequestContext, Locator, Page } from '@playwright/test'
import { expect, hire, organisationOf, surname } from '../world'

/** Speaks to the portal's interface as whoever is signed in on the page. */
export function portal(page: Page) {
  const origin = new URL(page.url()).origin
  const base = `${origin}/api/v1/organisations/${organisationOf(page)}`
  const headers = () => ({ Origin: origin, 'Idempotency-Key': randomUUID() })
  return {
    async get<T>(path: string): Promise<T> {
      const answer = await page.request.get(`${base}${path}`)
      expect(answer.ok(), `${path}: ${answer.status()} ${await answer.text()}`).toBe(true)
      return answer.json()
    },
    async post<T>(path: string, data?: unknown): Promise<T> {
      const answer = await page.request.post(`${base}${path}`, { data, headers: headers() })
      expect(answer.ok(), `${path}: ${answer.status()} ${await answer.text()}`).toBe(true)
      return answer.json()
    },
  }
}

interface Row {
  id: string
  displayName: string
  subscriptions: { id: string; kind: string; state: string; number: string | null }[]
}

/** Orders items and waits until they are carried out. */
export async function orderAndWait(page: Page, items: object[]): Promise<void> {
  const { get, post } = portal(page)
  const quote = await post<{ id: string; problems: { detail: string }[] }>('/quotes', { items })
  expect(quote.problems).toEqual([])
  const order = await post<{ id: string }>('/orders', { quote: quote.id })
  await expect
    .poll(async () => (await get<{ state: string }>(`/orders/${order.id}`)).state, { timeout: 30_000 })
    .toBe('completed')
}

export async function offering(page: Page, kind: string, at = 0): Promise<string> {
  const { items } = await portal(page).get<{ items: { id: string }[] }>(`/catalogue/offerings?kind=${kind}`)
  const found = items[at]
  if (!found) throw new Error(`no ${kind} is sold`)
  return found.id
}

/** The person of this name, once the directory has told of them. */
export async function personNamed(page: Page, name: string): Promise<Row> {
  const { get, post } = portal(page)
  await post('/directory/sync')
  const find = async () => (await get<{ items: Row[] }>(`/people?q=${encodeURIComponent(name)}`)).items[0]
  await expect.poll(async () => (await find())?.displayName, { timeout: 20_000 }).toBe(name)
  const found = await find()
  if (!found) throw new Error(`${name} has gone again`)
  return found
}

/** A new colleague with a mobile subscription on an eSIM and, if wanted, a number in Teams. */
export async function colleagueWithMobile(
  page: Page,
  request: APIRequestContext,
  { telephony = false }: { telephony?: boolean } = {},
): Promise<Row> {
  await page.waitForURL(/\/o\/[^/]+\//)
  const { displayName } = await hire(request, { givenName: 'Med', surname: surname() })
  const person = await personNamed(page, displayName)
  const mobile = {
    action: 'createMobile',
    person: person.id,
    offering: await offering(page, 'mobilePackage'),
    number: { from: 'new' },
    sim: { from: 'eSim' },
  }
  const teams = {
    action: 'activateTelephony',
    person: person.id,
    offering: await offering(page, 'telephony'),
    number: { from: 'series' },
  }
  await orderAndWait(page, telephony ? [mobile, teams] : [mobile])
  return personNamed(page, displayName)
}

export const row = (page: Page, name: string): Locator => page.locator('[data-row]', { hasText: name })

/** Narrows the list to one person and waits until it has. */
export async function findInList(page: Page, name: string): Promise<void> {
  await page.goto(`/o/${organisationOf(page)}/users?q=${encodeURIComponent(name)}`)
  await expect(row(page, name)).toBeVisible()
}

/** Opens the dialog of an action from the dots of the row. */
export async function choose(page: Page, name: string, item: string | RegExp): Promise<Locator> {
  await row(page, name)
    .getByRole('button', { name: /^(More actions for|Flere handlinger for) / })
    .click()
  await page.getByRole('menuitem', { name: item }).click()
  const dialog = page.getByRole('dialog')
  await expect(dialog).toBeVisible()
  return dialog
}

export async function speak(page: Page, language: 'en' | 'da'): Promise<void> {
  const origin = new URL(page.url()).origin
  await page.request.patch(`${origin}/api/v1/me`, { data: { language }, headers: { Origin: origin } })
  await page.evaluate((chosen) => window.localStorage.setItem('switchboard.language', chosen), language)
}
