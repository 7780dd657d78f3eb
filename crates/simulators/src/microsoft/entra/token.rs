//! The token endpoint: `POST /{tenant}/oauth2/v2.0/token`.

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256};

use super::admission::{self, Audience};
use super::claims::{Mint, Proof};
use super::client;
use super::error::{AadError, Ids};
use super::form::Form;
use super::jws::{self, Algorithm, base64url};
use super::scopes::{Resource, Scopes};
use super::store::{CODE_LIFE, Challenge, REFRESH_LIFE, Refresh, Subject, secret};
use crate::microsoft::world::apps::Application;
use crate::microsoft::world::directory::SignInBar;
use crate::microsoft::world::{World, ids};
use crate::microsoft::{Microsoft, Origin};

/// A token request on its way.
struct Call<'a> {
    microsoft: &'a Microsoft,
    world: &'a World,
    base: &'a str,
    audience: Audience,
    form: &'a Form,
    now: i64,
}

/// Answers a token request.
pub async fn token(
    State(microsoft): State<Microsoft>,
    origin: Origin,
    Path(segment): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let form = Form::parse(&String::from_utf8_lossy(&body));
    let correlation = headers
        .get("client-request-id")
        .and_then(|v| v.to_str().ok());
    let ids = Ids::new(microsoft.world.now(), correlation);
    match answer(&microsoft, &origin.0, &segment, &headers, &form) {
        Ok(body) => {
            let mut response = Json(body).into_response();
            let headers = response.headers_mut();
            headers.insert(
                header::CACHE_CONTROL,
                HeaderValue::from_static("no-store, no-cache"),
            );
            headers.insert(header::PRAGMA, HeaderValue::from_static("no-cache"));
            response
        }
        Err(error) => {
            tracing::debug!(number = error.number, code = error.code, "token refused");
            error.respond(&ids, &origin.0)
        }
    }
}

/// Answers a request for a device code, which nobody gets here: with an error that clients can read.
pub async fn device_code(
    State(microsoft): State<Microsoft>,
    origin: Origin,
    Path(segment): Path<String>,
    headers: HeaderMap,
) -> Response {
    let correlation = headers
        .get("client-request-id")
        .and_then(|v| v.to_str().ok());
    let ids = Ids::new(microsoft.world.now(), correlation);
    let error = match Audience::parse(&microsoft.world.read(), &segment) {
        Ok(_) => unsupported_grant("urn:ietf:params:oauth:grant-type:device_code"),
        Err(error) => error,
    };
    error.respond(&ids, &origin.0)
}

fn unsupported_grant(grant: &str) -> AadError {
    AadError::new(
        70_003,
        "unsupported_grant_type",
        format!("The app requested an unsupported grant type '{grant}'."),
    )
}

fn answer(
    microsoft: &Microsoft,
    base: &str,
    segment: &str,
    headers: &HeaderMap,
    form: &Form,
) -> Result<Value, AadError> {
    let world = microsoft.world.read();
    let audience = Audience::parse(&world, segment)?;
    let grant = form
        .get("grant_type")
        .ok_or_else(|| AadError::missing("grant_type"))?;
    let endpoints: Vec<String> = [segment, audience.segment()]
        .into_iter()
        .flat_map(|tenant| {
            [
                format!("{base}/{tenant}/oauth2/v2.0/token"),
                format!("{base}/{tenant}/oauth2/token"),
                format!("{base}/{tenant}/v2.0"),
                format!("{base}/{tenant}"),
            ]
        })
        .collect();
    let (client, proof) = client::authenticate(&world, headers, form, segment, &endpoints)?;
    let call = Call {
        microsoft,
        base,
        now: world.now().as_second(),
        world: &world,
        audience,
        form,
    };
    match grant {
        "authorization_code" => call.code(client, proof),
        "refresh_token" => call.refresh(client, proof),
        "client_credentials" => call.client_credentials(client, proof),
        "password" => call.password(client, proof),
        "urn:ietf:params:oauth:grant-type:jwt-bearer" => call.on_behalf_of(client, proof),
        other => Err(unsupported_grant(other)),
    }
}

