//! Placing an order for one person's telephony from the organisation's own numbers: the same rows as the server writes, each
//! in one statement, with no more questions than are needed to be sure.

use super::{
    Rights,
    data::{Columns, Conn, FromRow, Id},
    json::Json,
    people::Names,
};
use platform::{Clock, time::SystemClock};
use sha2::{Digest, Sha256};
use uuid::Uuid;

#[derive(serde::Deserialize)]
struct Wish {
    quote: Uuid,
}

#[derive(serde::Deserialize)]
struct Stored<T> {
    items: Vec<T>,
}

#[derive(serde::Deserialize)]
struct Item {
    action: String,
    person: Uuid,
    offering: Uuid,
}

#[derive(serde::Deserialize)]
struct Quoted {
    one_time: Amount,
    monthly: Amount,
}

#[derive(serde::Deserialize)]
struct Amount {
    amount: i64,
}

struct Quote {
    request: String,
    answer: String,
    expires_at: i64,
}

impl FromRow for Quote {
    fn from_row(row: &impl Columns) -> Result<Self, String> {
        Ok(Quote {
            request: row.column(0)?,
            answer: row.column(1)?,
            expires_at: row.column(2)?,
        })
    }
}

/// What must be so that the order can be placed.
struct Standing {
    person_name: String,
    plans: String,
    offering_name: String,
    one_time: i64,
    monthly: i64,
    has_telephony: bool,
    used: bool,
}

impl FromRow for Standing {
    fn from_row(row: &impl Columns) -> Result<Self, String> {
        Ok(Standing {
            person_name: row.column(0)?,
            plans: row.column(1)?,
            offering_name: row.column(2)?,
            one_time: row.column(3)?,
            monthly: row.column(4)?,
            has_telephony: row.column(5)?,
            used: row.column(6)?,
        })
    }
}

const STANDING: &str = "SELECT pe.display_name, pe.plans, f.name, r.one_time, r.monthly,
       EXISTS (SELECT 1 FROM subscriptions s WHERE s.person = pe.id AND s.kind = 'telephony' AND s.state <> 'ended'),
       EXISTS (SELECT 1 FROM orders o WHERE o.quote = ?6)
     FROM people pe, offerings f JOIN prices r ON r.offering = f.id
      AND r.valid_from = (SELECT MAX(q.valid_from) FROM prices q WHERE q.offering = f.id AND q.valid_from <= ?5)
     WHERE pe.id = ?1 AND pe.listed AND pe.state = 'active' AND (pe.home = ?2 OR pe.home = ?3)
       AND f.id = ?4 AND f.kind = 'telephony' AND f.sold_from <= ?5 AND (f.sold_until IS NULL OR f.sold_until > ?5)";

struct Number {
    id: Uuid,
    number: String,
}

impl FromRow for Number {
    fn from_row(row: &impl Columns) -> Result<Self, String> {
        Ok(Number {
            id: row.column::<Id>(0)?.0,
            number: row.column(1)?,
        })
    }
}

struct Head {
    sequence: i64,
    hash: Vec<u8>,
}

impl FromRow for Head {
    fn from_row(row: &impl Columns) -> Result<Self, String> {
        Ok(Head {
            sequence: row.column(0)?,
            hash: row.column(1)?,
        })
    }
}

/// UUIDv7.
fn made(now: i64) -> Uuid {
    let millis = u64::try_from(now / 1_000).unwrap_or(0);
    uuid::Builder::from_unix_timestamp_millis(millis, &rand::random()).into_uuid()
}

