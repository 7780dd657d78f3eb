//! Terms of customers, discounts, prices of use.

use super::{json, text};
use crate::{
    access::{OrganisationId, Scope, SystemScope},
    billing::{DiscountId, DiscountRule, Finance, Terms, UsagePrice},
};
use platform::{
    Ids, Result,
    db::{Conn, Tx, params, values},
};

pub(in crate::billing) async fn terms(conn: &mut Conn, scope: &Scope) -> Result<Terms> {
    let row = conn
        .optional(
            "SELECT payer, finance_addresses, buyer_reference, gln, cvr FROM billing_terms WHERE organisation = ?1",
            params![scope.organisation()],
        )
        .await?;
    let Some(row) = row else {
        return Ok(Terms::default());
    };
    Ok(Terms {
        payer: row.get(0)?,
        finance: Finance {
            addresses: json(&row.get::<String>(1)?)?,
            buyer_reference: row.get(2)?,
            gln: row.get(3)?,
            cvr: row.get(4)?,
        },
    })
}

pub(in crate::billing) async fn set_finance(
    tx: &mut Tx,
    scope: &Scope,
    finance: &Finance,
) -> Result<()> {
    tx.execute(
        "INSERT INTO billing_terms (organisation, finance_addresses, buyer_reference, gln, cvr) VALUES (?1, ?2, ?3, ?4, ?5)
         ON CONFLICT (organisation) DO UPDATE SET finance_addresses = excluded.finance_addresses,
           buyer_reference = excluded.buyer_reference, gln = excluded.gln, cvr = excluded.cvr",
        params![
            scope.organisation(),
            text(&finance.addresses)?,
            finance.buyer_reference.as_deref(),
            finance.gln.as_deref(),
            finance.cvr.as_deref()
        ],
    )
    .await?;
    Ok(())
}

pub(in crate::billing) async fn set_payer(
    tx: &mut Tx,
    scope: &Scope,
    payer: Option<OrganisationId>,
) -> Result<()> {
    tx.execute(
        "INSERT INTO billing_terms (organisation, finance_addresses, payer) VALUES (?1, '[]', ?2)
         ON CONFLICT (organisation) DO UPDATE SET payer = excluded.payer",
        params![scope.organisation(), payer],
    )
    .await?;
    Ok(())
}

pub(in crate::billing) async fn discounts(
    conn: &mut Conn,
    scope: &Scope,
) -> Result<Vec<DiscountRule>> {
    conn.all(
        "SELECT rate, category, offering, from_period, until_period FROM discounts WHERE organisation = ?1
         ORDER BY from_period, rate, id",
        params![scope.organisation()],
    )
    .await?
    .iter()
    .map(|row| {
        Ok(DiscountRule {
            rate: row.get(0)?,
            category: row.get(1)?,
            offering: row.get(2)?,
            from: row.get(3)?,
            until: row.get(4)?,
        })
    })
    .collect()
}

/// These instead of what there was.
pub(in crate::billing) async fn set_discounts(
    tx: &mut Tx,
    ids: &Ids,
    scope: &Scope,
    rules: &[DiscountRule],
) -> Result<()> {
    tx.execute(
        "DELETE FROM discounts WHERE organisation = ?1",
        params![scope.organisation()],
    )
    .await?;
    let rows: Vec<_> = rules
        .iter()
        .map(|rule| {
            values![
                ids.make::<DiscountId>(),
                scope.organisation(),
                rule.rate,
                rule.category,
                rule.offering,
                rule.from,
                rule.until
            ]
        })
        .collect();
    tx.execute_many(
        "INSERT INTO discounts (id, organisation, rate, category, offering, from_period, until_period)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        &rows,
    )
    .await?;
    Ok(())
}

/// What use costs, over all time. The operator's, and the same for everybody.
pub(in crate::billing) async fn prices(conn: &mut Conn) -> Result<Vec<UsagePrice>> {
    conn.all(
        "SELECT kind, destination, from_period, price, base FROM usage_prices ORDER BY kind, destination, from_period",
        params![],
    )
    .await?
    .iter()
    .map(|row| {
        Ok(UsagePrice {
            kind: row.get(0)?,
            destination: row.get(1)?,
            from: row.get(2)?,
            price: row.get(3)?,
            base: row.get(4)?,
        })
    })
    .collect()
}

pub(in crate::billing) async fn insert_usage_prices(
    tx: &mut Tx,
    _: SystemScope,
    prices: &[UsagePrice],
) -> Result<()> {
    let rows: Vec<_> = prices
        .iter()
        .map(|price| {
            values![
                price.kind,
                price.destination,
                price.from,
                price.price,
                price.base
            ]
        })
        .collect();
    tx.execute_many(
        "INSERT INTO usage_prices (kind, destination, from_period, price, base) VALUES (?1, ?2, ?3, ?4, ?5)",
        &rows,
    )
    .await?;
    Ok(())
}
