//! The list of people: one statement for the page, one for how many there are, and two for what the people of the page have.
//!
//! The usual order, by name, walks an index and reads no more rows than it shows; what is counted is in that index too. People of the directory and local people
//! stand under two homes; the two walks are merged.

use super::{
    super::{Has, ListedState, PeoplePage, PeopleQuery, PeopleSort, PersonRow, Place, SortKey},
    Statement, held,
};
use crate::{
    access::{ObjectId, Scope},
    directory::{PERSON, PERSON_WIDTH, Person, PersonKind, read_person},
};
use platform::{
    Money, Result,
    db::{Conn, Row},
    fold::{fold, like_contains},
};

/// More words than this in a search narrow nothing down.
const MOST_WORDS: usize = 5;
/// Fewer digits than this are no piece of a number.
const FEWEST_DIGITS: usize = 3;

/// The people whom the organisation sees, by filter, in order, from a place on.
pub async fn list_people(
    conn: &mut Conn,
    scope: &Scope,
    query: &PeopleQuery,
) -> Result<PeoplePage> {
    let (sql, params) = page(scope, query);
    let found = conn.all(&sql, &params).await?;
    let mut rows = found
        .iter()
        .map(|row| read(row, query.sort))
        .collect::<Result<Vec<_>>>()?;
    held::fill(conn, scope, &mut rows).await?;
    let total = if query.after.is_none() && (rows.len() as i64) < query.limit {
        // All of them are here.
        rows.len() as i64
    } else {
        let (sql, params) = count(scope, query);
        conn.one(&sql, &params).await?.get(0)?
    };
    Ok(PeoplePage { rows, total })
}

fn read(row: &Row, sort: PeopleSort) -> Result<PersonRow> {
    let person = read_person(row)?;
    let name_key: String = row.get(PERSON_WIDTH)?;
    Ok(PersonRow {
        subscriptions: Vec::new(),
        open_orders: Vec::new(),
        monthly: Money::ZERO,
        telephony_elsewhere: false,
        place: Place {
            key: match sort {
                PeopleSort::Cost | PeopleSort::Package => {
                    SortKey::Amount(row.get(PERSON_WIDTH + 1)?)
                }
                _ => SortKey::Text(row.get(PERSON_WIDTH + 1)?),
            },
            name_key,
            id: person.id,
        },
        person,
    })
}

