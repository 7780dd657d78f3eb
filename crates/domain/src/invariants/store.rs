//! The questions. Each finds what is wrong, and nothing where all is well.

use crate::{
    access::SystemScope,
    orders::{Assessment, CARRY_OUT},
};
use platform::{
    Error, Money, Result,
    db::{Conn, params},
};
use std::collections::{HashMap, HashSet};
use uuid::Uuid;

/// A question whose answer is the ids of what is wrong.
pub(super) struct Check {
    pub name: &'static str,
    pub says: &'static str,
    pub sql: &'static str,
}

pub(super) const CHECKS: &[Check] = &[
    Check {
        name: "numberOnTwoSubscriptions",
        says: "a number is on more than one subscription",
        sql: "SELECT number FROM subscriptions WHERE state <> 'ended' AND number IS NOT NULL GROUP BY number HAVING COUNT(*) > 1",
    },
    Check {
        name: "simOnTwoSubscriptions",
        says: "a SIM card is on more than one subscription",
        sql: "SELECT sim FROM subscriptions WHERE state <> 'ended' AND sim IS NOT NULL GROUP BY sim HAVING COUNT(*) > 1",
    },
    Check {
        name: "subscriptionWithoutItsNumber",
        says: "a subscription has a number that is not held for it",
        sql: "SELECT s.id FROM subscriptions s LEFT JOIN numbers n ON n.id = s.number
              WHERE s.state <> 'ended' AND s.number IS NOT NULL
                AND (n.id IS NULL OR n.holder IS NULL OR n.holder <> s.id OR n.organisation <> s.organisation)",
    },
    Check {
        name: "subscriptionWithoutItsSim",
        says: "a subscription has a SIM card that is not held for it",
        sql: "SELECT s.id FROM subscriptions s LEFT JOIN sims c ON c.id = s.sim
              WHERE s.state <> 'ended' AND s.sim IS NOT NULL
                AND (c.id IS NULL OR c.holder IS NULL OR c.holder <> s.id OR c.organisation <> s.organisation)",
    },
    Check {
        name: "numberOfEndedSubscription",
        says: "a number is held for a subscription that has ended",
        sql: "SELECT n.id FROM numbers n JOIN subscriptions s ON s.id = n.holder WHERE s.state = 'ended'",
    },
    Check {
        name: "simOfEndedSubscription",
        says: "a SIM card is held for a subscription that has ended",
        sql: "SELECT c.id FROM sims c JOIN subscriptions s ON s.id = c.holder
              WHERE s.state = 'ended' AND c.state IN ('reserved', 'active')",
    },
    Check {
        name: "numberOnSubscriptionAndCallGroup",
        says: "a number is on a subscription and on a call group",
        sql: "SELECT s.number FROM subscriptions s JOIN call_groups g ON g.number = s.number
              WHERE s.state <> 'ended' AND g.state <> 'ended'",
    },
    Check {
        name: "callGroupWithoutItsNumber",
        says: "a call group has no number that is held for it",
        sql: "SELECT g.id FROM call_groups g LEFT JOIN numbers n ON n.id = g.number
              WHERE g.state <> 'ended' AND (n.id IS NULL OR n.holder IS NULL OR n.holder <> g.id OR n.organisation <> g.organisation)",
    },
    Check {
        name: "numberOfEndedCallGroup",
        says: "a number is held for a call group that has ended",
        sql: "SELECT n.id FROM numbers n JOIN call_groups g ON g.id = n.holder WHERE g.state = 'ended'",
    },
    Check {
        name: "callGroupMemberWithoutLine",
        says: "a call group has a member without a mobile subscription in use, or has ended and has members",
        sql: "SELECT m.subscription FROM call_group_members m JOIN call_groups g ON g.id = m.call_group
                JOIN subscriptions s ON s.id = m.subscription
              WHERE g.state = 'ended' OR s.kind <> 'mobile' OR s.state NOT IN ('active', 'suspended', 'ending')",
    },
    Check {
        name: "cardsOfEndedOrder",
        says: "SIM cards are kept for an order item that has ended",
        sql: "SELECT a.id FROM sim_arrivals a LEFT JOIN order_items i ON i.id = a.item
              WHERE i.id IS NULL OR i.state NOT IN ('inProgress', 'held')",
    },
    Check {
        name: "callGroupMovedByNobody",
        says: "a call group is kept for an item that is not under way",
        sql: "SELECT g.id FROM call_groups g LEFT JOIN order_items i ON i.id = g.moved_by
              WHERE g.moved_by IS NOT NULL AND (i.id IS NULL OR i.state NOT IN ('inProgress', 'held'))",
    },
    Check {
        name: "orderWithoutItems",
        says: "an order has no items",
        sql: "SELECT o.id FROM orders o WHERE NOT EXISTS (SELECT 1 FROM order_items i WHERE i.order_id = o.id)",
    },
    Check {
        name: "orderAgainstItems",
        says: "an order's state is not what follows from its items'",
        sql: "SELECT o.id FROM orders o JOIN
                (SELECT order_id, COUNT(*) AS items,
                        SUM(CASE WHEN state = 'completed' THEN 1 ELSE 0 END) AS completed,
                        SUM(CASE WHEN state = 'failed' THEN 1 ELSE 0 END) AS failed,
                        SUM(CASE WHEN state = 'cancelled' THEN 1 ELSE 0 END) AS cancelled,
                        SUM(CASE WHEN state = 'held' THEN 1 ELSE 0 END) AS held
                 FROM order_items GROUP BY order_id) i ON i.order_id = o.id
              WHERE NOT CASE
                WHEN o.state = 'completed' THEN i.completed = i.items
                WHEN o.state = 'cancelled' THEN i.cancelled = i.items
                WHEN o.state = 'failed' THEN i.completed = 0 AND i.failed > 0 AND i.failed + i.cancelled = i.items
                WHEN o.state = 'partial' THEN i.completed > 0 AND i.completed < i.items
                  AND i.completed + i.failed + i.cancelled = i.items
                WHEN o.state = 'rejected' THEN i.completed = 0
                WHEN o.state = 'held' THEN i.completed + i.failed + i.cancelled < i.items
                  AND (o.held_reason <> 'needsAttention' OR i.held > 0)
                ELSE i.completed + i.failed + i.cancelled < i.items END",
    },
    Check {
        name: "itemAgainstSteps",
        says: "an item has ended and its steps say otherwise",
        sql: "SELECT i.id FROM order_items i JOIN saga_steps s ON s.saga = i.id
              WHERE (i.state = 'completed' AND s.state <> 'done')
                 OR (i.state IN ('failed', 'cancelled') AND s.state IN ('running', 'done', 'compensating'))
              GROUP BY i.id",
    },
    Check {
        name: "orderAgainstItemPrices",
        says: "an order's totals are not the sums of its items",
        sql: "SELECT o.id FROM orders o JOIN
                (SELECT order_id, SUM(one_time) AS one_time, SUM(monthly) AS monthly FROM order_items GROUP BY order_id) i
                ON i.order_id = o.id
              WHERE o.one_time <> i.one_time OR o.monthly <> i.monthly",
    },
    Check {
        name: "itemAgainstLines",
        says: "an item that sends hardware does not cost what its lines do, or something else has lines",
        sql: "SELECT i.id FROM order_items i LEFT JOIN
                (SELECT item, SUM(quantity * price) AS price, SUM(quantity) AS pieces FROM order_lines GROUP BY item) l ON l.item = i.id
              WHERE (i.action = 'buyHardware') <> (l.item IS NOT NULL)
                 OR (l.item IS NOT NULL AND (l.price <> i.one_time OR l.pieces <> i.quantity))",
    },
    Check {
        name: "answerWithoutBooking",
        says: "somebody has answered what waited for nobody, or the item came out otherwise",
        sql: "SELECT a.item FROM order_answers a JOIN order_items i ON i.id = a.item
              WHERE i.action <> 'bookService' OR (a.confirmed AND i.state IN ('failed', 'cancelled'))
                 OR (NOT a.confirmed AND i.state = 'completed')",
    },
    Check {
        name: "usageTotalAgainstRecords",
        says: "what a subscription used is not the sum of its records",
        sql: "SELECT t.subscription FROM
                (SELECT subscription, kind, SUM(records) AS records, SUM(counted + beyond + received) AS quantity
                 FROM usage_totals GROUP BY subscription, kind) t
              LEFT JOIN (SELECT subscription, kind, COUNT(*) AS records, SUM(quantity) AS quantity
                 FROM usage_records GROUP BY subscription, kind) r ON r.subscription = t.subscription AND r.kind = t.kind
              WHERE r.records IS NULL OR r.records <> t.records OR r.quantity <> t.quantity
              UNION SELECT r.subscription FROM usage_records r WHERE NOT EXISTS
                (SELECT 1 FROM usage_totals t WHERE t.subscription = r.subscription AND t.kind = r.kind)",
    },
    Check {
        name: "limitPassedWithoutUsage",
        says: "a limit was passed in a period in which nothing was used",
        sql: "SELECT n.subscription FROM usage_notices n WHERE NOT EXISTS
                (SELECT 1 FROM usage_totals t WHERE t.subscription = n.subscription AND t.period = n.period AND t.kind = 'data')
              GROUP BY n.subscription",
    },
    Check {
        name: "invoiceAgainstLines",
        says: "an invoice is not the sum of its lines, or has another number of them",
        sql: "SELECT i.id FROM invoices i LEFT JOIN
                (SELECT invoice, COUNT(*) AS lines, SUM(amount) AS net FROM invoice_lines GROUP BY invoice) l ON l.invoice = i.id
              WHERE l.invoice IS NULL OR l.lines <> i.lines OR l.net <> i.net OR i.net + i.vat <> i.gross",
    },
    Check {
        name: "invoiceAgainstSums",
        says: "what an invoice comes to by category is not what its lines come to",
        sql: "SELECT i.id FROM invoices i LEFT JOIN
                (SELECT invoice, SUM(lines) AS lines, SUM(amount) AS net FROM invoice_sums GROUP BY invoice) s ON s.invoice = i.id
              WHERE s.invoice IS NULL OR s.lines <> i.lines OR s.net <> i.net",
    },
    Check {
        name: "runAgainstInvoice",
        says: "a payer's month has come to an invoice that is not there, or that is of another month",
        sql: "SELECT r.payer FROM billing_runs r LEFT JOIN invoices i ON i.id = r.invoice
              WHERE r.state = 'issued' AND (i.id IS NULL OR i.organisation <> r.payer OR i.period <> r.period)",
    },
    Check {
        name: "linesWithoutInvoice",
        says: "there are lines of an invoice that was never issued",
        sql: "SELECT l.invoice FROM invoice_lines l LEFT JOIN invoices i ON i.id = l.invoice WHERE i.id IS NULL GROUP BY l.invoice",
    },
    Check {
        name: "usageAgainstRecords",
        says: "more records were charged for than were counted",
        sql: "SELECT b.subscription FROM billed_usage b JOIN usage_totals t
                ON t.subscription = b.subscription AND t.period = b.period AND t.kind = b.kind WHERE b.records > t.records",
    },
    Check {
        name: "auditWithoutHead",
        says: "an organisation has entries in the audit log and no head of its chain",
        sql: "SELECT e.organisation FROM audit_entries e WHERE NOT EXISTS
                (SELECT 1 FROM audit_heads h WHERE h.organisation = e.organisation) GROUP BY e.organisation",
    },
];

