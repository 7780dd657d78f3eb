//! The job that carries an order out, and the executor of its steps.

use super::{
    network_steps,
    plan::{self, StepKind, StepPayload},
    ports::{Network, TeamsTelephony},
    teams_steps,
};
use crate::{
    access::{self, NumberType, OrganisationId, Scope},
    catalogue,
    directory::{self, ports::DirectorySource},
    notices::{self, OrderNews, OrderOutcome},
    orders::{self, ItemEnd, ItemState, OrderId, OrderItem, OrderState},
};
use async_trait::async_trait;
use platform::{
    Clock, Error, Ids, Instant, Result,
    db::{Db, Tx},
    jobs::{Handler, Lease, Outcome},
    live,
    saga::{self, Executor, Progress, Step, StepOutcome},
};
use std::{sync::Arc, time::Duration};
use url::Url;
use uuid::Uuid;

/// A held order looks again this often, in case what was in the way has gone.
const HELD_LOOK: Duration = Duration::from_secs(15 * 60);

/// The outside worlds.
#[derive(Clone)]
pub struct Outside {
    pub network: Arc<dyn Network>,
    pub teams: Arc<dyn TeamsTelephony>,
    pub directory: Arc<dyn DirectorySource>,
}

/// Handler of [`orders::CARRY_OUT`].
pub struct CarryOut {
    pub db: Db,
    pub ids: Ids,
    pub clock: Arc<dyn Clock>,
    pub outside: Outside,
    /// Where the portal is reached, for links in mails; with `/` at its end.
    pub portal: Url,
}

#[derive(serde::Deserialize)]
struct Payload {
    order: OrderId,
    organisation: OrganisationId,
}

impl Payload {
    fn of(lease: &Lease) -> Result<Payload> {
        serde_json::from_value(lease.payload.clone())
            .map_err(|error| Error::internal(format!("the job's payload cannot be read: {error}")))
    }
}

/// What whoever ordered reads when the job itself could not be run: the log says what was in the way.
const GIVEN_UP: &str = "a fault on our side keeps the order from being carried out";

#[async_trait]
impl Handler for CarryOut {
    async fn run(&self, lease: &Lease) -> Result<Outcome> {
        let payload = Payload::of(lease)?;
        let mut conn = self.db.read().await?;
        let scope = access::for_work(&mut conn, access::for_system(), payload.organisation).await?;
        let order = orders::order(&mut conn, &scope, payload.order).await?;
        drop(conn);
        if orders::rules::is_final(order.state) {
            return Ok(Outcome::Done);
        }
        let planned = match order.state {
            OrderState::Acknowledged => false,
            // Held, perhaps, because not even that could be done.
            OrderState::Held => self.is_planned(&scope, order.id).await?,
            _ => true,
        };
        if !planned {
            self.plan(lease, &scope, order.id).await?;
        }
        let unwind = order.cancel_requested_at.is_some();
        self.carry_out(lease, &scope, order.id, unwind).await
    }

    /// The order stands held and says so. As with every held order somebody looks again now and then.
    async fn given_up(&self, tx: &mut Tx, lease: &Lease, _: &str) -> Result<Option<Instant>> {
        let payload = Payload::of(lease)?;
        let scope = access::for_work(tx, access::for_system(), payload.organisation).await?;
        let before = orders::order(tx, &scope, payload.order).await?.state;
        if orders::rules::is_final(before) {
            return Ok(None);
        }
        let mut news = false;
        for item in orders::items(tx, &scope, payload.order).await? {
            news |= orders::hold(tx, &self.ids, &scope, payload.order, item.id, GIVEN_UP).await?;
        }
        if news {
            metrics::counter!("switchboard_orders_held_total").increment(1);
        }
        self.tell(tx, &scope, payload.order, before).await?;
        Ok(Some(self.clock.now().plus(HELD_LOOK)))
    }
}

