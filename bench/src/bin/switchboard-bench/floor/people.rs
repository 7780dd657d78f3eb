//! The list of people and one person's profile, with the SQL of `domain::overview`.

use super::{
    Rights,
    data::{Columns, Conn, FromRow, Id},
    json::Json,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use std::{collections::HashMap, sync::LazyLock};
use uuid::Uuid;

const LIMIT: usize = 50;
const PERSON: &str = "p.id, p.kind, p.object_id, p.state, p.display_name, p.first_name, p.last_name, p.email, p.username,
    p.title, p.department, p.office_location, p.mobile_phone, p.plans, p.skus, p.updated_at";

struct Person {
    id: Uuid,
    kind: String,
    object: Option<Uuid>,
    state: String,
    display_name: String,
    first_name: Option<String>,
    last_name: Option<String>,
    email: Option<String>,
    username: Option<String>,
    title: Option<String>,
    department: Option<String>,
    office_location: Option<String>,
    mobile_phone: Option<String>,
    plans: String,
    skus: String,
    updated_at: i64,
    name_key: String,
    held: Vec<Held>,
    open: Vec<Open>,
    telephony_elsewhere: bool,
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
                format!("SELECT {PERSON}, p.name_key FROM people p WHERE p.home = {home} AND {SHOWN}{filter}")
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
               s.started_at
             FROM subscriptions s JOIN offerings o ON o.id = s.offering LEFT JOIN numbers n ON n.id = s.number
             WHERE s.person IN ({}) AND s.state <> 'ended' ORDER BY s.kind DESC, s.ordered_at, s.id",
            places(count)
        )
    })
});

static OPEN: LazyLock<[String; 2]> = LazyLock::new(|| {
    [LIMIT + 1, 1].map(|count| {
        format!(
            "SELECT i.person, o.id, o.number, i.action, o.state, o.held_reason
             FROM order_items i JOIN orders o ON o.id = i.order_id
             WHERE i.organisation = ?1 AND i.person IN ({}) AND i.state IN ('acknowledged', 'inProgress', 'held')
             ORDER BY o.number",
            places(count)
        )
    })
});

async fn fill(conn: &mut Conn, organisation: Uuid, people: &mut [Person]) -> Result<(), String> {
    let form = usize::from(people.len() == 1);
    let organisation = Id(organisation);
    let mut ids: Vec<Option<Id>> = people.iter().map(|person| Some(Id(person.id))).collect();
    ids.resize(if form == 1 { 1 } else { LIMIT + 1 }, None);
    let mut params: Vec<&(dyn super::data::Param + Sync)> = vec![&organisation];
    params.extend(ids.iter().map(|id| id as &(dyn super::data::Param + Sync)));
    let held: Vec<Held> = conn.rows(&HELD[form], &params).await?;
    let open: Vec<Open> = conn.rows(&OPEN[form], &params).await?;
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

fn row(json: &mut Json, person: &Person, rights: &Rights, names: &mut Names) {
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
        json.text(number).raw(",\"kind\":").text(kind).raw("}");
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
                .raw("}");
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
        action(
            json,
            "activateTelephony",
            telephony_hindrance(person, rights),
        );
        json.raw(",");
        action(json, "createMobile", mobile_hindrance(person));
    }
    json.raw("]");
}

type Hindrance = Option<(&'static str, &'static str)>;

const UNDER_WAY: (&str, &str) = ("orderUnderWay", "An order for this is already under way.");
const NOT_ACTIVE: (&str, &str) = (
    "personNotActive",
    "This account is disabled or deleted in Entra ID. Enable it there first.",
);

fn telephony_hindrance(person: &Person, rights: &Rights) -> Hindrance {
    if person
        .open
        .iter()
        .any(|open| open.action == "activateTelephony")
    {
        Some(UNDER_WAY)
    } else if person.state != "active" {
        Some(NOT_ACTIVE)
    } else if person.telephony_elsewhere || person.held.iter().any(|held| held.kind == "telephony")
    {
        Some((
            "hasTelephony",
            "This person already has a Teams telephony number.",
        ))
    } else if person.object.is_none() || rights.tenant.is_none() {
        Some((
            "noTeamsAccount",
            "This person has no Microsoft Teams account.",
        ))
    } else {
        let has = |plan: &str| person.plans.split(' ').any(|known| known == plan);
        // Everybody of the measured world has both; the other sentences are not written here.
        (!(has("TEAMS1") && has("MCOEV"))).then_some(("licenceMissing", ""))
    }
}

