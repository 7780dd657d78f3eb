//! What an answer means. Everything in it is checked before it is believed: it comes from somebody else.

use crate::http::{Answer, Effect, plain, unreadable};
use domain::fulfilment::ports::{ActivationCode, NetworkOrder, NetworkOrderState, SentCard};
use platform::outside::OutsideError;
use serde::Deserialize;
use std::time::Duration;

/// Longer ids than this are no ids.
const LONGEST_ID: usize = 128;

#[derive(Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ServiceOrder {
    id: String,
    #[serde(default)]
    external_id: Option<String>,
    #[serde(default)]
    state: Option<String>,
    #[serde(default)]
    error_message: Vec<ErrorMessage>,
    /// As it was written; whether it is an instant is for whoever wants it.
    #[serde(default)]
    pub(super) expected_completion_date: Option<String>,
    #[serde(default)]
    service_order_item: Vec<Item>,
}

#[derive(Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Item {
    #[serde(default)]
    error_message: Vec<ErrorMessage>,
    #[serde(default)]
    service: Service,
}

#[derive(Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Service {
    service_characteristic: Vec<Characteristic>,
}

#[derive(Clone, Deserialize)]
struct Characteristic {
    name: String,
    #[serde(default)]
    value: serde_json::Value,
}

/// A card of a pack that is in the post.
#[derive(Deserialize)]
struct Card {
    iccid: String,
    imsi: String,
    pin1: String,
    puk1: String,
    pin2: String,
    puk2: String,
}

impl Item {
    /// The cards of a pack. A list that cannot be read is none.
    fn cards(&self) -> Vec<SentCard> {
        self.service
            .service_characteristic
            .iter()
            .find(|characteristic| characteristic.name == "cards")
            .and_then(|characteristic| {
                serde_json::from_value::<Vec<Card>>(characteristic.value.clone()).ok()
            })
            .unwrap_or_default()
            .into_iter()
            .map(|card| SentCard {
                iccid: card.iccid,
                imsi: card.imsi,
                pin1: card.pin1,
                puk1: card.puk1,
                pin2: card.pin2,
                puk2: card.puk2,
            })
            .collect()
    }

    /// Of an eSIM profile that is ready. One that is no code is none.
    fn activation_code(&self) -> Option<ActivationCode> {
        self.service
            .service_characteristic
            .iter()
            .find(|characteristic| characteristic.name == "activationCode")
            .and_then(|characteristic| characteristic.value.as_str())
            .and_then(ActivationCode::parse)
    }
}

/// TMF641 `ServiceOrderErrorMessage`, and TMF630's `Error` too.
#[derive(Clone, Deserialize)]
struct ErrorMessage {
    #[serde(default)]
    code: Option<String>,
    #[serde(default)]
    reason: Option<String>,
    #[serde(default)]
    message: Option<String>,
}

impl ErrorMessage {
    fn text(&self) -> Option<String> {
        let words = self
            .reason
            .as_deref()
            .or(self.message.as_deref())
            .or(self.code.as_deref())?;
        Some(plain(words)).filter(|words| !words.is_empty())
    }
}

impl ServiceOrder {
    /// Code and words of the first error, on the order or an item of it.
    pub(super) fn reason(&self) -> Option<(String, String)> {
        let items = self.service_order_item.iter();
        let error = self
            .error_message
            .iter()
            .chain(items.flat_map(|item| &item.error_message))
            .next()?;
        let code = error.code.as_deref().map(plain).unwrap_or_default();
        Some((code, error.text().unwrap_or_default()))
    }

    /// `None` when it has no usable id or belongs to somebody else.
    pub(super) fn ours(self, external_id: &str) -> Option<NetworkOrder> {
        let named = !self.id.is_empty() && self.id.len() <= LONGEST_ID;
        if !named || self.external_id.as_deref() != Some(external_id) {
            return None;
        }
        let message = self
            .error_message
            .iter()
            .chain(
                self.service_order_item
                    .iter()
                    .flat_map(|item| &item.error_message),
            )
            .find_map(ErrorMessage::text);
        let activation_code = self
            .service_order_item
            .iter()
            .find_map(Item::activation_code);
        let cards = self
            .service_order_item
            .iter()
            .flat_map(Item::cards)
            .collect();
        Some(NetworkOrder {
            activation_code,
            cards,
            state: state(self.state.as_deref()),
            id: self.id,
            external_id: external_id.to_owned(),
            message,
        })
    }
}

