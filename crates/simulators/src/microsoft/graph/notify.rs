//! Change notifications: from the world's journal to the subscribers, within milliseconds, and again when they were
//! not accepted.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

use serde::Serialize;
use serde_json::{Value, json};
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;

use super::super::world::clock::seconds;
use super::super::world::ids::random_guid;
use super::super::world::journal::{Change, ChangeKind};
use super::super::world::subscriptions::Subscription;
use super::super::world::{ObjectKind, SharedWorld};
use super::control::{Delivery, Settings};
use super::error::GraphError;
use super::state::lock;

/// For how long a notification that nobody accepts is repeated.
const GIVE_UP_AFTER: Duration = Duration::from_secs(4 * 3600);
/// The longest pause between two repetitions.
const LONGEST_PAUSE: Duration = Duration::from_secs(300);
/// How many attempts the log remembers.
const LOG_LENGTH: usize = 1_000;
/// How many changes are put into one notification at most.
const MOST_AT_ONCE: usize = 500;

/// One attempt to deliver.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Attempt {
    /// When it ended, by the simulators' clock.
    pub at: String,
    /// The subscription.
    pub subscription_id: String,
    /// Where it went.
    pub url: String,
    /// Counted from 1.
    pub attempt: u32,
    /// The status answered; absent when there was no answer in time.
    pub status: Option<u16>,
    /// How many notifications were in it.
    pub notifications: usize,
}

/// How many notifications did not leave.
#[derive(Clone, Copy, Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Stopped {
    /// Kept back until delivery is on again.
    pub held: usize,
    /// Lost for good.
    pub dropped: usize,
}

/// Sends change notifications. Clones share everything.
#[derive(Clone)]
pub struct Notifier {
    world: SharedWorld,
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    started: AtomicBool,
    settings: Mutex<Settings>,
    held: Mutex<Vec<Outgoing>>,
    dropped: AtomicUsize,
    log: Mutex<VecDeque<Attempt>>,
    client: OnceLock<Option<reqwest::Client>>,
}

#[derive(Clone, Debug)]
struct Outgoing {
    subscription: String,
    url: String,
    notifications: Vec<Value>,
}

impl Notifier {
    /// A notifier that is silent until [`Notifier::start`].
    pub fn new(world: SharedWorld) -> Notifier {
        Notifier {
            world,
            shared: Arc::default(),
        }
    }

    /// Begins to listen to the world; a second call does nothing.
    pub fn start(&self) {
        if self.shared.started.swap(true, Ordering::SeqCst) {
            return;
        }
        let (notifier, changes) = (self.clone(), self.world.subscribe());
        tokio::spawn(async move { notifier.listen(changes).await });
    }

    /// Takes over changed settings.
    pub fn configure(&self, settings: &Settings) {
        lock(&self.shared.settings).clone_from(settings);
    }

    /// Sends what was kept back.
    pub fn release(&self) {
        for outgoing in std::mem::take(&mut *lock(&self.shared.held)) {
            self.send(outgoing);
        }
    }

    /// The latest attempts, oldest first.
    pub fn log(&self) -> Vec<Attempt> {
        lock(&self.shared.log).iter().cloned().collect()
    }

    /// How many notifications did not leave so far.
    pub fn stopped(&self) -> Stopped {
        Stopped {
            held: lock(&self.shared.held).len(),
            dropped: self.shared.dropped.load(Ordering::SeqCst),
        }
    }

    /// Sends a lifecycle notification (`reauthorizationRequired`, `subscriptionRemoved` or `missed`). Does nothing for
    /// a subscription without an address for them.
    pub fn lifecycle(&self, subscription: &Subscription, event: &str) {
        let Some(url) = subscription.lifecycle_url.clone() else {
            return;
        };
        let notification = json!({
            "subscriptionId": subscription.id,
            "subscriptionExpirationDateTime": seconds(subscription.expires),
            "tenantId": subscription.tenant,
            "clientState": subscription.client_state,
            "lifecycleEvent": event,
        });
        self.dispatch(Outgoing {
            subscription: subscription.id.clone(),
            url,
            notifications: vec![notification],
        });
    }

