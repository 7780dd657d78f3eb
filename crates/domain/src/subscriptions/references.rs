//! What a customer writes on a subscription to find it on the invoice.

mod store;

use super::SubscriptionId;
use crate::access::Scope;
use platform::{
    Ids, Result,
    audit::{self, AuditEntry},
    db::Tx,
    live,
};

/// Writes a reference, or takes it away, if the subscription still stands at `version`; says whether it did. The text was checked.
pub async fn set_reference(
    tx: &mut Tx,
    ids: &Ids,
    scope: &Scope,
    id: SubscriptionId,
    version: i64,
    reference: Option<&str>,
) -> Result<bool> {
    if !store::set(tx, scope, id, Some(version), reference).await? {
        return Ok(false);
    }
    let by = scope.principal().map(|principal| principal.0);
    let entry = AuditEntry::new(scope.organisation().0, by, "update_subscription");
    audit::record(tx, ids, entry.on("subscription", id)).await?;
    live::tell(tx, ids, scope.organisation().0, "subscriptions", Some(id.0)).await?;
    Ok(true)
}

/// Writes many references, whatever stood there before. Says which places of the list name no subscription of the
/// organisation's; then nothing is to be committed.
pub async fn set_references(
    tx: &mut Tx,
    ids: &Ids,
    scope: &Scope,
    references: &[(SubscriptionId, Option<String>)],
) -> Result<Vec<usize>> {
    let mut unknown = Vec::new();
    for (place, (id, reference)) in references.iter().enumerate() {
        if !store::set(tx, scope, *id, None, reference.as_deref()).await? {
            unknown.push(place);
        }
    }
    let by = scope.principal().map(|principal| principal.0);
    let entry = AuditEntry::new(scope.organisation().0, by, "set_references")
        .with(serde_json::json!({ "subscriptions": references.len() }));
    audit::record(tx, ids, entry).await?;
    live::tell(tx, ids, scope.organisation().0, "subscriptions", None).await?;
    Ok(unknown)
}
