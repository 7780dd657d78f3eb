//! Carrying an order out, and the ledger of what was done.

use super::{
    engine::Network,
    packs::{self, CARDS},
    services::{Change, Conflict, Made},
    settings::Does,
    specifications::{Characteristics, Specification, understand},
    tmf::{Action, Characteristic, ErrorMessage, Item, ItemRef, ServiceOrder, State},
};
use crate::common::fresh_id;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::io;

/// One line of the ledger: an item that was carried out, or could not be.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Effect {
    /// When.
    pub time: Timestamp,
    /// The network's id of the order.
    pub order_id: String,
    /// The caller's id of the order.
    pub external_id: Option<String>,
    /// The item within the order.
    pub item_id: String,
    /// What was asked for.
    pub action: Action,
    /// Of what kind of service.
    pub specification: String,
    /// The service it made, changed or ended.
    pub service_id: Option<String>,
    /// The characteristics that were given.
    pub characteristics: Characteristics,
    /// Whether it happened.
    pub applied: bool,
    /// Why it did not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<ErrorMessage>,
}

/// Where eSIM profiles are loaded from.
const PROFILES: &str = "rsp.network.example";

/// The code with which a profile that is ready is loaded. It follows from the service's id, so that it is the same whenever the
/// order is read; the ledger does not hold it.
fn tell_activation_code(item: &mut Item, effect: &Effect) {
    let prepared = effect.specification == Specification::ESimProfile.name()
        && effect.action == Action::Add
        && effect.applied;
    let Some(service) = effect.service_id.as_ref().filter(|_| prepared) else {
        return;
    };
    let matching = service.replace('-', "").to_uppercase();
    item.service.service_characteristic.push(Characteristic {
        name: ACTIVATION_CODE.to_owned(),
        value: format!("LPA:1${PROFILES}${matching}").into(),
        value_type: Some("string".to_owned()),
    });
}

/// The cards of a pack that is in the post.
fn tell_cards(item: &mut Item, effect: &Effect) {
    let sent = effect.specification == Specification::SimPack.name()
        && effect.action == Action::Add
        && effect.applied;
    let quantity = effect
        .characteristics
        .get("quantity")
        .and_then(|quantity| quantity.parse().ok());
    if let (true, Some(service), Some(quantity)) = (sent, &effect.service_id, quantity) {
        item.service.service_characteristic.push(Characteristic {
            name: CARDS.to_owned(),
            value: packs::cards(service, quantity),
            value_type: Some("array".to_owned()),
        });
    }
}

/// Whoever has it takes the line: it is told to who asks for the order, and not in events.
pub(super) const ACTIVATION_CODE: &str = "activationCode";

impl Network {
    /// Carries all items out and puts the order into its last state; leaves it where it is when the disk refuses.
    pub(super) async fn carry_out(&self, order: &mut ServiceOrder) {
        let mut done = 0;
        let mut errors: Vec<ErrorMessage> = Vec::new();
        for index in 0..order.service_order_item.len() {
            let item = order.service_order_item[index].clone();
            // After a crash the ledger says what had been done.
            let earlier = self
                .world()
                .carried
                .get(&order.id)
                .and_then(|items| items.get(&item.id))
                .cloned();
            let effect = match earlier {
                Some(effect) => effect,
                None => match self.carry_out_item(order, &item).await {
                    Ok(effect) => {
                        let mut world = self.world();
                        let items = world.carried.entry(order.id.clone()).or_default();
                        items.insert(item.id.clone(), effect.clone());
                        effect
                    }
                    // The disk refused: the order stays where it is.
                    Err(_) => return,
                },
            };
            let item = &mut order.service_order_item[index];
            match effect.error {
                None => {
                    done += 1;
                    item.state = State::Completed;
                    item.service.id.clone_from(&effect.service_id);
                    tell_activation_code(item, &effect);
                    tell_cards(item, &effect);
                    item.service.state = match (item.action, &effect.service_id) {
                        (Action::Delete, _) => Some("terminated".to_owned()),
                        (_, Some(service)) => self.state_of(service),
                        _ => None,
                    };
                }
                Some(error) => {
                    item.state = State::Failed;
                    item.error_message.push(error.clone());
                    errors.push(ErrorMessage {
                        service_order_item: vec![ItemRef {
                            item_id: item.id.clone(),
                            service_order_id: order.id.clone(),
                        }],
                        ..error
                    });
                }
            }
        }
        order.state = match (done, errors.is_empty()) {
            (_, true) => State::Completed,
            (0, false) => State::Failed,
            _ => State::Partial,
        };
        order.error_message = errors;
        order.completion_date = Some(self.now());
    }

