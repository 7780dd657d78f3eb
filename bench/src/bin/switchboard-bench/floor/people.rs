//! The list of people, with the SQL of `domain::overview`.

mod actions;

use super::{
    Rights,
    data::{Columns, Conn, FromRow, Id},
    json::Json,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use std::{collections::HashMap, sync::LazyLock};
use uuid::Uuid;

const LIMIT: usize = 50;
pub(super) const PERSON: &str = "p.id, p.kind, p.object_id, p.state, p.display_name, p.first_name, p.last_name, p.email, p.username,
    p.title, p.department, p.office_location, p.mobile_phone, p.plans, p.skus, p.updated_at";

pub(super) struct Person {
    pub(super) id: Uuid,
    pub(super) kind: String,
    pub(super) object: Option<Uuid>,
    pub(super) state: String,
    pub(super) display_name: String,
    pub(super) first_name: Option<String>,
    pub(super) last_name: Option<String>,
    pub(super) email: Option<String>,
    pub(super) username: Option<String>,
    pub(super) title: Option<String>,
    pub(super) department: Option<String>,
    pub(super) office_location: Option<String>,
    pub(super) mobile_phone: Option<String>,
    pub(super) plans: String,
    pub(super) skus: String,
    pub(super) updated_at: i64,
    pub(super) name_key: String,
    held: Vec<Held>,
    open: Vec<Open>,
    pub(super) telephony_elsewhere: bool,
}

impl FromRow for Person {
    fn from_row(row: &impl Columns) -> Result<Self, String> {
        Ok(Person {
            id: row.column::<Id>(0)?.0,
            kind: row.column(1)?,
            object: row.column::<Option<Id>>(2)?.map(|id| id.0),
            state: row.column(3)?,
            display_name: row.column(4)?,
            first_name: row.column(5)?,
            last_name: row.column(6)?,
            email: row.column(7)?,
            username: row.column(8)?,
            title: row.column(9)?,
            department: row.column(10)?,
            office_location: row.column(11)?,
            mobile_phone: row.column(12)?,
            plans: row.column(13)?,
            skus: row.column(14)?,
            updated_at: row.column(15)?,
            name_key: row.column(16)?,
            held: Vec::new(),
            open: Vec::new(),
            telephony_elsewhere: false,
        })
    }
}

struct Held {
    person: Uuid,
    ours: bool,
    id: Uuid,
    kind: String,
    state: String,
    offering: Uuid,
    offering_name: String,
    number: Option<String>,
    number_kind: Option<String>,
    monthly: i64,
    started_at: Option<i64>,
    sim: Option<Sim>,
    reference: Option<String>,
    add_ons: Vec<AddOn>,
}

struct Sim {
    id: Uuid,
    iccid: String,
    kind: String,
    state: String,
}

struct AddOn {
    person: Uuid,
    subscription: Uuid,
    offering: Uuid,
    offering_name: String,
    monthly: i64,
}

impl FromRow for AddOn {
    fn from_row(row: &impl Columns) -> Result<Self, String> {
        Ok(AddOn {
            person: row.column::<Id>(0)?.0,
            subscription: row.column::<Id>(1)?.0,
            offering: row.column::<Id>(2)?.0,
            offering_name: row.column(3)?,
            monthly: row.column(4)?,
        })
    }
}

impl FromRow for Held {
    fn from_row(row: &impl Columns) -> Result<Self, String> {
        Ok(Held {
            person: row.column::<Id>(0)?.0,
            ours: row.column(1)?,
            id: row.column::<Id>(2)?.0,
            kind: row.column(3)?,
            state: row.column(4)?,
            offering: row.column::<Id>(5)?.0,
            offering_name: row.column(6)?,
            number: row.column(7)?,
            number_kind: row.column(8)?,
            monthly: row.column(9)?,
            started_at: row.column(10)?,
            sim: match row.column::<Option<Id>>(11)? {
                Some(id) => Some(Sim {
                    id: id.0,
                    iccid: row.column(12)?,
                    kind: row.column(13)?,
                    state: row.column(14)?,
                }),
                None => None,
            },
            reference: row.column(15)?,
            add_ons: Vec::new(),
        })
    }
}

struct Open {
    person: Uuid,
    id: Uuid,
    number: i64,
    action: String,
    state: String,
    held_reason: Option<String>,
    subscription: Option<Uuid>,
    start_at: Option<i64>,
}

impl FromRow for Open {
    fn from_row(row: &impl Columns) -> Result<Self, String> {
        Ok(Open {
            person: row.column::<Id>(0)?.0,
            id: row.column::<Id>(1)?.0,
            number: row.column(2)?,
            action: row.column(3)?,
            state: row.column(4)?,
            held_reason: row.column(5)?,
            subscription: row.column::<Option<Id>>(6)?.map(|id| id.0),
            start_at: row.column(7)?,
        })
    }
}

/// What is shown without a filter on the state, and what is counted.
const SHOWN: &str =
    "p.listed = TRUE AND (p.state = 'active' OR EXISTS (SELECT 1 FROM subscriptions s
     WHERE s.person = p.id AND s.organisation = ?1 AND s.state <> 'ended'))";

