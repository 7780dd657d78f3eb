//! Throttling by resource units, as the directory counts them per application and tenant.
//!
//! Source: learn.microsoft.com/graph/throttling-limits (identity and access).

use std::collections::HashMap;

use axum::http::{Method, StatusCode};
use jiff::Timestamp;

use super::call::Call;
use super::control::Settings;
use super::error::GraphError;

const UNIT_WINDOW: i64 = 10;
const WRITE_WINDOW: i64 = 150;

/// What is used up, by application and tenant.
#[derive(Debug, Default)]
pub struct Throttle {
    used: HashMap<(String, String), Used>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Used {
    units_since: i64,
    units: u64,
    writes_since: i64,
    writes: u64,
}

/// Headers that an admitted call is answered with.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Charge {
    /// `x-ms-resource-unit`.
    pub units: u64,
    /// `x-ms-throttle-limit-percentage`, from 0.8.
    pub percentage: Option<f64>,
}

/// Whether an address belongs to the directory, whose units are counted.
pub fn counts(template: &str) -> bool {
    const DIRECTORY: &[&str] = &[
        "/users",
        "/groups",
        "/organization",
        "/domains",
        "/subscribedSkus",
        "/servicePrincipals",
        "/directory",
        "/oauth2PermissionGrants",
        "/directoryRoles",
        "/invitations",
    ];
    DIRECTORY.iter().any(|prefix| template.starts_with(prefix))
}

/// What a call costs.
pub fn cost(call: &Call) -> u64 {
    let template = call.matched.endpoint.template.as_str();
    let base: i64 = if call.method != Method::GET {
        1
    } else if template.contains("transitiveMember") {
        5
    } else if template.starts_with("/subscribedSkus")
        || template.ends_with("/members")
        || template.contains("emberOf")
    {
        3
    } else if matches!(
        template,
        "/users" | "/groups" | "/organization" | "/domains" | "/users/{user-id}/licenseDetails"
    ) {
        2
    } else {
        1
    };
    let selected = i64::from(call.query.select.is_some());
    let expanded = i64::from(call.query.expand.is_some());
    let short = i64::from(call.query.top.is_some_and(|top| top < 20));
    u64::try_from((base - selected + expanded - short).max(1)).unwrap_or(1)
}

impl Throttle {
    /// Counts a call.
    ///
    /// # Errors
    ///
    /// 429 `TooManyRequests` when a limit is passed; the call is then not counted.
    pub fn admit(
        &mut self,
        call: &Call,
        settings: &Settings,
    ) -> Result<Option<Charge>, GraphError> {
        if !counts(&call.matched.endpoint.template) {
            return Ok(None);
        }
        let key = (call.caller.app_id.clone(), call.caller.tenant.clone());
        let used = self.used.entry(key).or_default();
        used.roll(call.now);
        let units = cost(call);
        let write = u64::from(call.method != Method::GET);
        if used.units + units > settings.units_per_10_seconds {
            return Err(refusal(call, settings, "ResourceUnitLimitExceeded"));
        }
        if used.writes + write > settings.writes_per_150_seconds {
            return Err(refusal(call, settings, "WriteLimitExceeded"));
        }
        used.units += units;
        used.writes += write;
        let percentage = used.units as f64 / settings.units_per_10_seconds as f64;
        Ok(Some(Charge {
            units,
            percentage: (percentage >= 0.8).then_some(percentage),
        }))
    }
}

impl Used {
    fn roll(&mut self, now: Timestamp) {
        let now = now.as_second();
        if now - self.units_since >= UNIT_WINDOW {
            (self.units_since, self.units) = (now, 0);
        }
        if now - self.writes_since >= WRITE_WINDOW {
            (self.writes_since, self.writes) = (now, 0);
        }
    }
}

fn refusal(call: &Call, settings: &Settings, information: &str) -> GraphError {
    let mode = if call.method == Method::GET {
        "Read"
    } else {
        "Write"
    };
    let mut error = GraphError::new(
        StatusCode::TOO_MANY_REQUESTS,
        "TooManyRequests",
        "Too many requests. Please retry after some time.",
    )
    .with_header(
        "x-ms-throttle-scope",
        format!(
            "Tenant_Application/{mode}/{}/{}",
            call.caller.app_id, call.caller.tenant
        ),
    )
    .with_header("x-ms-throttle-information", information);
    if let Some(seconds) = settings.retry_after_seconds {
        error = error.with_header("Retry-After", seconds.to_string());
    }
    error
}
