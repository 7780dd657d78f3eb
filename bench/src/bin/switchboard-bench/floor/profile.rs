//! One person's profile, with the SQL of `domain::overview`.

use super::{
    Rights,
    data::{Columns, Conn, FromRow, Id},
    json::Json,
    people::{Names, PERSON, Person, fill, row},
};
use std::sync::LazyLock;
use uuid::Uuid;

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

/// How the steps of the latest orders stand.
const STEPS: &str =
    "SELECT i.order_id, COUNT(*), SUM(CASE WHEN s.state = 'done' THEN 1 ELSE 0 END),
       SUM(CASE WHEN s.state = 'failed' THEN 1 ELSE 0 END)
     FROM order_items i JOIN saga_steps s ON s.saga = i.id
     WHERE i.organisation = ?1 AND i.order_id IN
       (SELECT latest.id FROM orders latest WHERE latest.organisation = ?1 AND latest.id IN
          (SELECT item.order_id FROM order_items item WHERE item.organisation = ?1 AND item.person = ?2)
        ORDER BY latest.requested_at DESC, latest.id DESC LIMIT 10)
     GROUP BY i.order_id";

struct Steps {
    order: Uuid,
    total: i64,
    done: i64,
    failed: i64,
}

impl FromRow for Steps {
    fn from_row(row: &impl Columns) -> Result<Self, String> {
        Ok(Steps {
            order: row.column::<Id>(0)?.0,
            total: row.column(1)?,
            done: row.column(2)?,
            failed: row.column(3)?,
        })
    }
}

const FINISHED: &str = "SELECT last_finished_at FROM tenants WHERE id = ?1";

const DISCOUNTS: &str =
    "SELECT rate, category, offering, from_period, until_period FROM discounts WHERE organisation = ?1
     ORDER BY from_period, rate, id";

/// Nobody has one in the measured world; what it takes off is not worked out here.
struct Discount;

impl FromRow for Discount {
    fn from_row(row: &impl Columns) -> Result<Self, String> {
        Err(format!("a discount of {}", row.column::<i64>(0)?))
    }
}

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
    let steps: Vec<Steps> = if orders.is_empty() {
        Vec::new()
    } else {
        conn.rows(STEPS, &[&own, &Id(id)]).await?
    };
    let finished: Vec<Finished> = conn.rows(FINISHED, &[&home]).await?;
    let _: Vec<Discount> = conn.rows(DISCOUNTS, &[&own]).await?;
    let Some(person) = found.pop() else {
        return Ok(None);
    };
    let mut json = Json::with_capacity(4_096);
    json.raw("{");
    row(&mut json, &person, rights, &mut Names::default());
    json.raw(",\"monthlyDiscount\":")
        .money(0)
        .raw(",\"username\":")
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
        .list(&orders, |json, items| brief(json, items, &steps));
    json.raw(",\"officeLocation\":")
        .optional(person.office_location.as_deref());
    json.raw(",\"mobilePhone\":")
        .optional(person.mobile_phone.as_deref())
        .raw("}");
    Ok(Some(json.0))
}

/// One order, from the rows of its items.
fn brief(json: &mut Json, items: &[Order], steps: &[Steps]) {
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
        .raw(",\"scheduledFor\":null,\"undoableUntil\":null,\"problem\":null");
    let (total, done, failed) = steps
        .iter()
        .find(|steps| steps.order == order.id)
        .map_or((0, 0, 0), |steps| (steps.total, steps.done, steps.failed));
    json.raw(",\"steps\":{\"total\":")
        .number(total)
        .raw(",\"done\":")
        .number(done);
    json.raw(",\"failed\":").number(failed).raw("}}");
}
