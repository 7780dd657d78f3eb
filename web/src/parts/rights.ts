import type { Permission } from '~/api/types'

/** Whether the role may order for people at all. */
export const mayOrder = (permissions: readonly Permission[]): boolean =>
  (['orderCommercialItems', 'orderPeopleItems', 'orderServiceItems'] as const).some((one) => permissions.includes(one))
