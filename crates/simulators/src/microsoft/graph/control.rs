//! What a test or the demonstration may change about Graph while it runs: `GET` and `PATCH /_simulator/graph/control`.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// What is done about a number operation that cannot succeed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Refusals {
    /// What is wrong with the request is refused at once (400); what is wrong with the person fails the operation.
    #[default]
    Mixed,
    /// Everything is refused at once (400).
    Immediate,
    /// Everything is accepted (202), and the operation fails.
    Operation,
}

/// What number operations end in, whatever they ask for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ForcedOutcome {
    /// `status`: `failed`, `skipped`, `running` (never ends) or any other text, to be unknown to the client; with
    /// `refused` the request is answered 400 instead.
    pub status: String,
    /// `statusDetail`, or the message of the refusal.
    #[serde(default)]
    pub detail: Option<String>,
    /// For how many operations; all when absent.
    #[serde(default)]
    pub times: Option<u32>,
}

/// Whether change notifications leave.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Delivery {
    /// As changes happen.
    #[default]
    On,
    /// Kept back until delivery is on again.
    Paused,
    /// Lost.
    Dropped,
}

/// Everything that can be set. Absent members of a `PATCH` stay as they are; null brings a member back to its default.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct Settings {
    /// Seconds from a licence to the plans it brings. Shared with the world.
    pub licence_seconds: i64,
    /// Seconds from accepting a number operation until it has run. Shared with the world.
    pub operation_seconds: i64,
    /// Seconds from a number's assignment until Teams' configuration shows it. Shared with the world.
    pub configuration_seconds: i64,
    /// No page of a collection is longer than this.
    pub page_cap: Option<usize>,
    /// Every so manieth page of a collection is empty and yet has a next link.
    pub empty_page_every: Option<usize>,
    /// Collections of the Teams administration continue with `$skip` instead of `$skiptoken`.
    pub skip_links: bool,
    /// Objects on a page of a delta query.
    pub delta_page_size: usize,
    /// Members of a group on a page of a delta query; larger groups go over several pages.
    pub delta_member_page_size: usize,
    /// Every page of a delta query begins with the last object of the page before, and incremental rounds give every
    /// change twice.
    pub delta_repeats: bool,
    /// How many times an operation is seen running before its outcome shows.
    pub operation_polls: u32,
    /// How impossible number operations are answered.
    pub refusals: Refusals,
    /// What number operations end in, whatever they ask for.
    pub forced_outcome: Option<ForcedOutcome>,
    /// Resource units per application and tenant in ten seconds; by default more than anybody needs.
    pub units_per_10_seconds: u64,
    /// Writes per application and tenant in 150 seconds.
    pub writes_per_150_seconds: u64,
    /// `Retry-After` of a 429; null sends none.
    pub retry_after_seconds: Option<u64>,
    /// Whether change notifications leave.
    pub notifications: Delivery,
    /// How many times each notification is sent although it was accepted: 1 once, 2 twice.
    pub notification_copies: u32,
    /// Milliseconds before the first repetition of a notification that was not accepted; doubled each time.
    pub notification_retry_ms: u64,
    /// Milliseconds a notification may take to be accepted.
    pub notification_timeout_ms: u64,
    /// Milliseconds a subscriber may take to answer the validation.
    pub validation_timeout_ms: u64,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings {
            licence_seconds: 0,
            operation_seconds: 0,
            configuration_seconds: 0,
            page_cap: None,
            empty_page_every: None,
            skip_links: false,
            delta_page_size: 200,
            delta_member_page_size: 500,
            delta_repeats: false,
            operation_polls: 1,
            refusals: Refusals::Mixed,
            forced_outcome: None,
            units_per_10_seconds: 1_000_000,
            writes_per_150_seconds: 1_000_000,
            retry_after_seconds: Some(10),
            notifications: Delivery::On,
            notification_copies: 1,
            notification_retry_ms: 1_000,
            notification_timeout_ms: 3_000,
            validation_timeout_ms: 10_000,
        }
    }
}

impl Settings {
    /// These settings with the members of `patch` changed.
    ///
    /// # Errors
    ///
    /// Why the patch does not fit.
    pub fn patched(&self, patch: &Value) -> Result<Settings, String> {
        let changes = patch.as_object().ok_or("a JSON object is expected")?;
        let mut whole = serde_json::to_value(self).map_err(|error| error.to_string())?;
        let defaults =
            serde_json::to_value(Settings::default()).map_err(|error| error.to_string())?;
        for (name, value) in changes {
            // `retryAfterSeconds: null` means "send none", so null is a value of its own there.
            let reset = value.is_null() && name != "retryAfterSeconds";
            whole[name] = if reset {
                defaults[name].clone()
            } else {
                value.clone()
            };
        }
        serde_json::from_value(whole).map_err(|error| error.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_patch_changes_what_it_names_and_null_brings_the_default_back() {
        let changed = Settings::default()
            .patched(&json!({ "pageCap": 3, "refusals": "operation" }))
            .unwrap();
        assert_eq!(
            (changed.page_cap, changed.refusals),
            (Some(3), Refusals::Operation)
        );
        let back = changed
            .patched(&json!({ "pageCap": null, "retryAfterSeconds": null }))
            .unwrap();
        assert_eq!((back.page_cap, back.retry_after_seconds), (None, None));
        assert!(back.patched(&json!({ "pagecap": 1 })).is_err());
    }
}