    /// Asks the subscriber to prove that it expects notifications at `url`.
    ///
    /// # Errors
    ///
    /// 400 `ValidationError` when it does not answer 200 with the decoded token as plain text in time.
    pub async fn validate(&self, url: &str) -> Result<(), GraphError> {
        let timeout = Duration::from_millis(lock(&self.shared.settings).validation_timeout_ms);
        let refused = |reason: String| {
            let message = format!("Subscription validation request failed. {reason}");
            GraphError::new(
                axum::http::StatusCode::BAD_REQUEST,
                "ValidationError",
                message,
            )
        };
        let client = self
            .client()
            .ok_or_else(|| refused("No client.".to_owned()))?;
        let token = format!(
            "Validation: Testing client application reachability for subscription Request-Id: {}",
            random_guid()
        );
        let mut target = url::Url::parse(url)
            .map_err(|_| refused("The notification URL is not valid.".to_owned()))?;
        target
            .query_pairs_mut()
            .append_pair("validationToken", &token);
        let asked = client
            .post(target)
            .header("Content-Type", "text/plain; charset=utf-8")
            .timeout(timeout)
            .send()
            .await;
        let answer = asked.map_err(|error| {
            refused(if error.is_timeout() {
                "Request timed out.".to_owned()
            } else {
                "The notification endpoint could not be reached.".to_owned()
            })
        })?;
        if answer.status().as_u16() != 200 {
            return Err(refused(format!(
                "Must respond with 200 OK to this request. It responded with {}.",
                answer.status().as_u16()
            )));
        }
        let content_type = answer
            .headers()
            .get("content-type")
            .and_then(|value| value.to_str().ok());
        if !content_type
            .unwrap_or_default()
            .to_ascii_lowercase()
            .starts_with("text/plain")
        {
            return Err(refused(
                "The response must be of type text/plain.".to_owned(),
            ));
        }
        let body = answer.text().await.unwrap_or_default();
        if body != token {
            return Err(refused(
                "The response does not hold the validation token.".to_owned(),
            ));
        }
        Ok(())
    }

    async fn listen(self, mut changes: Receiver<Change>) {
        loop {
            let mut gathered = match changes.recv().await {
                Ok(change) => vec![change],
                Err(RecvError::Lagged(_)) => {
                    self.tell_missed();
                    continue;
                }
                Err(RecvError::Closed) => return,
            };
            while gathered.len() < MOST_AT_ONCE {
                let Ok(change) = changes.try_recv() else {
                    break;
                };
                gathered.push(change);
            }
            self.notify(&gathered);
        }
    }

    /// What happened while the notifier could not keep up is told in general terms.
    fn tell_missed(&self) {
        let subscriptions: Vec<Subscription> = self.world.read().subscriptions().cloned().collect();
        for subscription in subscriptions {
            self.lifecycle(&subscription, "missed");
        }
    }

    fn notify(&self, changes: &[Change]) {
        let mut outgoing: BTreeMap<String, Outgoing> = BTreeMap::new();
        {
            let world = self.world.read();
            let now = world.now();
            for subscription in world.subscriptions() {
                if subscription.expires <= now || subscription.needs_reauthorisation {
                    continue;
                }
                let mut told = BTreeSet::new();
                for change in changes
                    .iter()
                    .filter(|change| concerns(subscription, change))
                {
                    let change_type = change_type(&change.kind);
                    if !told.insert((change_type, &change.id)) {
                        continue;
                    }
                    outgoing
                        .entry(subscription.id.clone())
                        .or_insert_with(|| Outgoing {
                            subscription: subscription.id.clone(),
                            url: subscription.notification_url.clone(),
                            notifications: Vec::new(),
                        })
                        .notifications
                        .push(notification(subscription, change, change_type));
                }
            }
        }
        for (_, outgoing) in outgoing {
            self.dispatch(outgoing);
        }
    }

    fn dispatch(&self, outgoing: Outgoing) {
        let delivery = lock(&self.shared.settings).notifications;
        match delivery {
            Delivery::On => self.send(outgoing),
            Delivery::Paused => lock(&self.shared.held).push(outgoing),
            Delivery::Dropped => {
                self.shared.dropped.fetch_add(1, Ordering::SeqCst);
            }
        }
    }

