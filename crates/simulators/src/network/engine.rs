//! The state machine of service orders.
//!
//! acknowledged → inProgress → completed, partial or failed; acknowledged → held or pending while a rule says so, then
//! inProgress; acknowledged, held and pending → cancelled. An order, its cancellation and every effect are on disk before
//! anybody hears of them; the states between follow from those.

use super::{
    Options, donor,
    effects::Effect,
    hub::Hub,
    services::{Active, Change, Services},
    settings::{Deduplicate, Does, Settings},
    specifications::{Specification, understand},
    tmf::{
        CancelServiceOrder, CreateCancelServiceOrder, CreateServiceOrder, ErrorMessage, Item,
        Refusal, ServiceOrder, ServiceOrderRef, State, service_order_type,
    },
};
use crate::common::{fresh_id, ledger::Ledger};
use jiff::{Timestamp, Unit};
use std::{
    collections::{BTreeMap, HashMap, HashSet},
    io,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

/// The network. Clones are the same network.
#[derive(Clone)]
pub struct Network(pub(super) Arc<Inner>);

pub(super) struct Inner {
    pub(super) options: Options,
    journal: Ledger<ServiceOrder>,
    pub(super) effects: Ledger<Effect>,
    hub: Hub,
    pub(super) client: reqwest::Client,
    world: Mutex<World>,
}

#[derive(Default)]
pub(super) struct World {
    /// In the order in which they came.
    orders: BTreeMap<u64, ServiceOrder>,
    by_id: HashMap<String, u64>,
    by_external: HashMap<String, Vec<u64>>,
    cancellations: HashMap<String, CancelServiceOrder>,
    pub(super) services: Services,
    pub(super) settings: Settings,
    /// Orders that are being moved at this moment.
    moving: HashSet<String>,
    /// What was carried out of orders that have not ended, by order and item.
    pub(super) carried: HashMap<String, HashMap<String, Effect>>,
}

impl World {
    fn keep(&mut self, order: ServiceOrder) {
        match self.by_id.get(&order.id) {
            Some(at) => {
                self.orders.insert(*at, order);
            }
            None => {
                let at = self.orders.last_key_value().map_or(0, |(at, _)| at + 1);
                self.by_id.insert(order.id.clone(), at);
                if let Some(external) = &order.external_id {
                    self.by_external
                        .entry(external.clone())
                        .or_default()
                        .push(at);
                }
                self.orders.insert(at, order);
            }
        }
    }

    /// In the order in which they came.
    pub(super) fn orders(&self) -> impl Iterator<Item = &ServiceOrder> {
        self.orders.values()
    }

    fn order(&self, id: &str) -> Option<&ServiceOrder> {
        self.by_id.get(id).and_then(|at| self.orders.get(at))
    }
}

impl Network {
    /// Opens the network with what its data directory holds; unfinished orders go on. Must be called within a Tokio
    /// runtime.
    ///
    /// # Errors
    /// The data directory cannot be read or written.
    pub fn open(options: Options) -> io::Result<Network> {
        // Whoever installed a provider before us decides which.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = reqwest::Client::builder()
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .timeout(Duration::from_secs(10))
            .build()
            .map_err(io::Error::other)?;
        let data = options.data.as_deref();
        let journal: Ledger<ServiceOrder> = Ledger::open(data, "network-orders.jsonl")?;
        let effects: Ledger<Effect> = Ledger::open(data, "network-effects.jsonl")?;
        let hub = Hub::open(
            Ledger::open(data, "network-listeners.jsonl")?,
            client.clone(),
            options.faults.clone(),
            options.clock.clone(),
        );
        let mut world = World {
            settings: options.settings.clone(),
            ..World::default()
        };
        for order in journal.all() {
            world.keep(order);
        }
        for effect in effects.all() {
            if world
                .order(&effect.order_id)
                .is_some_and(|order| !order.state.is_final())
            {
                let items = world.carried.entry(effect.order_id.clone()).or_default();
                items.insert(effect.item_id.clone(), effect.clone());
            }
            if effect.applied
                && let Some(specification) = Specification::named(&effect.specification)
            {
                let change = Change {
                    action: effect.action,
                    specification,
                    service: effect.service_id,
                    characteristics: effect.characteristics,
                };
                // What was once applied can be applied again from the same beginning.
                let _ = world.services.make(&change);
            }
        }
        let unfinished: Vec<String> = open_orders(&world).collect();
        let network = Network(Arc::new(Inner {
            options,
            journal,
            effects,
            hub,
            client,
            world: Mutex::new(world),
        }));
        for id in unfinished {
            network.schedule(id);
        }
        Ok(network)
    }

    /// The listeners and what was sent to them.
    pub fn hub(&self) -> &Hub {
        &self.0.hub
    }

    /// What callers prove themselves with.
    pub(super) fn token(&self) -> &str {
        &self.0.options.token
    }

    /// The present settings.
    pub fn settings(&self) -> Settings {
        self.world().settings.clone()
    }

    /// Puts other settings in force; orders that stood `held` or `pending` are looked at again.
    pub fn set_settings(&self, settings: Settings) {
        let open: Vec<String> = {
            let mut world = self.world();
            world.settings = settings;
            open_orders(&world).collect()
        };
        for id in open {
            self.schedule(id);
        }
    }

    /// The ledger's lines that `wanted` accepts, oldest first.
    pub fn effects(&self, wanted: impl Fn(&Effect) -> bool) -> Vec<Effect> {
        self.0.effects.find(wanted)
    }

    /// The orders that `wanted` accepts, oldest first.
    pub fn orders(&self, wanted: impl Fn(&ServiceOrder) -> bool) -> Vec<ServiceOrder> {
        self.world()
            .orders
            .values()
            .filter(|order| wanted(order))
            .cloned()
            .collect()
    }

    /// The orders with this `externalId`, oldest first.
    pub fn orders_of(&self, external_id: &str) -> Vec<ServiceOrder> {
        let world = self.world();
        let places = world
            .by_external
            .get(external_id)
            .map(Vec::as_slice)
            .unwrap_or_default();
        places
            .iter()
            .filter_map(|at| world.orders.get(at))
            .cloned()
            .collect()
    }

    /// One order.
    pub fn order(&self, id: &str) -> Option<ServiceOrder> {
        self.world().order(id).cloned()
    }

    /// One cancellation.
    pub fn cancellation(&self, id: &str) -> Option<CancelServiceOrder> {
        self.world().cancellations.get(id).cloned()
    }

    /// Every active service with its id.
    pub fn services(&self) -> Vec<(String, Active)> {
        self.world()
            .services
            .all()
            .map(|(id, active)| (id.clone(), active.clone()))
            .collect()
    }

    /// Takes an order in. `base` is the URL below which the caller finds the interface.
    ///
    /// # Errors
    /// 400 what cannot be understood or a rule rejects; 409 a repeat, where the settings say so; 500 the disk refused.
    pub fn place(&self, asked: CreateServiceOrder, base: &str) -> Result<ServiceOrder, Refusal> {
        if asked.service_order_item.is_empty() {
            return Err(Refusal::new(
                400,
                "missingBodyField",
                "serviceOrderItem is empty.",
            ));
        }
        let mut understood = Vec::new();
        let mut ids = HashSet::new();
        for (index, item) in asked.service_order_item.iter().enumerate() {
            let at = format!("serviceOrderItem[{index}]");
            if !ids.insert(item.id.as_str()) {
                return Err(Refusal::new(
                    400,
                    "invalidBodyField",
                    format!("{at}: the id is there twice"),
                ));
            }
            understood.push(understand(item.action, &item.service, &at)?);
        }
        let now = self.now();
        let mut world = self.world();
        if let Some(external) = &asked.external_id
            && let Some(first) = world
                .by_external
                .get(external)
                .and_then(|at| world.orders.get(at.first()?))
        {
            match world.settings.deduplicate {
                Deduplicate::Off => {}
                Deduplicate::SameAnswer => return Ok(first.clone()),
                Deduplicate::Conflict => {
                    let reason = "An order with this externalId is there already.";
                    return Err(Refusal::new(409, "duplicateExternalId", reason));
                }
            }
        }
        for (item, (specification, characteristics)) in
            asked.service_order_item.iter().zip(&understood)
        {
            let met = world.settings.meets(
                &[Does::Reject],
                specification.name(),
                item.action,
                characteristics,
            );
            if let Some(rule) = met {
                return Err(Refusal::new(
                    400,
                    rule.code.as_deref().unwrap_or("rejected"),
                    rule.reason
                        .unwrap_or_else(|| "The network does not accept this order.".to_owned()),
                ));
            }
        }
        let id = fresh_id();
        let order = ServiceOrder {
            href: format!("{base}/serviceOrder/{id}"),
            id,
            external_id: asked.external_id,
            category: asked.category,
            description: asked.description,
            priority: asked.priority,
            requested_start_date: asked.requested_start_date,
            requested_completion_date: asked.requested_completion_date,
            expected_completion_date: None,
            state: State::Acknowledged,
            order_date: now,
            start_date: None,
            completion_date: None,
            cancellation_date: None,
            cancellation_reason: None,
            related_party: asked.related_party,
            error_message: Vec::new(),
            service_order_item: asked
                .service_order_item
                .into_iter()
                .map(|item| Item {
                    id: item.id,
                    action: item.action,
                    service: item.service,
                    state: State::Acknowledged,
                    error_message: Vec::new(),
                })
                .collect(),
            kind: service_order_type(),
        };
        self.0
            .journal
            .append(order.clone())
            .map_err(|_| disk_refused())?;
        world.keep(order.clone());
        drop(world);
        self.0.hub.tell("ServiceOrderCreateEvent", &order);
        self.schedule(order.id.clone());
        Ok(order)
    }

    /// Decides a cancellation: an order that is not yet being carried out is called off.
    ///
    /// # Errors
    /// 400 there is no such order; 500 the disk refused.
    pub fn cancel(
        &self,
        asked: CreateCancelServiceOrder,
        base: &str,
    ) -> Result<CancelServiceOrder, Refusal> {
        let now = self.now();
        let mut world = self.world();
        let Some(mut order) = world.order(&asked.service_order.id).cloned() else {
            return Err(Refusal::new(
                400,
                "unknownServiceOrder",
                "There is no such service order.",
            ));
        };
        let is_port = donor::request(&order).is_some();
        let stands = match order.state {
            // A number stays until its day comes, also when the donor has said yes.
            State::Acknowledged | State::Held | State::InProgress | State::Pending if is_port => {
                !donor::is_due(&order, now)
            }
            State::Acknowledged | State::Held | State::Pending => true,
            _ => false,
        } && !world.moving.contains(&order.id);
        let id = fresh_id();
        let mut cancellation = CancelServiceOrder {
            href: format!("{base}/cancelServiceOrder/{id}"),
            id,
            cancellation_reason: asked.cancellation_reason.clone(),
            effective_cancellation_date: None,
            error_message: None,
            service_order: ServiceOrderRef {
                id: order.id.clone(),
            },
            state: "done".to_owned(),
            kind: "CancelServiceOrder".to_owned(),
        };
        if stands {
            order.state = State::Cancelled;
            order.cancellation_date = Some(now);
            order.cancellation_reason = asked.cancellation_reason;
            for item in &mut order.service_order_item {
                item.state = State::Cancelled;
            }
            self.0
                .journal
                .append(order.clone())
                .map_err(|_| disk_refused())?;
            world.keep(order.clone());
            cancellation.effective_cancellation_date = Some(now);
        } else if order.state != State::Cancelled {
            cancellation.state = "terminatedWithError".to_owned();
            cancellation.error_message = Some(ErrorMessage {
                code: "pointOfNoReturn".to_owned(),
                reason: format!("The order is {}.", order.state.name()),
                message: None,
                timestamp: Some(now),
                service_order_item: Vec::new(),
            });
        }
        world
            .cancellations
            .insert(cancellation.id.clone(), cancellation.clone());
        drop(world);
        if stands {
            self.0.hub.tell("ServiceOrderStateChangeEvent", &order);
        }
        Ok(cancellation)
    }

    /// Moves every unfinished order, or the one with this id or `externalId`, one state on; the orders that were looked
    /// at, as they stand afterwards.
    pub async fn step(&self, which: Option<&str>) -> Vec<ServiceOrder> {
        let ids: Vec<String> = {
            let world = self.world();
            open_orders(&world)
                .filter(|id| {
                    which.is_none_or(|wanted| {
                        wanted == id
                            || world
                                .order(id)
                                .is_some_and(|order| order.external_id.as_deref() == Some(wanted))
                    })
                })
                .collect()
        };
        let mut moved = Vec::new();
        for id in ids {
            self.advance(&id).await;
            moved.extend(self.order(&id));
        }
        moved
    }

    /// Moves the orders on until none can go further.
    pub async fn settle(&self) {
        loop {
            let ids: Vec<String> = open_orders(&self.world()).collect();
            let mut moved = false;
            for id in ids {
                moved |= self.advance(&id).await;
            }
            if !moved {
                return;
            }
        }
    }

    fn schedule(&self, id: String) {
        if self.world().settings.manual {
            return;
        }
        // Held weakly, so that a network that is let go of stops, and another can be opened on the same data.
        let network = Arc::downgrade(&self.0);
        tokio::spawn(async move {
            let strong = || network.upgrade().map(Network);
            while let Some(delay) = strong().map(|network| network.world().settings.delay_ms) {
                tokio::time::sleep(Duration::from_millis(delay)).await;
                let Some(network) = strong() else {
                    return;
                };
                if network.world().settings.manual || !network.advance(&id).await {
                    return;
                }
            }
        });
    }

    /// Moves an order one state on; whether it moved and may move again.
    pub(super) async fn advance(&self, id: &str) -> bool {
        let (mut order, rule) = {
            let mut world = self.world();
            let Some(order) = world.order(id).cloned() else {
                return false;
            };
            if order.state.is_final() || !world.moving.insert(id.to_owned()) {
                return false;
            }
            let rule = order.service_order_item.iter().find_map(|item| {
                let (specification, characteristics) =
                    understand(item.action, &item.service, "").ok()?;
                let kinds = [Does::Hold, Does::Pend];
                world
                    .settings
                    .meets(&kinds, specification.name(), item.action, &characteristics)
            });
            (order, rule.map(|rule| rule.does))
        };
        let before = order.state;
        if let Some(asked) = donor::request(&order) {
            self.move_port(&mut order, &asked, rule).await;
        } else {
            match (before, rule) {
                (State::InProgress, _) => self.carry_out(&mut order).await,
                (_, Some(Does::Hold)) => order.state = State::Held,
                (_, Some(Does::Pend)) => order.state = State::Pending,
                _ => {
                    order.state = State::InProgress;
                    order.start_date = Some(self.now());
                    for item in &mut order.service_order_item {
                        item.state = State::InProgress;
                    }
                }
            }
        }
        self.world().moving.remove(id);
        let ended = order.state.is_final();
        order.state != before && self.keep_and_tell(order) && !ended
    }

    /// Keeps an order's new state and tells the listeners; `false` when the disk refused.
    pub(super) fn keep_and_tell(&self, order: ServiceOrder) -> bool {
        let mut world = self.world();
        // After a power cut this state is worked out again, from the order and what the ledger says was carried out.
        if self.0.journal.note(order.clone()).is_err() {
            return false;
        }
        if order.state.is_final() {
            world.carried.remove(&order.id);
        }
        world.keep(order.clone());
        drop(world);
        self.0.hub.tell("ServiceOrderStateChangeEvent", &order);
        true
    }

    pub(super) fn now(&self) -> Timestamp {
        let now = self.0.options.clock.now();
        now.round(Unit::Millisecond).unwrap_or(now)
    }

    pub(super) fn world(&self) -> MutexGuard<'_, World> {
        self.0.world.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn open_orders(world: &World) -> impl Iterator<Item = String> {
    world
        .orders
        .values()
        .filter(|order| !order.state.is_final())
        .map(|order| order.id.clone())
        .collect::<Vec<_>>()
        .into_iter()
}

fn disk_refused() -> Refusal {
    Refusal::new(500, "storage", "The order could not be stored.")
}
