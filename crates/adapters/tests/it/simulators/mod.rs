//! The clients against the simulators: the same contract, spoken by somebody else.

mod identity;
mod tenant_data;

use crate::stand::{CERTIFICATE, OTHER_KEY};
use adapters::{
    entra::{Config, Credential, Entra},
    graph::{self, Graph},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::{
    access::{
        ObjectId, TenantId,
        ports::{AuthorisationRequest, IdentityError, IdentityKind, IdentityProvider},
    },
    directory::ports::{Change, DirectorySource, Next, PersonRecord},
    fulfilment::ports::{NumberType, OperationState, TeamsTelephony},
};
use platform::{Clock, Instant, outside::OutsideError};
use reqwest::header::LOCATION;
use rustls::pki_types::{CertificateDer, pem::PemObject};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use simulators::{
    Options, Running, Simulators,
    microsoft::world::{
        APP_ID_URI, CLIENT_ID, CLIENT_SECRET, INTEGRATOR_ID, INTEGRATOR_SECRET, SimulatorClock,
        World, apps::ClientCertificate, tenants,
    },
};
use std::{collections::BTreeMap, sync::Arc};
use url::Url;
use uuid::Uuid;

const METTE: &str = "mette.holm@nordvind.example";
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

/// The simulators' time is ours.
struct Time(SimulatorClock);

impl Clock for Time {
    fn now(&self) -> Instant {
        Instant::from_timestamp(self.0.now())
    }
}

struct Sim {
    running: Running,
    entra: Arc<Entra>,
    graph: Arc<Graph>,
    browser: reqwest::Client,
}

impl Sim {
    async fn start() -> Self {
        Sim::with(|_| (), |_, _| ()).await
    }

    async fn with(
        change: impl FnOnce(&mut World),
        configure: impl FnOnce(&mut Config, &Running),
    ) -> Self {
        let mut world = World::small(SimulatorClock::new());
        change(&mut world);
        let running = Simulators::start(Options::with_world(world)).await.unwrap();
        let authority = Url::parse(&running.microsoft_http).unwrap();
        let mut config = Config::new(
            authority,
            CLIENT_ID,
            Credential::Secret(CLIENT_SECRET.into()),
        );
        configure(&mut config, &running);
        let base = config.authority.join("v1.0").unwrap();
        let entra = Entra::new(config, Arc::new(Time(running.clock.clone()))).unwrap();
        let graph = Graph::new(graph::Config::new(base), entra.clone(), entra.http()).unwrap();
        let browser = reqwest::Client::builder()
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .unwrap();
        Sim {
            running,
            entra,
            graph,
            browser,
        }
    }

    fn object(&self, tenant: &str, username: &str) -> ObjectId {
        let world = self.running.microsoft.world.read();
        let id = world
            .tenant(tenant)
            .unwrap()
            .user(username)
            .unwrap()
            .id
            .clone();
        ObjectId::from(id.parse::<Uuid>().unwrap())
    }

    /// Signs in with a browser and comes back with a code.
    async fn code(&self, username: &str, nonce: &str) -> (String, String) {
        let request = AuthorisationRequest {
            redirect_uri: callback(),
            state: "the state".into(),
            nonce: nonce.into(),
            code_challenge: URL_SAFE_NO_PAD.encode(Sha256::digest(VERIFIER)),
            login_hint: Some(username.into()),
            fresh: true,
            tenant: None,
        };
        let url = self.entra.authorisation_url(&request).await.unwrap();
        let form = [
            ("step", "password"),
            ("username", username),
            ("password", "Demo-2026!"),
        ];
        let answer = self.browser.post(url).form(&form).send().await.unwrap();
        assert!(
            answer.status().is_redirection(),
            "{}",
            answer.text().await.unwrap()
        );
        let back = Url::parse(answer.headers()[LOCATION].to_str().unwrap()).unwrap();
        assert!(back.as_str().starts_with(callback().as_str()), "{back}");
        let query: BTreeMap<String, String> = back.query_pairs().into_owned().collect();
        (query["code"].clone(), query["state"].clone())
    }

    /// Signs any token, right or wrong.
    async fn mint(&self, order: Value) -> String {
        let url = format!("{}/_simulator/tokens", self.running.microsoft_http);
        let answer = self.browser.post(url).json(&order).send().await.unwrap();
        let body: Value = answer.json().await.unwrap();
        body["token"]
            .as_str()
            .unwrap_or_else(|| panic!("{body}"))
            .to_owned()
    }

    /// A whole round from `from`: everybody in it, and the cursor.
    async fn round(&self, tenant: TenantId, from: Option<String>) -> (Vec<Change>, String) {
        let (mut changes, mut from) = (Vec::new(), from);
        loop {
            let page = self.graph.changes(tenant, from.as_deref()).await.unwrap();
            changes.extend(page.changes);
            match page.next {
                Next::Page(link) => from = Some(link),
                Next::Cursor(link) => return (changes, link),
            }
        }
    }

    async fn finished(
        &self,
        tenant: TenantId,
        link: &domain::fulfilment::ports::OperationLink,
    ) -> OperationState {
        for _ in 0..20 {
            match self.graph.operation(tenant, link).await.unwrap() {
                OperationState::Running => self
                    .running
                    .clock
                    .advance(jiff::SignedDuration::from_secs(10)),
                other => return other,
            }
        }
        panic!("it never ends")
    }
}

fn callback() -> Url {
    Url::parse("http://localhost:8080/auth/callback").unwrap()
}

fn tenant(id: &str) -> TenantId {
    TenantId::from(id.parse::<Uuid>().unwrap())
}

fn people(changes: Vec<Change>) -> BTreeMap<ObjectId, PersonRecord> {
    changes
        .into_iter()
        .filter_map(|change| match change {
            Change::Present(record) => Some((record.object, *record)),
            Change::Absent { .. } => None,
        })
        .collect()
}
