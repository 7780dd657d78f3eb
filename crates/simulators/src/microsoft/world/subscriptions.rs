//! Change notification subscriptions.

use jiff::Timestamp;

use super::World;

/// A subscription to change notifications.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subscription {
    /// `id`.
    pub id: String,
    /// The tenant whose objects are watched.
    pub tenant: String,
    /// `applicationId`: the client id that made it.
    pub client_id: String,
    /// `creatorId`: object id of the service principal or user.
    pub creator_id: String,
    /// `resource`, as it was asked for, for example `users`.
    pub resource: String,
    /// `changeType`, split at the commas.
    pub change_types: Vec<String>,
    /// `notificationUrl`.
    pub notification_url: String,
    /// `lifecycleNotificationUrl`.
    pub lifecycle_url: Option<String>,
    /// `clientState`.
    pub client_state: Option<String>,
    /// `expirationDateTime`.
    pub expires: Timestamp,
    /// When it was made.
    pub created: Timestamp,
    /// Set while delivery is held back until the subscriber reauthorises.
    pub needs_reauthorisation: bool,
}

impl World {
    /// Every subscription, by id; expired ones stay until removed.
    pub fn subscriptions(&self) -> impl Iterator<Item = &Subscription> {
        self.subscriptions.values()
    }

    /// The subscription with this id.
    pub fn subscription(&self, id: &str) -> Option<&Subscription> {
        self.subscriptions.get(id)
    }

    /// Adds a subscription, or replaces the one with the same id.
    pub fn put_subscription(&mut self, subscription: Subscription) {
        self.subscriptions
            .insert(subscription.id.clone(), subscription);
    }

    /// Removes a subscription; answers it.
    pub fn remove_subscription(&mut self, id: &str) -> Option<Subscription> {
        self.subscriptions.remove(id)
    }
}
