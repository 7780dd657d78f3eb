//! What the people of a page have: subscriptions and orders under way, each in one statement for all of them.

use super::super::{HeldAddOn, HeldSim, HeldSubscription, OpenOrder, PersonRow, rules};
use crate::{
    access::Scope,
    catalogue::Texts,
    directory::PersonId,
    numbering::NumberKind,
    orders,
    sims::SimId,
    subscriptions::{SubscriptionId, SubscriptionKind},
};
use jiff::civil::Date;
use platform::{
    Error, Money, Result,
    db::{Conn, Row, Value},
};
use std::{collections::HashMap, sync::LazyLock};

/// People asked for at once: one, or a page of the usual length with the one more that tells of a next page. A list in between
/// is filled up with nulls, so that there are two texts to prepare.
const CHUNKS: [usize; 2] = [1, 51];
const LONGEST: usize = CHUNKS[1];

/// The two texts that `text` makes of so many places.
fn both(text: impl Fn(&str) -> String) -> [String; 2] {
    CHUNKS.map(|count| {
        let places: Vec<_> = (2..count + 2).map(|place| format!("?{place}")).collect();
        text(&places.join(", "))
    })
}

/// Fills in what the people of `rows` have.
pub(super) async fn fill(conn: &mut Conn, scope: &Scope, rows: &mut [PersonRow]) -> Result<()> {
    static SUBSCRIPTIONS: LazyLock<[String; 2]> = LazyLock::new(|| {
        both(|places| {
            format!(
            "SELECT s.person, s.organisation = ?1, s.id, s.kind, s.state, s.offering, o.name, n.number, n.kind, s.monthly,
               s.started_at, m.id, m.iccid, m.kind, m.state, s.reference
             FROM subscriptions s JOIN offerings o ON o.id = s.offering LEFT JOIN numbers n ON n.id = s.number
               LEFT JOIN sims m ON m.id = s.sim
             WHERE s.person IN ({places}) AND s.state <> 'ended' ORDER BY s.kind DESC, s.ordered_at, s.id"
        )
        })
    });
    static ORDERS: LazyLock<[String; 2]> = LazyLock::new(|| {
        both(|places| {
            format!(
            "SELECT i.person, o.id, o.number, i.action, o.state, o.held_reason, i.subscription,
               CASE WHEN i.state = 'acknowledged' THEN i.start_at END, COALESCE(i.problem_code, ''), i.after_item IS NOT NULL,
               CASE WHEN i.state = 'held' AND i.problem_code = 'scheduledPort' THEN
                 (SELECT c.agreed_day FROM ports c WHERE c.organisation = i.organisation AND c.item = i.id AND c.ended_at IS NULL) END
             FROM order_items i JOIN orders o ON o.id = i.order_id
             WHERE i.organisation = ?1 AND i.person IN ({places}) AND i.state IN ('acknowledged', 'inProgress', 'held')
             ORDER BY o.number"
        )
        })
    });
    static ADD_ONS: LazyLock<[String; 2]> = LazyLock::new(|| {
        both(|places| {
            format!(
                "SELECT s.person, a.subscription, a.offering, o.name, a.monthly
             FROM subscriptions s JOIN subscription_intervals a ON a.organisation = s.organisation AND a.subscription = s.id
               JOIN offerings o ON o.id = a.offering
             WHERE s.organisation = ?1 AND s.person IN ({places}) AND s.state <> 'ended' AND a.kind = 'addOn' AND a.ended_at IS NULL
             ORDER BY a.started_at, a.id"
            )
        })
    });
    for chunk in rows.chunks_mut(LONGEST) {
        let form = usize::from(chunk.len() > CHUNKS[0]);
        let mut params = Vec::with_capacity(CHUNKS[form] + 1);
        params.push(Value::from(scope.organisation()));
        params.extend(chunk.iter().map(|row| Value::from(row.person.id)));
        params.resize(CHUNKS[form] + 1, Value::Null);
        let mut places = HashMap::with_capacity(chunk.len());
        for (place, row) in chunk.iter().enumerate() {
            places.insert(row.person.id, place);
        }
        let mut names = HashMap::new();
        for row in conn.all(&SUBSCRIPTIONS[form], &params).await? {
            let Some(held) = whose(&row, &places)?.and_then(|place| chunk.get_mut(place)) else {
                continue;
            };
            let ours: bool = row.get(1)?;
            if ours {
                let subscription = read_subscription(&row, &mut names)?;
                if rules::costs(subscription.state) {
                    held.monthly = held.monthly.plus(subscription.monthly);
                }
                held.subscriptions.push(subscription);
            } else if row.get::<SubscriptionKind>(3)? == SubscriptionKind::Telephony {
                // Another organisation's affair, but for this: a Teams account has one number.
                held.telephony_elsewhere = true;
            }
        }
        for row in conn.all(&ORDERS[form], &params).await? {
            if let Some(held) = whose(&row, &places)?.and_then(|place| chunk.get_mut(place)) {
                held.open_orders.push(OpenOrder {
                    id: row.get(1)?,
                    number: row.get(2)?,
                    action: row.get(3)?,
                    state: row.get(4)?,
                    held_reason: row.get(5)?,
                    subscription: row.get(6)?,
                    start_at: row.get(7)?,
                    at_donor: orders::rules::is_at_donor(&row.get::<String>(8)?),
                    replaces_temporary: row.get(9)?,
                    port_day: day(row.get(10)?)?,
                });
            }
        }
        for row in conn.all(&ADD_ONS[form], &params).await? {
            let subscription: SubscriptionId = row.get(1)?;
            let Some(held) = whose(&row, &places)?.and_then(|place| chunk.get_mut(place)) else {
                continue;
            };
            if let Some(held) = held
                .subscriptions
                .iter_mut()
                .find(|held| held.id == subscription)
            {
                held.add_ons.push(HeldAddOn {
                    offering: row.get(2)?,
                    offering_name: name(row.get(3)?, &mut names)?,
                    monthly: row.get(4)?,
                });
            }
        }
    }
    Ok(())
}

