//! What access needs from the identity provider.

use super::{ObjectId, TenantId};
use async_trait::async_trait;
use platform::{Instant, outside::OutsideError};
use url::Url;

/// Who a checked token speaks of. Names are for display only; rights hang on tenant and object id.
#[derive(Clone, Debug)]
pub struct Identity {
    pub tenant: TenantId,
    pub object: ObjectId,
    pub kind: IdentityKind,
    pub name: String,
    pub username: String,
    /// When the person last proved who they are (`auth_time`), where the token says so.
    pub authenticated_at: Option<Instant>,
    /// For the sign-out page, so that it need not ask which account.
    pub login_hint: Option<String>,
    /// The provider's own session (`sid`), where the token says so: by it the provider tells of its end.
    pub provider_session: Option<String>,
    pub expires_at: Instant,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IdentityKind {
    User,
    /// A guest of the tenant, at home in another one.
    Guest,
    /// A service principal with an app-only token.
    Service,
}

/// Why a sign-in did not work. `code` is the stable slug that the error page explains.
#[derive(Clone, Debug, thiserror::Error)]
pub enum IdentityError {
    /// The token or code is not good. The reason is for the log; the asker hears 401 and nothing more.
    #[error("rejected: {0}")]
    Rejected(&'static str),
    #[error(transparent)]
    Outside(#[from] OutsideError),
}

/// What one browser sign-in asks for.
#[derive(Clone, Debug)]
pub struct AuthorisationRequest {
    pub redirect_uri: Url,
    pub state: String,
    pub nonce: String,
    /// base64url(SHA-256(verifier)), RFC 7636 S256.
    pub code_challenge: String,
    pub login_hint: Option<String>,
    /// `prompt=login`: a fresh proof, for what a stolen session must not be able to do.
    pub fresh: bool,
    /// Limits the sign-in to one tenant; the authority's `organizations` otherwise.
    pub tenant: Option<TenantId>,
}

#[async_trait]
pub trait IdentityProvider: Send + Sync {
    async fn authorisation_url(&self, request: &AuthorisationRequest)
    -> Result<Url, IdentityError>;

    /// Exchanges the code for an ID token and checks it by every rule, the nonce included. `tenant` as it was in the request:
    /// a code is good only where it was asked for.
    async fn redeem_code(
        &self,
        code: &str,
        code_verifier: &str,
        redirect_uri: &Url,
        nonce: &str,
        tenant: Option<TenantId>,
    ) -> Result<Identity, IdentityError>;

    /// Checks an access token made for this application.
    async fn check_bearer(&self, token: &str) -> Result<Identity, IdentityError>;

    /// Which tenant an issuer is: `Err` for one that is not of this authority, `Ok(None)` for one that names no tenant.
    async fn tenant_of_issuer(&self, issuer: &str) -> Result<Option<TenantId>, IdentityError>;

    async fn sign_out_url(
        &self,
        login_hint: Option<&str>,
        back_to: &Url,
    ) -> Result<Url, IdentityError>;

    /// Where an administrator of `tenant` consents to the application's permissions.
    async fn admin_consent_url(
        &self,
        tenant: TenantId,
        redirect_uri: &Url,
        state: &str,
    ) -> Result<Url, IdentityError>;
}
