//! How usage looks, for every area that shows it.

use domain::{
    access::Scope,
    catalogue::{self, OfferingId},
    numbering,
    subscriptions::{self, SubscriptionId, SubscriptionKind},
    usage::{
        self, UsageKind, UsageTotal,
        rules::counting::{Plan, percent},
    },
};
use platform::{Instant, Period, Result, db::Conn};
use std::collections::BTreeMap;

/// What a subscription used.
#[derive(serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Usage {
    subscription: SubscriptionId,
    kind: SubscriptionKind,
    offering: OfferingId,
    /// E.164 with `+`.
    #[schema(required)]
    number: Option<String>,
    /// Billing periods, the present one first; thirteen months at most.
    periods: Vec<UsagePeriod>,
}

/// A billing period: a month in Copenhagen.
#[derive(serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct UsagePeriod {
    period: Period,
    /// Its first instant.
    from: Instant,
    /// The first instant behind it.
    until: Instant,
    current: bool,
    kinds: Vec<KindUsage>,
}

#[derive(Clone, Copy, serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum Unit {
    /// 1 GB is 1,000,000,000 of them.
    Bytes,
    Seconds,
    Messages,
}

/// What was used of one kind, in `unit`.
#[derive(serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct KindUsage {
    kind: UsageKind,
    unit: Unit,
    /// Outgoing, and where the package's allowance holds: what counts against the limit.
    used: i64,
    /// Outgoing, and elsewhere.
    beyond: i64,
    received: i64,
    records: i64,
    /// A month; `null` without limit. Of an earlier period what was allowed when its last record was counted.
    #[schema(required)]
    limit: Option<i64>,
    /// Of the limit, rounded down; may be more than 100. `null` without limit.
    #[schema(required)]
    percent: Option<i64>,
}

impl Usage {
    /// What a subscription of the organisation used, up to the billing period `now`.
    pub async fn of(
        conn: &mut Conn,
        scope: &Scope,
        subscription: SubscriptionId,
        now: Period,
    ) -> Result<Usage> {
        let subscription = subscriptions::subscription(conn, scope, subscription).await?;
        let plan = Plan::of(&catalogue::attributes(conn, subscription.offering).await?);
        let number = match subscription.number {
            Some(number) => Some(numbering::number(conn, scope, number).await?.number),
            None => None,
        };
        let totals = usage::of_subscription(conn, scope, subscription.id, now).await?;
        let mut periods: BTreeMap<Period, Vec<UsageTotal>> = BTreeMap::from([(now, Vec::new())]);
        for total in totals {
            periods.entry(total.period).or_default().push(total);
        }
        let shown: &[UsageKind] = match subscription.kind {
            SubscriptionKind::Telephony => &[UsageKind::Voice],
            SubscriptionKind::Mobile => UsageKind::ALL,
        };
        Ok(Usage {
            subscription: subscription.id,
            kind: subscription.kind,
            offering: subscription.offering,
            number,
            periods: periods
                .into_iter()
                .rev()
                .map(|(period, totals)| {
                    UsagePeriod::of(period, period == now, &totals, plan, shown)
                })
                .collect(),
        })
    }
}

impl UsagePeriod {
    /// The kinds of `shown` always, others when something was used.
    fn of(
        period: Period,
        current: bool,
        totals: &[UsageTotal],
        plan: Plan,
        shown: &[UsageKind],
    ) -> Self {
        let kinds = UsageKind::ALL.iter().filter_map(|kind| {
            let total = totals.iter().find(|total| total.kind == *kind);
            if total.is_none() && !shown.contains(kind) {
                return None;
            }
            let limit = match total {
                Some(total) if !current => total.allowance,
                _ => plan.allowance(*kind),
            };
            let used = total.map_or(0, |total| total.counted);
            Some(KindUsage {
                kind: *kind,
                unit: match kind {
                    UsageKind::Data => Unit::Bytes,
                    UsageKind::Voice => Unit::Seconds,
                    UsageKind::Sms | UsageKind::Mms => Unit::Messages,
                },
                used,
                beyond: total.map_or(0, |total| total.beyond),
                received: total.map_or(0, |total| total.received),
                records: total.map_or(0, |total| total.records),
                limit,
                percent: limit.map(|limit| percent(used, limit)),
            })
        });
        UsagePeriod {
            period,
            from: period.start(),
            until: period.end(),
            current,
            kinds: kinds.collect(),
        }
    }
}
