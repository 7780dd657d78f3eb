//! Microsoft Entra ID as the identity provider, spoken to directly: discovery, signing keys, the authorisation code flow
//! with PKCE, app-only tokens, and the checks of ID tokens and of access tokens made for this application.
//!
//! It promises that an [`Identity`] comes only from a token that passed every rule of [`claims`], that a secret or an
//! assertion goes nowhere but to the configured authority, and that no token is ever logged. It deliberately does not keep
//! sessions, know organisations, or give rights: those hang on (tenant, object id) and are the domain's.

mod claims;
mod credential;
mod discovery;
mod exchange;
mod jwt;
mod kept;
mod keys;
mod seen;

pub use credential::Credential;

use crate::http::{Http, Settings};
use async_trait::async_trait;
use claims::{Expectation, Purpose};
use discovery::Directory;
use domain::access::{
    TenantId,
    ports::{AuthorisationRequest, Identity, IdentityError, IdentityProvider},
};
use keys::Keys;
use platform::{Clock, outside::OutsideError};
use seen::SeenTokens;
use sha2::{Digest, Sha256};
use std::{fmt, sync::Arc};
use url::Url;

/// The client ids of Microsoft's own Teams, Microsoft 365 and Outlook applications, which ask for tokens on behalf of a
/// tab (Microsoft: "Configure your app in Microsoft Entra ID", tab SSO).
pub const MICROSOFT_HOSTS: [&str; 7] = [
    "1fec8e78-bce4-4aaf-ab1b-5451cc387264", // Teams, desktop and mobile
    "5e3ce6c0-2b1f-4285-8d4b-75ee78787346", // Teams, web
    "4765445b-32c6-49b0-83e6-1d93765276ca", // Microsoft 365, web
    "0ec893e0-5785-4de6-99da-4ed124e5296c", // Microsoft 365, desktop
    "d3590ed6-52b3-4102-aeff-aad2292ab01c", // Microsoft 365, mobile, and Outlook, desktop
    "bc59ab01-8403-45c6-8796-ac3ef710b3e3", // Outlook, web
    "27922004-5251-4030-b22d-91ecd9a37ea4", // Outlook, mobile
];

/// What the scope part of a user's access token must contain.
const USER_SCOPE: &str = "access_as_user";

/// What a sign-in asks for. No refresh token: the session is ours, and Graph is asked with app-only tokens.
const SIGN_IN_SCOPE: &str = "openid profile";

#[derive(Clone, Debug)]
pub struct Config {
    /// Where the authority stands, without a tenant: `https://login.microsoftonline.com` in the world's public cloud.
    /// Every address in its metadata must be on this scheme, host and port.
    pub authority: Url,
    /// The application (client) id of our registration: a GUID.
    pub client_id: String,
    /// How we prove that we are that application.
    pub credential: Credential,
    /// Which resource app-only tokens are for and administrators consent to: `https://graph.microsoft.com` by default.
    pub graph_resource: String,
    /// The client ids whose users' access tokens we accept (claim `azp`): by default [`MICROSOFT_HOSTS`] and our own.
    pub allowed_client_ids: Vec<String>,
    /// Whether guests of a tenant may sign in to it. They never become one with their account at home. Default no.
    pub guests_allowed: bool,
    /// Time limits, and the extra certificates to trust.
    pub http: Settings,
}

impl Config {
    /// With every default.
    pub fn new(authority: Url, client_id: impl Into<String>, credential: Credential) -> Self {
        let client_id = client_id.into();
        let mut allowed_client_ids: Vec<String> = MICROSOFT_HOSTS.map(str::to_owned).into();
        allowed_client_ids.push(client_id.clone());
        Config {
            authority,
            client_id,
            credential,
            graph_resource: "https://graph.microsoft.com".into(),
            allowed_client_ids,
            guests_allowed: false,
            http: Settings::default(),
        }
    }
}

/// A bearer token of ours for somebody else's service. It shows itself to nobody but the header it goes into.
#[derive(Clone, PartialEq, Eq)]
pub struct AppToken(Arc<str>);

impl AppToken {
    pub(crate) fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for AppToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AppToken(…)")
    }
}

pub struct Entra {
    config: Config,
    http: Http,
    clock: Arc<dyn Clock>,
    credential: credential::Proof,
    directory: Arc<Directory>,
    keys: Arc<Keys>,
    app_tokens: exchange::AppTokens,
    seen: SeenTokens,
}

impl Entra {
    /// Checks the configuration and reads the credential's files; asks nobody. The error says what to mend.
    pub fn new(config: Config, clock: Arc<dyn Clock>) -> Result<Arc<Self>, String> {
        if uuid::Uuid::parse_str(&config.client_id).is_err() {
            return Err("the client id is not a GUID".into());
        }
        if Url::parse(&config.graph_resource).is_err() {
            return Err("the Graph resource is not an address".into());
        }
        let credential = credential::Proof::new(&config.client_id, &config.credential)?;
        let http = Http::new(&config.http, clock.clone())?;
        let directory = Arc::new(Directory::new(&config.authority, http.clone())?);
        let keys = Arc::new(Keys::new(directory.clone(), http.clone()));
        Ok(Arc::new(Entra {
            config,
            http,
            clock,
            credential,
            directory,
            keys,
            app_tokens: exchange::AppTokens::default(),
            seen: SeenTokens::default(),
        }))
    }