/// The page and the count for a search of so many words.
struct ListSql {
    page: String,
    count: String,
}

static LISTS: LazyLock<Vec<ListSql>> = LazyLock::new(|| {
    (0..=5)
        .map(|words| {
            // ?1 the organisation, ?2 its tenant, then the words.
            let filter: String =
                (0..words).map(|word| format!(" AND p.haystack LIKE ?{} ESCAPE '\\'", word + 3)).collect();
            let arm = |home: &str| {
                format!(
                    "SELECT * FROM (SELECT {PERSON}, p.name_key FROM people p WHERE p.home = {home} AND {SHOWN}{filter}
                       ORDER BY 17, 1 LIMIT {}) walk",
                    LIMIT + 1
                )
            };
            ListSql {
                page: format!("{} UNION ALL {} ORDER BY 17, 1 LIMIT {}", arm("?2"), arm("?1"), LIMIT + 1),
                count: format!("SELECT COUNT(*) FROM people p WHERE p.home IN (?1, ?2) AND {SHOWN}{filter}"),
            }
        })
        .collect()
});

fn places(count: usize) -> String {
    (2..count + 2)
        .map(|place| format!("?{place}"))
        .collect::<Vec<_>>()
        .join(", ")
}

/// For a whole page, and for one person.
static HELD: LazyLock<[String; 2]> = LazyLock::new(|| {
    [LIMIT + 1, 1].map(|count| {
        format!(
            "SELECT s.person, s.organisation = ?1, s.id, s.kind, s.state, s.offering, o.name, n.number, n.kind, s.monthly,
               s.started_at, m.id, m.iccid, m.kind, m.state, s.reference
             FROM subscriptions s JOIN offerings o ON o.id = s.offering LEFT JOIN numbers n ON n.id = s.number
               LEFT JOIN sims m ON m.id = s.sim
             WHERE s.person IN ({}) AND s.state <> 'ended' ORDER BY s.kind DESC, s.ordered_at, s.id",
            places(count)
        )
    })
});

static OPEN: LazyLock<[String; 2]> = LazyLock::new(|| {
    [LIMIT + 1, 1].map(|count| {
        format!(
            "SELECT i.person, o.id, o.number, i.action, o.state, o.held_reason, i.subscription,
               CASE WHEN i.state = 'acknowledged' THEN i.start_at END
             FROM order_items i JOIN orders o ON o.id = i.order_id
             WHERE i.organisation = ?1 AND i.person IN ({}) AND i.state IN ('acknowledged', 'inProgress', 'held')
             ORDER BY o.number",
            places(count)
        )
    })
});

static ADD_ONS: LazyLock<[String; 2]> = LazyLock::new(|| {
    [LIMIT + 1, 1].map(|count| {
        format!(
            "SELECT s.person, a.subscription, a.offering, o.name, a.monthly
             FROM subscriptions s JOIN subscription_intervals a ON a.organisation = s.organisation AND a.subscription = s.id
               JOIN offerings o ON o.id = a.offering
             WHERE s.organisation = ?1 AND s.person IN ({}) AND s.state <> 'ended' AND a.kind = 'addOn' AND a.ended_at IS NULL
             ORDER BY a.started_at, a.id",
            places(count)
        )
    })
});