pub async fn place(
    conn: &mut Conn,
    organisation: Uuid,
    rights: &Rights,
    key: &str,
    body: &[u8],
) -> Result<String, String> {
    let own = Id(organisation);
    let principal = Id(rights.principal);
    let wish: Wish = serde_json::from_slice(body).map_err(|error| error.to_string())?;
    let quote_id = Id(wish.quote);
    let quote: Quote = conn
        .one(
            "SELECT request, answer, expires_at FROM quotes WHERE organisation = ?1 AND id = ?2 AND principal = ?3 FOR UPDATE",
            &[&own, &quote_id, &principal],
        )
        .await?;
    let now = SystemClock.now().0;
    let request: Stored<Item> =
        serde_json::from_str(&quote.request).map_err(|error| error.to_string())?;
    let answer: Stored<Quoted> =
        serde_json::from_str(&quote.answer).map_err(|error| error.to_string())?;
    let (item, quoted) = request
        .items
        .first()
        .zip(answer.items.first())
        .ok_or("an empty quote")?;
    let (person, offering) = (Id(item.person), Id(item.offering));
    let standing: Standing = conn
        .one(
            STANDING,
            &[
                &person,
                &own,
                &rights.tenant.map(Id),
                &offering,
                &now,
                &quote_id,
            ],
        )
        .await?;
    if quote.expires_at <= now
        || standing.has_telephony
        || standing.used
        || !standing.plans.contains("TEAMS1")
        || !standing.plans.contains("MCOEV")
        || item.action != "activateTelephony"
        || (standing.one_time, standing.monthly) != (quoted.one_time.amount, quoted.monthly.amount)
    {
        return Err("it cannot be ordered".to_owned());
    }
    let (order, subscription, item_id) = (Id(made(now)), Id(made(now)), Id(made(now)));
    let order_number: i64 = conn
        .one(
            "UPDATE order_numbers SET last = last + 1 WHERE singleton = 1 RETURNING last",
            &[],
        )
        .await?;
    conn.execute(
        "INSERT INTO orders (id, organisation, number, quote, state, requested_by, requested_at, comment, one_time, monthly, version)
         VALUES (?1, ?2, ?3, ?4, 'acknowledged', ?5, ?6, NULL, ?7, ?8, 1)",
        &[&order, &own, &order_number, &quote_id, &principal, &now, &standing.one_time, &standing.monthly],
    )
    .await?;
    let number: Number = conn
        .one(
            "UPDATE numbers SET state = 'reserved', holder = ?2, changed_at = ?3
             WHERE id = (SELECT id FROM numbers WHERE organisation = ?1 AND state = 'free' AND kind = 'landline'
                         ORDER BY number LIMIT 1 FOR UPDATE SKIP LOCKED) RETURNING id, number",
            &[&own, &subscription, &now],
        )
        .await?;
    conn.execute(
        "INSERT INTO subscriptions (id, organisation, person, kind, offering, number, sim, state, monthly, ordered_at, version)
         VALUES (?1, ?2, ?3, 'telephony', ?4, ?5, NULL, 'ordered', ?6, ?7, 1)",
        &[&subscription, &own, &person, &offering, &Id(number.id), &standing.monthly, &now],
    )
    .await?;
    conn.execute(
        "INSERT INTO order_items (id, organisation, order_id, position, action, state, person, offering, subscription, number, sim, one_time, monthly)
         VALUES (?1, ?2, ?3, 0, 'activateTelephony', 'acknowledged', ?4, ?5, ?6, ?7, NULL, ?8, ?9)",
        &[&item_id, &own, &order, &person, &offering, &subscription, &number.number, &standing.one_time, &standing.monthly],
    )
    .await?;
    enqueue(conn, own, order, now).await?;
    audit(conn, own, principal, order, now).await?;
    for (kind, subject) in [("person", person), ("orders", order)] {
        conn.execute(
            "INSERT INTO live_changes (id, topic, kind, subject, at) VALUES (?1, ?2, ?3, ?4, ?5)",
            &[&Id(made(now)), &own, &kind, &subject, &now],
        )
        .await?;
    }
    let body = view(&Placed {
        order: order.0,
        order_number,
        item: item_id.0,
        subscription: subscription.0,
        now,
        number: &number.number,
        wish: item,
        standing: &standing,
        rights,
    });
    let fingerprint = Sha256::digest(key).to_vec();
    // The unique key refuses a second time.
    conn.execute(
        "INSERT INTO idempotency_keys (principal, organisation, operation, idempotency_key, fingerprint, status, etag, body, created_at)
         VALUES (?1, ?2, 'place_order', ?3, ?4, 202, NULL, ?5, ?6)",
        &[&principal, &own, &key, &fingerprint, &body, &now],
    )
    .await?;
    conn.commit().await?;
    Ok(body)
}

