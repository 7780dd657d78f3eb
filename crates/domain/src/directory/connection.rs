//! What the application may do in a tenant's directory: looked at from time to time, after consent and when something was
//! refused; and an administrator's way to the page where consent is given.

use super::{ports::ConnectionCheck, rules, store};
use crate::access::{self, ObjectId, OrganisationId, Scope, SystemScope, TenantId};
use async_trait::async_trait;
use platform::{
    Error, Ids, Instant, Result,
    audit::{self, AuditEntry},
    db::{Db, Tx},
    jobs::{self, Handler, Lease, Outcome},
    live,
    outside::OutsideError,
    seal::Secret,
    words,
};
use std::{sync::Arc, time::Duration};

/// Looks at what one tenant has granted: `{"tenant": id}`, with the tenant as key and lane.
pub const CHECK_CONNECTION: &str = "directory.checkConnection";

/// When nothing asks for a look before.
const LOOK_EVERY: Duration = Duration::from_secs(24 * 3600);
/// Microsoft tells its own servers of a new consent within minutes; until then our first calls are refused.
const LOOK_SOON: Duration = Duration::from_secs(60);
/// From leaving for the page of consent to coming back.
pub const CONSENT_LIFE: Duration = Duration::from_secs(30 * 60);

words! {
    /// What we need of a directory.
    pub enum Capability {
        /// The list of people, and what changes in it.
        ReadPeople = "readPeople",
        /// Groups, to filter people by.
        ReadGroups = "readGroups",
        /// The tenant's own name and domains.
        ReadTenant = "readTenant",
        /// Which licences the tenant has.
        ReadLicences = "readLicences",
        /// Giving numbers to people in Teams, and taking them away.
        AssignNumbers = "assignNumbers",
        /// Whether somebody is ready for telephony in Teams.
        ReadVoice = "readVoice",
    }
}

words! {
    pub enum Granted {
        Granted = "granted",
        Missing = "missing",
        /// It could not be found out.
        Unknown = "unknown",
    }
}

/// What a look found of one capability.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    pub capability: Capability,
    /// The directory's own name of the permission.
    pub name: String,
    pub state: Granted,
}

/// What the last look found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Findings {
    pub found: Vec<Finding>,
    pub checked_at: Option<Instant>,
    /// The directory asked us to wait until then.
    pub throttled_until: Option<Instant>,
    /// Why we are not told of changes, in the words of whoever refused.
    pub notification_problem: Option<String>,
}

/// An administrator on the way to the page of consent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Consent {
    pub organisation: OrganisationId,
    pub tenant: TenantId,
    pub object: ObjectId,
    pub expires_at: Instant,
}

/// Remembers somebody who leaves to consent for their own tenant. The state goes along and must come back.
pub async fn begin_consent(
    tx: &mut Tx,
    ids: &Ids,
    state: &Secret,
    consent: &Consent,
) -> Result<()> {
    store::insert_consent(tx, &state.hash(), consent, ids.now()).await
}

/// Whoever left with this state; good once.
pub async fn take_consent(tx: &mut Tx, state: &Secret, now: Instant) -> Result<Option<Consent>> {
    store::take_consent(tx, &state.hash(), now).await
}

/// Asks for a look now.
pub async fn request_check(tx: &mut Tx, ids: &Ids, tenant: TenantId) -> Result<()> {
    super::ops::enqueue(tx, ids, CHECK_CONNECTION, tenant, None).await
}

/// What became of a consent that somebody says they gave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proof {
    /// Everything that we need works.
    Whole,
    /// We have access, and something is missing.
    Partial,
    /// We have no access yet: it may take minutes to arrive, and is looked for again.
    NotYet,
}

