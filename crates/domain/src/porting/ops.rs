//! The verbs of this room.

use super::{
    CASE_MOVED, Case, Consent, Corrections, EventKind, FOLLOW_CASE, MediaType, NewCase, Owner,
    PortId, PortState, Rejection, calendar, rules,
    store::{self, EventDetail},
};
use crate::{
    TEXTS,
    access::{self, PrincipalId, Scope},
};
use jiff::civil::Date;
use platform::{
    Error, Ids, Instant, Kind, Result,
    audit::{self, AuditEntry},
    db::{Conn, Tx},
    i18n::Language,
    jobs::{self, NewJob},
    live,
    seal::Sealer,
};
use uuid::Uuid;

/// Opens a case, in the transaction that places the order.
///
/// # Errors
/// 409 `portUnderWay` when somebody else was quicker.
pub async fn open(tx: &mut Tx, ids: &Ids, scope: &Scope, new: &NewCase) -> Result<PortId> {
    let by = principal(scope)?;
    let id: PortId = ids.make();
    store::insert(tx, ids, scope, id, by, new)
        .await
        .map_err(|error| {
            if error.code == "taken" {
                Error::conflict(
                    "portUnderWay",
                    "This number is already on its way. Look at the case that is open.",
                )
            } else {
                error
            }
        })?;
    note(tx, ids, scope, "open_port", id).await?;
    happened(tx, ids, scope, id, EventKind::Opened).await?;
    Ok(id)
}

/// Whether the number is on its way to anybody here already.
pub async fn is_under_way(conn: &mut Conn, scope: &Scope, number: &str) -> Result<bool> {
    store::is_under_way(conn, scope, number).await
}

/// Keeps the owner's consent, sealed. A draft that lacked only this is submitted with it.
///
/// # Errors
/// 413 `tooLarge`, 415 `unsupportedDocument`, 409 `portUnderWay` when the donor has been asked already.
pub async fn add_consent(
    tx: &mut Tx,
    ids: &Ids,
    scope: &Scope,
    sealer: &Sealer,
    id: PortId,
    document: &[u8],
) -> Result<Case> {
    let by = principal(scope)?;
    let media_type = check_document(document)?;
    let case = store::lock(tx, scope, id).await?;
    check_right(scope, &case)?;
    if !matches!(case.state, PortState::Draft | PortState::Rejected) {
        return Err(not_now(&case));
    }
    let consent = Consent {
        media_type,
        size: document.len() as i64,
        added_at: ids.now(),
    };
    let sealed = sealer.seal(id.0.as_bytes(), document)?;
    store::put_consent(tx, scope, id, by, &consent, sealed).await?;
    note(tx, ids, scope, "add_port_consent", id).await?;
    happened(tx, ids, scope, id, EventKind::ConsentAdded).await?;
    let case = store::case(tx, scope, id).await?;
    if case.state == PortState::Draft && rules::missing(&case, ids.now()).is_empty() {
        return submit_now(tx, ids, scope, case, &Corrections::default()).await;
    }
    Ok(case)
}

fn check_document(document: &[u8]) -> Result<MediaType> {
    if document.len() > rules::MAX_DOCUMENT {
        return Err(Error::new(
            Kind::TooLarge,
            "tooLarge",
            "A document has at most 5 MiB.",
        ));
    }
    rules::media_type(document).ok_or_else(|| {
        Error::new(
            Kind::UnsupportedMedia,
            "unsupportedDocument",
            "Send the consent as a PDF file or as a picture (PNG or JPEG).",
        )
    })
}

/// The consent as it was given, for whoever may handle the case; that it was read stands in the audit log.
///
/// # Errors
/// 404 when there is none.
pub async fn read_consent(
    tx: &mut Tx,
    ids: &Ids,
    scope: &Scope,
    sealer: &Sealer,
    id: PortId,
) -> Result<(MediaType, Vec<u8>)> {
    let case = store::case(tx, scope, id).await?;
    check_right(scope, &case)?;
    let (media_type, sealed) = store::consent_of(tx, scope, id).await?;
    let document = sealer
        .open(id.0.as_bytes(), &sealed)
        .map_err(|error| Error::internal(format!("a consent cannot be opened: {error}")))?;
    note(tx, ids, scope, "read_port_consent", id).await?;
    Ok((media_type, document))
}

/// Submits a draft, or once more what was rejected, with what is put right. Asked again while the donor looks at it, with
/// nothing to put right, it changes nothing.
///
/// # Errors
/// 422 with what is wrong or missing, at the field; 409 when the case is past it.
pub async fn submit(
    tx: &mut Tx,
    ids: &Ids,
    scope: &Scope,
    id: PortId,
    corrections: Corrections,
) -> Result<Case> {
    let case = store::lock(tx, scope, id).await?;
    check_right(scope, &case)?;
    match case.state {
        PortState::Draft | PortState::Rejected => {}
        PortState::Submitted if corrections.is_empty() => return Ok(case),
        _ => return Err(not_now(&case)),
    }
    check_corrections(&case, &corrections, ids.now())?;
    submit_now(tx, ids, scope, case, &corrections).await
}

