//! The job that carries an order out.

use super::{
    executor::Steps,
    port_step::{self, Standing},
    ports::{Network, TeamsTelephony},
};
use crate::{
    access::{self, OrganisationId, Scope},
    directory::{self, ports::DirectorySource},
    help,
    notices::{self, OrderNews, OrderOutcome},
    orders::{
        self, Action, Address, Begun, Delivery, HeldReason, ItemEnd, ItemState, Order, OrderId,
        OrderItem, OrderState, StepKind, StepPayload,
    },
    porting,
};
use async_trait::async_trait;
use platform::{
    Clock, Error, Ids, Instant, Result,
    db::{Conn, Db, Tx},
    jobs::{Handler, Lease, Outcome},
    saga::{self, Progress, Step, StepState},
    seal::Sealer,
};
use std::{sync::Arc, time::Duration};
use url::Url;
use uuid::Uuid;

/// A held order looks again this often, in case what was in the way has gone.
const HELD_LOOK: Duration = Duration::from_secs(15 * 60);
/// Items that begin together: one transaction each, so that a large order does not keep others waiting.
const BEGIN_AT_ONCE: usize = 100;
/// Another order has to finish first: look again after this.
const LATER: Duration = Duration::from_secs(10);

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
    /// Seals the activation codes of eSIMs.
    pub sealer: Arc<Sealer>,
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
        let again = if order.cancel_requested_at.is_some() {
            self.call_off(lease, &scope, order.id).await?;
            None
        } else {
            self.begin(lease, &scope, &order).await?
        };
        let unwind = order.cancel_requested_at.is_some();
        let later = self.carry_out(lease, &scope, order.id, unwind).await?;
        let again = [again, later].into_iter().flatten().min();
        Ok(again.map_or(Outcome::Done, Outcome::Again))
    }

    /// The order stands held and says so. As with every held order somebody looks again now and then.
    async fn given_up(&self, tx: &mut Tx, lease: &Lease, _: &str) -> Result<Option<Instant>> {
        let payload = Payload::of(lease)?;
        let scope = access::for_work(tx, access::for_system(), payload.organisation).await?;
        let order = orders::order(tx, &scope, payload.order).await?;
        if orders::rules::is_final(order.state) {
            return Ok(None);
        }
        let before = (order.state, order.held_reason);
        let now = self.clock.now();
        let mut news = false;
        for item in orders::open_of_order(tx, &scope, order.id).await? {
            // What waits for its day is not what went wrong.
            if item.start_at.is_some_and(|at| at > now) {
                continue;
            }
            let reason = HeldReason::NeedsAttention;
            news |=
                orders::hold(tx, &self.ids, &scope, order.id, item.id, reason, GIVEN_UP).await?;
        }
        if news {
            metrics::counter!("switchboard_orders_held_total").increment(1);
        }
        self.tell(tx, &scope, payload.order, before).await?;
        Ok(Some(self.clock.now().plus(HELD_LOOK)))
    }
}

