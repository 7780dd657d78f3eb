//! Listeners and the events they are sent.
//!
//! TMF641 leaves the listener's path to the listener, so events are posted to the callback itself; and it knows no secret
//! between the two, so a listener that wants one puts it into its callback's query. Events to one listener keep their
//! order and are tried three times. A fault may hold one up (the later ones overtake it), drop it or double it.

use super::tmf::ServiceOrder;
use super::{effects::ACTIVATION_CODE, packs::CARDS};
use crate::{
    common::{faults::Faults, fresh_id, ledger::Ledger},
    microsoft::world::SimulatorClock,
};
use jiff::{Timestamp, Unit};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::{
    collections::{HashMap, VecDeque},
    io,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use tokio::sync::mpsc;
use url::Url;

/// How many deliveries are remembered.
const REMEMBERED: usize = 1000;
/// How long a listener that refused is left alone before the second and the third try.
const PAUSES: [Duration; 2] = [Duration::from_millis(200), Duration::from_secs(1)];

/// A registered listener.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Listener {
    /// The registration's id.
    pub id: String,
    /// Where events are posted.
    pub callback: Url,
    /// `eventType=A,B` and `state=x,y`, joined with `&`; left out: everything.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub query: Option<String>,
}

impl Listener {
    fn wants(&self, event_type: &str, order: &ServiceOrder) -> bool {
        let Some(query) = &self.query else {
            return true;
        };
        conditions(query).all(|(name, allowed)| {
            let actual = match name.as_str() {
                "eventType" => event_type,
                _ => order.state.name(),
            };
            allowed.split(',').any(|one| one == actual)
        })
    }
}

fn conditions(query: &str) -> impl Iterator<Item = (String, String)> + '_ {
    url::form_urlencoded::parse(query.trim_start_matches('?').as_bytes())
        .map(|(name, value)| (name.into_owned(), value.into_owned()))
}

/// One try to hand an event over.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Delivered {
    /// When it was tried.
    pub time: Timestamp,
    /// The listener's id.
    pub listener: String,
    /// The event's id; the same when it is tried again.
    pub event_id: String,
    /// The event's type.
    pub event_type: String,
    /// The order's id.
    pub order_id: String,
    /// The order's state in the event.
    pub state: &'static str,
    /// The listener's HTTP status; `None` when it did not answer.
    pub status: Option<u16>,
}

/// The listeners.
#[derive(Clone)]
pub struct Hub(Arc<Inner>);

struct Inner {
    kept: Ledger<Listener>,
    client: reqwest::Client,
    faults: Faults,
    clock: SimulatorClock,
    queues: Mutex<HashMap<String, mpsc::UnboundedSender<Parcel>>>,
    delivered: Mutex<VecDeque<Delivered>>,
}

#[derive(Clone)]
struct Parcel {
    body: Value,
    note: Delivered,
}

/// Why a listener was not registered.
#[derive(Debug)]
pub enum NotRegistered {
    /// The same callback with the same query is there already.
    Already,
    /// The query asks for something this network cannot filter by.
    Query,
    /// The disk refused.
    Disk(io::Error),
}

/// The order as an event carries it: without what is for the caller alone.
fn without_codes(order: &ServiceOrder) -> ServiceOrder {
    let mut told = order.clone();
    for item in &mut told.service_order_item {
        item.service
            .service_characteristic
            .retain(|characteristic| {
                ![ACTIVATION_CODE, CARDS].contains(&characteristic.name.as_str())
            });
    }
    told
}

impl Hub {
    pub(super) fn open(
        kept: Ledger<Listener>,
        client: reqwest::Client,
        faults: Faults,
        clock: SimulatorClock,
    ) -> Self {
        let hub = Hub(Arc::new(Inner {
            kept,
            client,
            faults,
            clock,
            queues: Mutex::default(),
            delivered: Mutex::default(),
        }));
        for listener in hub.0.kept.all() {
            hub.serve(listener);
        }
        hub
    }

    /// The registered listeners.
    pub fn listeners(&self) -> Vec<Listener> {
        self.0.kept.all()
    }

    /// The latest deliveries, oldest first.
    pub fn delivered(&self) -> Vec<Delivered> {
        lock(&self.0.delivered).iter().cloned().collect()
    }