/// What the list is sorted by, before name and id.
enum Order {
    /// A column of people, in an index.
    Column(&'static str),
    /// A column of people in no index: everybody is looked at, and only those of the page are read.
    Bare(&'static str),
    /// What the person has: a table `held (person, key)` is made first, and `key` of whoever is not in it is the text.
    Held {
        with: String,
        otherwise: &'static str,
    },
}

fn order(statement: &mut Statement, scope: &Scope, query: &PeopleQuery) -> Order {
    let mut number = |kind: &'static str| {
        let organisation = statement.organisation(scope);
        Order::Held {
            with: format!(
                "SELECT s.person AS person, MIN(n.number) AS key FROM subscriptions s JOIN numbers n ON n.id = s.number
                 WHERE s.organisation = {organisation} AND s.kind = '{kind}' AND s.state <> 'ended' GROUP BY s.person"
            ),
            // After every number in either direction: whoever has none comes last.
            otherwise: if query.descends { "''" } else { "'~'" },
        }
    };
    match query.sort {
        PeopleSort::Name => Order::Column("p.name_key"),
        PeopleSort::FirstName => Order::Bare("p.first_name_key"),
        PeopleSort::LastName => Order::Bare("p.last_name_key"),
        PeopleSort::Email => Order::Bare("p.email_key"),
        PeopleSort::Title => Order::Bare("p.title_key"),
        PeopleSort::Department => Order::Column("p.department_key"),
        PeopleSort::State => Order::Bare("p.state"),
        PeopleSort::Telephony => number("telephony"),
        PeopleSort::Mobile => number("mobile"),
        PeopleSort::Package => {
            let organisation = statement.organisation(scope);
            Order::Held {
                with: format!(
                    "SELECT s.person AS person, MIN(o.position) AS key FROM subscriptions s JOIN offerings o ON o.id = s.offering
                     WHERE s.organisation = {organisation} AND s.kind = 'mobile' AND s.state <> 'ended' GROUP BY s.person"
                ),
                otherwise: if query.descends {
                    "-1"
                } else {
                    "9223372036854775807"
                },
            }
        }
        PeopleSort::Cost => {
            let organisation = statement.organisation(scope);
            Order::Held {
                with: format!(
                    "SELECT s.person AS person, CAST(COALESCE(SUM(s.monthly), 0) AS BIGINT) AS key FROM subscriptions s
                     WHERE s.organisation = {organisation} AND s.state <> 'ended' AND s.state <> 'ordered' GROUP BY s.person"
                ),
                otherwise: "0",
            }
        }
    }
}

fn page(scope: &Scope, query: &PeopleQuery) -> (String, Vec<platform::db::Value>) {
    let mut statement = Statement::default();
    let order = order(&mut statement, scope, query);
    let filter = filter(&mut statement, scope, query);
    let (than, direction) = if query.descends {
        ("<", "DESC")
    } else {
        (">", "ASC")
    };
    let limit = statement.bind(query.limit);
    let homes = homes(scope, query);
    let sql = match order {
        Order::Column(column) => {
            // By name the key and the name are one; the comparison names it once, as the index has it.
            let keys = if column == "p.name_key" {
                column.to_owned()
            } else {
                format!("{column}, p.name_key")
            };
            let after = query.after.as_ref().map_or_else(String::new, |place| {
                let mut values = Vec::new();
                if column != "p.name_key" {
                    values.push(bind_key(&mut statement, &place.key));
                }
                values.push(statement.bind(place.name_key.as_str()));
                values.push(statement.bind(place.id));
                format!(" AND ({keys}, p.id) {than} ({})", values.join(", "))
            });
            // By position: the key, the name, the id.
            let (key, name) = (PERSON_WIDTH + 2, PERSON_WIDTH + 1);
            let sorted = if column == "p.name_key" {
                format!("{name} {direction}, 1 {direction}")
            } else {
                format!("{key} {direction}, {name} {direction}, 1 {direction}")
            };
            // Each walk has an order and an end of its own: PostgreSQL sorts all of a home otherwise, before it merges.
            let walks: Vec<_> = homes
                .into_iter()
                .map(|home| {
                    let home = statement.bind(home);
                    format!(
                        "SELECT * FROM (SELECT {PERSON}, p.name_key, {column} FROM people p
                           WHERE p.home = {home} AND p.listed = TRUE AND {filter}{after} ORDER BY {sorted} LIMIT {limit}) walk"
                    )
                })
                .collect();
            format!(
                "{} ORDER BY {sorted} LIMIT {limit}",
                walks.join(" UNION ALL ")
            )
        }
        other => {
            let (with, join, key) = match other {
                Order::Held { with, otherwise } => (
                    format!("held AS ({with}), "),
                    "LEFT JOIN held ON held.person = p.id",
                    format!("COALESCE(held.key, {otherwise})"),
                ),
                Order::Bare(column) | Order::Column(column) => {
                    (String::new(), "", column.to_owned())
                }
            };
            let after = query.after.as_ref().map_or_else(String::new, |place| {
                let values = [
                    bind_key(&mut statement, &place.key),
                    statement.bind(place.name_key.as_str()),
                    statement.bind(place.id),
                ];
                format!(
                    " AND ({key}, p.name_key, p.id) {than} ({})",
                    values.join(", ")
                )
            });
            let homes: Vec<_> = homes.into_iter().map(|home| statement.bind(home)).collect();
            // The rows themselves are read for those of the page only.
            format!(
                "WITH {with}page AS (
                   SELECT p.id AS id, p.name_key AS name_key, {key} AS key FROM people p {join}
                   WHERE p.home IN ({}) AND p.listed = TRUE AND {filter}{after}
                   ORDER BY 3 {direction}, 2 {direction}, 1 {direction} LIMIT {limit})
                 SELECT {PERSON}, page.name_key, page.key FROM page JOIN people p ON p.id = page.id
                 ORDER BY page.key {direction}, page.name_key {direction}, page.id {direction}",
                homes.join(", ")
            )
        }
    };
    (sql, statement.params)
}

fn bind_key(statement: &mut Statement, key: &SortKey) -> String {
    match key {
        SortKey::Text(text) => statement.bind(text.as_str()),
        SortKey::Amount(amount) => statement.bind(*amount),
    }
}

fn count(scope: &Scope, query: &PeopleQuery) -> (String, Vec<platform::db::Value>) {
    let mut statement = Statement::default();
    let filter = filter(&mut statement, scope, query);
    let homes: Vec<_> = homes(scope, query)
        .into_iter()
        .map(|home| statement.bind(home))
        .collect();
    let sql = format!(
        "SELECT COUNT(*) FROM people p WHERE p.home IN ({}) AND p.listed = TRUE AND {filter}",
        homes.join(", ")
    );
    (sql, statement.params)
}

/// Everybody whom the list shows and who is there.
pub(super) async fn count_active(conn: &mut Conn, scope: &Scope) -> Result<i64> {
    let query = PeopleQuery {
        q: String::new(),
        has: None,
        state: Some(ListedState::Active),
        group: None,
        sort: PeopleSort::Name,
        descends: false,
        after: None,
        limit: 0,
    };
    let (sql, params) = count(scope, &query);
    conn.one(&sql, &params).await?.get(0)
}

