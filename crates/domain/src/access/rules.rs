//! The roles and what they may: one table, from which guards, the client's knowledge, the documentation and the tests are
//! made.

use super::OrganisationKind;
use platform::words;

words! {
    pub enum Role {
        AccountAdministrator = "accountAdministrator",
        ServiceContributor = "serviceContributor",
        ServiceViewer = "serviceViewer",
        SubscriptionContributor = "subscriptionContributor",
        RoleAdministrator = "roleAdministrator",
        OrganisationAdministrator = "organisationAdministrator",
        UserAdministrator = "userAdministrator",
        FinanceAdministrator = "financeAdministrator",
        Purchaser = "purchaser",
        Reader = "reader",
        OperatorAdministrator = "operatorAdministrator",
        OperatorAgent = "operatorAgent",
    }
}

words! {
    /// One verb on one thing.
    pub enum Permission {
        /// See the organisation: people, numbers, subscriptions, orders.
        Read = "read",
        ReadInvoices = "readInvoices",
        /// Local persons, references, notification and finance addresses, reservations, default group, support requests.
        EditData = "editData",
        /// Of those, what concerns people.
        EditPeople = "editPeople",
        /// Of those, references and finance addresses.
        EditFinance = "editFinance",
        /// Items that do not change what is paid.
        OrderServiceItems = "orderServiceItems",
        /// Of those, the ones that concern a person.
        OrderPeopleServiceItems = "orderPeopleServiceItems",
        /// Items that change what is paid.
        OrderCommercialItems = "orderCommercialItems",
        /// Of those, the ones that concern a person.
        OrderPeopleItems = "orderPeopleItems",
        /// Hardware, services, SIM packs, features.
        OrderGoods = "orderGoods",
        RevealCodes = "revealCodes",
        GrantRoles = "grantRoles",
        CreateCustomers = "createCustomers",
        /// The operator's own tools.
        Operate = "operate",
        WorkQueue = "workQueue",
    }
}

use Permission::*;

const ALL_EDITS: &[Permission] = &[EditData, EditPeople, EditFinance];
const ALL_SERVICE: &[Permission] = &[OrderServiceItems, OrderPeopleServiceItems];
const ALL_COMMERCIAL: &[Permission] = &[OrderCommercialItems, OrderPeopleItems, OrderGoods];

/// The table. Every role may read.
const fn rights(role: Role) -> &'static [&'static [Permission]] {
    match role {
        Role::AccountAdministrator => &[&[Read, ReadInvoices, GrantRoles], ALL_EDITS, ALL_SERVICE],
        Role::ServiceContributor => &[&[Read], ALL_EDITS, ALL_SERVICE],
        Role::ServiceViewer | Role::Reader => &[&[Read]],
        Role::SubscriptionContributor => &[&[Read, ReadInvoices, CreateCustomers], ALL_COMMERCIAL],
        Role::RoleAdministrator => &[&[Read, GrantRoles]],
        Role::OrganisationAdministrator => &[
            &[Read, ReadInvoices, RevealCodes],
            ALL_EDITS,
            ALL_SERVICE,
            ALL_COMMERCIAL,
        ],
        Role::UserAdministrator => &[&[
            Read,
            EditPeople,
            OrderPeopleServiceItems,
            OrderPeopleItems,
            RevealCodes,
        ]],
        Role::FinanceAdministrator => &[&[Read, ReadInvoices, EditFinance]],
        Role::Purchaser => &[&[Read, OrderGoods]],
        Role::OperatorAdministrator => &[
            &[
                Read,
                ReadInvoices,
                GrantRoles,
                CreateCustomers,
                Operate,
                WorkQueue,
            ],
            ALL_EDITS,
            ALL_SERVICE,
            ALL_COMMERCIAL,
        ],
        Role::OperatorAgent => &[&[Read, ReadInvoices, WorkQueue], ALL_EDITS, ALL_SERVICE],
    }
}

/// What somebody may, as a set.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PermissionSet(u32);

impl PermissionSet {
    pub const NONE: PermissionSet = PermissionSet(0);

    pub fn has(self, permission: Permission) -> bool {
        self.0 & bit(permission) != 0
    }

    /// Whether everything in `other` is in this too.
    pub fn covers(self, other: PermissionSet) -> bool {
        self.0 & other.0 == other.0
    }

    pub fn iter(self) -> impl Iterator<Item = Permission> {
        Permission::ALL
            .iter()
            .copied()
            .filter(move |permission| self.has(*permission))
    }
}

const fn bit(permission: Permission) -> u32 {
    1 << permission as u32
}

/// What these roles may together.
pub fn permissions(roles: &[Role]) -> PermissionSet {
    PermissionSet(
        roles
            .iter()
            .flat_map(|role| rights(*role).iter().copied().flatten())
            .fold(0, |set, permission| set | bit(*permission)),
    )
}

/// The roles that somebody can be given on an organisation of this kind.
pub const fn roles_of(kind: OrganisationKind) -> &'static [Role] {
    match kind {
        OrganisationKind::Operator => &[Role::OperatorAdministrator, Role::OperatorAgent],
        OrganisationKind::Partner => &[
            Role::AccountAdministrator,
            Role::ServiceContributor,
            Role::ServiceViewer,
            Role::SubscriptionContributor,
        ],
        OrganisationKind::Customer => &[
            Role::RoleAdministrator,
            Role::OrganisationAdministrator,
            Role::UserAdministrator,
            Role::FinanceAdministrator,
            Role::Purchaser,
            Role::Reader,
        ],
    }
}

/// The role of those who give and take roles in an organisation of this kind. Its last holder stays, so that nobody is locked out.
pub const fn keeper(kind: OrganisationKind) -> Role {
    match kind {
        OrganisationKind::Operator => Role::OperatorAdministrator,
        OrganisationKind::Partner => Role::AccountAdministrator,
        OrganisationKind::Customer => Role::RoleAdministrator,
    }
}

/// Why somebody cannot give a role.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// They have no right to give roles there.
    NoRight,
    /// The role does not belong to organisations of this kind.
    WrongKind,
    /// They would give themselves something that they may not do yet.
    ToOneself,
}

/// May somebody who may do `own` on an organisation give `role` there? Nobody raises themselves: whoever needs more asks another
/// who may give it.
///
/// # Errors
/// The first reason against it.
pub fn may_give(
    own: PermissionSet,
    kind: OrganisationKind,
    role: Role,
    to_oneself: bool,
) -> Result<(), Refusal> {
    if !own.has(GrantRoles) {
        return Err(Refusal::NoRight);
    }
    if !roles_of(kind).contains(&role) {
        return Err(Refusal::WrongKind);
    }
    if to_oneself && !own.covers(permissions(&[role])) {
        return Err(Refusal::ToOneself);
    }
    Ok(())
}

/// May an assignment of `role` go, when so many others in force hold it? `in_force` is whether this one's holder can sign in.
pub fn may_go(kind: OrganisationKind, role: Role, in_force: bool, others_in_force: i64) -> bool {
    role != keeper(kind) || !in_force || others_in_force > 0
}