impl CarryOut {
    /// Begins the items whose time has come: their steps are written in the same transaction. Says when the next one's comes.
    async fn begin(&self, lease: &Lease, scope: &Scope, order: &Order) -> Result<Option<Instant>> {
        let now = self.clock.now();
        let mut again: Option<Instant> = None;
        let mut note = |at: Instant| again = Some(again.map_or(at, |known| known.min(at)));
        let mut due = Vec::new();
        let mut orphans = Vec::new();
        let mut conn = self.db.read().await?;
        let mut open = orders::open_of_order(&mut conn, scope, order.id).await?;
        let held: Vec<Uuid> = open
            .iter()
            .filter(|item| item.state == ItemState::Held)
            .map(|item| item.id.0)
            .collect();
        let begun = saga::steps_of_many(&mut conn, &held).await?;
        // Held, perhaps, because not even its steps could be written.
        open.retain(|item| match item.state {
            ItemState::Acknowledged => true,
            ItemState::Held => !begun.contains_key(&item.id.0),
            _ => false,
        });
        for item in open {
            match (
                item.start_at.filter(|at| *at > now),
                orders::may_follow(&mut conn, scope, &item).await?,
            ) {
                (_, Some(false)) => orphans.push(item),
                (Some(at), _) => note(at),
                (None, Some(true)) => due.push(item),
                // The end of the item before it brings the job here again.
                (None, None) => {}
            }
        }
        drop(conn);
        for chunk in due.chunks(BEGIN_AT_ONCE) {
            let mut tx = self.db.begin().await?;
            lease.guard(&mut tx).await?;
            for item in chunk.iter().filter(|item| item.state == ItemState::Held) {
                orders::unhold_unbegun(&mut tx, scope, item.id).await?;
            }
            let begun = orders::begin(&mut tx, &self.ids, scope, order, chunk).await?;
            let mut sagas = Vec::with_capacity(chunk.len());
            for (id, begun) in begun {
                match begun {
                    Begun::Steps(steps) => {
                        let steps = steps
                            .into_iter()
                            .map(|step| Ok((step.kind.as_str(), payload_json(&step.payload)?)))
                            .collect::<Result<Vec<_>>>()?;
                        sagas.push((id.0, steps));
                    }
                    Begun::Later => note(now.plus(LATER)),
                    Begun::Impossible(code) => {
                        if let Some(item) = chunk.iter().find(|item| item.id == id) {
                            self.end(&mut tx, scope, order, item, &ItemEnd::Impossible(code))
                                .await?;
                        }
                    }
                }
            }
            saga::plan_many(&mut tx, &self.ids, &sagas).await?;
            tx.commit().await?;
        }
        if !orphans.is_empty() {
            let mut tx = self.db.begin().await?;
            lease.guard(&mut tx).await?;
            for item in &orphans {
                self.end(&mut tx, scope, order, item, &ItemEnd::Cancelled)
                    .await?;
            }
            tx.commit().await?;
        }
        Ok(again)
    }

    /// Ends what a cancelled order has not begun.
    async fn call_off(&self, lease: &Lease, scope: &Scope, order: OrderId) -> Result<()> {
        let mut conn = self.db.read().await?;
        let order = orders::order(&mut conn, scope, order).await?;
        let mut open = orders::open_of_order(&mut conn, scope, order.id).await?;
        drop(conn);
        open.retain(|item| item.state == ItemState::Acknowledged);
        for chunk in open.chunks(BEGIN_AT_ONCE) {
            let mut tx = self.db.begin().await?;
            lease.guard(&mut tx).await?;
            for item in chunk {
                self.end(&mut tx, scope, &order, item, &ItemEnd::Cancelled)
                    .await?;
            }
            tx.commit().await?;
        }
        Ok(())
    }

    async fn end(
        &self,
        tx: &mut Tx,
        scope: &Scope,
        order: &Order,
        item: &OrderItem,
        end: &ItemEnd,
    ) -> Result<()> {
        let before = orders::order(tx, scope, order.id).await?;
        orders::end_item(tx, &self.ids, scope, order.id, item, end).await?;
        self.tell(tx, scope, order.id, (before.state, before.held_reason))
            .await
    }

    async fn carry_out(
        &self,
        lease: &Lease,
        scope: &Scope,
        order: OrderId,
        unwind: bool,
    ) -> Result<Option<Instant>> {
        let mut conn = self.db.read().await?;
        let delivery = orders::order(&mut conn, scope, order).await?.delivery;
        let delivery = delivered_to(&mut conn, scope, delivery).await?;
        let mut items = orders::open_of_order(&mut conn, scope, order).await?;
        items.retain(|item| item.state != ItemState::Acknowledged);
        let sagas: Vec<Uuid> = items.iter().map(|item| item.id.0).collect();
        let mut steps = saga::steps_of_many(&mut conn, &sagas).await?;
        drop(conn);
        let executor = Steps {
            carry: self,
            scope,
            lease,
            delivery,
            order,
            cancelled: unwind,
        };
        let mut again: Option<Instant> = None;
        let mut note = |at: Instant| again = Some(again.map_or(at, |known| known.min(at)));
        for item in &items {
            // Of a large order most items rest at any one time.
            let known = steps.remove(&item.id.0).unwrap_or_default();
            // What waits for a number is taken back when the donor agrees, and never when the number has moved.
            let unwind = unwind && !waits_for_donor(&known) && !self.is_agreed(scope, item).await?;
            let asks_donor = executor.cancelled && !unwind;
            if known.is_empty() && !unwind {
                // Without steps it would seem to have taken them all.
                continue;
            }
            if let Some(until) = saga::rests_until(&known, unwind, self.clock.now())
                && !(asks_donor && self.may_ask_to_call_off(scope, item).await?)
            {
                note(until);
                continue;
            }
            if asks_donor {
                self.wake(lease, item).await?;
            }
            // Somebody may have cancelled meanwhile: what has not been touched is then not touched any more.
            if !executor.cancelled && self.is_cancelled(scope, order).await? {
                note(self.clock.now());
                break;
            }
            let progress =
                saga::drive(&self.db, &*self.clock, lease, item.id.0, unwind, &executor).await?;
            if let Some(at) = self.note(lease, scope, order, item, progress).await? {
                note(at);
            }
        }
        Ok(again)
    }

