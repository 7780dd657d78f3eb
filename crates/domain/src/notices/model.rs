//! The words of this room.

use platform::{Instant, i18n::Language, id, words};

id!(
    NotificationAddressId,
    "An e-mail address that asked to be told."
);

words! {
    pub enum AddressState {
        /// Asked by mail, and not answered yet: nothing else is sent there.
        Pending = "pending",
        Confirmed = "confirmed",
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotificationAddress {
    pub id: NotificationAddressId,
    pub address: String,
    /// Of the mails.
    pub language: Language,
    pub state: AddressState,
    pub added_at: Instant,
    pub confirmed_at: Option<Instant>,
}

/// Addresses that an organisation may have.
pub const MOST_ADDRESSES: i64 = 20;
