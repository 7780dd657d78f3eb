//! The tables of this room.

use super::{
    Case, Consent, Corrections, Event, EventKind, MediaType, NewCase, Owner, PortId, PortState,
    Rejection,
};
use crate::{
    access::{OrganisationId, Permission, PrincipalId, Scope, SystemScope},
    subscriptions::SubscriptionId,
};
use jiff::civil::Date;
use platform::{
    Error, Ids, Instant, Result,
    db::{Conn, Row, Tx, params},
};
use uuid::Uuid;

const CASE: &str = "SELECT c.id, c.order_id, c.item, c.subscription, c.person, pe.display_name, c.requested_by, pr.name, c.handled_with,
       c.number, c.kind, c.donor, c.owner_name, c.owner_cvr, c.wished_for, c.agreed_day, c.temporary, c.state, c.attempt,
       c.released_at, c.asked_at, c.tries, c.trouble, c.rejection_code, c.rejection_detail, c.cancel_requested_at,
       d.media_type, d.size, d.added_at, c.created_at, c.ended_at, c.version, c.order_number
     FROM ports c JOIN principals pr ON pr.id = c.requested_by LEFT JOIN people pe ON pe.id = c.person
     LEFT JOIN port_consents d ON d.port = c.id";

fn day(text: Option<String>) -> Result<Option<Date>> {
    text.map(|text| {
        text.parse()
            .map_err(|_| Error::internal("a stored day is none"))
    })
    .transpose()
}

fn read(row: &Row) -> Result<Case> {
    let rejection = match row.get::<Option<String>>(23)? {
        Some(code) => Some(Rejection {
            code,
            detail: row.get::<Option<String>>(24)?.unwrap_or_default(),
        }),
        None => None,
    };
    let consent = match row.get::<Option<MediaType>>(26)? {
        Some(media_type) => Some(Consent {
            media_type,
            size: row.get(27)?,
            added_at: row.get(28)?,
        }),
        None => None,
    };
    Ok(Case {
        id: row.get(0)?,
        order: row.get(1)?,
        order_number: row.get(32)?,
        item: row.get(2)?,
        subscription: row.get(3)?,
        person: row.get(4)?,
        person_name: row.get(5)?,
        requested_by: row.get(6)?,
        requested_by_name: row.get(7)?,
        right: Permission::parse(&row.get::<String>(8)?)
            .ok_or_else(|| Error::internal("a stored permission is none"))?,
        number: row.get(9)?,
        kind: row.get(10)?,
        donor: row.get(11)?,
        owner: Owner {
            name: row.get(12)?,
            cvr: row.get(13)?,
        },
        wished_for: day(row.get(14)?)?,
        day: day(row.get(15)?)?,
        temporary: row.get(16)?,
        state: row.get(17)?,
        attempt: row.get(18)?,
        released_at: row.get(19)?,
        asked_at: row.get(20)?,
        tries: row.get(21)?,
        trouble: row.get(22)?,
        rejection,
        cancel_requested_at: row.get(25)?,
        consent,
        created_at: row.get(29)?,
        ended_at: row.get(30)?,
        version: row.get(31)?,
    })
}

pub async fn case(conn: &mut Conn, scope: &Scope, id: PortId) -> Result<Case> {
    read(
        &conn
            .one(
                &format!("{CASE} WHERE c.organisation = ?1 AND c.id = ?2"),
                params![scope.organisation(), id],
            )
            .await?,
    )
}

/// Locks the case first, so that two who change it come one after the other.
pub(super) async fn lock(tx: &mut Tx, scope: &Scope, id: PortId) -> Result<Case> {
    tx.one(
        "SELECT id FROM ports WHERE organisation = ?1 AND id = ?2 FOR UPDATE",
        params![scope.organisation(), id],
    )
    .await?;
    case(tx, scope, id).await
}

/// The case that an order item waits for.
pub async fn of_item(conn: &mut Conn, scope: &Scope, item: Uuid) -> Result<Option<Case>> {
    conn.optional(
        &format!("{CASE} WHERE c.organisation = ?1 AND c.item = ?2"),
        params![scope.organisation(), item],
    )
    .await?
    .as_ref()
    .map(read)
    .transpose()
}

/// The temporary numbers of the organisation's open cases, each with the subscription that is reached by it meanwhile.
pub async fn temporary_numbers(
    conn: &mut Conn,
    scope: &Scope,
) -> Result<Vec<(String, SubscriptionId)>> {
    conn.all(
        "SELECT temporary, subscription FROM ports WHERE organisation = ?1 AND ended_at IS NULL AND temporary IS NOT NULL",
        params![scope.organisation()],
    )
    .await?
    .iter()
    .map(|row| Ok((row.get(0)?, row.get(1)?)))
    .collect()
}

/// Whether the number is on its way to anybody here.
pub(super) async fn is_under_way(conn: &mut Conn, _: &Scope, number: &str) -> Result<bool> {
    Ok(conn
        .optional(
            "SELECT 1 FROM ports WHERE number = ?1 AND ended_at IS NULL",
            params![number],
        )
        .await?
        .is_some())
}

