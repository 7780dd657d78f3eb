//! A small world to call the areas in: two organisations under an operator, and an identity provider that believes what it is
//! told. The tests of an area speak as people: `world.mette().get("/api/v1/me")`.

mod access_matrix;
mod invoicing;
pub(crate) mod people;
mod throttles;

use crate::{App, Settings, Shared, operations, throttles::Throttles};
use async_trait::async_trait;
use axum::{
    Router,
    body::{Body, to_bytes},
    http::{HeaderMap, Method, Request, header},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::{
    access::{
        self, NewOrganisation, NumberType, ObjectId, OrganisationId, OrganisationKind, Role,
        TenantId,
        ports::{AuthorisationRequest, Identity, IdentityError, IdentityKind, IdentityProvider},
    },
    directory::{Capability, Finding, Granted, ports::ConnectionCheck},
};
use platform::{
    Ids, Instant, config,
    db::params,
    http::{HttpOptions, Idempotency},
    i18n::Language,
    live::Live,
    outside::OutsideError,
    seal::Sealer,
    testing::Fixture,
    time::ManualClock,
};
use sha2::{Digest, Sha256};
use std::{
    collections::{BTreeSet, HashMap},
    sync::{Arc, Mutex},
    time::Duration,
};
use tower::ServiceExt;
use url::Url;
use uuid::Uuid;

pub(crate) const NORDVIND: TenantId = TenantId(Uuid::from_u128(3));
pub(crate) const STRANGE: TenantId = TenantId(Uuid::from_u128(6));
pub(crate) const METTE: ObjectId = ObjectId(Uuid::from_u128(31));
pub(crate) const MADS: ObjectId = ObjectId(Uuid::from_u128(32));
pub(crate) const SVEND: ObjectId = ObjectId(Uuid::from_u128(61));

/// Tells what a token or code says: `<tenant> <object> <kind> <name>`, the kinds being user, guest and service.
#[derive(Default)]
pub(crate) struct Provider {
    asked: Mutex<HashMap<String, AuthorisationRequest>>,
    last_tenant: Mutex<Option<TenantId>>,
    /// What ID tokens say of when the person last proved who they are.
    pub(crate) authenticated_at: Mutex<Option<Instant>>,
}

impl Provider {
    /// At which tenant's endpoint the latest sign-in was begun.
    pub(crate) fn last_tenant(&self) -> Option<TenantId> {
        *self.last_tenant.lock().unwrap()
    }
}

pub(crate) fn token(tenant: TenantId, object: ObjectId, kind: &str, name: &str) -> String {
    URL_SAFE_NO_PAD.encode(format!("{tenant} {object} {kind} {name}"))
}

fn read(token: &str) -> Result<Identity, IdentityError> {
    let text = URL_SAFE_NO_PAD
        .decode(token)
        .ok()
        .and_then(|bytes| String::from_utf8(bytes).ok());
    let text = text.ok_or(IdentityError::Rejected("not a token"))?;
    let parts: Vec<_> = text.splitn(4, ' ').collect();
    let [tenant, object, kind, name] = parts[..] else {
        return Err(IdentityError::Rejected("not a token"));
    };
    Ok(Identity {
        tenant: tenant.parse().map_err(|_| IdentityError::Rejected("tid"))?,
        object: object.parse().map_err(|_| IdentityError::Rejected("oid"))?,
        kind: match kind {
            "user" => IdentityKind::User,
            "service" => IdentityKind::Service,
            _ => return Err(IdentityError::Rejected("guest")),
        },
        name: name.to_owned(),
        username: format!("{}@example.test", name.to_lowercase()),
        authenticated_at: None,
        login_hint: Some("hint".into()),
        provider_session: Some(format!("sid of {name}")),
        expires_at: Instant(i64::MAX),
    })
}

#[async_trait]
impl IdentityProvider for Provider {
    async fn authorisation_url(
        &self,
        request: &AuthorisationRequest,
    ) -> Result<Url, IdentityError> {
        *self.last_tenant.lock().unwrap() = request.tenant;
        self.asked
            .lock()
            .unwrap()
            .insert(request.nonce.clone(), request.clone());
        let mut url: Url = "https://login.example/authorize".parse().unwrap();
        url.query_pairs_mut()
            .append_pair("state", &request.state)
            .append_pair("prompt", if request.fresh { "login" } else { "" });
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
        let asked = self
            .asked
            .lock()
            .unwrap()
            .remove(nonce)
            .ok_or(IdentityError::Rejected("nonce"))?;
        let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(code_verifier));
        if challenge != asked.code_challenge
            || *redirect_uri != asked.redirect_uri
            || tenant != asked.tenant
        {
            return Err(IdentityError::Rejected("code"));
        }
        let mut identity = read(code)?;
        identity.authenticated_at = *self.authenticated_at.lock().unwrap();
        Ok(identity)
    }

    async fn check_bearer(&self, token: &str) -> Result<Identity, IdentityError> {
        read(token)
    }

    async fn tenant_of_issuer(&self, issuer: &str) -> Result<Option<TenantId>, IdentityError> {
        let tenant = issuer
            .strip_prefix("https://login.example/")
            .and_then(|rest| rest.strip_suffix("/v2.0"))
            .ok_or(IdentityError::Rejected("issuer"))?;
        Ok(tenant.parse().ok())
    }

    async fn sign_out_url(
        &self,
        login_hint: Option<&str>,
        back_to: &Url,
    ) -> Result<Url, IdentityError> {
        Ok(format!(
            "https://login.example/logout?hint={}&to={back_to}",
            login_hint.unwrap_or("")
        )
        .parse()
        .unwrap())
    }

    async fn admin_consent_url(
        &self,
        _: TenantId,
        redirect_uri: &Url,
        _: &str,
    ) -> Result<Url, IdentityError> {
        Ok(redirect_uri.clone())
    }
}