impl CarryOut {
    /// Whether the steps were written: an order without any would seem to have taken them all.
    async fn is_planned(&self, scope: &Scope, order: OrderId) -> Result<bool> {
        let mut conn = self.db.read().await?;
        for item in orders::items(&mut conn, scope, order).await? {
            if !saga::steps(&mut conn, item.id.0).await?.is_empty() {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Writes the steps of every item, once: the order leaves `acknowledged` in the same transaction.
    async fn plan(&self, lease: &Lease, scope: &Scope, order: OrderId) -> Result<()> {
        let mut tx = self.db.begin().await?;
        lease.guard(&mut tx).await?;
        let customer = access::organisation(&mut tx, scope).await?.customer_number;
        for item in orders::items(&mut tx, scope, order).await? {
            let package = match item.offering {
                Some(offering) => catalogue::code(&mut tx, offering).await?,
                None => String::new(),
            };
            let object = match item.person {
                Some(person) => directory::person(&mut tx, scope, person)
                    .await?
                    .and_then(|person| person.object),
                None => None,
            };
            let payload = plan::payload(
                &item,
                package,
                customer.clone(),
                scope.tenant(),
                object,
                scope.number_type() == NumberType::DirectRouting,
            )?;
            let json = serde_json::to_value(&payload).map_err(|error| {
                Error::internal(format!("a payload cannot be written: {error}"))
            })?;
            let steps: Vec<_> = plan::steps(item.action)
                .iter()
                .map(|kind| (kind.as_str(), json.clone()))
                .collect();
            saga::plan(&mut tx, &self.ids, item.id.0, &steps).await?;
        }
        orders::begin(&mut tx, &self.ids, scope, order).await?;
        tx.commit().await
    }

    async fn carry_out(
        &self,
        lease: &Lease,
        scope: &Scope,
        order: OrderId,
        unwind: bool,
    ) -> Result<Outcome> {
        let mut conn = self.db.read().await?;
        let items = orders::items(&mut conn, scope, order).await?;
        drop(conn);
        let executor = Steps {
            carry: self,
            organisation: scope.organisation().0,
            order,
        };
        let mut again: Option<Instant> = None;
        for item in &items {
            if matches!(
                item.state,
                ItemState::Completed | ItemState::Failed | ItemState::Cancelled
            ) {
                continue;
            }
            let progress =
                saga::drive(&self.db, &*self.clock, lease, item.id.0, unwind, &executor).await?;
            if let Some(at) = self.note(lease, scope, order, item, progress).await? {
                again = Some(again.map_or(at, |earlier| earlier.min(at)));
            }
        }
        Ok(again.map_or(Outcome::Done, Outcome::Again))
    }

    /// Records how far an item came; says when to look again.
    async fn note(
        &self,
        lease: &Lease,
        scope: &Scope,
        order: OrderId,
        item: &OrderItem,
        progress: Progress,
    ) -> Result<Option<Instant>> {
        let mut tx = self.db.begin().await?;
        lease.guard(&mut tx).await?;
        let before = orders::order(&mut tx, scope, order).await?.state;
        if item.state == ItemState::Held && !matches!(progress, Progress::Stuck { .. }) {
            orders::unhold(&mut tx, &self.ids, scope, order, item.id).await?;
        }
        let again = match progress {
            Progress::Completed => {
                orders::end_item(&mut tx, &self.ids, scope, order, item, &ItemEnd::Completed)
                    .await?;
                None
            }
            Progress::Unwound { why } => {
                let end = why.map_or(ItemEnd::Cancelled, |why| ItemEnd::Failed { why });
                orders::end_item(&mut tx, &self.ids, scope, order, item, &end).await?;
                None
            }
            Progress::Waiting { until } => Some(until),
            Progress::Stuck { why } => {
                if orders::hold(&mut tx, &self.ids, scope, order, item.id, &why).await? {
                    metrics::counter!("switchboard_orders_held_total").increment(1);
                }
                Some(self.clock.now().plus(HELD_LOOK))
            }
        };
        self.tell(&mut tx, scope, order, before).await?;
        tx.commit().await?;
        Ok(again)
    }

    /// Tells whoever ordered, when the order has just ended or been held. Somebody without an address is not told; the order
    /// overview says the same.
    async fn tell(
        &self,
        tx: &mut Tx,
        scope: &Scope,
        order: OrderId,
        before: OrderState,
    ) -> Result<()> {
        let order = orders::order(tx, scope, order).await?;
        let outcome = match order.state {
            state if state == before => return Ok(()),
            OrderState::Completed => OrderOutcome::Completed,
            OrderState::Partial => OrderOutcome::Partial,
            OrderState::Failed => OrderOutcome::Failed,
            OrderState::Cancelled => OrderOutcome::Cancelled,
            OrderState::Held => OrderOutcome::Held,
            OrderState::Acknowledged
            | OrderState::Pending
            | OrderState::InProgress
            | OrderState::Rejected => return Ok(()),
        };
        let system = access::for_system();
        let Some(orderer) = access::principal_by_id(tx, system, order.requested_by).await? else {
            return Ok(());
        };
        let Some(to) = directory::email(tx, system, orderer.tenant, orderer.object).await? else {
            return Ok(());
        };
        let organisation = access::organisation(tx, scope).await?;
        let mut link = self.portal.clone();
        link.set_path(&format!(
            "o/{}/organisation/orders/{}",
            organisation.id, order.id
        ));
        let news = OrderNews {
            to,
            language: orderer.language.unwrap_or(organisation.language),
            number: &orders::order_number(order.number),
            outcome,
            link,
            lane: organisation.id.0,
        };
        match notices::order_ended(tx, &self.ids, &news).await {
            // An address in the directory that no mail can go to must not keep the order from ending.
            Err(error) if error.code == "mailAddress" => Ok(()),
            told => told,
        }
    }
}

struct Steps<'a> {
    carry: &'a CarryOut,
    organisation: Uuid,
    order: OrderId,
}

impl Steps<'_> {
    async fn act(&self, step: &Step, forward: bool) -> StepOutcome {
        let payload = match StepPayload::read(&step.payload) {
            Ok(payload) => payload,
            Err(error) => {
                return StepOutcome::Retry {
                    after: None,
                    why: error.to_string(),
                };
            }
        };
        let now = self.carry.clock.now();
        let outside = &self.carry.outside;
        match StepKind::parse(&step.kind) {
            None => StepOutcome::Retry {
                after: None,
                why: format!("this version does not know the step {}", step.kind),
            },
            Some(StepKind::TeamsAssign) if forward => {
                teams_steps::assign(outside, step, &payload, now).await
            }
            Some(StepKind::TeamsAssign) => {
                teams_steps::unassign(outside, step, &payload, now).await
            }
            Some(kind) if forward => {
                network_steps::place(&*outside.network, kind, step, &payload, now).await
            }
            Some(kind) => {
                network_steps::take_back(&*outside.network, kind, step, &payload, now).await
            }
        }
    }
}

#[async_trait]
impl Executor for Steps<'_> {
    async fn run(&self, step: &Step) -> StepOutcome {
        self.act(step, true).await
    }