    /// The client that this one uses, for the other adapters of the same world: same limits, same trust, same pool.
    pub fn http(&self) -> Http {
        self.http.clone()
    }

    async fn check(&self, token: &str, purpose: Purpose<'_>) -> Result<Identity, IdentityError> {
        let unverified = jwt::Unverified::read(token).map_err(IdentityError::Rejected)?;
        let issuer = self.directory.organizations().await?.issuer.clone();
        let keys = self.keys.find(&unverified.kid).await?;
        let expectation = Expectation {
            issuer: &issuer,
            client_id: &self.config.client_id,
            user_scope: USER_SCOPE,
            allowed_clients: &self.config.allowed_client_ids,
            guests_allowed: self.config.guests_allowed,
            purpose,
        };
        claims::check(&unverified, &keys, &expectation, self.clock.now())
            .map_err(IdentityError::Rejected)
    }
}

#[async_trait]
impl IdentityProvider for Entra {
    async fn authorisation_url(
        &self,
        request: &AuthorisationRequest,
    ) -> Result<Url, IdentityError> {
        let metadata = match request.tenant {
            Some(tenant) => self.directory.tenant(tenant).await?,
            None => self.directory.organizations().await?,
        };
        let mut url = metadata.authorization_endpoint.clone();
        {
            let mut query = url.query_pairs_mut();
            query
                .append_pair("client_id", &self.config.client_id)
                .append_pair("response_type", "code")
                .append_pair("redirect_uri", request.redirect_uri.as_str())
                // form_post would be a cross-site POST, to which a Lax cookie does not go along.
                .append_pair("response_mode", "query")
                .append_pair("scope", SIGN_IN_SCOPE)
                .append_pair("state", &request.state)
                .append_pair("nonce", &request.nonce)
                // The metadata does not announce PKCE, yet it is honoured.
                .append_pair("code_challenge", &request.code_challenge)
                .append_pair("code_challenge_method", "S256");
            if request.fresh {
                query.append_pair("prompt", "login");
            }
            if let Some(hint) = &request.login_hint {
                query.append_pair("login_hint", hint);
            }
        }
        Ok(url)
    }

    async fn redeem_code(
        &self,
        code: &str,
        code_verifier: &str,
        redirect_uri: &Url,
        nonce: &str,
        tenant: Option<TenantId>,
    ) -> Result<Identity, IdentityError> {
        let id_token = self
            .exchange_code(code, code_verifier, redirect_uri, tenant)
            .await?;
        self.check(&id_token, Purpose::SignIn { nonce }).await
    }

    async fn check_bearer(&self, token: &str) -> Result<Identity, IdentityError> {
        if token.len() > jwt::LONGEST_TOKEN {
            return Err(IdentityError::Rejected("too long"));
        }
        let digest: [u8; 32] = Sha256::digest(token.as_bytes()).into();
        let generation = self.keys.generation();
        if let Some(identity) = self.seen.find(&digest, generation, self.clock.now()) {
            return Ok(identity);
        }
        let identity = self.check(token, Purpose::Bearer).await?;
        self.seen
            .keep(digest, &identity, generation, self.clock.now());
        Ok(identity)
    }

    async fn tenant_of_issuer(&self, issuer: &str) -> Result<Option<TenantId>, IdentityError> {
        let template = self.directory.organizations().await?.issuer.clone();
        let other = || IdentityError::Rejected("issuer");
        let (before, after) = template
            .split_once(discovery::TENANT_PLACEHOLDER)
            .ok_or_else(other)?;
        let tenant = issuer
            .strip_prefix(before)
            .and_then(|rest| rest.strip_suffix(after))
            .filter(|tenant| !tenant.contains('/'))
            .ok_or_else(other)?;
        Ok(uuid::Uuid::parse_str(tenant).ok().map(TenantId::from))
    }

    async fn sign_out_url(
        &self,
        login_hint: Option<&str>,
        back_to: &Url,
    ) -> Result<Url, IdentityError> {
        let mut url = self
            .directory
            .organizations()
            .await?
            .end_session_endpoint
            .clone();
        {
            let mut query = url.query_pairs_mut();
            query.append_pair("post_logout_redirect_uri", back_to.as_str());
            if let Some(hint) = login_hint {
                query.append_pair("logout_hint", hint);
            }
        }
        Ok(url)
    }

    async fn admin_consent_url(
        &self,
        tenant: TenantId,
        redirect_uri: &Url,
        state: &str,
    ) -> Result<Url, IdentityError> {
        // No metadata names this endpoint. On return `error` is to be looked at first: `admin_consent=True` stands there
        // even when consent was refused.
        let mut url = self
            .directory
            .address(&tenant.to_string(), "v2.0/adminconsent")
            .map_err(|why| IdentityError::Outside(OutsideError::Malformed(why)))?;
        url.query_pairs_mut()
            .append_pair("client_id", &self.config.client_id)
            .append_pair("scope", &self.default_scope())
            .append_pair("redirect_uri", redirect_uri.as_str())
            .append_pair("state", state);
        Ok(url)
    }
}

#[cfg(test)]
mod tests;
