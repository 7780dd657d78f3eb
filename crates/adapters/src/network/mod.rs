//! The operator's network, reached through TM Forum TMF641 Service Ordering v4, so that any operator can plug in theirs.
//! <https://github.com/tmforum-apis/TMF641_ServiceOrder>
//!
//! It owns nothing. It promises that an order goes out under the step's id as `externalId`; that "we do not know whether
//! it happened" is never reported as anything else; and that an answer about another order than the one asked for is not
//! believed. TMF641 does not promise that a repeated `externalId` is recognised, so nothing is repeated here: whoever
//! asks looks for the order first.

mod document;
mod portability;
mod reading;

use crate::http::{Answer, Call, Effect, Http, Place, unreadable};
use async_trait::async_trait;
use document::{ListenTo, ServiceOrderCreate};
use domain::fulfilment::ports::{Network, NetworkOrder, NetworkRequest};
use platform::{config::SecretText, outside::OutsideError};
use reqwest::Method;
use serde::Serialize;
use std::time::Duration;
use url::Url;

/// When they are busy and do not say for how long.
const DEFAULT_WAIT: Duration = Duration::from_secs(10);

/// How many orders with one external id are looked at. More than one is already a fault on somebody's side.
const MOST_OF_ONE_ID: usize = 100;

/// A client of one operator's TMF641 interface. Cheap to clone.
#[derive(Clone)]
pub struct ServiceOrdering {
    http: Http,
    base: Url,
    place: Place,
    token: SecretText,
}

impl ServiceOrdering {
    /// `base` is the interface's own base, for example `https://api.operator.example/tmf-api/serviceOrdering/v4`; `token`
    /// goes along as a bearer token, and to no other host.
    ///
    /// # Errors
    /// The address is none that a token can be sent to.
    pub fn new(http: Http, base: Url, token: SecretText) -> Result<Self, String> {
        let place = Place::of(&base)?;
        Ok(ServiceOrdering {
            http,
            base,
            place,
            token,
        })
    }

    fn url(&self, resource: &str) -> Url {
        let mut url = self.base.clone();
        let path = format!("{}/{resource}", url.path().trim_end_matches('/'));
        url.set_path(&path);
        url
    }

    async fn send(&self, call: Call, effect: Effect) -> Result<Answer, OutsideError> {
        let call = call
            .bearer(self.token.expose(), &self.place)
            .map_err(|fault| fault.outside(effect))?;
        self.http
            .send(call)
            .await
            .map_err(|fault| fault.outside(effect))
    }

    /// What an answer without success means.
    fn refusal(&self, answer: &Answer, effect: Effect) -> OutsideError {
        reading::refusal(
            answer,
            effect,
            answer.retry_after(self.http.clock().now()),
            DEFAULT_WAIT,
        )
    }
}

fn json(document: &impl Serialize) -> Result<Vec<u8>, OutsideError> {
    serde_json::to_vec(document)
        .map_err(|_| OutsideError::Unavailable("the order cannot be written".to_owned()))
}

#[async_trait]
impl Network for ServiceOrdering {
    async fn find_order(&self, external_id: &str) -> Result<Option<NetworkOrder>, OutsideError> {
        let mut url = self.url("serviceOrder");
        url.query_pairs_mut()
            .append_pair("externalId", external_id)
            .append_pair("limit", &MOST_OF_ONE_ID.to_string());
        let call = Call::get("find_service_order", url).request_id(external_id);
        let answer = self.send(call, Effect::Read).await?;
        if !matches!(answer.status, 200 | 206) {
            return Err(self.refusal(&answer, Effect::Read));
        }
        reading::furthest(&answer, external_id)
    }

    async fn place_order(
        &self,
        external_id: &str,
        request: &NetworkRequest,
    ) -> Result<NetworkOrder, OutsideError> {
        let body = json(&ServiceOrderCreate::of(external_id, request))?;
        let call = Call::new(
            "create_service_order",
            Method::POST,
            self.url("serviceOrder"),
        )
        .request_id(external_id)
        .json(body);
        let answer = self.send(call, Effect::Change).await?;
        if answer.status == 409 {
            // Theirs is an interface that recognises a repeat: the order is there, and can be asked for.
            return Err(unreadable(
                Effect::Change,
                "an order with this external id is there already",
            ));
        }
        if !matches!(answer.status, 200..=202) {
            return Err(self.refusal(&answer, Effect::Change));
        }
        reading::placed(&answer, external_id)
    }

    async fn call_off_order(&self, order: &str) -> Result<(), OutsideError> {
        self.cancel(order, "cancel_service_order").await.map(|_| ())
    }

    async fn listen(&self, callback: &str) -> Result<(), OutsideError> {
        let body = json(&ListenTo::state_changes(callback))?;
        let call = Call::new("register_listener", Method::POST, self.url("hub")).json(body);
        // Registering twice does no harm, so this may be repeated like a read.
        let answer = self.send(call, Effect::Read).await?;
        match answer.status {
            // 409: it is registered.
            200..=204 | 409 => Ok(()),
            _ => Err(self.refusal(&answer, Effect::Read)),
        }
    }
}

#[cfg(test)]
mod tests;