    /// Whether the operator has agreed the service of an item: then it is carried out, whoever cancels.
    async fn is_agreed(&self, scope: &Scope, item: &OrderItem) -> Result<bool> {
        if item.action != Action::BookService {
            return Ok(false);
        }
        let mut conn = self.db.read().await?;
        let answer = orders::service_answer(&mut conn, scope, item.id).await?;
        Ok(answer.is_some_and(|(confirmed, _)| confirmed))
    }

    async fn is_cancelled(&self, scope: &Scope, order: OrderId) -> Result<bool> {
        let mut conn = self.db.read().await?;
        let order = orders::order(&mut conn, scope, order).await?;
        Ok(order.cancel_requested_at.is_some())
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
        let port = match &progress {
            Progress::Waiting { .. } => self.port(scope, item).await?,
            _ => None,
        };
        let books =
            matches!(progress, Progress::Waiting { .. }) && item.action == Action::BookService;
        let waits_for_somebody = port.is_some() || books;
        // Nothing to record: it was waiting and goes on to.
        if let Progress::Waiting { until } = progress
            && item.state == ItemState::InProgress
            && !waits_for_somebody
        {
            return Ok(Some(until));
        }
        let mut tx = self.db.begin().await?;
        lease.guard(&mut tx).await?;
        let before = orders::order(&mut tx, scope, order).await?;
        let stands = matches!(progress, Progress::Stuck { .. }) || waits_for_somebody;
        if item.state == ItemState::Held && !stands {
            orders::unhold(&mut tx, &self.ids, scope, order, item.id).await?;
        }
        let again = match progress {
            Progress::Completed => {
                orders::end_item(&mut tx, &self.ids, scope, order, item, &ItemEnd::Completed)
                    .await?;
                // An item that waited for this one may begin.
                Some(self.clock.now())
            }
            Progress::Unwound { why } => {
                let why = why.filter(|why| why != port_step::CALLED_OFF);
                let end = why.map_or(ItemEnd::Cancelled, |why| ItemEnd::Failed { why });
                orders::end_item(&mut tx, &self.ids, scope, order, item, &end).await?;
                Some(self.clock.now())
            }
            Progress::Waiting { until } => {
                let (code, why) = match &port {
                    None => (books.then_some(orders::rules::SERVICE_BOOKING), ""),
                    Some(Standing::Waits) => (Some(HeldReason::ScheduledPort.as_str()), ""),
                    Some(Standing::Rejected(code)) => {
                        (Some(orders::rules::PORT_REJECTED), code.as_str())
                    }
                    Some(Standing::Unreachable(why)) => {
                        (Some(HeldReason::NeedsAttention.as_str()), why.as_str())
                    }
                };
                if let Some(code) = code {
                    orders::hold_as(&mut tx, &self.ids, scope, order, item.id, code, why).await?;
                }
                Some(until)
            }
            Progress::Stuck { why } => {
                let reason = HeldReason::NeedsAttention;
                if orders::hold(&mut tx, &self.ids, scope, order, item.id, reason, &why).await? {
                    metrics::counter!("switchboard_orders_held_total").increment(1);
                }
                Some(self.clock.now().plus(HELD_LOOK))
            }
        };
        self.tell(&mut tx, scope, order, (before.state, before.held_reason))
            .await?;
        let ended = orders::rules::is_final(orders::order(&mut tx, scope, order).await?.state);
        tx.commit().await?;
        Ok(again.filter(|_| !ended))
    }