    async fn compensate(&self, step: &Step) -> StepOutcome {
        self.act(step, false).await
    }

    async fn recorded(&self, tx: &mut Tx, step: &Step) -> Result<()> {
        metrics::counter!("switchboard_steps_total", "kind" => step.kind.clone(), "state" => step.state.as_str())
            .increment(1);
        live::tell(
            tx,
            &self.carry.ids,
            self.organisation,
            "orders",
            Some(self.order.0),
        )
        .await
    }
}

/// Somebody at the network says that the order of this step has moved. A hint: the worker asks for itself.
pub async fn note_network_event(tx: &mut Tx, ids: &Ids, step: Uuid) -> Result<bool> {
    match saga::saga_of(tx, step).await? {
        Some(item) => wake_item(tx, ids, item).await,
        None => Ok(false),
    }
}

/// Lets an item's waiting step look at once. `false` when there is no such item.
pub(super) async fn wake_item(tx: &mut Tx, ids: &Ids, item: Uuid) -> Result<bool> {
    let Some((organisation, order)) =
        orders::order_of_item(tx, access::for_system(), item.into()).await?
    else {
        return Ok(false);
    };
    saga::wake(tx, item).await?;
    let scope = access::for_work(tx, access::for_system(), organisation).await?;
    orders::ask_to_carry_out(tx, ids, &scope, order).await?;
    Ok(true)
}