pub(super) async fn organisation_of(
    conn: &mut Conn,
    _: SystemScope,
    id: PortId,
) -> Result<Option<OrganisationId>> {
    conn.optional("SELECT organisation FROM ports WHERE id = ?1", params![id])
        .await?
        .map(|row| row.get(0))
        .transpose()
}

#[derive(Clone, Debug, Default)]
pub struct Filter {
    pub state: Option<PortState>,
    pub order: Option<Uuid>,
    /// Digits that the number contains.
    pub digits: String,
}

/// A page of the organisation's cases, the newest first, and how many the filter leaves in all.
pub async fn list(
    conn: &mut Conn,
    scope: &Scope,
    filter: &Filter,
    after: Option<(Instant, PortId)>,
    limit: i64,
) -> Result<(Vec<Case>, i64)> {
    let mut wanted = "c.organisation = ?1 AND (CAST(?2 AS TEXT) IS NULL OR c.state = ?2)
         AND (?3 = '' OR c.number LIKE '%' || ?3 || '%')"
        .to_owned();
    let mut params = params![scope.organisation(), filter.state, &filter.digits].to_vec();
    if let Some(order) = filter.order {
        wanted.push_str(" AND c.order_id = ?4");
        params.push(order.into());
    }
    let total = conn
        .one(
            &format!("SELECT COUNT(*) FROM ports c WHERE {wanted}"),
            &params,
        )
        .await?
        .get(0)?;
    if let Some((at, id)) = after {
        let place = params.len() + 1;
        wanted.push_str(&format!(
            " AND (c.created_at, c.id) < (?{place}, ?{})",
            place + 1
        ));
        params.extend([at.into(), id.into()]);
    }
    params.push(limit.into());
    let sql = format!(
        "{CASE} WHERE {wanted} ORDER BY c.created_at DESC, c.id DESC LIMIT ?{}",
        params.len()
    );
    let cases = conn
        .all(&sql, &params)
        .await?
        .iter()
        .map(read)
        .collect::<Result<_>>()?;
    Ok((cases, total))
}

pub(super) async fn insert(
    tx: &mut Tx,
    ids: &Ids,
    scope: &Scope,
    id: PortId,
    requested_by: PrincipalId,
    new: &NewCase,
) -> Result<()> {
    tx.execute(
        "INSERT INTO ports (id, organisation, order_id, item, subscription, person, requested_by, handled_with, number, kind,
           donor, owner_name, owner_cvr, wished_for, temporary, order_number, state, attempt, tries, created_at, version)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, 'draft', 1, 0, ?17, 1)",
        params![
            id,
            scope.organisation(),
            new.order,
            new.item,
            new.subscription,
            new.person,
            requested_by,
            new.right.as_str(),
            &new.number,
            new.kind,
            &new.donor,
            &new.owner.name,
            new.owner.cvr.as_deref(),
            new.wished_for,
            new.temporary.as_deref(),
            new.order_number,
            ids.now()
        ],
    )
    .await?;
    Ok(())
}

/// Moves a case. A final state is never left: the condition keeps it whatever the caller thinks.
pub(super) async fn set_state(
    tx: &mut Tx,
    scope: &Scope,
    case: &Case,
    to: PortState,
    rejection: Option<&Rejection>,
    ended_at: Option<Instant>,
) -> Result<()> {
    let moved = tx
        .execute(
            "UPDATE ports SET state = ?4, rejection_code = ?5, rejection_detail = ?6, ended_at = ?7, version = version + 1
             WHERE organisation = ?1 AND id = ?2 AND state = ?3",
            params![
                scope.organisation(),
                case.id,
                case.state,
                to,
                rejection.map(|rejection| rejection.code.as_str()),
                rejection.map(|rejection| rejection.detail.as_str()),
                ended_at
            ],
        )
        .await?;
    if moved == 1 {
        Ok(())
    } else {
        Err(Error::conflict(
            "portMoved",
            "This case has just moved. Look at it again.",
        ))
    }
}

/// A submission begins: nothing of an earlier one counts.
pub(super) async fn begin_submission(
    tx: &mut Tx,
    scope: &Scope,
    id: PortId,
    attempt: i64,
    corrections: &Corrections,
) -> Result<()> {
    let owner = corrections.owner.as_ref();
    tx.execute(
        "UPDATE ports SET attempt = ?3, asked_at = NULL, agreed_day = NULL, tries = 0, trouble = NULL, donor = COALESCE(?4, donor),
           owner_name = COALESCE(?5, owner_name), owner_cvr = CASE WHEN CAST(?5 AS TEXT) IS NULL THEN owner_cvr ELSE ?6 END,
           wished_for = COALESCE(?7, wished_for), version = version + 1
         WHERE organisation = ?1 AND id = ?2",
        params![
            scope.organisation(),
            id,
            attempt,
            corrections.donor.as_deref(),
            owner.map(|owner| owner.name.as_str()),
            owner.and_then(|owner| owner.cvr.as_deref()),
            corrections.date
        ],
    )
    .await?;
    Ok(())
}

