//! The tables of this room.

use super::{DeliveryAddress, Message, NewRequest, SupportRequest, SupportRequestId, SupportState};
use crate::access::{OrganisationId, PrincipalId, Scope};
use platform::{
    Error, Ids, Instant, Result,
    db::{Conn, Row, Tx, params},
};

/// The registered address of the organisation.
pub async fn delivery_address(conn: &mut Conn, scope: &Scope) -> Result<Option<DeliveryAddress>> {
    conn.optional(
        "SELECT name, attention, street, postal_code, city, country FROM delivery_addresses WHERE organisation = ?1",
        params![scope.organisation()],
    )
    .await?
    .map(|row| {
        Ok(DeliveryAddress {
            name: row.get(0)?,
            attention: row.get(1)?,
            street: row.get(2)?,
            postal_code: row.get(3)?,
            city: row.get(4)?,
            country: row.get(5)?,
        })
    })
    .transpose()
}

/// When a support request last changed the registered address; `None` for one that came with onboarding.
pub async fn address_changed_at(conn: &mut Conn, scope: &Scope) -> Result<Option<Instant>> {
    conn.optional(
        "SELECT d.changed_at FROM delivery_addresses d WHERE d.organisation = ?1 AND EXISTS
           (SELECT 1 FROM support_requests r
            WHERE r.organisation = d.organisation AND r.kind = 'deliveryAddress' AND r.state = 'done')",
        params![scope.organisation()],
    )
    .await?
    .map(|row| row.get(0))
    .transpose()
}

pub(super) async fn save_address(
    tx: &mut Tx,
    ids: &Ids,
    organisation: OrganisationId,
    address: &DeliveryAddress,
) -> Result<()> {
    tx.execute(
        "INSERT INTO delivery_addresses (organisation, name, attention, street, postal_code, city, country, changed_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
         ON CONFLICT (organisation) DO UPDATE SET name = excluded.name, attention = excluded.attention, street = excluded.street,
           postal_code = excluded.postal_code, city = excluded.city, country = excluded.country, changed_at = excluded.changed_at",
        params![
            organisation,
            &address.name,
            address.attention.as_deref(),
            &address.street,
            &address.postal_code,
            &address.city,
            &address.country,
            ids.now()
        ],
    )
    .await?;
    Ok(())
}

/// `None` when another change of the address is under way.
pub(super) async fn insert_request(
    tx: &mut Tx,
    ids: &Ids,
    scope: &Scope,
    new: &NewRequest,
    by: PrincipalId,
) -> Result<Option<SupportRequestId>> {
    let number: i64 = tx
        .one(
            "UPDATE support_request_numbers SET last = last + 1 WHERE singleton = 1 RETURNING last",
            params![],
        )
        .await?
        .get(0)?;
    let address = new
        .address
        .as_ref()
        .map(serde_json::to_string)
        .transpose()
        .map_err(|error| Error::internal(format!("an address cannot be written: {error}")))?;
    let now = ids.now();
    tx.optional(
        "INSERT INTO support_requests (id, organisation, number, kind, state, subject, address, requested_by, created_at, changed_at)
         VALUES (?1, ?2, ?3, ?4, 'open', ?5, ?6, ?7, ?8, ?8)
         ON CONFLICT DO NOTHING RETURNING id",
        params![
            ids.make::<SupportRequestId>(),
            scope.organisation(),
            number,
            new.kind,
            &new.subject,
            address,
            by,
            now
        ],
    )
    .await?
    .map(|row| row.get(0))
    .transpose()
}

pub(super) async fn insert_message(
    tx: &mut Tx,
    ids: &Ids,
    scope: &Scope,
    request: SupportRequestId,
    author: PrincipalId,
    from_operator: bool,
    text: &str,
) -> Result<()> {
    tx.execute(
        "INSERT INTO support_messages (id, organisation, request, author, from_operator, text, at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        params![
            ids.uuid(),
            scope.organisation(),
            request,
            author,
            from_operator,
            text,
            ids.now()
        ],
    )
    .await?;
    Ok(())
}

/// The state of a request, locked until the transaction ends.
pub(super) async fn lock(
    tx: &mut Tx,
    scope: &Scope,
    id: SupportRequestId,
) -> Result<Option<SupportState>> {
    tx.optional(
        "SELECT state FROM support_requests WHERE organisation = ?1 AND id = ?2 FOR UPDATE",
        params![scope.organisation(), id],
    )
    .await?
    .map(|row| row.get(0))
    .transpose()
}

