//! The figures of the landing page.

use super::{
    super::{Figures, ProductCount},
    people,
};
use crate::{access::Scope, catalogue::Texts};
use platform::{
    Error, Money, Result,
    db::{Conn, params},
};

pub async fn dashboard(conn: &mut Conn, scope: &Scope) -> Result<Figures> {
    let mut figures = Figures::default();
    let active = people::count_active(conn, scope).await?;
    // Whoever has something, once each.
    let row = conn
        .one(
            "SELECT CAST(COALESCE(SUM(held.telephony), 0) AS BIGINT), CAST(COALESCE(SUM(held.mobile), 0) AS BIGINT),
               COUNT(*), CAST(COALESCE(SUM(CASE WHEN p.state = 'active' THEN 0 ELSE 1 END), 0) AS BIGINT),
               CAST(COALESCE(SUM(CASE WHEN p.state = 'active' THEN 0 ELSE held.costs END), 0) AS BIGINT)
             FROM (SELECT s.person AS person, MAX(CASE WHEN s.kind = 'telephony' THEN 1 ELSE 0 END) AS telephony,
                     MAX(CASE WHEN s.kind = 'mobile' THEN 1 ELSE 0 END) AS mobile,
                     MAX(CASE WHEN s.state = 'ordered' THEN 0 ELSE 1 END) AS costs
                   FROM subscriptions s WHERE s.organisation = ?1 AND s.state <> 'ended' GROUP BY s.person) held
             JOIN people p ON p.id = held.person WHERE p.listed = TRUE AND p.home IN (?1, ?2)",
            params![scope.organisation(), scope.tenant()],
        )
        .await?;
    let (holders, gone): (i64, i64) = (row.get(2)?, row.get(3)?);
    figures.with_telephony = row.get(0)?;
    figures.with_mobile = row.get(1)?;
    figures.people = active + gone;
    figures.with_neither = figures.people - holders;
    figures.disabled_still_costing = row.get(4)?;
    figures.products = conn
        .all(
            "SELECT s.offering, o.name, s.kind, COUNT(*), CAST(COALESCE(SUM(s.monthly), 0) AS BIGINT)
             FROM subscriptions s JOIN offerings o ON o.id = s.offering
             WHERE s.organisation = ?1 AND s.state <> 'ended' AND s.state <> 'ordered'
             GROUP BY s.offering, o.name, s.kind, o.position, o.code ORDER BY o.position, o.code",
            params![scope.organisation()],
        )
        .await?
        .iter()
        .map(|row| {
            Ok(ProductCount {
                offering: row.get(0)?,
                offering_name: serde_json::from_str::<Texts>(&row.get::<String>(1)?)
                    .map_err(|error| Error::internal(format!("an offering's name: {error}")))?,
                kind: row.get(2)?,
                count: row.get(3)?,
                monthly: Money::dkk(row.get(4)?),
            })
        })
        .collect::<Result<_>>()?;
    let row = conn
        .one(
            "SELECT CAST(COALESCE(SUM(CASE WHEN o.held_reason = 'needsAttention' THEN 0 ELSE 1 END), 0) AS BIGINT),
               CAST(COALESCE(SUM(CASE WHEN o.held_reason = 'needsAttention' THEN 1 ELSE 0 END), 0) AS BIGINT)
             FROM orders o WHERE o.organisation = ?1 AND o.state IN ('acknowledged', 'pending', 'held', 'inProgress')",
            params![scope.organisation()],
        )
        .await?;
    figures.orders_in_progress = row.get(0)?;
    figures.orders_needing_attention = row.get(1)?;
    Ok(figures)
}
