//! The verbs of this room.

use super::{
    DeliveryAddress, NewRequest, SupportKind, SupportRequest, SupportRequestId, SupportState,
    rules, store,
};
use crate::access::{OrganisationId, Permission, Scope, SystemScope};
use platform::{
    Error, Ids, Result,
    audit::{self, AuditEntry},
    db::Tx,
    live,
};

/// Asks the operator for something.
///
/// # Errors
/// 422 with a pointer to what does not fit; 409 `addressAsked` while another change of the address is under way.
pub async fn ask(
    tx: &mut Tx,
    ids: &Ids,
    scope: &Scope,
    new: &NewRequest,
) -> Result<SupportRequest> {
    let new = rules::check(new)?;
    let by = person(scope)?;
    let id = store::insert_request(tx, ids, scope, &new, by)
        .await?
        .ok_or_else(|| {
            Error::conflict(
                "addressAsked",
                "A change of the delivery address is under way already. Write to that request.",
            )
        })?;
    store::insert_message(tx, ids, scope, id, by, false, &new.text).await?;
    noted(tx, ids, scope, "create_support_request", id).await?;
    found(tx, scope, id).await
}

/// Writes to a request: the operator's word answers it, the customer's opens it again.
///
/// # Errors
/// 404, 422 `textUnfit`.
pub async fn reply(
    tx: &mut Tx,
    ids: &Ids,
    scope: &Scope,
    id: SupportRequestId,
    text: &str,
) -> Result<SupportRequest> {
    let text = rules::text("/text", text)?;
    let by = person(scope)?;
    let request = store::lock(tx, scope, id)
        .await?
        .ok_or_else(Error::not_found)?;
    let operator = works_for_operator(scope);
    store::insert_message(tx, ids, scope, id, by, operator, &text).await?;
    let ended = matches!(request, SupportState::Done | SupportState::Declined);
    let state = match (operator, ended) {
        (true, true) => request,
        (true, false) => SupportState::Answered,
        // What was carried out or declined is not asked for once more by a word of thanks; a new request is.
        (false, true) => request,
        (false, false) => SupportState::Open,
    };
    store::set_state(tx, ids, scope, id, state).await?;
    noted(tx, ids, scope, "reply_support_request", id).await?;
    found(tx, scope, id).await
}

/// Carries a request out: a new delivery address is registered from now on. For whoever works on the operator's queue.
///
/// # Errors
/// 403, 404, 409 `requestEnded`.
pub async fn carry_out(
    tx: &mut Tx,
    ids: &Ids,
    scope: &Scope,
    id: SupportRequestId,
    text: Option<&str>,
) -> Result<SupportRequest> {
    end(tx, ids, scope, id, SupportState::Done, text).await
}

/// Declines a request and says why.
///
/// # Errors
/// As [`carry_out`]; 422 `textUnfit` without a reason.
pub async fn decline(
    tx: &mut Tx,
    ids: &Ids,
    scope: &Scope,
    id: SupportRequestId,
    why: &str,
) -> Result<SupportRequest> {
    end(tx, ids, scope, id, SupportState::Declined, Some(why)).await
}

async fn end(
    tx: &mut Tx,
    ids: &Ids,
    scope: &Scope,
    id: SupportRequestId,
    state: SupportState,
    text: Option<&str>,
) -> Result<SupportRequest> {
    if !works_for_operator(scope) {
        return Err(Error::forbidden(
            "Only whoever works on the operator's queue ends a request.",
        ));
    }
    let by = person(scope)?;
    let was = store::lock(tx, scope, id)
        .await?
        .ok_or_else(Error::not_found)?;
    if matches!(was, SupportState::Done | SupportState::Declined) {
        return Err(Error::conflict(
            "requestEnded",
            "This request has been carried out or declined already.",
        ));
    }
    if let Some(text) = text {
        let text = rules::text("/comment", text)?;
        store::insert_message(tx, ids, scope, id, by, true, &text).await?;
    }
    store::set_state(tx, ids, scope, id, state).await?;
    let request = found(tx, scope, id).await?;
    if state == SupportState::Done
        && request.kind == SupportKind::DeliveryAddress
        && let Some(address) = &request.address
    {
        store::save_address(tx, ids, scope.organisation(), address).await?;
    }
    let action = match state {
        SupportState::Done => "carry_out_support_request",
        _ => "decline_support_request",
    };
    noted(tx, ids, scope, action, id).await?;
    Ok(request)
}

/// Registers an organisation's first delivery address. For onboarding; later a support request changes it.
pub async fn begin_address(
    tx: &mut Tx,
    ids: &Ids,
    _: SystemScope,
    organisation: OrganisationId,
    address: &DeliveryAddress,
) -> Result<()> {
    let address = rules::address("", address)?;
    store::save_address(tx, ids, organisation, &address).await
}

fn works_for_operator(scope: &Scope) -> bool {
    scope.permissions().has(Permission::WorkQueue)
}

fn person(scope: &Scope) -> Result<crate::access::PrincipalId> {
    scope
        .principal()
        .ok_or_else(|| Error::internal("a support request is written by somebody"))
}

async fn found(tx: &mut Tx, scope: &Scope, id: SupportRequestId) -> Result<SupportRequest> {
    store::request(tx, scope, id)
        .await?
        .ok_or_else(Error::not_found)
}

async fn noted(
    tx: &mut Tx,
    ids: &Ids,
    scope: &Scope,
    action: &'static str,
    id: SupportRequestId,
) -> Result<()> {
    let actor = scope.principal().map(|principal| principal.0);
    let entry = AuditEntry::new(scope.organisation().0, actor, action).on("supportRequest", id);
    audit::record(tx, ids, entry).await?;
    live::tell(
        tx,
        ids,
        scope.organisation().0,
        "supportRequests",
        Some(id.0),
    )
    .await
}