fn state(name: Option<&str>) -> NetworkOrderState {
    match name {
        Some("acknowledged") => NetworkOrderState::Acknowledged,
        Some("inProgress") => NetworkOrderState::InProgress,
        Some("pending") => NetworkOrderState::Pending,
        Some("held") => NetworkOrderState::Held,
        Some("completed") => NetworkOrderState::Completed,
        Some("partial") => NetworkOrderState::Partial,
        Some("failed") => NetworkOrderState::Failed,
        Some("rejected") => NetworkOrderState::Rejected,
        Some("cancelled") => NetworkOrderState::Cancelled,
        // assessingCancellation and pendingCancellation among them.
        _ => NetworkOrderState::Other,
    }
}

/// How far along an order is. One that took effect comes before one that still may, and that before one that did not: a
/// repeat that failed because the first had succeeded must not hide the first.
fn rank(state: NetworkOrderState) -> u8 {
    match state {
        NetworkOrderState::Completed => 8,
        NetworkOrderState::Partial => 7,
        NetworkOrderState::InProgress => 6,
        NetworkOrderState::Held => 5,
        NetworkOrderState::Pending => 4,
        NetworkOrderState::Acknowledged => 3,
        NetworkOrderState::Other => 2,
        NetworkOrderState::Failed => 1,
        NetworkOrderState::Rejected | NetworkOrderState::Cancelled => 0,
    }
}

/// The order that was just placed.
pub(super) fn placed(answer: &Answer, external_id: &str) -> Result<NetworkOrder, OutsideError> {
    let order: ServiceOrder = document(answer)
        .ok_or_else(|| unreadable(Effect::Change, "the answer is no service order"))?;
    order
        .ours(external_id)
        .ok_or_else(|| unreadable(Effect::Change, "the answer is about another order"))
}

/// Of the orders in the answer the one that is furthest along.
pub(super) fn furthest(
    answer: &Answer,
    external_id: &str,
) -> Result<Option<NetworkOrder>, OutsideError> {
    Ok(furthest_of(answer, external_id)?.and_then(|order| order.ours(external_id)))
}

/// As [`furthest`], with all that is told of it.
pub(super) fn furthest_of(
    answer: &Answer,
    external_id: &str,
) -> Result<Option<ServiceOrder>, OutsideError> {
    let orders: Vec<ServiceOrder> = document(answer)
        .ok_or_else(|| unreadable(Effect::Read, "the answer is no list of service orders"))?;
    let listed = orders.len();
    let ours: Vec<ServiceOrder> = orders
        .into_iter()
        .filter(|order| order.clone().ours(external_id).is_some())
        .collect();
    // A list of somebody else's orders means that the filter was not obeyed: that ours is not among them proves nothing.
    if ours.is_empty() && (listed > 0 || total(answer).is_some_and(|total| total > 0)) {
        return Err(unreadable(Effect::Read, "the list is about other orders"));
    }
    // The first of those that are equally far.
    Ok(ours
        .into_iter()
        .rev()
        .max_by_key(|order| rank(state(order.state.as_deref()))))
}

fn total(answer: &Answer) -> Option<u64> {
    answer.header("x-total-count")?.trim().parse().ok()
}

/// Only what says that it is JSON is read as such: a proxy's page is no answer.
pub(super) fn document<T: for<'de> Deserialize<'de>>(answer: &Answer) -> Option<T> {
    let media_type = answer
        .header("content-type")?
        .split(';')
        .next()?
        .trim()
        .to_ascii_lowercase();
    if media_type != "application/json" && !media_type.ends_with("+json") {
        return None;
    }
    answer.json()
}

/// What an answer without success means.
pub(super) fn refusal(
    answer: &Answer,
    effect: Effect,
    wait: Option<Duration>,
    default_wait: Duration,
) -> OutsideError {
    let error: Option<ErrorMessage> = document(answer);
    let status = answer.status;
    let code = error
        .as_ref()
        .and_then(|error| error.code.as_deref())
        .map(plain)
        .filter(|code| !code.is_empty())
        .unwrap_or_else(|| status.to_string());
    let message = error
        .as_ref()
        .and_then(ErrorMessage::text)
        .unwrap_or_else(|| format!("the network answered {status}"));
    match status {
        401 | 403 => OutsideError::Unauthorised { code, message },
        404 if effect == Effect::Read => OutsideError::NotFound(message),
        429 => OutsideError::Busy(wait.unwrap_or(default_wait)),
        503 => match wait {
            Some(wait) => OutsideError::Busy(wait),
            None => OutsideError::Unavailable(message),
        },
        // They gave up waiting for the request: whether the part that came was enough is not for us to guess.
        408 | 500.. => match effect {
            Effect::Read => OutsideError::Unavailable(message),
            Effect::Change => OutsideError::UnknownOutcome(message),
        },
        400..=499 => OutsideError::Refused { code, message },
        _ => unreadable(effect, &format!("the network answered {status}")),
    }
}
