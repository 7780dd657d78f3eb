import { expect, test } from 'vitest'
import type { MyOrganisation } from '~/api/types'
import { areaOf, areas, samePlace } from './areas'

const organisation = (permissions: MyOrganisation['permissions']): MyOrganisation => ({
  id: 'a',
  name: 'A',
  kind: 'customer',
  customerNumber: '1',
  roles: [],
  permissions,
  myPage: true,
})

test('somebody without a role sees My page only', () => {
  expect(areas.filter(({ isFor }) => isFor(organisation([]))).map(({ id }) => id)).toEqual(['my-page'])
  expect(areas.every(({ isFor }) => isFor(organisation(['read', 'readInvoices'])))).toBe(true)
})

test('invoices are there for whoever may read them, and nobody else', () => {
  const seen = (permissions: MyOrganisation['permissions']) =>
    areas.filter(({ isFor }) => isFor(organisation(permissions))).map(({ id }) => id)
  expect(seen(['read'])).not.toContain('invoices')
  expect(seen(['read', 'readInvoices'])).toContain('invoices')
})

test('the area is read from the path', () => {
  expect(areaOf('/o/a/users')).toBe('users')
  expect(areaOf('/o/a/organisation/orders/x')).toBe('organisation')
  expect(areaOf('/o/a/invoices/i1')).toBe('invoices')
  expect(areaOf('/o/a')).toBeUndefined()
  expect(areaOf('/sign-in')).toBeUndefined()
})

test('switching keeps the area and its tab, and nothing that is the old organisation’s', () => {
  expect(samePlace('/o/a/users', 'b')).toBe('/o/b/users')
  expect(samePlace('/o/a/organisation/orders/o1', 'b')).toBe('/o/b/organisation/orders')
  expect(samePlace('/o/a', 'b')).toBe('/o/b/')
})