/// A directory that grants everything, unless told otherwise.
#[async_trait]
impl ConnectionCheck for Provider {
    fn capabilities(&self) -> Vec<(Capability, &'static str)> {
        vec![(Capability::ReadPeople, "User.Read.All")]
    }

    async fn check(&self, _: TenantId) -> Result<Vec<Finding>, OutsideError> {
        Ok(vec![Finding {
            capability: Capability::ReadPeople,
            name: "User.Read.All".into(),
            state: Granted::Granted,
        }])
    }

    fn forget(&self, _: TenantId) {}
}

pub(crate) struct World {
    pub(crate) app: Shared,
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) provider: Arc<Provider>,
    pub(crate) directory: Arc<people::Directory>,
    pub(crate) operator: OrganisationId,
    pub(crate) nordvind: OrganisationId,
    pub(crate) havn: OrganisationId,
    pub(crate) paper: Arc<invoicing::Paper>,
    router: Router,
    // Goes last: the database's files go with it.
    _fixture: Fixture,
}

impl World {
    /// An operator, the customer Nordvind (Mette administers it, Mads works there) and the customer Havn, which is nobody's here.
    pub(crate) async fn new() -> World {
        World::with(Router::new()).await
    }

    pub(crate) async fn with(more: Router<Shared>) -> World {
        World::limited(more, config::Limits::default()).await
    }

    pub(crate) async fn limited(more: Router<Shared>, limits: config::Limits) -> World {
        let fixture = Fixture::new(domain::migrations()).await;
        let clock = Arc::new(ManualClock::at(
            Instant::parse("2026-11-21T12:00:00Z").unwrap(),
        ));
        let provider = Arc::new(Provider::default());
        let directory = Arc::new(people::Directory::default());
        let ids = Ids::new(clock.clone());
        let db = fixture.db.clone();
        let paper = Arc::new(invoicing::Paper::default());
        let app = Arc::new(App {
            live: Live::start(
                db.clone(),
                clock.clone(),
                tokio_util::sync::CancellationToken::new(),
            ),
            db,
            clock: clock.clone(),
            ids,
            identity: provider.clone(),
            directory: directory.clone(),
            sealer: Arc::new(Sealer::parse(&Sealer::make_key_line("1")).unwrap()),
            idempotency: Idempotency::default(),
            throttles: Throttles::new(&limits),
            settings: Settings {
                orders: domain::orders::Policy::default(),
                limits,
                public_url: "https://portal.example/".parse().unwrap(),
                authority: "https://login.example/".parse().unwrap(),
                client_id: "client".into(),
                scope: "api://portal.example/client/access_as_user".into(),
                network_callback_token: "callback".into(),
                billing: Arc::new(invoicing::issuer()),
            },
            denials: Default::default(),
            connection: provider.clone(),
            looks: Default::default(),
            documents: paper.clone(),
            // Who finds no room hears so at once.
            room: crate::downloads::Room::patient(Duration::ZERO),
        });
        let [operator, nordvind, havn] = onboard(&app).await;
        let options = HttpOptions::new(true, Vec::new());
        let router = crate::served(app.clone(), more.with_state(app.clone()), options);
        World {
            app,
            clock,
            provider,
            directory,
            operator,
            nordvind,
            havn,
            paper,
            router,
            _fixture: fixture,
        }
    }