    fn send(&self, outgoing: Outgoing) {
        let copies = lock(&self.shared.settings).notification_copies;
        for _ in 0..copies {
            let (notifier, outgoing) = (self.clone(), outgoing.clone());
            tokio::spawn(async move { notifier.deliver(outgoing).await });
        }
    }

    async fn deliver(&self, outgoing: Outgoing) {
        let Some(client) = self.client() else { return };
        let settings = lock(&self.shared.settings).clone();
        let body = json!({ "value": outgoing.notifications });
        let mut pause = Duration::from_millis(settings.notification_retry_ms.max(1));
        let mut waited = Duration::ZERO;
        for attempt in 1u32.. {
            let answer = client
                .post(&outgoing.url)
                .header("Content-Type", "application/json; charset=utf-8")
                .body(body.to_string())
                .timeout(Duration::from_millis(settings.notification_timeout_ms))
                .send()
                .await;
            let status = answer.ok().map(|answer| answer.status().as_u16());
            self.remember(Attempt {
                at: seconds(self.world.now()),
                subscription_id: outgoing.subscription.clone(),
                url: outgoing.url.clone(),
                attempt,
                status,
                notifications: outgoing.notifications.len(),
            });
            if status.is_some_and(|status| (200..300).contains(&status)) || waited > GIVE_UP_AFTER {
                return;
            }
            tokio::time::sleep(pause).await;
            waited += pause;
            pause = (pause * 2).min(LONGEST_PAUSE);
            // Nobody is told any more once the subscription is gone, but that it is gone is still told.
            let last_words = outgoing
                .notifications
                .iter()
                .any(|n| n["lifecycleEvent"] == "subscriptionRemoved");
            if !last_words
                && self
                    .world
                    .read()
                    .subscription(&outgoing.subscription)
                    .is_none()
            {
                return;
            }
        }
    }

    fn remember(&self, attempt: Attempt) {
        let mut log = lock(&self.shared.log);
        if log.len() == LOG_LENGTH {
            log.pop_front();
        }
        log.push_back(attempt);
    }

    /// Subscribers in tests and demonstrations have certificates of their own making, so none is checked.
    fn client(&self) -> Option<&reqwest::Client> {
        let client = self.shared.client.get_or_init(|| {
            // Another part of the process may have chosen the provider already.
            let _ = rustls::crypto::ring::default_provider().install_default();
            reqwest::Client::builder()
                .tls_danger_accept_invalid_certs(true)
                .redirect(reqwest::redirect::Policy::none())
                .no_proxy()
                .build()
                .ok()
        });
        client.as_ref()
    }
}

/// Creation, change and the way to the recycle bin are all `updated`; only a permanent deletion is `deleted`.
fn change_type(kind: &ChangeKind) -> &'static str {
    match kind {
        ChangeKind::HardDeleted => "deleted",
        _ => "updated",
    }
}

fn concerns(subscription: &Subscription, change: &Change) -> bool {
    let set = match change.object {
        ObjectKind::User => "users",
        ObjectKind::Group => "groups",
    };
    let resource = subscription.resource.trim_matches('/').to_lowercase();
    let watched = resource == set || resource == format!("{set}/{}", change.id);
    let wanted = change_type(&change.kind);
    // `created` is folded into `updated`.
    let asked = subscription
        .change_types
        .iter()
        .any(|asked| asked == wanted || asked == "created" && wanted == "updated");
    subscription.tenant == change.tenant && watched && asked
}

fn notification(subscription: &Subscription, change: &Change, change_type: &str) -> Value {
    let (set, odata_type) = match change.object {
        ObjectKind::User => ("Users", "#Microsoft.Graph.User"),
        ObjectKind::Group => ("Groups", "#Microsoft.Graph.Group"),
    };
    let resource = format!("{set}/{}", change.id);
    json!({
        "subscriptionId": subscription.id,
        "subscriptionExpirationDateTime": seconds(subscription.expires),
        "changeType": change_type,
        "resource": resource,
        "clientState": subscription.client_state,
        "tenantId": subscription.tenant,
        "resourceData": { "@odata.type": odata_type, "@odata.id": resource, "id": change.id },
    })
}