    /// Registers a listener.
    ///
    /// # Errors
    /// It is registered already, its query cannot be obeyed, or the disk refused.
    pub fn register(
        &self,
        callback: Url,
        query: Option<String>,
    ) -> Result<Listener, NotRegistered> {
        let query = query.filter(|query| !query.is_empty());
        if let Some(query) = &query
            && conditions(query).any(|(name, _)| name != "eventType" && name != "state")
        {
            return Err(NotRegistered::Query);
        }
        if self
            .0
            .kept
            .any(|other| other.callback == callback && other.query == query)
        {
            return Err(NotRegistered::Already);
        }
        let listener = Listener {
            id: fresh_id(),
            callback,
            query,
        };
        self.0
            .kept
            .append(listener.clone())
            .map_err(NotRegistered::Disk)?;
        self.serve(listener.clone());
        Ok(listener)
    }

    /// Removes a listener; whether it was there.
    pub fn remove(&self, id: &str) -> bool {
        let there = lock(&self.0.queues).remove(id).is_some();
        if there && let Err(error) = self.0.kept.retain(|listener| listener.id != id) {
            tracing::warn!(%error, "the list of listeners could not be written");
        }
        there
    }

    /// Tells every listener that wants to know.
    pub(super) fn tell(&self, event_type: &str, order: &ServiceOrder) {
        let now = self.0.clock.now();
        let time = now.round(Unit::Millisecond).unwrap_or(now);
        let order = &without_codes(order);
        for listener in self.listeners() {
            if !listener.wants(event_type, order) {
                continue;
            }
            let event_id = fresh_id();
            let parcel = Parcel {
                body: json!({
                    "eventId": event_id,
                    "eventTime": time,
                    "eventType": event_type,
                    "correlationId": order.external_id,
                    "domain": "serviceOrdering",
                    "title": event_type,
                    "event": { "serviceOrder": order },
                }),
                note: Delivered {
                    time,
                    listener: listener.id.clone(),
                    event_id,
                    event_type: event_type.to_owned(),
                    order_id: order.id.clone(),
                    state: order.state.name(),
                    status: None,
                },
            };
            if let Some(queue) = lock(&self.0.queues).get(&listener.id) {
                // The queue ends only with the listener.
                let _ = queue.send(parcel);
            }
        }
    }

    fn serve(&self, listener: Listener) {
        let (queue, mut parcels) = mpsc::unbounded_channel::<Parcel>();
        lock(&self.0.queues).insert(listener.id, queue);
        // Held weakly: the queue, and with it this task, ends with the hub.
        let hub = Arc::downgrade(&self.0);
        tokio::spawn(async move {
            while let Some(parcel) = parcels.recv().await {
                let Some(hub) = hub.upgrade().map(Hub) else {
                    return;
                };
                let event = parcel.body.to_string();
                let delivery = hub
                    .0
                    .faults
                    .delivery_of(&parcel.note.event_type, event.as_bytes());
                let callback = listener.callback.clone();
                let carry = async move {
                    tokio::time::sleep(delivery.delay).await;
                    for _ in 0..delivery.copies {
                        hub.carry(&callback, &parcel).await;
                    }
                };
                if delivery.delay.is_zero() {
                    carry.await;
                } else {
                    tokio::spawn(carry);
                }
            }
        });
    }

    async fn carry(&self, callback: &Url, parcel: &Parcel) {
        let mut pauses = PAUSES.iter();
        loop {
            let answer = self
                .0
                .client
                .post(callback.clone())
                .json(&parcel.body)
                .send()
                .await;
            let status = answer.ok().map(|answer| answer.status());
            self.note(parcel, status.map(|status| status.as_u16()));
            if status.is_some_and(|status| status.is_success()) {
                return;
            }
            match pauses.next() {
                Some(pause) => tokio::time::sleep(*pause).await,
                None => return,
            }
        }
    }

    fn note(&self, parcel: &Parcel, status: Option<u16>) {
        let mut delivered = lock(&self.0.delivered);
        if delivered.len() == REMEMBERED {
            delivered.pop_front();
        }
        delivered.push_back(Delivered {
            status,
            ..parcel.note.clone()
        });
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
