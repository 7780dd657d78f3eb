//! The authority's metadata, per tenant and for any organisation's tenant (OpenID Connect Discovery 1.0).
//!
//! Addresses are taken from it as they stand and never put together by ourselves, save for the few that it does not hold.
//! All must be on the authority's own scheme, host and port: our secret is sent to one of them.

use super::kept::{Kept, Look, lock};
use crate::http::{Call, Effect, Http, Place};
use domain::access::TenantId;
use platform::outside::OutsideError;
use serde::Deserialize;
use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
    time::Duration,
};
use url::Url;

/// What the issuer of any tenant's tokens holds in the metadata of `organizations`.
pub(super) const TENANT_PLACEHOLDER: &str = "{tenantid}";

/// How long metadata is good for; it changes about never. When it cannot be fetched anew, what we have stays good.
const FRESH_FOR: Duration = Duration::from_secs(24 * 3600);
/// After a failed fetch of what we have already.
const HOLD_OFF: Duration = Duration::from_secs(5 * 60);
/// Far more than the tenants of one installation.
const MOST_TENANTS: usize = 20_000;

#[derive(Debug)]
pub(super) struct Metadata {
    /// Holds [`TENANT_PLACEHOLDER`] in the metadata of `organizations`.
    pub issuer: String,
    pub authorization_endpoint: Url,
    pub token_endpoint: Url,
    pub jwks_uri: Url,
    pub end_session_endpoint: Url,
}

#[derive(Deserialize)]
struct Document {
    issuer: String,
    authorization_endpoint: String,
    token_endpoint: String,
    jwks_uri: String,
    end_session_endpoint: String,
}

pub(super) struct Directory {
    authority: Url,
    place: Place,
    http: Http,
    organizations: Kept<Metadata>,
    tenants: Mutex<HashMap<TenantId, Arc<Kept<Metadata>>>>,
}

impl Directory {
    pub fn new(authority: &Url, http: Http) -> Result<Self, String> {
        let place = Place::of(authority).map_err(|why| format!("the authority: {why}"))?;
        if authority.query().is_some() || authority.fragment().is_some() {
            return Err("the authority must end with its path".into());
        }
        Ok(Directory {
            authority: authority.clone(),
            place,
            http,
            organizations: Kept::default(),
            tenants: Mutex::default(),
        })
    }

    /// `{authority}/{tenant}/{rest}`.
    pub fn address(&self, tenant: &str, rest: &str) -> Result<Url, String> {
        let base = self.authority.as_str().trim_end_matches('/');
        Url::parse(&format!("{base}/{tenant}/{rest}"))
            .map_err(|_| "the authority's address".to_owned())
    }

    pub async fn organizations(&self) -> Result<Arc<Metadata>, OutsideError> {
        self.get(&self.organizations, "organizations").await
    }

    pub async fn tenant(&self, tenant: TenantId) -> Result<Arc<Metadata>, OutsideError> {
        let kept = {
            let mut tenants = lock(&self.tenants);
            if tenants.len() >= MOST_TENANTS && !tenants.contains_key(&tenant) {
                tenants.clear();
            }
            tenants.entry(tenant).or_default().clone()
        };
        self.get(&kept, &tenant.to_string()).await
    }

    async fn get(
        &self,
        kept: &Kept<Metadata>,
        tenant: &str,
    ) -> Result<Arc<Metadata>, OutsideError> {
        let look = kept.look();
        let Some(value) = &look.value else {
            return kept
                .refresh(&look, &**self.http.clock(), self.fetch(tenant))
                .await;
        };
        if !is_due(&look, self) {
            return Ok(value.clone());
        }
        match kept
            .refresh(&look, &**self.http.clock(), self.fetch(tenant))
            .await
        {
            Ok(value) => Ok(value),
            Err(error) => {
                tracing::warn!(%error, "the authority's metadata cannot be fetched anew; what we have stays in use");
                Ok(value.clone())
            }
        }
    }

    async fn fetch(&self, tenant: &str) -> Result<Metadata, OutsideError> {
        let url = self
            .address(tenant, "v2.0/.well-known/openid-configuration")
            .map_err(OutsideError::Malformed)?;
        let answer = self
            .http
            .send(Call::get("entra.discovery", url))
            .await
            .map_err(|fault| fault.outside(Effect::Read))?;
        if !answer.is_success() {
            return Err(super::exchange::refusal(&answer, self.http.clock().now()));
        }
        let document: Document = answer
            .json()
            .ok_or_else(|| OutsideError::Malformed("the authority's metadata".into()))?;
        self.check(document, tenant)
    }

    fn check(&self, document: Document, tenant: &str) -> Result<Metadata, OutsideError> {
        let link = |text: &str, name: &str| {
            // Absolute, as the standard says; relative ones would be resolved against our base.
            Url::parse(text)
                .ok()
                .filter(|url| self.place.holds(url))
                .ok_or_else(|| {
                    OutsideError::Malformed(format!("{name} is not on the authority's host"))
                })
        };
        let names_it = if tenant == "organizations" {
            document.issuer.matches(TENANT_PLACEHOLDER).count() == 1
        } else {
            document.issuer.contains(tenant)
        };
        if !names_it {
            return Err(OutsideError::Malformed(
                "the metadata is not of the tenant asked for".into(),
            ));
        }
        Ok(Metadata {
            authorization_endpoint: link(
                &document.authorization_endpoint,
                "authorization_endpoint",
            )?,
            token_endpoint: link(&document.token_endpoint, "token_endpoint")?,
            jwks_uri: link(&document.jwks_uri, "jwks_uri")?,
            end_session_endpoint: link(&document.end_session_endpoint, "end_session_endpoint")?,
            issuer: document.issuer,
        })
    }
}

fn is_due(look: &Look<Metadata>, directory: &Directory) -> bool {
    let now = directory.http.clock().now();
    now.since(look.fetched_at) >= FRESH_FOR
        && look
            .tried_at
            .is_none_or(|tried| now.since(tried) >= HOLD_OFF)
}