fn mobile_hindrance(person: &Person) -> Hindrance {
    if person.open.iter().any(|open| open.action == "createMobile") {
        Some(UNDER_WAY)
    } else if person.state != "active" {
        Some(NOT_ACTIVE)
    } else {
        let has = person.held.iter().any(|held| held.kind == "mobile");
        has.then_some((
            "hasMobile",
            "This person already has a mobile subscription.",
        ))
    }
}

fn action(json: &mut Json, name: &str, hindrance: Hindrance) {
    json.raw("{\"action\":").text(name);
    match hindrance {
        None => json.raw(",\"possible\":true,\"reason\":null}"),
        Some((code, detail)) => json
            .raw(",\"possible\":false,\"reason\":{\"code\":")
            .text(code)
            .raw(",\"detail\":")
            .text(detail)
            .raw("}}"),
    };
}

struct Sim {
    id: Uuid,
    iccid: String,
    kind: String,
    state: String,
}

impl FromRow for Sim {
    fn from_row(row: &impl Columns) -> Result<Self, String> {
        Ok(Sim {
            id: row.column::<Id>(0)?.0,
            iccid: row.column(1)?,
            kind: row.column(2)?,
            state: row.column(3)?,
        })
    }
}

struct Order {
    id: Uuid,
    number: i64,
    state: String,
    held_reason: Option<String>,
    requested_by: Uuid,
    requested_by_name: String,
    requested_at: i64,
    executed_at: Option<i64>,
    one_time: i64,
    monthly: i64,
    /// Of the order's items, the first one's.
    action: String,
    person_name: Option<String>,
}

impl FromRow for Order {
    fn from_row(row: &impl Columns) -> Result<Self, String> {
        Ok(Order {
            id: row.column::<Id>(0)?.0,
            number: row.column(1)?,
            state: row.column(2)?,
            held_reason: row.column(3)?,
            requested_by: row.column::<Id>(4)?.0,
            requested_by_name: row.column(5)?,
            requested_at: row.column(6)?,
            executed_at: row.column(7)?,
            one_time: row.column(8)?,
            monthly: row.column(9)?,
            action: row.column(10)?,
            person_name: row.column(11)?,
        })
    }
}

struct Finished(Option<i64>);

impl FromRow for Finished {
    fn from_row(row: &impl Columns) -> Result<Self, String> {
        row.column(0).map(Finished)
    }
}

static PROFILE: LazyLock<String> = LazyLock::new(|| {
    format!(
        "SELECT {PERSON}, p.name_key FROM people p WHERE p.id = ?1 AND p.listed AND (p.home = ?2 OR p.home = ?3)"
    )
});

const SIMS: &str =
    "SELECT m.id, m.iccid, m.kind, m.state FROM subscriptions s JOIN sims m ON m.id = s.sim
     WHERE s.person = ?2 AND s.organisation = ?1 AND s.state <> 'ended' ORDER BY m.iccid";

/// The latest orders with all their items, in one query.
const ORDERS: &str =
    "SELECT o.id, o.number, o.state, o.held_reason, o.requested_by, p.name, o.requested_at, o.executed_at, o.one_time,
       o.monthly, i.action, pe.display_name
     FROM orders o JOIN principals p ON p.id = o.requested_by JOIN order_items i ON i.order_id = o.id
     LEFT JOIN people pe ON pe.id = i.person
     WHERE o.organisation = ?1 AND o.id IN
       (SELECT latest.id FROM orders latest WHERE latest.organisation = ?1 AND latest.id IN
          (SELECT item.order_id FROM order_items item WHERE item.organisation = ?1 AND item.person = ?2)
        ORDER BY latest.requested_at DESC, latest.id DESC LIMIT 10)
     ORDER BY o.requested_at DESC, o.id DESC, i.position";

const FINISHED: &str = "SELECT last_finished_at FROM tenants WHERE id = ?1";