    pub(crate) fn mette(&self) -> Client<'_> {
        self.bearer(&token(NORDVIND, METTE, "user", "Mette"))
    }

    pub(crate) fn mads(&self) -> Client<'_> {
        self.bearer(&token(NORDVIND, MADS, "user", "Mads"))
    }

    pub(crate) fn svend(&self) -> Client<'_> {
        self.bearer(&token(STRANGE, SVEND, "user", "Svend"))
    }

    pub(crate) fn bearer(&self, token: &str) -> Client<'_> {
        self.nobody()
            .with("authorization", &format!("Bearer {token}"))
    }

    pub(crate) fn nobody(&self) -> Client<'_> {
        Client {
            world: self,
            headers: Vec::new(),
        }
    }

    pub(crate) async fn count(&self, sql: &str) -> i64 {
        self.app
            .db
            .read()
            .await
            .unwrap()
            .one(sql, params![])
            .await
            .unwrap()
            .get(0)
            .unwrap()
    }
}

async fn onboard(app: &App) -> [OrganisationId; 3] {
    let system = access::for_system();
    let mut tx = app.db.begin().await.unwrap();
    let mut made = Vec::new();
    for (kind, name, number, tenant) in [
        (OrganisationKind::Operator, "Nordtel A/S", "1", None),
        (
            OrganisationKind::Customer,
            "Nordvind A/S",
            "2",
            Some(NORDVIND),
        ),
        (OrganisationKind::Customer, "Havn Logistik A/S", "3", None),
    ] {
        let new = NewOrganisation {
            kind,
            name: name.into(),
            customer_number: number.into(),
            parent: made.first().copied(),
            tenant,
            language: Language::Da,
            number_type: NumberType::OperatorConnect,
        };
        made.push(
            access::create_organisation(&mut tx, &app.ids, system, &new)
                .await
                .unwrap(),
        );
    }
    let mette = ("Mette", "mette@example.test");
    for role in [Role::Reader, Role::RoleAdministrator] {
        access::grant_at_onboarding(
            &mut tx,
            &app.ids,
            system,
            made[1],
            (NORDVIND, METTE),
            mette,
            role,
        )
        .await
        .unwrap();
    }
    tx.commit().await.unwrap();
    [made[0], made[1], made[2]]
}

/// Somebody who asks.
#[derive(Clone)]
pub(crate) struct Client<'a> {
    world: &'a World,
    headers: Vec<(String, String)>,
}

pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

impl Answer {
    #[track_caller]
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.text)
            .unwrap_or_else(|error| panic!("{} {error}: {}", self.status, self.text))
    }

    /// The code of a problem, with its status.
    #[track_caller]
    pub(crate) fn problem(&self) -> (u16, String) {
        (
            self.status,
            self.json()["code"].as_str().unwrap_or_default().to_owned(),
        )
    }

    #[track_caller]
    pub(crate) fn location(&self) -> &str {
        self.headers
            .get(header::LOCATION)
            .unwrap_or_else(|| panic!("{}: {}", self.status, self.text))
            .to_str()
            .unwrap()
    }

    pub(crate) fn cookies(&self) -> Vec<&str> {
        self.headers
            .get_all(header::SET_COOKIE)
            .iter()
            .map(|value| value.to_str().unwrap())
            .collect()
    }
}

impl Client<'_> {
    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, None).await
    }

    pub(crate) async fn post(&self, path: &str) -> Answer {
        self.send(Method::POST, path, None).await
    }

    pub(crate) async fn post_json(&self, path: &str, body: serde_json::Value) -> Answer {
        self.send(Method::POST, path, Some(body)).await
    }

    pub(crate) async fn delete(&self, path: &str) -> Answer {
        self.send(Method::DELETE, path, None).await
    }

    pub(crate) async fn patch(&self, path: &str, body: serde_json::Value) -> Answer {
        self.send(Method::PATCH, path, Some(body)).await
    }

    pub(crate) async fn send(
        &self,
        method: Method,
        path: &str,
        body: Option<serde_json::Value>,
    ) -> Answer {
        let mut request = Request::builder().method(method).uri(path);
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        let body = match body {
            Some(body) => {
                request = request.header(header::CONTENT_TYPE, "application/json");
                Body::from(body.to_string())
            }
            None => Body::empty(),
        };
        let response = self
            .world
            .router
            .clone()
            .oneshot(request.body(body).unwrap())
            .await
            .unwrap();
        let (parts, body) = response.into_parts();
        // A stream of events has no end to wait for.
        let is_stream = parts
            .headers
            .get(header::CONTENT_TYPE)
            .is_some_and(|kind| kind == "text/event-stream");
        let body = if is_stream { Body::empty() } else { body };
        let bytes = to_bytes(body, usize::MAX).await.unwrap();
        Answer {
            status: parts.status.as_u16(),
            headers: parts.headers,
            text: String::from_utf8(bytes.to_vec()).unwrap(),
        }
    }
}

