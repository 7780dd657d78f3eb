/** What can be done with a role that somebody holds. The server decides; this keeps anybody from trying in vain. */
import type { MyOrganisation, Permission, Role, RoleAssignment } from '~/api/types'

/** The role of those who give and take roles, by the kind of organisation. */
const keeperOf: Record<MyOrganisation['kind'], Role> = {
  operator: 'operatorAdministrator',
  partner: 'accountAdministrator',
  customer: 'roleAdministrator',
}

type Held = Pick<RoleAssignment, 'id' | 'role' | 'inherited'> & { holder: Pick<RoleAssignment['holder'], 'disabled'> }

/** Why a role cannot be taken away here: it was given above, or it is the last that can give roles. */
export function lockOf(held: Held, all: readonly Held[], kind: MyOrganisation['kind']): 'inherited' | 'last' | null {
  if (held.inherited) return 'inherited'
  if (held.role !== keeperOf[kind] || held.holder.disabled) return null
  const another = all.some(
    ({ id, role, inherited, holder }) => id !== held.id && role === held.role && !inherited && !holder.disabled,
  )
  return another ? null : 'last'
}

/** What can be asked about, the everyday first. What only the operator's people do is left out elsewhere. */
export function permissionsAskedAbout(kind: MyOrganisation['kind']): Permission[] {
  const all: Permission[] = [
    'read',
    'readInvoices',
    'orderPeopleItems',
    'orderPeopleServiceItems',
    'orderCommercialItems',
    'orderServiceItems',
    'orderGoods',
    'revealCodes',
    'editData',
    'editPeople',
    'editFinance',
    'grantRoles',
    'createCustomers',
    'operate',
    'workQueue',
  ]
  if (kind === 'operator') return all
  return all.filter((one) => one !== 'operate' && (one !== 'createCustomers' || kind === 'partner'))
}