pub(super) async fn set_state(
    tx: &mut Tx,
    ids: &Ids,
    scope: &Scope,
    id: SupportRequestId,
    state: SupportState,
) -> Result<()> {
    tx.execute(
        "UPDATE support_requests SET state = ?3, changed_at = ?4 WHERE organisation = ?1 AND id = ?2",
        params![scope.organisation(), id, state, ids.now()],
    )
    .await?;
    Ok(())
}

const REQUEST: &str = "SELECT r.id, r.organisation, o.name, r.number, r.kind, r.state, r.subject, r.address, r.requested_by, p.name,
       r.created_at, r.changed_at
     FROM support_requests r JOIN organisations o ON o.id = r.organisation JOIN principals p ON p.id = r.requested_by";

fn read(row: &Row) -> Result<SupportRequest> {
    Ok(SupportRequest {
        id: row.get(0)?,
        organisation: row.get(1)?,
        organisation_name: row.get(2)?,
        number: row.get(3)?,
        kind: row.get(4)?,
        state: row.get(5)?,
        subject: row.get(6)?,
        address: row
            .get::<Option<String>>(7)?
            .map(|text| serde_json::from_str(&text))
            .transpose()
            .map_err(|error| Error::internal(format!("an address cannot be read: {error}")))?,
        requested_by: row.get(8)?,
        requested_by_name: row.get(9)?,
        created_at: row.get(10)?,
        changed_at: row.get(11)?,
        messages: Vec::new(),
    })
}

async fn with_messages(conn: &mut Conn, mut request: SupportRequest) -> Result<SupportRequest> {
    request.messages = conn
        .all(
            "SELECT m.author, p.name, m.from_operator, m.text, m.at FROM support_messages m JOIN principals p ON p.id = m.author
             WHERE m.organisation = ?1 AND m.request = ?2 ORDER BY m.at, m.id",
            params![request.organisation, request.id],
        )
        .await?
        .iter()
        .map(|row| {
            Ok(Message {
                author: row.get(0)?,
                author_name: row.get(1)?,
                from_operator: row.get(2)?,
                text: row.get(3)?,
                at: row.get(4)?,
            })
        })
        .collect::<Result<_>>()?;
    Ok(request)
}

pub async fn request(
    conn: &mut Conn,
    scope: &Scope,
    id: SupportRequestId,
) -> Result<Option<SupportRequest>> {
    let found = conn
        .optional(
            &format!("{REQUEST} WHERE r.organisation = ?1 AND r.id = ?2"),
            params![scope.organisation(), id],
        )
        .await?
        .as_ref()
        .map(read)
        .transpose()?;
    match found {
        Some(request) => with_messages(conn, request).await.map(Some),
        None => Ok(None),
    }
}

/// A page of the organisation's requests, the newest first, before a number; and how many there are in all.
pub async fn requests(
    conn: &mut Conn,
    scope: &Scope,
    state: Option<SupportState>,
    before: Option<i64>,
    limit: i64,
) -> Result<(Vec<SupportRequest>, i64)> {
    const WHERE: &str = "r.organisation = ?1 AND (CAST(?2 AS TEXT) IS NULL OR r.state = ?2)";
    let rows = conn
        .all(
            &format!("{REQUEST} WHERE {WHERE} AND (CAST(?3 AS BIGINT) IS NULL OR r.number < ?3) ORDER BY r.number DESC LIMIT ?4"),
            params![scope.organisation(), state, before, limit],
        )
        .await?;
    let total = conn
        .one(
            &format!("SELECT COUNT(*) FROM support_requests r WHERE {WHERE}"),
            params![scope.organisation(), state],
        )
        .await?
        .get(0)?;
    let mut found = Vec::with_capacity(rows.len());
    for row in &rows {
        found.push(with_messages(conn, read(row)?).await?);
    }
    Ok((found, total))
}

/// What waits for the operator in the organisation and everything below it, the oldest first.
pub async fn open_below(conn: &mut Conn, scope: &Scope) -> Result<Vec<SupportRequest>> {
    let rows = conn
        .all(
            &format!(
                "{REQUEST} JOIN organisation_ancestors a ON a.organisation = r.organisation
                 WHERE a.ancestor = ?1 AND r.state = 'open' ORDER BY r.created_at, r.id LIMIT 1000"
            ),
            params![scope.organisation()],
        )
        .await?;
    let mut found = Vec::with_capacity(rows.len());
    for row in &rows {
        found.push(with_messages(conn, read(row)?).await?);
    }
    Ok(found)
}