#[test]
fn every_operation_of_the_contract_is_in_the_table_and_says_what_it_needs() {
    let api = serde_json::to_value(crate::openapi()).unwrap();
    let mut seen = BTreeSet::new();
    for (path, item) in api["paths"].as_object().unwrap() {
        for (method, described) in item.as_object().unwrap() {
            let id = described["operationId"].as_str().unwrap();
            let operation = operations::find(id)
                .unwrap_or_else(|| panic!("{id} is not in the table of operations"));
            assert!(seen.insert(id.to_owned()), "{id} is there twice");
            assert!(
                described["summary"].is_string(),
                "{id} does not say what it does"
            );
            assert_eq!(
                described["security"].as_array().unwrap().is_empty(),
                operation.right == operations::Right::Anybody,
                "{method} {path}"
            );
            let wants = |header: &str| described["parameters"].to_string().contains(header);
            assert_eq!(wants("Idempotency-Key"), operation.keyed, "{id}");
            for (status, response) in described["responses"].as_object().unwrap() {
                let says = match response["$ref"].as_str() {
                    Some(named) => api.pointer(named.trim_start_matches('#')),
                    None => Some(response),
                }
                .and_then(|response| response["description"].as_str());
                assert!(
                    says.is_some_and(|says| !says.is_empty()),
                    "{id} {status} has no description"
                );
            }
            assert_eq!(
                described["responses"]["default"]["content"]["application/problem+json"]["schema"]
                    ["$ref"],
                "#/components/schemas/Problem"
            );
        }
    }
    for operation in operations::ALL {
        assert!(
            seen.contains(operation.id),
            "{} is in the table and not in the contract",
            operation.id
        );
    }
}

#[test]
fn the_contract_names_no_schema_that_it_does_not_hold() {
    let text = crate::openapi().to_json().unwrap();
    let api: serde_json::Value = serde_json::from_str(&text).unwrap();
    for part in text.split("#/components/schemas/").skip(1) {
        let name = part.split('"').next().unwrap();
        assert!(api["components"]["schemas"][name].is_object(), "{name}");
    }
    assert_eq!(api["openapi"], "3.1.0");
}

#[tokio::test]
async fn the_contract_is_served_to_anybody() {
    let world = World::new().await;
    let answer = world.nobody().get("/api/v1/openapi.json").await;
    assert_eq!(answer.status, 200);
    assert!(answer.json()["paths"]["/api/v1/me"]["get"].is_object());
}

#[tokio::test]
async fn a_refused_attempt_stands_in_the_audit_log_once_a_minute() {
    use axum::{extract::State, routing::get};
    use platform::http::Path;

    async fn guarded(
        State(app): State<Shared>,
        caller: crate::caller::Caller,
        Path(organisation): Path<OrganisationId>,
    ) -> platform::Result<String> {
        let scope = caller
            .enter(&app, &operations::LIST_PEOPLE, organisation)
            .await?;
        Ok(scope.organisation().to_string())
    }

    let world = World::with(
        Router::new().route("/api/v1/organisations/{organisation}/guarded", get(guarded)),
    )
    .await;
    let path = |organisation: &dyn std::fmt::Display| {
        format!("/api/v1/organisations/{organisation}/guarded")
    };
    let denials =
        "SELECT COUNT(*) FROM audit_entries WHERE action = 'deny' AND subject_id = 'list_people'";

    assert_eq!(world.mette().get(&path(&world.nordvind)).await.status, 200);
    assert_eq!(
        world.mette().get(&path(&world.havn)).await.problem(),
        (404, "notFound".into())
    );
    assert_eq!(
        world.mette().get(&path(&"no-id")).await.problem(),
        (404, "notFound".into())
    );
    assert_eq!(
        world.svend().get(&path(&world.nordvind)).await.problem(),
        (404, "notFound".into())
    );
    assert_eq!(world.count(denials).await, 0);
    for _ in 0..3 {
        assert_eq!(
            world.mads().get(&path(&world.nordvind)).await.problem(),
            (403, "forbidden".into())
        );
    }
    assert_eq!(world.count(denials).await, 1);
    world.clock.advance(Duration::from_secs(61));
    world.mads().get(&path(&world.nordvind)).await;
    assert_eq!(world.count(denials).await, 2);
}
