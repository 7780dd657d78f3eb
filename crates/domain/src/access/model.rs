//! The words of this room.

use super::rules::{PermissionSet, Role};
use platform::{Instant, i18n::Language, id, words};

id!(
    OrganisationId,
    "An operator, a partner or a customer: a node of the tree."
);
id!(PrincipalId, "Whoever signs in: one (tenant, object id).");
id!(TenantId, "An Entra ID directory, by its tenant id (`tid`).");
id!(ObjectId, "An object of an Entra ID directory (`oid`).");
id!(
    RoleAssignmentId,
    "One role of one principal on one organisation."
);

words! {
    pub enum OrganisationKind {
        Operator = "operator",
        Partner = "partner",
        Customer = "customer",
    }
}

words! {
    /// How numbers get into the organisation's Teams.
    pub enum NumberType {
        OperatorConnect = "operatorConnect",
        DirectRouting = "directRouting",
    }
}

#[derive(Clone, Debug)]
pub struct Organisation {
    pub id: OrganisationId,
    pub kind: OrganisationKind,
    pub name: String,
    pub customer_number: String,
    pub parent: Option<OrganisationId>,
    pub tenant: Option<TenantId>,
    pub language: Language,
    pub number_type: NumberType,
    /// The group of the tenant's that limits whom the organisation sees.
    pub default_group: Option<ObjectId>,
    pub version: i64,
}

/// What onboarding says of a new organisation.
#[derive(Clone, Debug)]
pub struct NewOrganisation {
    pub kind: OrganisationKind,
    pub name: String,
    pub customer_number: String,
    pub parent: Option<OrganisationId>,
    pub tenant: Option<TenantId>,
    pub language: Language,
    pub number_type: NumberType,
}

#[derive(Clone, Debug)]
pub struct Principal {
    pub id: PrincipalId,
    pub tenant: TenantId,
    pub object: ObjectId,
    pub name: String,
    pub username: String,
    pub language: Option<Language>,
    /// Whether the directory still lets the account in.
    pub enabled: bool,
}

/// Somebody whose proof of identity was checked. Holds no right by itself.
#[derive(Clone, Debug)]
pub struct Caller {
    pub tenant: TenantId,
    pub object: ObjectId,
    pub name: String,
    pub username: String,
    /// `None` for somebody we have never given anything: no row is written for strangers.
    pub principal: Option<Principal>,
    /// When they last proved who they are, where we know.
    pub authenticated_at: Option<Instant>,
}

/// An organisation as somebody in it sees it in the switcher.
#[derive(Clone, Debug)]
pub struct Membership {
    pub organisation: Organisation,
    pub roles: Vec<Role>,
    pub permissions: PermissionSet,
    /// The person stands in the organisation's own directory and so has a page of their own.
    pub own_page: bool,
}

/// The proof that somebody may work on one organisation. Only this room makes it; every store function of every room
/// takes one, so that a query without an owner does not compile.
#[derive(Clone, Debug)]
pub struct Scope {
    pub(super) organisation: OrganisationId,
    pub(super) tenant: Option<TenantId>,
    pub(super) number_type: NumberType,
    pub(super) default_group: Option<ObjectId>,
    pub(super) actor: Actor,
    pub(super) permissions: PermissionSet,
}

/// Who acts within a scope.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Actor {
    Principal(PrincipalId),
    /// A worker that carries out what somebody asked for earlier.
    System,
}

impl Scope {
    pub fn organisation(&self) -> OrganisationId {
        self.organisation
    }

    pub fn tenant(&self) -> Option<TenantId> {
        self.tenant
    }

    pub fn number_type(&self) -> NumberType {
        self.number_type
    }

    /// The group of the tenant's that limits whom the organisation sees; with it go those who have something from it.
    pub fn default_group(&self) -> Option<ObjectId> {
        self.default_group
    }

    pub fn permissions(&self) -> PermissionSet {
        self.permissions
    }

    /// `None` for a worker.
    pub fn principal(&self) -> Option<PrincipalId> {
        match self.actor {
            Actor::Principal(principal) => Some(principal),
            Actor::System => None,
        }
    }
}

/// The proof that the whole system is meant: schedulers, onboarding and the operator's own tools. Made by
/// [`super::for_system`] only, whose callers `xtask tidy` knows by name.
#[derive(Clone, Copy, Debug)]
pub struct SystemScope {
    pub(super) _sealed: (),
}

#[derive(Clone, Debug)]
pub struct Session {
    pub tenant: TenantId,
    pub object: ObjectId,
    pub guest: bool,
    pub name: String,
    pub username: String,
    pub login_hint: Option<String>,
    /// The identity provider's own session, where it says so.
    pub provider_session: Option<String>,
    pub authenticated_at: Instant,
    pub expires_at: Instant,
}

words! {
    pub enum SignInPurpose {
        SignIn = "signIn",
        StepUp = "stepUp",
    }
}

/// A sign-in under way.
#[derive(Clone, Debug)]
pub struct SignIn {
    pub purpose: SignInPurpose,
    pub nonce: String,
    pub code_verifier: String,
    pub return_to: String,
    /// At whose endpoints it is done; every organisation's where nobody said.
    pub tenant: Option<TenantId>,
    /// For a step-up: who of that tenant must come back, where we know.
    pub object: Option<ObjectId>,
    pub expires_at: Instant,
}
