//! The tables of this room. The catalogue is the operator's and the same for everybody; it has no scope.

use super::{Attributes, NewOffering, Offering, OfferingId, OfferingKind, Texts};
use platform::{
    Error, Ids, Instant, Result,
    db::{Conn, Row, Tx, params},
};

const SOLD: &str = "SELECT o.id, o.kind, o.code, o.name, o.description, o.attributes, p.one_time, p.monthly
     FROM offerings o JOIN prices p ON p.offering = o.id
      AND p.valid_from = (SELECT MAX(q.valid_from) FROM prices q WHERE q.offering = o.id AND q.valid_from <= ?1)
     WHERE o.sold_from <= ?1 AND (o.sold_until IS NULL OR o.sold_until > ?1)";

fn json<T: serde::de::DeserializeOwned>(text: &str) -> Result<T> {
    serde_json::from_str(text).map_err(|error| Error::internal(format!("catalogue JSON: {error}")))
}

fn read(row: &Row) -> Result<Offering> {
    Ok(Offering {
        id: row.get(0)?,
        kind: row.get(1)?,
        code: row.get(2)?,
        name: json::<Texts>(&row.get::<String>(3)?)?,
        description: json::<Texts>(&row.get::<String>(4)?)?,
        attributes: json(&row.get::<String>(5)?)?,
        one_time: row.get(6)?,
        monthly: row.get(7)?,
    })
}

/// What is sold at `at`, in the operator's order.
pub async fn offerings(
    conn: &mut Conn,
    at: Instant,
    kind: Option<OfferingKind>,
) -> Result<Vec<Offering>> {
    conn.all(
        &format!(
            "{SOLD} AND (CAST(?2 AS TEXT) IS NULL OR o.kind = ?2) ORDER BY o.position, o.code"
        ),
        params![at, kind],
    )
    .await?
    .iter()
    .map(read)
    .collect()
}

/// An offering that is sold at `at`; `None` when it is not (any more).
pub async fn offering(conn: &mut Conn, at: Instant, id: OfferingId) -> Result<Option<Offering>> {
    conn.optional(&format!("{SOLD} AND o.id = ?2"), params![at, id])
        .await?
        .as_ref()
        .map(read)
        .transpose()
}

/// Those of several offerings that are sold at `at`.
pub async fn sold(conn: &mut Conn, at: Instant, ids: &[OfferingId]) -> Result<Vec<Offering>> {
    conn.all_of(&[at.into()], ids, |places| {
        format!("{SOLD} AND o.id IN ({places})")
    })
    .await?
    .iter()
    .map(read)
    .collect()
}

const KNOWN: &str = "SELECT o.id, o.kind, o.code, o.name, o.description, o.attributes, p.one_time, p.monthly
     FROM offerings o JOIN prices p ON p.offering = o.id
      AND p.valid_from = COALESCE((SELECT MAX(q.valid_from) FROM prices q WHERE q.offering = o.id AND q.valid_from <= ?1),
        (SELECT MIN(q.valid_from) FROM prices q WHERE q.offering = o.id))";

/// Everything that is, was or will be sold, in the operator's order.
pub async fn ever(conn: &mut Conn, at: Instant) -> Result<Vec<Offering>> {
    conn.all(&format!("{KNOWN} ORDER BY o.position, o.code"), params![at])
        .await?
        .iter()
        .map(read)
        .collect()
}

/// Several offerings, sold or not (any more), at the price of `at` or their first one.
pub async fn known(conn: &mut Conn, at: Instant, ids: &[OfferingId]) -> Result<Vec<Offering>> {
    conn.all_of(&[at.into()], ids, |places| {
        format!("{KNOWN} WHERE o.id IN ({places})")
    })
    .await?
    .iter()
    .map(read)
    .collect()
}

/// The stable code of an offering, sold or not.
pub async fn code(conn: &mut Conn, id: OfferingId) -> Result<String> {
    conn.one("SELECT code FROM offerings WHERE id = ?1", params![id])
        .await?
        .get(0)
}

/// What an offering allows, sold or not.
pub async fn attributes(conn: &mut Conn, id: OfferingId) -> Result<Attributes> {
    let row = conn
        .one(
            "SELECT attributes FROM offerings WHERE id = ?1",
            params![id],
        )
        .await?;
    json(&row.get::<String>(0)?)
}

pub async fn offering_by_code(
    conn: &mut Conn,
    at: Instant,
    code: &str,
) -> Result<Option<Offering>> {
    conn.optional(&format!("{SOLD} AND o.code = ?2"), params![at, code])
        .await?
        .as_ref()
        .map(read)
        .transpose()
}

/// An offering by its code, sold or not.
pub(super) async fn by_code(conn: &mut Conn, code: &str) -> Result<Option<OfferingId>> {
    conn.optional("SELECT id FROM offerings WHERE code = ?1", params![code])
        .await?
        .map(|row| row.get(0))
        .transpose()
}

/// Whether an offering has a price from this very instant on.
pub(super) async fn has_price(
    conn: &mut Conn,
    offering: OfferingId,
    from: Instant,
) -> Result<bool> {
    let row = conn
        .optional(
            "SELECT 1 FROM prices WHERE offering = ?1 AND valid_from = ?2",
            params![offering, from],
        )
        .await?;
    Ok(row.is_some())
}

pub(super) async fn insert(tx: &mut Tx, ids: &Ids, new: &NewOffering) -> Result<OfferingId> {
    let id: OfferingId = ids.make();
    let text = |value: &Texts| serde_json::json!({ "en": value.en, "da": value.da });
    let attributes = serde_json::to_value(&new.attributes)
        .map_err(|error| Error::internal(format!("attributes: {error}")))?;
    tx.execute(
        "INSERT INTO offerings (id, kind, code, name, description, attributes, position, sold_from)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        params![
            id,
            new.kind,
            &new.code,
            text(&new.name),
            text(&new.description),
            attributes,
            new.position,
            new.sold_from
        ],
    )
    .await?;
    tx.execute(
        "INSERT INTO prices (offering, valid_from, one_time, monthly) VALUES (?1, ?2, ?3, ?4)",
        params![id, new.sold_from, new.one_time, new.monthly],
    )
    .await?;
    Ok(id)
}

pub(super) async fn insert_price(
    tx: &mut Tx,
    offering: OfferingId,
    valid_from: Instant,
    one_time: platform::Money,
    monthly: platform::Money,
) -> Result<()> {
    tx.execute(
        "INSERT INTO prices (offering, valid_from, one_time, monthly) VALUES (?1, ?2, ?3, ?4)",
        params![offering, valid_from, one_time, monthly],
    )
    .await?;
    Ok(())
}

pub(super) async fn end_sale(tx: &mut Tx, offering: OfferingId, at: Instant) -> Result<()> {
    tx.execute(
        "UPDATE offerings SET sold_until = ?2 WHERE id = ?1",
        params![offering, at],
    )
    .await?;
    Ok(())
}