impl Call<'_> {
    fn mint(&self) -> Mint<'_> {
        Mint {
            world: self.world,
            keys: &self.microsoft.entra.keys,
            base: self.base,
        }
    }

    fn required(&self, name: &str) -> Result<&str, AadError> {
        self.form.get(name).ok_or_else(|| AadError::missing(name))
    }

    /// The scopes of this request; `fallback` when it names none.
    fn scopes(&self, fallback: Option<&Scopes>, tenant: &str) -> Result<Scopes, AadError> {
        match (self.form.get("scope"), fallback) {
            (Some(text), _) => Scopes::parse(self.world, text, tenant),
            (None, Some(fallback)) => Ok(fallback.clone()),
            (None, None) => Err(AadError::missing("scope")),
        }
    }

    /// Checks that the subject may still sign in, and answers with tokens for the scopes.
    fn tokens(
        &self,
        client: &Application,
        proof: Proof,
        subject: &Subject,
        scopes: &Scopes,
        nonce: Option<&str>,
        family: Option<&str>,
    ) -> Result<Value, AadError> {
        let tenant = self.world.tenant(&subject.tenant);
        let tenant = tenant.ok_or_else(|| AadError::tenant_missing(&subject.tenant))?;
        let user = tenant.users.get(&subject.user).ok_or_else(|| {
            AadError::new(
                50_034,
                "invalid_grant",
                format!(
                    "The user account does not exist in the {} directory.",
                    tenant.id
                ),
            )
        })?;
        admission::admit(tenant, user, client, &subject.amr)?;
        let names = admission::granted(self.world, client, subject, scopes, "invalid_grant")?;
        let mint = self.mint();
        let (access, life) = mint.user_token(client, proof, subject, scopes, &names);
        let mut body = bearer(access, life);
        body.insert("scope".to_owned(), json!(scopes.answer(&names)));
        if scopes.wants("openid") {
            body.insert(
                "id_token".to_owned(),
                json!(mint.id_token(client, subject, scopes, nonce)),
            );
        }
        if scopes.wants("offline_access") {
            let family = family.map_or_else(|| secret("family"), str::to_owned);
            let refresh = Refresh {
                client_id: client.client_id.clone(),
                subject: subject.clone(),
                scopes: scopes.clone(),
                issued: self.now,
                family,
            };
            let value = self.microsoft.entra.store().add_refresh(refresh);
            body.insert("refresh_token".to_owned(), json!(value));
        }
        if self.form.get("client_info") == Some("1") {
            let info = json!({"uid": subject.home_user, "utid": subject.home_tenant});
            body.insert("client_info".to_owned(), json!(base64url(info.to_string())));
        }
        Ok(Value::Object(body))
    }

    fn code(&self, client: &Application, proof: Proof) -> Result<Value, AadError> {
        let value = self.required("code")?;
        let redirect = self.required("redirect_uri")?;
        let code = {
            let mut store = self.microsoft.entra.store();
            let Some(found) = store.codes.get_mut(value) else {
                return Err(AadError::new(
                    9_002_313,
                    "invalid_grant",
                    "Invalid request. Request is malformed or invalid: the authorization code is not known.",
                ));
            };
            if found.redeemed {
                store.revoke_family(value);
                return Err(AadError::new(
                    54_005,
                    "invalid_grant",
                    "OAuth2 Authorization code was already redeemed, please retry with a new valid code or use an existing refresh token.",
                ));
            }
            let found = found.clone();
            self.check_code(client, redirect, &found)?;
            // Only a request that could have succeeded uses the code up.
            if let Some(stored) = store.codes.get_mut(value) {
                stored.redeemed = true;
            }
            found
        };
        let scopes = match self.form.get("scope") {
            Some(text) => {
                let mut scopes = Scopes::parse(self.world, text, &code.subject.tenant)?;
                // OpenID Connect scopes are decided when the code is asked for.
                scopes.oidc = code.scopes.oidc.clone();
                scopes
            }
            None => code.scopes.clone(),
        };
        self.tokens(
            client,
            proof,
            &code.subject,
            &scopes,
            code.nonce.as_deref(),
            Some(value),
        )
    }

    fn check_code(
        &self,
        client: &Application,
        redirect: &str,
        code: &super::store::Code,
    ) -> Result<(), AadError> {
        if code.client_id != client.client_id {
            return Err(AadError::new(
                70_000,
                "invalid_grant",
                "The provided value for the 'code' parameter is not valid. The code was issued to another client.",
            ));
        }
        if code.redirect_uri != redirect {
            return Err(AadError::new(
                500_112,
                "invalid_client",
                format!(
                    "The reply address '{redirect}' does not match the reply address '{}' provided when requesting Authorization code.",
                    code.redirect_uri
                ),
            ));
        }
        if self
            .audience
            .tenant()
            .is_some_and(|tenant| tenant != code.subject.tenant)
        {
            return Err(AadError::new(
                700_005,
                "invalid_grant",
                "The provided authorization code is intended to use against another tenant, thus rejected.",
            ));
        }
        if self.now - code.issued > CODE_LIFE {
            return Err(AadError::new(
                70_008,
                "invalid_grant",
                "The provided authorization code or refresh token has expired due to inactivity. Send a new interactive authorization request for this user and resource.",
            ));
        }
        let verifier = self.form.get("code_verifier");
        let fits = match (&code.challenge, verifier) {
            (None, None) => true,
            (Some(Challenge::Plain(challenge)), Some(verifier)) => challenge == verifier,
            (Some(Challenge::S256(challenge)), Some(verifier)) => {
                *challenge == base64url(Sha256::digest(verifier))
            }
            (None, Some(_)) | (Some(_), None) => false,
        };
        if fits {
            return Ok(());
        }
        Err(AadError::new(
            501_481,
            "invalid_grant",
            "The Code_Verifier does not match the code_challenge supplied in the authorization request.",
        ))
    }

    fn refresh(&self, client: &Application, proof: Proof) -> Result<Value, AadError> {
        let value = self.required("refresh_token")?;
        let invalid = |number: u32, message: &str| AadError::new(number, "invalid_grant", message);
        let found = self.microsoft.entra.store().refresh.get(value).cloned();
        let found = found.filter(|r| r.client_id == client.client_id).ok_or_else(|| {
            invalid(70_000, "The provided value for the input parameter 'refresh_token' or 'assertion' is not valid.")
        })?;
        if self.now - found.issued > REFRESH_LIFE {
            return Err(invalid(
                700_082,
                "The refresh token has expired due to inactivity. The token was issued on an earlier date and was inactive for 90.00:00:00.",
            ));
        }
        let mut subject = found.subject.clone();
        if let Some(tenant) = self
            .audience
            .tenant()
            .filter(|tenant| *tenant != subject.tenant)
        {
            // The same person in another tenant: as a guest there, or not at all.
            let tenant = self
                .world
                .tenant(tenant)
                .ok_or_else(|| AadError::tenant_missing(tenant))?;
            let user = admission::user_in(
                tenant,
                &subject.home_tenant,
                &subject.home_user,
                &subject.home_user,
            )?;
            subject.tenant = tenant.id.clone();
            subject.user = user.id.clone();
        }
        let home = self
            .world
            .tenant(&subject.home_tenant)
            .and_then(|t| t.users.get(&subject.home_user));
        if home.is_none_or(|user| user.sessions_valid_from.as_second() > found.issued) {
            return Err(invalid(
                50_173,
                "The provided grant has expired due to it being revoked, a fresh auth token is needed. The user might have changed or reset their password.",
            ));
        }
        let mut scopes = self.scopes(Some(&found.scopes), &subject.tenant)?;
        // What was given with the first token stays given.
        scopes.oidc.extend(found.scopes.oidc.iter().cloned());
        let body = self.tokens(client, proof, &subject, &scopes, None, Some(&found.family))?;
        self.microsoft.entra.store().refresh.remove(value);
        Ok(body)
    }

    fn client_credentials(&self, client: &Application, proof: Proof) -> Result<Value, AadError> {
        let tenant = match &self.audience {
            Audience::Tenant(tenant) => tenant,
            Audience::Any { common: true } => return Err(not_on_common()),
            Audience::Any { common: false } => {
                return Err(AadError::new(
                    50_059,
                    "invalid_request",
                    "No tenant-identifying information found in either the request or implied by any provided credentials.",
                ));
            }
        };
        let text = self.required("scope")?;
        if text.split_whitespace().any(|s| !s.ends_with("/.default")) {
            return Err(AadError::new(
                1_002_012,
                "invalid_scope",
                format!(
                    "The provided value for scope {text} is not valid. Client credential flows must have a scope value with /.default suffixed to the resource identifier (application ID URI)."
                ),
            ));
        }
        let scopes = Scopes::parse(self.world, text, tenant)?;
        let tenant = self
            .world
            .tenant(tenant)
            .ok_or_else(|| AadError::tenant_missing(tenant))?;
        let principal = tenant.service_principals.get(&client.client_id);
        let principal = principal
            .ok_or_else(|| AadError::app_missing(&client.client_id, &tenant.display_name))?;
        if !principal.enabled {
            return Err(AadError::app_disabled(&client.client_id));
        }
        if let Resource::Api(resource) = &scopes.resource {
            match tenant.service_principals.get(resource) {
                None => {
                    return Err(AadError::resource_missing(
                        &scopes.prefix,
                        &tenant.display_name,
                    ));
                }
                Some(api) if !api.enabled => return Err(AadError::app_disabled(resource)),
                Some(_) => {}
            }
        }
        let (access, life) = self
            .mint()
            .app_token(client, proof, tenant, &scopes.resource);
        Ok(Value::Object(bearer(access, life)))
    }

    fn password(&self, client: &Application, proof: Proof) -> Result<Value, AadError> {
        if self.audience == (Audience::Any { common: true }) {
            return Err(not_on_common());
        }
        let username = self.required("username")?;
        let password = self.required("password")?;
        let wrong = || {
            AadError::new(
                50_126,
                "invalid_grant",
                "Error validating credentials due to invalid username or password.",
            )
        };
        let Some((home, user)) = self.world.find_by_username(username) else {
            return Err(AadError::new(
                50_034,
                "invalid_grant",
                format!(
                    "The user account {username} does not exist in the directory. To sign into this application, the account must be added to the directory."
                ),
            ));
        };
        if user.password != password {
            return Err(wrong());
        }
        admission::enabled(user)?;
        if user.must_change_password || user.bar == SignInBar::PasswordExpired {
            return Err(AadError::new(
                50_055,
                "invalid_grant",
                "The password is expired.",
            ));
        }
        let tenant = match self.audience.tenant() {
            Some(tenant) => self
                .world
                .tenant(tenant)
                .ok_or_else(|| AadError::tenant_missing(tenant))?,
            None => home,
        };
        // Guests cannot use this grant at Microsoft; here neither: their password is checked at home.
        let here = admission::user_in(tenant, &home.id, &user.id, username)?;
        let subject = Subject {
            tenant: tenant.id.clone(),
            user: here.id.clone(),
            home_tenant: home.id.clone(),
            home_user: user.id.clone(),
            auth_time: self.now,
            amr: vec!["pwd"],
            sid: ids::random_guid(),
        };
        let scopes = self.scopes(None, &tenant.id)?;
        self.tokens(client, proof, &subject, &scopes, None, None)
    }

    fn on_behalf_of(&self, client: &Application, proof: Proof) -> Result<Value, AadError> {
        let assertion = self.required("assertion")?;
        if self.required("requested_token_use")? != "on_behalf_of" {
            return Err(AadError::missing("requested_token_use"));
        }
        if proof == Proof::None {
            return Err(AadError::new(
                7_000_218,
                "invalid_client",
                "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.",
            ));
        }
        let bad = |number: u32, message: &str| AadError::new(number, "invalid_grant", message);
        let parts = jws::parse(assertion)
            .ok_or_else(|| bad(50_027, "JWT token is invalid or malformed."))?;
        let key = self.microsoft.entra.keys.find(parts.header_text("kid"));
        let signed = key.is_some_and(|key| {
            parts.header_text("alg") == "RS256"
                && jws::verify_rsa(&key.public, Algorithm::Rs256, &parts)
        });
        if !signed {
            return Err(bad(
                50_013,
                "Assertion failed signature validation. [Reason - The key was not found.]",
            ));
        }
        let audience = parts.text("aud");
        let ours = audience == client.client_id || client.app_id_uri.as_deref() == Some(audience);
        if !ours {
            return Err(bad(
                500_131,
                "Assertion audience does not match the Client app presenting the assertion. The audience in the assertion does not match the client application.",
            ));
        }
        if parts.seconds("exp").is_none_or(|exp| exp <= self.now) {
            return Err(bad(
                500_133,
                "Assertion is not within its valid time range. Ensure that the access token is not expired before using it for user assertion.",
            ));
        }
        if parts.text("idtyp") == "app" {
            return Err(bad(
                7_000_114,
                "Application is not allowed to make application on-behalf-of calls with a token that holds no user.",
            ));
        }
        if parts.text("scp").is_empty() {
            return Err(AadError::new(
                240_002,
                "invalid_grant",
                "Input id_token cannot be used as 'urn:ietf:params:oauth:grant-type:jwt-bearer' grant.",
            ));
        }
        let tenant = parts.text("tid");
        if self
            .audience
            .tenant()
            .is_some_and(|wanted| wanted != tenant)
        {
            return Err(bad(
                50_013,
                "Assertion failed signature validation. [Reason - The assertion is of another tenant.]",
            ));
        }
        let user = self
            .world
            .tenant(tenant)
            .and_then(|t| t.users.get(parts.text("oid")));
        let user =
            user.ok_or_else(|| bad(50_034, "The user account does not exist in the directory."))?;
        let home = user.home.as_ref();
        let issued = parts.seconds("iat").unwrap_or(self.now);
        let subject = Subject {
            tenant: tenant.to_owned(),
            user: user.id.clone(),
            home_tenant: home.map_or_else(|| tenant.to_owned(), |h| h.tenant.clone()),
            home_user: home.map_or_else(|| user.id.clone(), |h| h.object_id.clone()),
            auth_time: issued,
            amr: vec!["pwd"],
            sid: parts.text("sid").to_owned(),
        };
        if user.sessions_valid_from.as_second() > issued {
            return Err(bad(
                50_173,
                "The provided grant has expired due to it being revoked, a fresh auth token is needed.",
            ));
        }
        let scopes = self.scopes(None, tenant)?;
        self.tokens(client, proof, &subject, &scopes, None, None)
    }
}

fn bearer(access: String, life: i64) -> Map<String, Value> {
    let mut body = Map::new();
    body.insert("token_type".to_owned(), json!("Bearer"));
    body.insert("expires_in".to_owned(), json!(life));
    body.insert("ext_expires_in".to_owned(), json!(life));
    body.insert("access_token".to_owned(), json!(access));
    body
}

fn not_on_common() -> AadError {
    AadError::new(
        9_001_023,
        "invalid_request",
        "The grant type is not supported over the /common or /consumers endpoints. Please use the /organizations or tenant-specific endpoint.",
    )
}
