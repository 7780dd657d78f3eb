/**
 * Names of cached answers. The organisation stands second in every key that belongs to one, so that two organisations'
 * data can never meet under one name, and so that leaving an organisation can drop all of it.
 */
export const keys = {
  me: ['me'] as const,
  myOrganisation: (organisation: string) => ['my-organisation', organisation] as const,
  findOrganisations: (q: string) => ['find-organisations', q] as const,
  everything: (organisation: string) => ['o', organisation] as const,
  organisation: (organisation: string) => ['o', organisation, 'organisation'] as const,
  dashboard: (organisation: string) => ['o', organisation, 'dashboard'] as const,
  people: (organisation: string) => ['o', organisation, 'people'] as const,
  suggestedPeople: (organisation: string) => ['o', organisation, 'suggested-people'] as const,
  persons: (organisation: string) => ['o', organisation, 'person'] as const,
  person: (organisation: string, person: string) => ['o', organisation, 'person', person] as const,
  subscription: (organisation: string, subscription: string) =>
    ['o', organisation, 'subscription', subscription] as const,
  deliveryAddress: (organisation: string) => ['o', organisation, 'delivery-address'] as const,
  groups: (organisation: string) => ['o', organisation, 'groups'] as const,
  ports: (organisation: string) => ['o', organisation, 'ports'] as const,
  port: (organisation: string, port: string) => ['o', organisation, 'port', port] as const,
  myPage: (organisation: string) => ['o', organisation, 'my-page'] as const,
  offerings: (organisation: string, kind: string) => ['o', organisation, 'offerings', kind] as const,
  numbers: (organisation: string) => ['o', organisation, 'numbers'] as const,
  series: (organisation: string) => ['o', organisation, 'number-series'] as const,
  sims: (organisation: string) => ['o', organisation, 'sims'] as const,
  quotes: (organisation: string) => ['o', organisation, 'quote'] as const,
  orders: (organisation: string) => ['o', organisation, 'orders'] as const,
  order: (organisation: string, order: string) => ['o', organisation, 'order', order] as const,
  invoices: (organisation: string) => ['o', organisation, 'invoices'] as const,
  invoice: (organisation: string, invoice: string) => ['o', organisation, 'invoice', invoice] as const,
  connection: (organisation: string) => ['o', organisation, 'connection'] as const,
  roles: (organisation: string) => ['o', organisation, 'roles'] as const,
  explanations: (organisation: string) => ['o', organisation, 'explanations'] as const,
  notificationAddresses: (organisation: string) => ['o', organisation, 'notification-addresses'] as const,
  supportRequests: (organisation: string) => ['o', organisation, 'support-requests'] as const,
  usage: (organisation: string) => ['o', organisation, 'usage'] as const,
}
