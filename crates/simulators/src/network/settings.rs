//! How the network behaves: its pace and its rules. `GET` and `PUT /_simulator/network/settings` as JSON:
//!
//! ```json
//! { "delayMs": 300, "manual": false, "deduplicate": "off",
//!   "rules": [ { "number": "+4520000001", "does": "fail", "code": "noCoverage", "reason": "…", "times": 1 } ] }
//! ```

use super::{donor::Registered, specifications::Characteristics, tmf::Action};
use serde::{Deserialize, Serialize};

/// The network's pace and rules.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct Settings {
    /// Milliseconds between two states of an order.
    pub delay_ms: u64,
    /// Orders move only by `POST /_simulator/network/step`.
    pub manual: bool,
    /// What a repeated `externalId` meets.
    pub deduplicate: Deduplicate,
    /// What some orders meet; the first rule that fits counts.
    pub rules: Vec<Rule>,
    /// What the donors have in their books.
    pub donor: Vec<Registered>,
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            delay_ms: 300,
            manual: false,
            deduplicate: Deduplicate::Off,
            rules: Vec::new(),
            donor: Vec::new(),
        }
    }
}

impl Settings {
    /// Orders run through their states without waiting.
    pub fn at_once() -> Self {
        Settings {
            delay_ms: 0,
            ..Settings::default()
        }
    }

    /// Orders move only when they are told to.
    pub fn by_hand() -> Self {
        Settings {
            manual: true,
            ..Settings::at_once()
        }
    }
}

/// What a repeated `externalId` meets.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Deduplicate {
    /// It is a second order, as TMF641 leaves open.
    #[default]
    Off,
    /// 409.
    Conflict,
    /// 201 with the first order.
    SameAnswer,
}

/// What the orders it fits meet.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Rule {
    /// Items with this `msisdn`, `number` or `iccid`. Left out: any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<String>,
    /// Items of this specification. Left out: any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub specification: Option<String>,
    /// Items with this action. Left out: any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub action: Option<Action>,
    /// What they meet.
    pub does: Does,
    /// The code in the answer or in the item's error.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// The reason in the answer or in the item's error.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// How often it still strikes. Left out: always. Not counted for `hold` and `pend`, which last until the rule goes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub times: Option<u32>,
}

/// What a rule does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Does {
    /// The order is refused with 400 as it comes in.
    Reject,
    /// The order is accepted and the item fails.
    Fail,
    /// The order stands `held`.
    Hold,
    /// The order stands `pending`.
    Pend,
}

impl Settings {
    /// The first rule that fits an item and does one of `kinds`; one that strikes a number of times is used up by it.
    pub(super) fn meets(
        &mut self,
        kinds: &[Does],
        specification: &str,
        action: Action,
        characteristics: &Characteristics,
    ) -> Option<Rule> {
        let named = |number: &String| {
            ["msisdn", "number", "iccid"]
                .iter()
                .any(|name| characteristics.get(*name) == Some(number))
        };
        let rule = self.rules.iter_mut().find(|rule| {
            kinds.contains(&rule.does)
                && rule.times != Some(0)
                && rule.number.as_ref().is_none_or(named)
                && rule
                    .specification
                    .as_deref()
                    .is_none_or(|wanted| wanted == specification)
                && rule.action.is_none_or(|wanted| wanted == action)
        })?;
        if let Some(times) = &mut rule.times
            && matches!(rule.does, Does::Reject | Does::Fail)
        {
            *times -= 1;
        }
        Some(rule.clone())
    }
}