fn whose(row: &Row, places: &HashMap<PersonId, usize>) -> Result<Option<usize>> {
    Ok(places.get(&row.get::<PersonId>(0)?).copied())
}

fn day(text: Option<String>) -> Result<Option<Date>> {
    text.map(|text| text.parse())
        .transpose()
        .map_err(|_| Error::internal("a stored day is none"))
}

fn name(json: String, names: &mut HashMap<String, Texts>) -> Result<Texts> {
    if let Some(name) = names.get(&json) {
        return Ok(name.clone());
    }
    let name: Texts = serde_json::from_str(&json)
        .map_err(|error| Error::internal(format!("an offering's name: {error}")))?;
    names.insert(json, name.clone());
    Ok(name)
}

/// `names`: those read already; a page has many subscriptions and few products.
fn read_subscription(row: &Row, names: &mut HashMap<String, Texts>) -> Result<HeldSubscription> {
    let offering_name = name(row.get(6)?, names)?;
    let sim = row
        .get::<Option<SimId>>(11)?
        .map(|id| {
            Ok::<_, Error>(HeldSim {
                id,
                iccid: row.get(12)?,
                kind: row.get(13)?,
                state: row.get(14)?,
            })
        })
        .transpose()?;
    let number: Option<String> = row.get(7)?;
    let number_kind: Option<NumberKind> = row.get(8)?;
    Ok(HeldSubscription {
        id: row.get(2)?,
        kind: row.get(3)?,
        state: row.get(4)?,
        offering: row.get(5)?,
        offering_name,
        number: number.zip(number_kind),
        monthly: Money::dkk(row.get(9)?),
        started_at: row.get(10)?,
        sim,
        add_ons: Vec::new(),
        reference: row.get(15)?,
    })
}
