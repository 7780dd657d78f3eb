//! Entra's errors: an OAuth code, an AADSTS number and a sentence, in the shapes that the endpoints answer.

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::microsoft::world::ids::random_guid;

/// An error of Entra. The number and the sentence may change at Microsoft; clients branch on the OAuth code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AadError {
    /// The AADSTS number.
    pub number: u32,
    /// The OAuth `error`.
    pub code: &'static str,
    /// The sentence after `AADSTS<number>: `.
    pub message: String,
    /// `suberror`.
    pub suberror: Option<&'static str>,
    /// `claims`: a challenge that an interactive sign-in answers.
    pub claims: Option<String>,
}

impl AadError {
    /// An error.
    pub fn new(number: u32, code: &'static str, message: impl Into<String>) -> AadError {
        AadError {
            number,
            code,
            message: message.into(),
            suberror: None,
            claims: None,
        }
    }

    /// A parameter is missing.
    pub fn missing(parameter: &str) -> AadError {
        AadError::new(
            900_144,
            "invalid_request",
            format!("The request body must contain the following parameter: '{parameter}'."),
        )
    }

    /// The tenant does not exist.
    pub fn tenant_missing(tenant: &str) -> AadError {
        AadError::new(
            90_002,
            "invalid_tenant",
            format!(
                "Tenant '{tenant}' not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud. Check with your subscription administrator, this may happen if there are no active subscriptions for the tenant."
            ),
        )
    }

    /// The application is not in the tenant.
    pub fn app_missing(client_id: &str, tenant: &str) -> AadError {
        AadError::new(
            700_016,
            "unauthorized_client",
            format!(
                "Application with identifier '{client_id}' was not found in the directory '{tenant}'. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant. You may have sent your authentication request to the wrong tenant."
            ),
        )
    }

    /// The API is not in the tenant.
    pub fn resource_missing(resource: &str, tenant: &str) -> AadError {
        AadError::new(
            500_011,
            "invalid_resource",
            format!(
                "The resource principal named {resource} was not found in the tenant named {tenant}. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant. You might have sent your authentication request to the wrong tenant."
            ),
        )
    }

    /// The application is disabled in the tenant.
    pub fn app_disabled(client_id: &str) -> AadError {
        AadError::new(
            7_000_112,
            "unauthorized_client",
            format!("Application '{client_id}' is disabled."),
        )
    }

    /// Nobody has consented.
    pub fn not_consented(client_id: &str, name: &str, code: &'static str) -> AadError {
        AadError {
            suberror: Some("consent_required"),
            ..AadError::new(
                65_001,
                code,
                format!(
                    "The user or administrator has not consented to use the application with ID '{client_id}' named '{name}'. Send an interactive authorization request for this user and resource."
                ),
            )
        }
    }

    /// The user has to prove more than a password.
    pub fn mfa(code: &'static str) -> AadError {
        AadError {
            suberror: Some("basic_action"),
            claims: Some(r#"{"access_token":{"capolids":{"essential":true,"values":["00000000-0000-4000-8000-00000000ca01"]}}}"#.to_owned()),
            ..AadError::new(
                50_076,
                code,
                "Due to a configuration change made by your administrator, or because you moved to a new location, you must use multi-factor authentication to access the resource.",
            )
        }
    }

    /// `AADSTS<number>: <message>` followed by the ids that support asks for.
    pub fn description(&self, ids: &Ids) -> String {
        format!(
            "AADSTS{}: {} Trace ID: {} Correlation ID: {} Timestamp: {}",
            self.number, self.message, ids.trace, ids.correlation, ids.timestamp
        )
    }

    /// The status that the token endpoint answers.
    pub fn status(&self) -> StatusCode {
        if self.code == "invalid_client" {
            StatusCode::UNAUTHORIZED
        } else {
            StatusCode::BAD_REQUEST
        }
    }

    /// The JSON body.
    pub fn body(&self, ids: &Ids, base: &str) -> Value {
        let mut body = json!({
            "error": self.code,
            "error_description": self.description(ids),
            "error_codes": [self.number],
            "timestamp": ids.timestamp,
            "trace_id": ids.trace,
            "correlation_id": ids.correlation,
            "error_uri": format!("{base}/error?code={}", self.number),
        });
        if let Some(suberror) = self.suberror {
            body["suberror"] = json!(suberror);
        }
        if let Some(claims) = &self.claims {
            body["claims"] = json!(claims);
        }
        body
    }

    /// The answer of a JSON endpoint.
    pub fn respond(&self, ids: &Ids, base: &str) -> Response {
        let mut response = (self.status(), Json(self.body(ids, base))).into_response();
        let headers = response.headers_mut();
        headers.insert(
            header::CACHE_CONTROL,
            HeaderValue::from_static("no-store, no-cache"),
        );
        headers.insert(header::PRAGMA, HeaderValue::from_static("no-cache"));
        response
    }
}

/// The ids in an error's text.
#[derive(Clone, Debug)]
pub struct Ids {
    /// `trace_id`.
    pub trace: String,
    /// `correlation_id`: the client's `client-request-id` where it sent one.
    pub correlation: String,
    /// `timestamp`, for example `2026-11-21 10:00:00Z`.
    pub timestamp: String,
}

impl Ids {
    /// Ids for an answer at this instant.
    pub fn new(now: Timestamp, correlation: Option<&str>) -> Ids {
        Ids {
            trace: random_guid(),
            correlation: correlation.map_or_else(random_guid, str::to_owned),
            timestamp: now.strftime("%Y-%m-%d %H:%M:%SZ").to_string(),
        }
    }
}