fn check_corrections(case: &Case, corrections: &Corrections, now: Instant) -> Result<()> {
    let mut wrong: Vec<(String, &'static str)> = Vec::new();
    if let Some(donor) = &corrections.donor
        && let Err(code) = rules::check_donor(donor)
    {
        wrong.push(("/donor".to_owned(), code));
    }
    if let Some(owner) = &corrections.owner
        && let Err((field, code)) = rules::check_owner(owner)
    {
        wrong.push((format!("/owner/{field}"), code));
    }
    if let Some(day) = corrections.date.or(case.wished_for)
        && let Err(code) = rules::check_day(day, now)
    {
        wrong.push(("/date".to_owned(), code));
    }
    if case.consent.is_none() {
        wrong.push(("".to_owned(), "consentMissing"));
    }
    if wrong.is_empty() {
        return Ok(());
    }
    let mut error = Error::rule(
        "portIncomplete",
        "The other operator cannot be asked like this. Put right what is named, then submit again.",
    );
    for (pointer, code) in wrong {
        let told = TEXTS.text(Language::En, &format!("problem.{code}"), &[]);
        error = error.with_field(pointer, code, told);
    }
    Err(error)
}

async fn submit_now(
    tx: &mut Tx,
    ids: &Ids,
    scope: &Scope,
    case: Case,
    corrections: &Corrections,
) -> Result<Case> {
    let attempt = case.attempt + i64::from(case.state == PortState::Rejected);
    store::begin_submission(tx, scope, case.id, attempt, corrections).await?;
    store::set_state(tx, scope, &case, PortState::Submitted, None, None).await?;
    note(tx, ids, scope, "submit_port", case.id).await?;
    happened(tx, ids, scope, case.id, EventKind::Submitted).await?;
    moved(tx, ids, scope, &case).await?;
    let case = store::case(tx, scope, case.id).await?;
    if case.released_at.is_some() {
        follow(tx, ids, scope, case.id).await?;
    }
    Ok(case)
}

/// The subscription here is in force, so that the number may move: from now on the donor can be asked. Bears being called
/// twice.
pub async fn release(tx: &mut Tx, ids: &Ids, scope: &Scope, id: PortId) -> Result<()> {
    if store::release(tx, scope, id, ids.now()).await? {
        follow(tx, ids, scope, id).await?;
    }
    Ok(())
}

/// Calls the case off: at once while the donor has not been asked, otherwise when the donor agrees.
///
/// # Errors
/// 409 `portCompleted`, `portCancelled`, `cancelUnderWay`.
pub async fn cancel(tx: &mut Tx, ids: &Ids, scope: &Scope, id: PortId) -> Result<Case> {
    let case = store::lock(tx, scope, id).await?;
    check_right(scope, &case)?;
    if let Some(code) = rules::cancel_hindrance(&case) {
        return Err(Error::conflict(
            code,
            match code {
                "portCompleted" => {
                    "The number has moved already. To give it up, end the subscription or change its number."
                }
                "portCancelled" => "This case has been cancelled already.",
                _ => "This case is being cancelled already.",
            },
        ));
    }
    note(tx, ids, scope, "cancel_port", id).await?;
    call_off(tx, ids, scope, &case).await?;
    store::case(tx, scope, id).await
}

/// As [`cancel`], for whoever cancels the order that waits for it. A case that has ended stays as it is.
pub async fn abandon(tx: &mut Tx, ids: &Ids, scope: &Scope, item: Uuid) -> Result<()> {
    let Some(case) = store::of_item(tx, scope, item).await? else {
        return Ok(());
    };
    let case = store::lock(tx, scope, case.id).await?;
    if rules::cancel_hindrance(&case).is_none() {
        call_off(tx, ids, scope, &case).await?;
    }
    Ok(())
}

async fn call_off(tx: &mut Tx, ids: &Ids, scope: &Scope, case: &Case) -> Result<()> {
    if rules::is_outside(case.state) && case.asked_at.is_some() {
        store::set_cancel_requested(tx, scope, case.id, Some(ids.now())).await?;
        happened(tx, ids, scope, case.id, EventKind::CancelRequested).await?;
        return follow(tx, ids, scope, case.id).await;
    }
    advance(tx, ids, scope, case, PortState::Cancelled, None, None).await?;
    moved(tx, ids, scope, case).await
}

/// Moves a case one state on and notes what follows from it.
pub(super) async fn advance(
    tx: &mut Tx,
    ids: &Ids,
    scope: &Scope,
    case: &Case,
    to: PortState,
    day: Option<Date>,
    rejection: Option<&Rejection>,
) -> Result<()> {
    if !rules::may(case.state, to) {
        return Err(Error::internal(format!(
            "a port cannot go from {} to {to}",
            case.state
        )));
    }
    let ended_at = (!rules::is_open(to)).then(|| ids.now());
    store::set_state(tx, scope, case, to, rejection, ended_at).await?;
    let detail = EventDetail {
        day,
        code: rejection.map(|rejection| rejection.code.as_str()),
        detail: rejection.map(|rejection| rejection.detail.as_str()),
    };
    store::add_event(tx, ids, scope, case.id, rules::event_of(to), detail).await?;
    if to == PortState::Completed {
        // Section 28 a of the Danish Telecommunications Act: it ends by itself when the number has moved.
        let detail = EventDetail {
            day: Some(ids.now().danish_day()),
            ..EventDetail::default()
        };
        store::add_event(tx, ids, scope, case.id, EventKind::DonorEnded, detail).await?;
    }
    Ok(())
}

/// Tells whoever waits for the case, and open pages.
pub(super) async fn moved(tx: &mut Tx, ids: &Ids, scope: &Scope, case: &Case) -> Result<()> {
    let organisation = scope.organisation().0;
    live::tell(tx, ids, organisation, "ports", Some(case.id.0)).await?;
    if let Some(person) = case.person {
        // Their row shows the day.
        live::tell(tx, ids, organisation, "person", Some(person.0)).await?;
    }
    let job = NewJob {
        kind: CASE_MOVED,
        key: Some(case.item.to_string()),
        payload: serde_json::json!({ "item": case.item }),
        lane: organisation,
        run_after: None,
    };
    jobs::enqueue(tx, ids, job).await
}

pub(super) async fn happened(
    tx: &mut Tx,
    ids: &Ids,
    scope: &Scope,
    port: PortId,
    kind: EventKind,
) -> Result<()> {
    store::add_event(tx, ids, scope, port, kind, EventDetail::default()).await?;
    live::tell(tx, ids, scope.organisation().0, "ports", Some(port.0)).await
}

/// Asks for the job that follows the case: now, and once however often it is asked.
pub(super) async fn follow(tx: &mut Tx, ids: &Ids, scope: &Scope, id: PortId) -> Result<()> {
    let job = NewJob {
        kind: FOLLOW_CASE,
        key: Some(id.to_string()),
        payload: serde_json::json!({ "port": id, "organisation": scope.organisation() }),
        lane: scope.organisation().0,
        run_after: None,
    };
    jobs::enqueue(tx, ids, job).await
}

/// Somebody at the network says that the request of this case has moved. A hint: the worker asks for itself.
pub async fn note_network_event(tx: &mut Tx, ids: &Ids, id: PortId) -> Result<bool> {
    let system = access::for_system();
    let Some(organisation) = store::organisation_of(tx, system, id).await? else {
        return Ok(false);
    };
    let scope = access::for_work(tx, system, organisation).await?;
    follow(tx, ids, &scope, id).await?;
    Ok(true)
}

/// The order's number as people say it: `O-000123`.
pub fn order_number(number: i64) -> String {
    format!("O-{number:06}")
}

/// The first day on which a number can move that is asked for now.
pub fn earliest_day(now: Instant) -> Date {
    calendar::earliest(now)
}

/// As it is asked for: what is written around it does not count.
pub fn tidy_owner(owner: &Owner) -> Owner {
    Owner {
        name: owner.name.trim().to_owned(),
        cvr: owner
            .cvr
            .as_ref()
            .map(|cvr| cvr.chars().filter(|letter| *letter != ' ').collect()),
    }
}

async fn note(
    tx: &mut Tx,
    ids: &Ids,
    scope: &Scope,
    action: &'static str,
    port: PortId,
) -> Result<()> {
    let entry = AuditEntry::new(
        scope.organisation().0,
        scope.principal().map(|principal| principal.0),
        action,
    )
    .on("port", port);
    audit::record(tx, ids, entry).await
}

fn principal(scope: &Scope) -> Result<PrincipalId> {
    scope
        .principal()
        .ok_or_else(|| Error::internal("a port is handled by people, not by workers"))
}

fn check_right(scope: &Scope, case: &Case) -> Result<()> {
    if scope.permissions().has(case.right) {
        Ok(())
    } else {
        Err(Error::forbidden(
            "Your roles on this organisation do not allow you to handle this. Whoever may order it may handle it.",
        ))
    }
}

fn not_now(case: &Case) -> Error {
    match case.state {
        PortState::Completed => Error::conflict("portCompleted", "The number has moved already."),
        PortState::Cancelled => {
            Error::conflict("portCancelled", "This case has been cancelled. Order anew.")
        }
        _ => Error::conflict(
            "portUnderWay",
            "The other operator has been asked already. Wait for the answer, or cancel the case.",
        ),
    }
}