/// The ids that a [`Check`] finds.
pub(super) async fn ids(conn: &mut Conn, _: SystemScope, sql: &str) -> Result<Vec<String>> {
    conn.all(sql, params![])
        .await?
        .iter()
        .map(|row| row.get::<Uuid>(0).map(|id| id.to_string()))
        .collect()
}

/// Series of which the numbers are not 1, 2, 3 … up to the last one that was taken.
pub(super) async fn gaps(conn: &mut Conn, _: SystemScope) -> Result<Vec<String>> {
    conn.all(
        "SELECT s.series FROM invoice_series s LEFT JOIN
           (SELECT series, COUNT(*) AS many, MIN(sequence) AS first, MAX(sequence) AS last FROM invoices GROUP BY series) i
           ON i.series = s.series
         WHERE i.series IS NULL OR i.first <> 1 OR i.last <> s.last OR i.many <> s.last ORDER BY s.series",
        params![],
    )
    .await?
    .iter()
    .map(|row| row.get(0))
    .collect()
}

/// Orders under way for which no job waits or runs. A held one waits for a person.
pub(super) async fn stranded_orders(conn: &mut Conn, system: SystemScope) -> Result<Vec<String>> {
    let jobs: HashSet<String> = conn
        .all(
            "SELECT key FROM jobs WHERE kind = ?1 AND key IS NOT NULL AND state IN ('ready', 'running')",
            params![CARRY_OUT],
        )
        .await?
        .iter()
        .map(|row| row.get(0))
        .collect::<Result<_>>()?;
    let open = "SELECT id FROM orders WHERE state IN ('acknowledged', 'pending', 'inProgress')";
    let mut open = ids(conn, system, open).await?;
    open.retain(|id| !jobs.contains(id));
    Ok(open)
}