pub(super) async fn fill(
    conn: &mut Conn,
    organisation: Uuid,
    people: &mut [Person],
) -> Result<(), String> {
    let form = usize::from(people.len() == 1);
    let organisation = Id(organisation);
    let mut ids: Vec<Option<Id>> = people.iter().map(|person| Some(Id(person.id))).collect();
    ids.resize(if form == 1 { 1 } else { LIMIT + 1 }, None);
    let mut params: Vec<&(dyn super::data::Param + Sync)> = vec![&organisation];
    params.extend(ids.iter().map(|id| id as &(dyn super::data::Param + Sync)));
    let held: Vec<Held> = conn.rows(&HELD[form], &params).await?;
    let open: Vec<Open> = conn.rows(&OPEN[form], &params).await?;
    let add_ons: Vec<AddOn> = conn.rows(&ADD_ONS[form], &params).await?;
    let places: HashMap<Uuid, usize> = people
        .iter()
        .enumerate()
        .map(|(place, person)| (person.id, place))
        .collect();
    for held in held {
        let Some(person) = places
            .get(&held.person)
            .and_then(|place| people.get_mut(*place))
        else {
            continue;
        };
        if held.ours {
            person.held.push(held);
        } else {
            person.telephony_elsewhere |= held.kind == "telephony";
        }
    }
    for add_on in add_ons {
        if let Some(held) = places
            .get(&add_on.person)
            .and_then(|place| people.get_mut(*place))
            .and_then(|person| {
                person
                    .held
                    .iter_mut()
                    .find(|held| held.id == add_on.subscription)
            })
        {
            held.add_ons.push(add_on);
        }
    }
    for open in open {
        if let Some(person) = places
            .get(&open.person)
            .and_then(|place| people.get_mut(*place))
        {
            person.open.push(open);
        }
    }
    Ok(())
}

pub async fn list(
    conn: &mut Conn,
    organisation: Uuid,
    rights: &Rights,
    q: &str,
) -> Result<String, String> {
    let patterns: Vec<String> = q
        .to_lowercase()
        .split_ascii_whitespace()
        .take(5)
        .map(|word| format!("%{word}%"))
        .collect();
    let (home, own) = (rights.tenant.map(Id), Id(organisation));
    let mut params: Vec<&(dyn super::data::Param + Sync)> = vec![&own, &home];
    params.extend(
        patterns
            .iter()
            .map(|pattern| pattern as &(dyn super::data::Param + Sync)),
    );
    let sql = &LISTS[patterns.len()];
    let mut people: Vec<Person> = conn.rows(&sql.page, &params).await?;
    let total: i64 = if people.len() <= LIMIT {
        people.len() as i64
    } else {
        conn.one(&sql.count, &params).await?
    };
    let more = people.len() > LIMIT;
    people.truncate(LIMIT);
    fill(conn, organisation, &mut people).await?;
    let mut names = Names::default();
    let mut json = Json::with_capacity(1_024 + people.len() * 1_024);
    json.raw("{\"items\":").list(&people, |json, person| {
        json.raw("{");
        row(json, person, rights, &mut names);
        json.raw("}");
    });
    json.raw(",\"next\":");
    match people.last().filter(|_| more) {
        Some(last) => {
            let mut cursor = Json::with_capacity(160);
            cursor
                .raw("{\"s\":\"name\",\"k\":[")
                .text(&last.name_key)
                .raw(",")
                .text(&last.name_key)
                .raw(",")
                .id(last.id);
            cursor.raw("]}");
            json.text(&URL_SAFE_NO_PAD.encode(cursor.0));
        }
        None => {
            json.raw("null");
        }
    }
    json.raw(",\"total\":").number(total).raw("}");
    Ok(json.0)
}

/// The English names of products, from what is stored in both languages.
#[derive(Default)]
pub struct Names(Vec<(String, String)>);

impl Names {
    pub fn english(&mut self, stored: &str) -> &str {
        #[derive(serde::Deserialize)]
        struct Stored {
            en: String,
        }
        let place = match self.0.iter().position(|(known, _)| known == stored) {
            Some(place) => place,
            None => {
                let english = serde_json::from_str::<Stored>(stored)
                    .map_or_else(|_| String::new(), |name| name.en);
                self.0.push((stored.to_owned(), english));
                self.0.len() - 1
            }
        };
        &self.0[place].1
    }
}

