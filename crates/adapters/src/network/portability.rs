//! Numbers that move: service orders of specification `numberPortability`.
//!
//! What a donor says is the order's state: acknowledged is asked, inProgress accepted, pending scheduled for the day of
//! `expectedCompletionDate`; completed; rejected or failed with a code and a reason; cancelled. The request names the owner,
//! so it is written to no log.

use super::{
    DEFAULT_WAIT, MOST_OF_ONE_ID, ServiceOrdering,
    document::{Characteristic, ServiceOrderCreate},
    json,
    reading::{self, ServiceOrder},
};
use crate::http::{Call, Effect, unreadable};
use async_trait::async_trait;
use domain::{
    fulfilment::ports::NetworkOrderState,
    porting::ports::{CallOff, DonorAnswer, DonorState, NumberPortability, PortIn},
};
use platform::{Instant, outside::OutsideError};
use reqwest::Method;
use serde::{Deserialize, Serialize};

fn characteristics(request: &PortIn) -> Vec<Characteristic<'_>> {
    let text = |name: &'static str, value: &str| Characteristic::text(name, value.to_owned());
    let mut all = vec![
        text("number", &request.number),
        text(
            "numberKind",
            if request.mobile { "mobile" } else { "landline" },
        ),
        text("donor", &request.donor),
        text("ownerName", &request.owner_name),
        text("portDate", &request.day.to_string()),
    ];
    if let Some(cvr) = &request.owner_cvr {
        all.push(text("ownerCvr", cvr));
    }
    all
}

fn state(state: NetworkOrderState) -> DonorState {
    match state {
        NetworkOrderState::Acknowledged | NetworkOrderState::Held => DonorState::Asked,
        NetworkOrderState::InProgress => DonorState::Accepted,
        NetworkOrderState::Pending => DonorState::Scheduled,
        NetworkOrderState::Completed => DonorState::Completed,
        NetworkOrderState::Rejected | NetworkOrderState::Failed => DonorState::Rejected,
        NetworkOrderState::Cancelled => DonorState::CalledOff,
        NetworkOrderState::Partial | NetworkOrderState::Other => DonorState::Other,
    }
}

/// `None` when the order is somebody else's.
fn answer(order: ServiceOrder, reference: &str) -> Option<DonorAnswer> {
    let day = order
        .expected_completion_date
        .as_deref()
        .and_then(Instant::parse)
        .map(Instant::danish_day);
    let reason = order.reason();
    let found = order.ours(reference)?;
    Some(DonorAnswer {
        id: found.id,
        state: state(found.state),
        day,
        reason,
    })
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct CancelCreate<'a> {
    #[serde(rename = "@type")]
    kind: &'static str,
    cancellation_reason: &'static str,
    service_order: Id<'a>,
}

#[derive(Serialize)]
struct Id<'a> {
    id: &'a str,
}

#[derive(Deserialize)]
struct Cancellation {
    #[serde(default)]
    state: Option<String>,
}

#[async_trait]
impl NumberPortability for ServiceOrdering {
    async fn find(&self, reference: &str) -> Result<Option<DonorAnswer>, OutsideError> {
        let mut url = self.url("serviceOrder");
        url.query_pairs_mut()
            .append_pair("externalId", reference)
            .append_pair("limit", &MOST_OF_ONE_ID.to_string());
        let call = Call::get("find_port", url).request_id(reference);
        let found = self.send(call, Effect::Read).await?;
        if !matches!(found.status, 200 | 206) {
            return Err(self.refusal(&found, Effect::Read));
        }
        let furthest = reading::furthest_of(&found, reference)?;
        Ok(furthest.and_then(|order| answer(order, reference)))
    }

    async fn ask(&self, reference: &str, request: &PortIn) -> Result<DonorAnswer, OutsideError> {
        let order = ServiceOrderCreate::one(
            reference,
            Some(&request.customer),
            "add",
            "numberPortability",
            characteristics(request),
        );
        let call = Call::new("ask_for_port", Method::POST, self.url("serviceOrder"))
            .request_id(reference)
            .json(json(&order)?);
        let placed = self.send(call, Effect::Change).await?;
        if placed.status == 409 {
            // Theirs is an interface that recognises a repeat: the order is there, and can be asked for.
            return Err(unreadable(
                Effect::Change,
                "an order with this external id is there already",
            ));
        }
        if !matches!(placed.status, 200..=202) {
            return Err(self.refusal(&placed, Effect::Change));
        }
        let order: ServiceOrder = reading::document(&placed)
            .ok_or_else(|| unreadable(Effect::Change, "the answer is no service order"))?;
        answer(order, reference)
            .ok_or_else(|| unreadable(Effect::Change, "the answer is about another order"))
    }

    async fn call_off(&self, id: &str) -> Result<CallOff, OutsideError> {
        self.cancel(id, "call_off_port").await
    }
}

impl ServiceOrdering {
    /// Asks that an order be called off, by the network's id of it. `told` names the call in logs and figures.
    pub(super) async fn cancel(
        &self,
        id: &str,
        told: &'static str,
    ) -> Result<CallOff, OutsideError> {
        let body = json(&CancelCreate {
            kind: "CancelServiceOrder",
            cancellation_reason: "called off by the customer",
            service_order: Id { id },
        })?;
        let url = self.url("cancelServiceOrder");
        let call = Call::new(told, Method::POST, url).request_id(id).json(body);
        let answered = self.send(call, Effect::Change).await?;
        if !matches!(answered.status, 200..=202) {
            return Err(reading::refusal(
                &answered,
                Effect::Change,
                answered.retry_after(self.http.clock().now()),
                DEFAULT_WAIT,
            ));
        }
        let cancellation: Cancellation = reading::document(&answered)
            .ok_or_else(|| unreadable(Effect::Change, "the answer is no cancellation"))?;
        Ok(match cancellation.state.as_deref() {
            Some("done") => CallOff::Done,
            Some("terminatedWithError" | "rejected") => CallOff::TooLate,
            // acknowledged, inProgress: they are looking at it.
            _ => CallOff::UnderWay,
        })
    }
}

#[cfg(test)]
mod tests;