async fn enqueue(conn: &mut Conn, own: Id, order: Id, now: i64) -> Result<(), String> {
    let turn: i64 = conn
        .one(
            "INSERT INTO job_lanes (lane, last_turn) VALUES (?1, ?2)
             ON CONFLICT (lane) DO UPDATE SET last_turn =
               CASE WHEN job_lanes.last_turn + 20000 > excluded.last_turn
                    THEN job_lanes.last_turn + 20000 ELSE excluded.last_turn END
             RETURNING last_turn",
            &[&own, &now],
        )
        .await?;
    let (job_key, payload) = (
        order.0.to_string(),
        format!(
            "{{\"order\":\"{}\",\"organisation\":\"{}\"}}",
            order.0, own.0
        ),
    );
    conn.execute(
        "INSERT INTO jobs (id, kind, key, payload, state, lane, turn, run_after, attempts, fence, created_at)
         VALUES (?1, 'fulfilment.carryOut', ?2, ?3, 'ready', ?4, ?5, ?6, 0, 0, ?6)",
        &[&Id(made(now)), &job_key, &payload, &own, &turn, &now],
    )
    .await
}

async fn audit(conn: &mut Conn, own: Id, principal: Id, order: Id, now: i64) -> Result<(), String> {
    let beginning: Vec<u8> = vec![0; 32];
    let head: Head = conn
        .one(
            "INSERT INTO audit_heads (organisation, sequence, hash) VALUES (?1, 1, ?2)
             ON CONFLICT (organisation) DO UPDATE SET sequence = audit_heads.sequence + 1 RETURNING sequence, hash",
            &[&own, &beginning],
        )
        .await?;
    let subject = order.0.to_string();
    let mut hash = Sha256::new();
    hash.update(&head.hash);
    hash.update(format!(
        "{} {} {now} {} place_order order {subject} {{}}",
        own.0, head.sequence, principal.0
    ));
    let hash = hash.finalize().to_vec();
    conn.execute(
        "INSERT INTO audit_entries (organisation, sequence, at, principal, action, subject_kind, subject_id, detail, hash)
         VALUES (?1, ?2, ?3, ?4, 'place_order', 'order', ?5, '{}', ?6)",
        &[&own, &head.sequence, &now, &principal, &subject, &hash],
    )
    .await?;
    conn.execute(
        "UPDATE audit_heads SET hash = ?2 WHERE organisation = ?1",
        &[&own, &hash],
    )
    .await
}

struct Placed<'a> {
    order: Uuid,
    order_number: i64,
    item: Uuid,
    subscription: Uuid,
    now: i64,
    number: &'a str,
    wish: &'a Item,
    standing: &'a Standing,
    rights: &'a Rights,
}

fn view(placed: &Placed<'_>) -> String {
    let standing = placed.standing;
    let mut json = Json::with_capacity(2_048);
    json.raw("{\"id\":")
        .id(placed.order)
        .raw(",\"number\":")
        .text(&format!("O-{:06}", placed.order_number));
    json.raw(",\"state\":\"acknowledged\",\"heldReason\":null,\"requestedBy\":{\"id\":")
        .id(placed.rights.principal);
    json.raw(",\"name\":")
        .text(&placed.rights.name)
        .raw("},\"requestedAt\":")
        .instant(placed.now);
    json.raw(",\"executedAt\":null,\"summary\":").text(&format!(
        "Activate Teams telephony · {}",
        standing.person_name
    ));
    json.raw(",\"comment\":null,\"oneTime\":")
        .money(standing.one_time)
        .raw(",\"monthly\":")
        .money(standing.monthly);
    json.raw(",\"items\":[{\"id\":")
        .id(placed.item)
        .raw(",\"action\":")
        .text(&placed.wish.action);
    json.raw(",\"person\":{\"id\":")
        .id(placed.wish.person)
        .raw(",\"name\":")
        .text(&standing.person_name);
    json.raw("},\"offering\":{\"id\":")
        .id(placed.wish.offering)
        .raw(",\"name\":");
    json.text(Names::default().english(&standing.offering_name));
    json.raw("},\"number\":")
        .text(placed.number)
        .raw(",\"sim\":null,\"state\":\"acknowledged\",\"problem\":null,\"oneTime\":");
    json.money(standing.one_time)
        .raw(",\"monthly\":")
        .money(standing.monthly);
    json.raw(",\"subscription\":")
        .id(placed.subscription)
        .raw("}],\"steps\":[],\"cancellable\":true,\"version\":1}");
    json.0
}