pub(super) fn row(json: &mut Json, person: &Person, rights: &Rights, names: &mut Names) {
    json.raw("\"id\":")
        .id(person.id)
        .raw(",\"kind\":")
        .text(&person.kind);
    json.raw(",\"displayName\":").text(&person.display_name);
    json.raw(",\"firstName\":")
        .optional(person.first_name.as_deref());
    json.raw(",\"lastName\":")
        .optional(person.last_name.as_deref());
    json.raw(",\"email\":").optional(person.email.as_deref());
    json.raw(",\"title\":").optional(person.title.as_deref());
    json.raw(",\"department\":")
        .optional(person.department.as_deref())
        .raw(",\"objectId\":");
    match person.object {
        Some(object) => json.id(object),
        None => json.raw("null"),
    };
    json.raw(",\"state\":")
        .text(&person.state)
        .raw(",\"numbers\":[");
    let numbered = person
        .held
        .iter()
        .filter_map(|held| held.number.as_deref().zip(held.number_kind.as_deref()));
    for (place, (number, kind)) in numbered.enumerate() {
        json.raw(if place > 0 {
            ",{\"number\":"
        } else {
            "{\"number\":"
        });
        json.text(number)
            .raw(",\"kind\":")
            .text(kind)
            .raw(",\"temporary\":false}");
    }
    json.raw("],\"subscriptions\":")
        .list(&person.held, |json, held| {
            json.raw("{\"id\":")
                .id(held.id)
                .raw(",\"kind\":")
                .text(&held.kind)
                .raw(",\"state\":")
                .text(&held.state);
            json.raw(",\"offering\":{\"id\":")
                .id(held.offering)
                .raw(",\"name\":")
                .text(names.english(&held.offering_name));
            json.raw("},\"number\":").optional(held.number.as_deref());
            json.raw(",\"monthlyCost\":").money(held.monthly);
            json.raw(",\"startedAt\":")
                .optional_instant(held.started_at)
                .raw(",\"sim\":");
            match &held.sim {
                Some(sim) => json
                    .raw("{\"id\":")
                    .id(sim.id)
                    .raw(",\"iccid\":")
                    .text(&sim.iccid)
                    .raw(",\"kind\":")
                    .text(&sim.kind)
                    .raw(",\"state\":")
                    .text(&sim.state)
                    .raw("}"),
                None => json.raw("null"),
            };
            json.raw(",\"addOns\":")
                .list(&held.add_ons, |json, add_on| {
                    json.raw("{\"offering\":{\"id\":")
                        .id(add_on.offering)
                        .raw(",\"name\":")
                        .text(names.english(&add_on.offering_name))
                        .raw("},\"monthlyCost\":")
                        .money(add_on.monthly)
                        .raw("}");
                });
            json.raw(",\"reference\":")
                .optional(held.reference.as_deref())
                .raw("}");
        });
    json.raw(",\"openOrders\":")
        .list(&person.open, |json, open| {
            json.raw("{\"id\":")
                .id(open.id)
                .raw(",\"number\":")
                .text(&format!("O-{:06}", open.number));
            json.raw(",\"action\":")
                .text(&open.action)
                .raw(",\"state\":")
                .text(&open.state);
            json.raw(",\"heldReason\":")
                .optional(open.held_reason.as_deref())
                .raw(",\"subscription\":");
            match open.subscription {
                Some(subscription) => json.id(subscription),
                None => json.raw("null"),
            };
            // Nothing in the measured world waits for a day; the other form is not written here.
            json.raw(match open.start_at {
                Some(_) => ",\"scheduledFor\":\"\"}",
                None => ",\"scheduledFor\":null}",
            });
        });
    let costs = |held: &&Held| held.state != "ordered";
    json.raw(",\"monthlyCost\":").money(
        person
            .held
            .iter()
            .filter(costs)
            .map(|held| held.monthly)
            .sum(),
    );
    json.raw(",\"actions\":[");
    if rights.may_order() {
        actions::actions(json, person, rights);
    }
    json.raw("]");
}