/// Proves a consent by using it: what the browser brought back is believed in nothing. Asks the directory, then writes what was
/// found, asks for a synchronisation and notes who consented.
pub async fn prove_consent(
    db: &Db,
    ids: &Ids,
    check: &dyn ConnectionCheck,
    scope: &Scope,
    tenant: TenantId,
) -> Result<Proof> {
    check.forget(tenant);
    let found = check.check(tenant).await;
    let system = access::for_system();
    let mut tx = db.begin().await?;
    store::insert_tenant(&mut tx, system, tenant).await?;
    let proof = match &found {
        Ok(found) => {
            store::save_findings(&mut tx, system, tenant, found, ids.now()).await?;
            if found
                .iter()
                .all(|finding| finding.state != Granted::Missing)
            {
                Proof::Whole
            } else {
                Proof::Partial
            }
        }
        Err(_) => Proof::NotYet,
    };
    let at = match proof {
        Proof::NotYet => Some(ids.now().plus(LOOK_SOON)),
        Proof::Whole | Proof::Partial => None,
    };
    super::ops::enqueue(&mut tx, ids, super::SYNC_TENANT, tenant, at).await?;
    super::ops::enqueue(&mut tx, ids, super::KEEP_SUBSCRIPTION, tenant, at).await?;
    if proof != Proof::Whole {
        let soon = Some(ids.now().plus(LOOK_SOON));
        super::ops::enqueue(&mut tx, ids, CHECK_CONNECTION, tenant, soon).await?;
    }
    let actor = scope.principal().map(|principal| principal.0);
    let outcome = match proof {
        Proof::Whole => "whole",
        Proof::Partial => "partial",
        Proof::NotYet => "notYet",
    };
    let entry = AuditEntry::new(scope.organisation().0, actor, "consent")
        .on("tenant", tenant)
        .with(serde_json::json!({ "outcome": outcome }));
    audit::record(&mut tx, ids, entry).await?;
    live::tell(&mut tx, ids, tenant.0, "connection", None).await?;
    tx.commit().await?;
    Ok(proof)
}

/// Runs [`CHECK_CONNECTION`].
pub struct CheckConnection {
    pub db: Db,
    pub ids: Ids,
    pub check: Arc<dyn ConnectionCheck>,
}

#[async_trait]
impl Handler for CheckConnection {
    async fn run(&self, lease: &Lease) -> Result<Outcome> {
        let tenant: TenantId = lease.payload["tenant"]
            .as_str()
            .and_then(|text| text.parse().ok())
            .ok_or_else(|| Error::internal("a job of the directory without a tenant"))?;
        let system = access::for_system();
        let looked = self.check.check(tenant).await;
        let now = self.ids.now();
        let (found, next) = match looked {
            Ok(found) => (found, now.plus(LOOK_EVERY)),
            Err(error) => {
                tracing::warn!(%tenant, %error, "what the directory allows cannot be found out");
                let pause = match error.wait() {
                    Some(wait) => wait.max(LOOK_SOON),
                    None if error.is_passing() => jobs::pause(lease.attempts).max(LOOK_SOON),
                    None => LOOK_EVERY,
                };
                (self.without_access(&error), now.plus(pause))
            }
        };
        self.save(lease, system, tenant, &found, next).await
    }
}

impl CheckConnection {
    /// What a refusal of the whole says of each capability; nothing when it may pass.
    fn without_access(&self, error: &OutsideError) -> Vec<Finding> {
        let state = match (error, rules::problem_code(error)) {
            (_, "consentMissing") => Granted::Missing,
            (OutsideError::Unauthorised { .. }, _) => Granted::Unknown,
            _ => return Vec::new(),
        };
        self.check
            .capabilities()
            .into_iter()
            .map(|(capability, name)| Finding {
                capability,
                name: name.to_owned(),
                state,
            })
            .collect()
    }

    async fn save(
        &self,
        lease: &Lease,
        system: SystemScope,
        tenant: TenantId,
        found: &[Finding],
        next: Instant,
    ) -> Result<Outcome> {
        let mut tx = self.db.begin().await?;
        lease.guard(&mut tx).await?;
        if !found.is_empty() {
            store::save_findings(&mut tx, system, tenant, found, self.ids.now()).await?;
            live::tell(&mut tx, &self.ids, tenant.0, "connection", None).await?;
        }
        tx.commit().await?;
        Ok(Outcome::Again(next))
    }
}
