import { expect, test } from 'vitest'
import type { Role } from '~/api/types'
import { lockOf, permissionsAskedAbout } from './rules'

const held = (id: string, role: Role, { inherited = false, disabled = false } = {}) => ({
  id,
  role,
  inherited,
  holder: { disabled },
})

test('the last who can give roles stays, whoever else holds another role', () => {
  const last = held('a', 'roleAdministrator')
  const reader = held('b', 'reader')
  expect(lockOf(last, [last, reader], 'customer')).toBe('last')
  expect(lockOf(reader, [last, reader], 'customer')).toBeNull()
  expect(lockOf(last, [last, held('c', 'roleAdministrator')], 'customer')).toBeNull()
})

test('neither one who cannot sign in nor one from above keeps the last from being the last', () => {
  const last = held('a', 'accountAdministrator')
  const disabled = held('b', 'accountAdministrator', { disabled: true })
  const above = held('c', 'accountAdministrator', { inherited: true })
  expect(lockOf(last, [last, disabled, above], 'partner')).toBe('last')
  // Who cannot sign in holds nothing: their role can go.
  expect(lockOf(disabled, [last, disabled], 'partner')).toBeNull()
})

test('a role from above is taken away above', () => {
  expect(lockOf(held('a', 'operatorAgent', { inherited: true }), [], 'customer')).toBe('inherited')
})

test('what only the operator’s people do is not asked about elsewhere', () => {
  expect(permissionsAskedAbout('customer')).not.toContain('operate')
  expect(permissionsAskedAbout('customer')).not.toContain('createCustomers')
  expect(permissionsAskedAbout('partner')).toContain('createCustomers')
  expect(permissionsAskedAbout('operator')).toContain('operate')
})
