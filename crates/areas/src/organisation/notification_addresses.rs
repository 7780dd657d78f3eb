//! How notification addresses are shown.

use domain::notices::{self, AddressState, NotificationAddressId};
use platform::{Instant, i18n::Language};

/// An e-mail address that is told when a number nears its monthly data limit.
#[derive(serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NotificationAddress {
    id: NotificationAddressId,
    address: String,
    /// Of the mails.
    language: Language,
    /// Pending ones were asked by mail and are told nothing yet.
    state: AddressState,
    added_at: Instant,
    #[schema(required)]
    confirmed_at: Option<Instant>,
}

impl From<notices::NotificationAddress> for NotificationAddress {
    fn from(address: notices::NotificationAddress) -> Self {
        NotificationAddress {
            id: address.id,
            address: address.address,
            language: address.language,
            state: address.state,
            added_at: address.added_at,
            confirmed_at: address.confirmed_at,
        }
    }
}

/// The token of a link in a mail.
#[derive(serde::Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct LinkToken {
    /// What stands behind `#`.
    pub token: String,
}
