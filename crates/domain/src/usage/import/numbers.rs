//! Who had which number when, as far as the import has asked.

use super::super::{UsageRecord, rules::counting::Plan};
use crate::{
    access::{self, OrganisationId, Scope},
    catalogue::{self, OfferingId},
    subscriptions::{self, SubscriptionId},
};
use platform::{
    Instant, Result,
    db::{Conn, TRANSACTION_CAP},
};
use std::{
    collections::{HashMap, HashSet},
    time::Duration,
};

/// Somebody who had a number.
#[derive(Clone, Copy, Debug)]
pub(super) struct Held {
    pub organisation: OrganisationId,
    pub subscription: SubscriptionId,
    pub plan: Plan,
    from: Instant,
    until: Option<Instant>,
}

struct Known {
    asked_at: Instant,
    held: Vec<Held>,
}

/// Packages change; what is older is asked anew.
const FRESH: Duration = Duration::from_secs(60);
/// Numbers that are remembered at most.
const MOST: usize = 50_000;

#[derive(Default)]
pub(super) struct Numbers {
    known: HashMap<String, Known>,
    within: HashMap<OrganisationId, bool>,
    plans: HashMap<OfferingId, Plan>,
    asked_at: Option<Instant>,
}

impl Numbers {
    /// Asks for the numbers of these records that are not known, or not known well enough.
    pub async fn ask(
        &mut self,
        conn: &mut Conn,
        scope: &Scope,
        records: &[UsageRecord],
        now: Instant,
    ) -> Result<()> {
        let is_old = self.asked_at.is_none_or(|at| now.since(at) >= FRESH);
        if is_old || self.known.len() >= MOST {
            *self = Numbers {
                asked_at: Some(now),
                ..Numbers::default()
            };
        }
        let wanted: HashSet<&str> = records
            .iter()
            .filter(|record| !self.answers(record))
            .map(|record| record.number.as_str())
            .collect();
        if wanted.is_empty() {
            return Ok(());
        }
        let wanted: Vec<&str> = wanted.into_iter().collect();
        for number in &wanted {
            let nobody = Known {
                asked_at: now,
                held: Vec::new(),
            };
            self.known.insert((*number).to_owned(), nobody);
        }
        for holder in subscriptions::holders(conn, scope, &wanted).await? {
            if !self.is_within(conn, scope, holder.organisation).await? {
                continue;
            }
            let held = Held {
                organisation: holder.organisation,
                subscription: holder.subscription,
                plan: self.plan(conn, holder.offering).await?,
                from: holder.from,
                until: holder.until,
            };
            if let Some(known) = self.known.get_mut(&holder.number) {
                known.held.push(held);
            }
        }
        Ok(())
    }

    /// Who changes hands does so at the present moment, in a transaction that lasts five seconds at most: what was asked later than
    /// that after the record began holds for good.
    fn answers(&self, record: &UsageRecord) -> bool {
        self.known
            .get(&record.number)
            .is_some_and(|known| record.started_at.plus(TRANSACTION_CAP) < known.asked_at)
    }

    async fn is_within(
        &mut self,
        conn: &mut Conn,
        scope: &Scope,
        organisation: OrganisationId,
    ) -> Result<bool> {
        if let Some(known) = self.within.get(&organisation) {
            return Ok(*known);
        }
        let within = access::is_within(conn, scope, organisation).await?;
        self.within.insert(organisation, within);
        Ok(within)
    }

    async fn plan(&mut self, conn: &mut Conn, offering: OfferingId) -> Result<Plan> {
        if let Some(known) = self.plans.get(&offering) {
            return Ok(*known);
        }
        let plan = Plan::of(&catalogue::attributes(conn, offering).await?);
        self.plans.insert(offering, plan);
        Ok(plan)
    }

    /// For whom a record counts.
    ///
    /// # Errors
    /// The code of why for nobody.
    pub fn holder(&self, record: &UsageRecord) -> Result<&Held, &'static str> {
        let known = self.known.get(&record.number).ok_or("numberUnknown")?;
        if known.held.is_empty() {
            return Err("numberUnknown");
        }
        let at = record.started_at;
        known
            .held
            .iter()
            .find(|held| held.from <= at && held.until.is_none_or(|until| at < until))
            .ok_or("nobodyThen")
    }
}
