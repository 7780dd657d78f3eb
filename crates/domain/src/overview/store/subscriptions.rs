//! Subscriptions with whom and what they concern, and who has which number.

use super::{
    super::{HeldSim, SubscriptionRow, SubscriptionsQuery},
    Statement,
};
use crate::{
    access::Scope,
    catalogue::Texts,
    directory::PersonId,
    numbering::NumberId,
    sims::{SimId, SimKind, SimState},
    subscriptions::SubscriptionId,
};
use platform::{
    Error, Money, Result,
    db::{Conn, Row, Value, params},
    fold::{fold, like_contains},
};
use std::collections::HashMap;

/// More words than this in a search narrow nothing down.
const MOST_WORDS: usize = 5;

const COLUMNS: &str = "s.id, s.person, p.display_name, s.kind, s.state, s.offering, o.name, n.number, m.id, m.iccid, m.kind,
    m.state, s.reference, s.monthly, s.started_at, s.ended_at, s.version, p.name_key";

const FROM: &str =
    "FROM subscriptions s JOIN people p ON p.id = s.person JOIN offerings o ON o.id = s.offering
    LEFT JOIN numbers n ON n.id = s.number LEFT JOIN sims m ON m.id = s.sim";

fn read(row: &Row) -> Result<SubscriptionRow> {
    let name: String = row.get(6)?;
    let sim: Option<SimId> = row.get(8)?;
    Ok(SubscriptionRow {
        id: row.get(0)?,
        person: row.get(1)?,
        person_name: row.get(2)?,
        kind: row.get(3)?,
        state: row.get(4)?,
        offering: row.get(5)?,
        offering_name: serde_json::from_str::<Texts>(&name)
            .map_err(|error| Error::internal(format!("an offering's name: {error}")))?,
        number: row.get(7)?,
        sim: match sim {
            Some(id) => Some(HeldSim {
                id,
                iccid: row.get(9)?,
                kind: row.get::<SimKind>(10)?,
                state: row.get::<SimState>(11)?,
            }),
            None => None,
        },
        reference: row.get(12)?,
        monthly: Money::dkk(row.get(13)?),
        started_at: row.get(14)?,
        ended_at: row.get(15)?,
        version: row.get(16)?,
        name_key: row.get(17)?,
    })
}

/// The organisation's subscriptions by their people's names, and how many the filters leave over all pages.
pub async fn list_subscriptions(
    conn: &mut Conn,
    scope: &Scope,
    query: &SubscriptionsQuery,
) -> Result<(Vec<SubscriptionRow>, i64)> {
    let mut statement = Statement::default();
    let filter = filter(&mut statement, scope, query);
    let total = conn
        .one(
            &format!("SELECT COUNT(*) {FROM} WHERE {filter}"),
            &statement.params,
        )
        .await?
        .get(0)?;
    let (than, direction) = if query.descends {
        ("<", "DESC")
    } else {
        (">", "ASC")
    };
    let after = match &query.after {
        Some((name, id)) => {
            let (name, id) = (statement.bind(name.as_str()), statement.bind(*id));
            format!(" AND (p.name_key, s.id) {than} ({name}, {id})")
        }
        None => String::new(),
    };
    let limit = statement.bind(query.limit);
    let rows = conn
        .all(
            &format!(
                "SELECT {COLUMNS} {FROM} WHERE {filter}{after}
                 ORDER BY p.name_key {direction}, s.id {direction} LIMIT {limit}"
            ),
            &statement.params,
        )
        .await?;
    Ok((rows.iter().map(read).collect::<Result<_>>()?, total))
}

fn filter(statement: &mut Statement, scope: &Scope, query: &SubscriptionsQuery) -> String {
    let organisation = statement.organisation(scope);
    let mut filters = vec![format!("s.organisation = {organisation}")];
    match query.state {
        Some(state) => {
            let state = statement.bind(state);
            filters.push(format!("s.state = {state}"));
        }
        None => filters.push("s.state <> 'ended'".to_owned()),
    }
    if let Some(kind) = query.kind {
        let kind = statement.bind(kind);
        filters.push(format!("s.kind = {kind}"));
    }
    let digits: String = query.q.chars().filter(char::is_ascii_digit).collect();
    let is_number = digits.len() >= 3
        && query
            .q
            .chars()
            .all(|letter| letter.is_ascii_digit() || " +-()./".contains(letter));
    let mut found = Vec::new();
    let words: Vec<_> = fold(&query.q)
        .split(' ')
        .filter(|word| !word.is_empty())
        .take(MOST_WORDS)
        .map(|word| {
            let pattern = statement.bind(like_contains(word));
            format!("p.haystack LIKE {pattern} ESCAPE '\\'")
        })
        .collect();
    if !words.is_empty() {
        found.push(format!("({})", words.join(" AND ")));
        // A reference is found as it is written; capitals of the English alphabet are not told apart, on either engine.
        let pattern = statement.bind(like_contains(&query.q.trim().to_ascii_lowercase()));
        found.push(format!("LOWER(s.reference) LIKE {pattern} ESCAPE '\\'"));
    }
    if is_number {
        let pattern = statement.bind(like_contains(&digits));
        found.push(format!("n.number LIKE {pattern} ESCAPE '\\'"));
    }
    if !found.is_empty() {
        filters.push(format!("({})", found.join(" OR ")));
    }
    filters.join(" AND ")
}

/// One subscription, ended or not; `None` for another organisation's.
pub async fn subscription_details(
    conn: &mut Conn,
    scope: &Scope,
    id: SubscriptionId,
) -> Result<Option<SubscriptionRow>> {
    conn.optional(
        &format!("SELECT {COLUMNS} {FROM} WHERE s.organisation = ?1 AND s.id = ?2"),
        params![scope.organisation(), id],
    )
    .await?
    .as_ref()
    .map(read)
    .transpose()
}

/// Numbers asked about at once; a shorter list is filled up with nulls, so that there is one text to prepare.
const CHUNK: usize = 51;

/// Who has these numbers by a subscription of this organisation's, with their names.
pub async fn holders_of_numbers(
    conn: &mut Conn,
    scope: &Scope,
    numbers: &[NumberId],
) -> Result<HashMap<NumberId, (PersonId, String)>> {
    let places: Vec<_> = (2..CHUNK + 2).map(|place| format!("?{place}")).collect();
    let sql = format!(
        "SELECT s.number, p.id, p.display_name FROM subscriptions s JOIN people p ON p.id = s.person
         WHERE s.organisation = ?1 AND s.number IN ({}) AND s.state <> 'ended'",
        places.join(", ")
    );
    let mut holders = HashMap::new();
    for chunk in numbers.chunks(CHUNK) {
        let mut params = vec![Value::from(scope.organisation())];
        params.extend(chunk.iter().map(|id| Value::from(*id)));
        params.resize(CHUNK + 1, Value::Null);
        for row in conn.all(&sql, &params).await? {
            holders.insert(row.get(0)?, (row.get(1)?, row.get(2)?));
        }
    }
    Ok(holders)
}