pub(super) async fn set_agreed_day(
    tx: &mut Tx,
    scope: &Scope,
    id: PortId,
    day: Date,
) -> Result<()> {
    tx.execute(
        "UPDATE ports SET agreed_day = ?3, version = version + 1 WHERE organisation = ?1 AND id = ?2",
        params![scope.organisation(), id, day],
    )
    .await?;
    Ok(())
}

/// `true` when it was not released before.
pub(super) async fn release(tx: &mut Tx, scope: &Scope, id: PortId, now: Instant) -> Result<bool> {
    Ok(tx
        .execute(
            "UPDATE ports SET released_at = ?3, version = version + 1
             WHERE organisation = ?1 AND id = ?2 AND released_at IS NULL",
            params![scope.organisation(), id, now],
        )
        .await?
        == 1)
}

/// The donor is about to be asked: noted before the call, so that after a crash it is known that it may have happened.
pub(super) async fn set_asked(tx: &mut Tx, scope: &Scope, id: PortId, now: Instant) -> Result<()> {
    tx.execute(
        "UPDATE ports SET asked_at = ?3 WHERE organisation = ?1 AND id = ?2",
        params![scope.organisation(), id, now],
    )
    .await?;
    Ok(())
}

pub(super) async fn set_trouble(
    tx: &mut Tx,
    scope: &Scope,
    id: PortId,
    tries: i64,
    trouble: Option<&str>,
) -> Result<()> {
    tx.execute(
        "UPDATE ports SET tries = ?3, trouble = ?4 WHERE organisation = ?1 AND id = ?2",
        params![scope.organisation(), id, tries, trouble],
    )
    .await?;
    Ok(())
}

pub(super) async fn set_cancel_requested(
    tx: &mut Tx,
    scope: &Scope,
    id: PortId,
    at: Option<Instant>,
) -> Result<()> {
    tx.execute(
        "UPDATE ports SET cancel_requested_at = ?3, version = version + 1 WHERE organisation = ?1 AND id = ?2",
        params![scope.organisation(), id, at],
    )
    .await?;
    Ok(())
}

/// What an event is made of beside its kind and time.
#[derive(Clone, Debug, Default)]
pub(super) struct EventDetail<'a> {
    pub day: Option<Date>,
    pub code: Option<&'a str>,
    pub detail: Option<&'a str>,
}

pub(super) async fn add_event(
    tx: &mut Tx,
    ids: &Ids,
    scope: &Scope,
    port: PortId,
    kind: EventKind,
    detail: EventDetail<'_>,
) -> Result<()> {
    tx.execute(
        "INSERT INTO port_events (id, organisation, port, kind, at, principal, agreed_day, code, detail)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        params![
            ids.uuid(),
            scope.organisation(),
            port,
            kind,
            ids.now(),
            scope.principal(),
            detail.day,
            detail.code,
            detail.detail
        ],
    )
    .await?;
    Ok(())
}

/// What happened to a case, the oldest first.
pub async fn events(conn: &mut Conn, scope: &Scope, port: PortId) -> Result<Vec<Event>> {
    conn.all(
        "SELECT e.kind, e.at, p.name, e.agreed_day, e.code, e.detail FROM port_events e LEFT JOIN principals p ON p.id = e.principal
         WHERE e.organisation = ?1 AND e.port = ?2 ORDER BY e.at, e.id",
        params![scope.organisation(), port],
    )
    .await?
    .iter()
    .map(|row| {
        Ok(Event {
            kind: row.get(0)?,
            at: row.get(1)?,
            by_name: row.get(2)?,
            day: day(row.get(3)?)?,
            code: row.get(4)?,
            detail: row.get(5)?,
        })
    })
    .collect()
}

/// Keeps a document, in the place of an earlier one.
pub(super) async fn put_consent(
    tx: &mut Tx,
    scope: &Scope,
    port: PortId,
    by: PrincipalId,
    consent: &Consent,
    sealed: Vec<u8>,
) -> Result<()> {
    tx.execute(
        "INSERT INTO port_consents (port, organisation, media_type, size, document, added_by, added_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
         ON CONFLICT (port) DO UPDATE SET media_type = excluded.media_type, size = excluded.size,
           document = excluded.document, added_by = excluded.added_by, added_at = excluded.added_at",
        params![
            port,
            scope.organisation(),
            consent.media_type,
            consent.size,
            sealed,
            by,
            consent.added_at
        ],
    )
    .await?;
    Ok(())
}

/// The sealed document of a case.
pub async fn consent_of(
    conn: &mut Conn,
    scope: &Scope,
    port: PortId,
) -> Result<(MediaType, Vec<u8>)> {
    let row = conn
        .one(
            "SELECT media_type, document FROM port_consents WHERE organisation = ?1 AND port = ?2",
            params![scope.organisation(), port],
        )
        .await?;
    Ok((row.get(0)?, row.get(1)?))
}
