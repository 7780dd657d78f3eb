//! What the mirror needs from a directory (Microsoft Graph in production).

use super::{Capability, Finding};
use crate::access::{ObjectId, TenantId};
use async_trait::async_trait;
use platform::{Instant, outside::OutsideError};
use uuid::Uuid;

/// A person as the directory tells it. Absent texts are empty or `None`; nothing here is trusted for rights.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersonRecord {
    pub object: ObjectId,
    pub display_name: String,
    pub given_name: Option<String>,
    pub surname: Option<String>,
    pub mail: Option<String>,
    /// userPrincipalName: for display, never identity.
    pub username: String,
    pub title: Option<String>,
    pub department: Option<String>,
    pub office_location: Option<String>,
    pub mobile_phone: Option<String>,
    pub enabled: bool,
    pub guest: bool,
    pub resource_account: bool,
    /// ISO 3166-1 alpha-2.
    pub usage_location: Option<String>,
    /// BCP 47.
    pub preferred_language: Option<String>,
    pub skus: Vec<Uuid>,
    pub plans: Vec<PlanRecord>,
}

/// One service plan of a person. It counts when `effective` (Graph's capabilityStatus Enabled or Warning).
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct PlanRecord {
    pub plan: Uuid,
    pub effective: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    Present(Box<PersonRecord>),
    /// Deleted there; `restorable` while it lies in the directory's bin.
    Absent {
        object: ObjectId,
        restorable: bool,
    },
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangePage {
    pub changes: Vec<Change>,
    pub next: Next,
}

/// What to ask for after a page; both are opaque and only for [`DirectorySource::changes`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Next {
    /// More of the same round.
    Page(String),
    /// The round is complete; keep this to ask for what changes from now on.
    Cursor(String),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TenantRecord {
    pub tenant: TenantId,
    pub display_name: String,
    pub country: Option<String>,
    pub verified_domains: Vec<String>,
}

/// A product that a person has a licence of, with its service plans.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LicenceRecord {
    pub sku: Uuid,
    /// Microsoft's part number, for example `SPE_E5`.
    pub part_number: String,
    pub plans: Vec<LicencePlan>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LicencePlan {
    pub plan: Uuid,
    pub name: String,
    /// provisioningStatus is Success or pending, so that it will count.
    pub usable: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupRecord {
    pub object: ObjectId,
    pub display_name: String,
    pub description: Option<String>,
}

/// A running request for change notifications on the tenant's users.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangeSubscription {
    pub id: String,
    pub expires_at: Instant,
}

#[async_trait]
pub trait DirectorySource: Send + Sync {
    /// One page of changes. `from: None` begins a full round; `OutsideError::StartOver` says that the link has expired.
    async fn changes(
        &self,
        tenant: TenantId,
        from: Option<&str>,
    ) -> Result<ChangePage, OutsideError>;

    /// One person as of now, plans included.
    async fn person(
        &self,
        tenant: TenantId,
        object: ObjectId,
    ) -> Result<PersonRecord, OutsideError>;

    async fn licences(
        &self,
        tenant: TenantId,
        object: ObjectId,
    ) -> Result<Vec<LicenceRecord>, OutsideError>;

    /// The tenant itself: also the cheapest proof that we have access.
    async fn tenant(&self, tenant: TenantId) -> Result<TenantRecord, OutsideError>;

    async fn groups(&self, tenant: TenantId) -> Result<Vec<GroupRecord>, OutsideError>;

    /// Nested groups count.
    async fn group_members(
        &self,
        tenant: TenantId,
        group: ObjectId,
    ) -> Result<Vec<ObjectId>, OutsideError>;

    /// Asks for change notifications to `notification_url`; each will carry `client_state`.
    async fn subscribe(
        &self,
        tenant: TenantId,
        notification_url: &str,
        client_state: &str,
        expires_at: Instant,
    ) -> Result<ChangeSubscription, OutsideError>;

    /// Whether a request for change notifications still stands there. It can go without a word: we are told of its end where it
    /// would have told us of changes.
    async fn is_subscribed(
        &self,
        tenant: TenantId,
        subscription: &str,
    ) -> Result<bool, OutsideError>;

    async fn renew(
        &self,
        tenant: TenantId,
        subscription: &str,
        expires_at: Instant,
    ) -> Result<ChangeSubscription, OutsideError>;
}

/// Looks at what we may do in a tenant's directory.
#[async_trait]
pub trait ConnectionCheck: Send + Sync {
    /// Every capability with the directory's own name of the permission that it needs.
    fn capabilities(&self) -> Vec<(Capability, &'static str)>;

    /// Tries each capability by its cheapest question. `Unauthorised`: we have no access at all, and why.
    async fn check(&self, tenant: TenantId) -> Result<Vec<Finding>, OutsideError>;

    /// What is kept of our access to the tenant is not to be used any more: it may have changed.
    fn forget(&self, tenant: TenantId);
}