    /// How the number stands that the item waits for, when the step under way is the donor's.
    async fn port(&self, scope: &Scope, item: &OrderItem) -> Result<Option<Standing>> {
        let mut conn = self.db.read().await?;
        if !is_at_donor(&saga::steps(&mut conn, item.id.0).await?) {
            return Ok(None);
        }
        let case = porting::of_item(&mut conn, scope, item.id.0).await?;
        Ok(Some(
            case.as_ref().map_or(Standing::Waits, port_step::standing),
        ))
    }

    /// Whether the donor has not heard yet that the number need not come.
    async fn may_ask_to_call_off(&self, scope: &Scope, item: &OrderItem) -> Result<bool> {
        let mut conn = self.db.read().await?;
        match porting::of_item(&mut conn, scope, item.id.0).await? {
            Some(case) => port_step::may_call_off(&mut conn, scope, &case).await,
            None => Ok(false),
        }
    }

    /// Lets the item's step look now.
    async fn wake(&self, lease: &Lease, item: &OrderItem) -> Result<()> {
        let mut tx = self.db.begin().await?;
        lease.guard(&mut tx).await?;
        saga::wake(&mut tx, item.id.0).await?;
        tx.commit().await
    }

    /// Tells whoever ordered, when the order has just ended or been held. Somebody without an address is not told; the order
    /// overview says the same.
    async fn tell(
        &self,
        tx: &mut Tx,
        scope: &Scope,
        order: OrderId,
        before: (OrderState, Option<HeldReason>),
    ) -> Result<()> {
        let order = orders::order(tx, scope, order).await?;
        let outcome = match order.state {
            state if (state, order.held_reason) == before => return Ok(()),
            OrderState::Completed => OrderOutcome::Completed,
            OrderState::Partial => OrderOutcome::Partial,
            OrderState::Failed => OrderOutcome::Failed,
            OrderState::Cancelled => OrderOutcome::Cancelled,
            // Of a number that was not given up the case tells by itself, and what to do.
            OrderState::Held
                if order.held_reason == Some(HeldReason::NeedsAttention)
                    && !orders::waits_for_orderer(tx, scope, order.id).await? =>
            {
                OrderOutcome::Held
            }
            OrderState::Held => return Ok(()),
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

/// Where what is sent goes: the order's own address, else the registered one. Without either the network knows one.
async fn delivered_to(
    conn: &mut Conn,
    scope: &Scope,
    delivery: Option<Delivery>,
) -> Result<Option<Delivery>> {
    if delivery
        .as_ref()
        .is_some_and(|delivery| delivery.address.is_some())
    {
        return Ok(delivery);
    }
    let Some(registered) = help::delivery_address(conn, scope).await? else {
        return Ok(delivery);
    };
    Ok(Some(Delivery {
        address: Some(Address {
            name: registered.name,
            attention: registered.attention,
            street: registered.street,
            postal_code: registered.postal_code,
            city: registered.city,
            country: registered.country,
        }),
        attention: delivery.and_then(|delivery| delivery.attention),
    }))
}

fn payload_json(payload: &StepPayload) -> Result<serde_json::Value> {
    serde_json::to_value(payload)
        .map_err(|error| Error::internal(format!("a payload cannot be written: {error}")))
}

fn is_port(step: &Step) -> bool {
    step.kind == StepKind::PortIn.as_str()
}

/// Whether the step under way is the donor's.
fn is_at_donor(steps: &[Step]) -> bool {
    steps
        .iter()
        .any(|step| is_port(step) && step.state == StepState::Running)
}

/// Whether the item lies with the donor, or its number has moved already.
fn waits_for_donor(steps: &[Step]) -> bool {
    steps
        .iter()
        .any(|step| is_port(step) && matches!(step.state, StepState::Running | StepState::Done))
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