    fn state_of(&self, service: &str) -> Option<String> {
        self.world()
            .services
            .get(service)
            .map(|active| active.state().to_owned())
    }

    /// Carries one item out and writes the ledger. The error is the disk's; then nothing has been done.
    async fn carry_out_item(&self, order: &ServiceOrder, item: &Item) -> io::Result<Effect> {
        let (specification, characteristics, made) =
            match understand(item.action, &item.service, &item.id) {
                Ok((specification, characteristics)) => {
                    let made = self.attempt(item, specification, &characteristics).await;
                    (specification.name(), characteristics, made)
                }
                // It was understood when it was accepted; a journal of another version may say otherwise.
                Err(refusal) => {
                    let conflict = Conflict {
                        code: refusal.code,
                        reason: refusal.reason,
                    };
                    ("", Characteristics::new(), Err(conflict))
                }
            };
        let time = self.now();
        let service = made.as_ref().ok().map(|made| made.service.clone());
        let effect = Effect {
            time,
            order_id: order.id.clone(),
            external_id: order.external_id.clone(),
            item_id: item.id.clone(),
            action: item.action,
            specification: specification.to_owned(),
            service_id: service
                .filter(|id| !id.is_empty())
                .or(item.service.id.clone()),
            characteristics,
            applied: made.is_ok(),
            error: made.as_ref().err().map(|conflict| ErrorMessage {
                code: conflict.code.clone(),
                reason: conflict.reason.clone(),
                message: None,
                timestamp: Some(time),
                service_order_item: Vec::new(),
            }),
        };
        if let Err(error) = self.0.effects.append(effect.clone()) {
            if let Ok(made) = made {
                self.world().services.take_back(made);
            }
            return Err(error);
        }
        Ok(effect)
    }

    async fn attempt(
        &self,
        item: &Item,
        specification: Specification,
        characteristics: &Characteristics,
    ) -> Result<Made, Conflict> {
        let made = {
            let mut world = self.world();
            let name = specification.name();
            let rule = world
                .settings
                .meets(&[Does::Fail], name, item.action, characteristics);
            if let Some(rule) = rule {
                let reason = "The network could not do it.";
                return Err(Conflict {
                    code: rule.code.unwrap_or_else(|| "failed".to_owned()),
                    reason: rule.reason.unwrap_or_else(|| reason.to_owned()),
                });
            }
            world.services.make(&Change {
                action: item.action,
                specification,
                service: match item.action {
                    Action::Add => Some(fresh_id()),
                    _ => item.service.id.clone(),
                },
                characteristics: characteristics.clone(),
            })?
        };
        if specification == Specification::NumberUpload
            && let Err(conflict) = self.upload(&made).await
        {
            self.world().services.take_back(made);
            return Err(conflict);
        }
        Ok(made)
    }

    /// Puts a number into the tenant's inventory at Microsoft, or takes it out again.
    async fn upload(&self, made: &Made) -> Result<(), Conflict> {
        let Some(microsoft) = &self.0.options.microsoft else {
            return Ok(());
        };
        let Some(subject) = made.after.as_ref().or(made.before.as_ref()) else {
            return Ok(());
        };
        let of = |name: &str| {
            subject
                .characteristics
                .get(name)
                .cloned()
                .unwrap_or_default()
        };
        let conflict = |code: &str, reason: String| Conflict {
            code: code.to_owned(),
            reason,
        };
        let path = format!("/_simulator/inventory/{}", of("tenant"));
        let url = microsoft.join(&path).map_err(|_| {
            conflict(
                "inventoryUnavailable",
                "The inventory's address is wrong.".to_owned(),
            )
        })?;
        let request = if made.after.is_some() {
            self.0.client.post(url)
        } else {
            self.0.client.delete(url)
        };
        let body = serde_json::json!({ "numbers": [of("number")], "numberType": of("numberType") });
        let answer = request.json(&body).send().await.map_err(|_| {
            conflict(
                "inventoryUnavailable",
                "The inventory did not answer.".to_owned(),
            )
        })?;
        let status = answer.status();
        if status.is_success() {
            return Ok(());
        }
        let code = if status.is_client_error() {
            "inventoryRefused"
        } else {
            "inventoryUnavailable"
        };
        Err(conflict(
            code,
            format!("The inventory answered {}.", status.as_u16()),
        ))
    }
}