const E5: &str = "06ebc4ee-1bb5-47dd-8120-11324bc54e06";

pub async fn profile(
    conn: &mut Conn,
    organisation: Uuid,
    rights: &Rights,
    id: Uuid,
) -> Result<Option<String>, String> {
    let (own, home) = (Id(organisation), rights.tenant.map(Id));
    let mut found: Vec<Person> = conn.rows(&PROFILE, &[&Id(id), &own, &home]).await?;
    if found.is_empty() {
        return Ok(None);
    }
    fill(conn, organisation, &mut found).await?;
    let sims: Vec<Sim> = conn.rows(SIMS, &[&own, &Id(id)]).await?;
    let orders: Vec<Order> = conn.rows(ORDERS, &[&own, &Id(id)]).await?;
    let finished: Vec<Finished> = conn.rows(FINISHED, &[&home]).await?;
    let Some(person) = found.pop() else {
        return Ok(None);
    };
    let mut json = Json::with_capacity(4_096);
    json.raw("{");
    row(&mut json, &person, rights, &mut Names::default());
    json.raw(",\"username\":")
        .optional(person.username.as_deref())
        .raw(",\"azureLink\":");
    match person.object.zip(rights.tenant) {
        Some((object, tenant)) => json.text(&format!(
            "https://entra.microsoft.com/#@{tenant}/view/Microsoft_AAD_UsersAndTenants/UserProfileMenuBlade/~/overview/userId/{object}"
        )),
        None => json.raw("null"),
    };
    let products: Vec<&str> = person.skus.split_ascii_whitespace().collect();
    json.raw(",\"licences\":{\"ready\":true,\"products\":")
        .list(&products, |json, sku| {
            json.text(if *sku == E5 { "Microsoft 365 E5" } else { sku });
        });
    let finished = finished.first().and_then(|finished| finished.0);
    let checked = person.object.and(finished.max(Some(person.updated_at)));
    json.raw(",\"missing\":[],\"checkedAt\":")
        .optional_instant(checked)
        .raw("},\"sims\":")
        .list(&sims, |json, sim| {
            json.raw("{\"id\":")
                .id(sim.id)
                .raw(",\"iccid\":")
                .text(&sim.iccid)
                .raw(",\"kind\":")
                .text(&sim.kind);
            json.raw(",\"state\":").text(&sim.state).raw("}");
        });
    let orders: Vec<&[Order]> = orders.chunk_by(|one, other| one.id == other.id).collect();
    json.raw(",\"orders\":")
        .list(&orders, |json, items| brief(json, items));
    json.raw(",\"officeLocation\":")
        .optional(person.office_location.as_deref());
    json.raw(",\"mobilePhone\":")
        .optional(person.mobile_phone.as_deref())
        .raw("}");
    Ok(Some(json.0))
}

/// One order, from the rows of its items.
fn brief(json: &mut Json, items: &[Order]) {
    let Some(order) = items.first() else { return };
    json.raw("{\"id\":")
        .id(order.id)
        .raw(",\"number\":")
        .text(&format!("O-{:06}", order.number));
    json.raw(",\"state\":")
        .text(&order.state)
        .raw(",\"heldReason\":")
        .optional(order.held_reason.as_deref());
    json.raw(",\"requestedBy\":{\"id\":")
        .id(order.requested_by)
        .raw(",\"name\":")
        .text(&order.requested_by_name);
    json.raw("},\"requestedAt\":").instant(order.requested_at);
    json.raw(",\"executedAt\":")
        .optional_instant(order.executed_at)
        .raw(",\"summary\":");
    let action = if order.action == "createMobile" {
        "Create mobile subscription"
    } else {
        "Activate Teams telephony"
    };
    let mut summary = match order.person_name.as_deref() {
        Some(name) => format!("{action} · {name}"),
        None => action.to_owned(),
    };
    if items.len() > 1 {
        summary.push_str(&format!(" (+{})", items.len() - 1));
    }
    json.text(&summary)
        .raw(",\"items\":")
        .number(items.len() as i64);
    json.raw(",\"oneTime\":")
        .money(order.one_time)
        .raw(",\"monthly\":")
        .money(order.monthly)
        .raw("}");
}