/// Orders whose beginning or end is not in the audit log once.
pub(super) async fn untold_orders(conn: &mut Conn, _: SystemScope) -> Result<Vec<String>> {
    let mut told: HashMap<(String, String), i64> = HashMap::new();
    for row in conn
        .all(
            "SELECT subject_id, action, COUNT(*) FROM audit_entries
             WHERE subject_kind = 'order' AND action IN ('place_order', 'end_order') GROUP BY subject_id, action",
            params![],
        )
        .await?
    {
        told.insert((row.get(0)?, row.get(1)?), row.get(2)?);
    }
    let mut wrong = Vec::new();
    for row in conn
        .all(
            "SELECT id, executed_at IS NOT NULL FROM orders ORDER BY id",
            params![],
        )
        .await?
    {
        let (id, ended): (Uuid, bool) = (row.get(0)?, row.get(1)?);
        let mut told = |action: &str| {
            told.remove(&(id.to_string(), action.to_owned()))
                .unwrap_or(0)
        };
        if (told("place_order"), told("end_order")) != (1, i64::from(ended)) {
            wrong.push(id.to_string());
        }
    }
    // What is left tells of orders that are not there.
    wrong.extend(told.into_keys().map(|(id, _)| id));
    Ok(wrong)
}

/// Orders that are read at once.
const PAGE: i64 = 500;

/// Orders whose totals are not those of the quote that they were placed from.
pub(super) async fn mispriced_orders(conn: &mut Conn, _: SystemScope) -> Result<Vec<String>> {
    let mut wrong = Vec::new();
    let mut after = Uuid::nil();
    loop {
        let rows = conn
            .all(
                "SELECT o.id, o.one_time, o.monthly, q.answer FROM orders o JOIN quotes q ON q.id = o.quote
                 WHERE o.id > ?1 ORDER BY o.id LIMIT ?2",
                params![after, PAGE],
            )
            .await?;
        let Some(last) = rows.last() else {
            return Ok(wrong);
        };
        after = last.get(0)?;
        for row in &rows {
            let answer: Assessment = serde_json::from_value(row.get(3)?)
                .map_err(|error| Error::internal(format!("a quote's answer: {error}")))?;
            let sum = |amount: fn(&crate::orders::QuotedItem) -> Money| {
                answer.items.iter().map(|item| amount(item).amount).sum()
            };
            let said: (i64, i64) = (sum(|item| item.one_time), sum(|item| item.monthly));
            if said != (row.get(1)?, row.get(2)?) {
                wrong.push(row.get::<Uuid>(0)?.to_string());
            }
        }
    }
}