/// Whose people they are: the tenant's, and the organisation's own.
fn homes(scope: &Scope, query: &PeopleQuery) -> Vec<platform::db::Value> {
    let own = scope.organisation().into();
    match scope.tenant() {
        Some(tenant) if query.state != Some(ListedState::Local) => vec![tenant.into(), own],
        _ => vec![own],
    }
}

fn filter(statement: &mut Statement, scope: &Scope, query: &PeopleQuery) -> String {
    let mut has = |kind: &str| {
        let organisation = statement.organisation(scope);
        format!(
            "EXISTS (SELECT 1 FROM subscriptions s WHERE s.person = p.id AND s.organisation = {organisation} AND s.state <> 'ended'{kind})"
        )
    };
    let mut filters = vec![match query.state {
        // Whoever has left is shown as long as something is there to be ended.
        None => format!("(p.state = 'active' OR {})", has("")),
        Some(ListedState::Active) => "p.state = 'active'".to_owned(),
        Some(ListedState::Disabled) => format!("p.state = 'disabled' AND {}", has("")),
        Some(ListedState::Deleted) => format!("p.state = 'deleted' AND {}", has("")),
        Some(ListedState::Local) => {
            format!("p.kind = 'local' AND (p.state = 'active' OR {})", has(""))
        }
    }];
    // An organisation that has a default group sees its members, and whoever has something from it.
    let seen = scope
        .default_group()
        .filter(|_| scope.tenant().is_some())
        .map(|_| has(""));
    match query.has {
        None => {}
        Some(Has::Telephony) => filters.push(has(" AND s.kind = 'telephony'")),
        Some(Has::Mobile) => filters.push(has(" AND s.kind = 'mobile'")),
        Some(Has::None) => filters.push(format!("NOT {}", has(""))),
    }
    if let (Some(group), Some(seen)) = (scope.default_group(), seen) {
        let member = member(statement, scope, group);
        filters.push(format!("(p.kind = 'local' OR {member} OR {seen})"));
    }
    if let Some(group) = query.group {
        filters.push(member(statement, scope, group));
    }
    let folded = fold(&query.q);
    let words: Vec<_> = folded
        .split(' ')
        .filter(|word| !word.is_empty())
        .take(MOST_WORDS)
        .map(|word| {
            let pattern = statement.bind(like_contains(word));
            format!("p.haystack LIKE {pattern} ESCAPE '\\'")
        })
        .collect();
    if !words.is_empty() {
        let words = words.join(" AND ");
        filters.push(match digits(&folded) {
            Some(digits) => {
                let organisation = statement.organisation(scope);
                let pattern = statement.bind(like_contains(&digits));
                format!(
                    "(({words}) OR p.id IN (SELECT s.person FROM numbers n JOIN subscriptions s ON s.number = n.id
                       WHERE n.organisation = {organisation} AND n.number LIKE {pattern} ESCAPE '\\'
                         AND s.organisation = {organisation} AND s.state <> 'ended'))"
                )
            }
            None => words,
        });
    }
    filters.join(" AND ")
}

/// Whether the person is in a group of the tenant's directory.
fn member(statement: &mut Statement, scope: &Scope, group: ObjectId) -> String {
    let tenant = statement.bind(scope.tenant());
    let group = statement.bind(group);
    format!(
        "EXISTS (SELECT 1 FROM directory_group_members m
           WHERE m.tenant = {tenant} AND m.group_object = {group} AND m.member = p.object_id)"
    )
}

/// Whether the organisation's list shows this person at all, whatever is searched for.
pub(super) async fn is_seen(conn: &mut Conn, scope: &Scope, person: &Person) -> Result<bool> {
    let (Some(group), PersonKind::Directory) = (scope.default_group(), person.kind) else {
        return Ok(true);
    };
    let mut statement = Statement::default();
    let organisation = statement.organisation(scope);
    let member = member(&mut statement, scope, group);
    let id = statement.bind(person.id);
    let sql = format!(
        "SELECT 1 FROM people p WHERE p.id = {id} AND ({member} OR EXISTS
           (SELECT 1 FROM subscriptions s WHERE s.person = p.id AND s.organisation = {organisation}))"
    );
    Ok(conn.optional(&sql, &statement.params).await?.is_some())
}

/// The digits of what can be a piece of a telephone number, however it is spaced.
fn digits(q: &str) -> Option<String> {
    if !q
        .chars()
        .all(|letter| letter.is_ascii_digit() || " +-()./".contains(letter))
    {
        return None;
    }
    let digits: String = q.chars().filter(char::is_ascii_digit).collect();
    let digits = digits.strip_prefix("00").unwrap_or(&digits).to_owned();
    (digits.len() >= FEWEST_DIGITS).then_some(digits)
}
