//! Which subscription had a number from when until when.

use crate::{
    access::{OrganisationId, Scope},
    catalogue::OfferingId,
    subscriptions::{Holder, SubscriptionId},
};
use platform::{
    Ids, Result,
    db::{Conn, Tx, Value, params},
};

/// Brings the history of a subscription's number in line with what it has now. Call it after each change that gives it a number,
/// takes it away, exchanges it or ends the subscription; calling it again changes nothing.
pub(in crate::subscriptions) async fn keep_history(
    tx: &mut Tx,
    ids: &Ids,
    scope: &Scope,
    id: SubscriptionId,
) -> Result<()> {
    let now = ids.now();
    tx.execute(
        "UPDATE subscription_numbers SET until_at = ?3 WHERE organisation = ?1 AND subscription = ?2 AND until_at IS NULL
           AND NOT EXISTS (SELECT 1 FROM subscriptions s JOIN numbers n ON n.id = s.number
                           WHERE s.organisation = ?1 AND s.id = ?2 AND n.number = subscription_numbers.number
                             AND s.state IN ('active', 'suspended', 'ending'))",
        params![scope.organisation(), id, now],
    )
    .await?;
    tx.execute(
        "INSERT INTO subscription_numbers (organisation, subscription, number, from_at)
         SELECT s.organisation, s.id, n.number, ?3 FROM subscriptions s JOIN numbers n ON n.id = s.number
         WHERE s.organisation = ?1 AND s.id = ?2 AND s.state IN ('active', 'suspended', 'ending')
           AND NOT EXISTS (SELECT 1 FROM subscription_numbers h
                           WHERE h.subscription = s.id AND h.number = n.number AND h.until_at IS NULL)",
        params![scope.organisation(), id, now],
    )
    .await?;
    Ok(())
}

/// Numbers of one question; a list is filled up with nulls, so that there is one text to prepare.
const AT_ONCE: usize = 500;

/// Everybody who ever had one of these numbers (E.164 with `+`), in no order, whichever organisation they belong to: the caller
/// sorts out whom the scope may know of.
pub async fn holders(conn: &mut Conn, _: &Scope, numbers: &[&str]) -> Result<Vec<Holder>> {
    static TEXT: std::sync::LazyLock<String> = std::sync::LazyLock::new(|| {
        let places: Vec<_> = (1..=AT_ONCE).map(|place| format!("?{place}")).collect();
        format!(
            "SELECT h.number, h.organisation, h.subscription, h.from_at, h.until_at, s.offering
             FROM subscription_numbers h JOIN subscriptions s ON s.id = h.subscription WHERE h.number IN ({})",
            places.join(", ")
        )
    });
    let mut found = Vec::with_capacity(numbers.len());
    for some in numbers.chunks(AT_ONCE) {
        let mut params: Vec<Value> = some.iter().map(|number| Value::from(*number)).collect();
        params.resize(AT_ONCE, Value::Null);
        for row in conn.all(&TEXT, &params).await? {
            found.push(Holder {
                number: row.get(0)?,
                organisation: row.get::<OrganisationId>(1)?,
                subscription: row.get::<SubscriptionId>(2)?,
                from: row.get(3)?,
                until: row.get(4)?,
                offering: row.get::<OfferingId>(5)?,
            });
        }
    }
    Ok(found)
}
