//! The clients against the simulators: the same contract, spoken by somebody else.

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

#[tokio::test]
async fn a_person_signs_in_with_a_code_that_works_once() {
    let sim = Sim::start().await;
    let (code, state) = sim.code(METTE, "the nonce").await;
    assert_eq!(state, "the state");
    let identity = sim
        .entra
        .redeem_code(&code, VERIFIER, &callback(), "the nonce")
        .await
        .unwrap();
    assert_eq!(
        (identity.tenant, identity.kind),
        (tenant(tenants::NORDVIND), IdentityKind::User)
    );
    assert_eq!(identity.object, sim.object(tenants::NORDVIND, METTE));
    assert_eq!(
        (identity.name.as_str(), identity.username.as_str()),
        ("Mette Holm", METTE)
    );
    assert!(identity.authenticated_at.is_some() && identity.login_hint.is_some());
    let again = sim
        .entra
        .redeem_code(&code, VERIFIER, &callback(), "the nonce")
        .await;
    assert!(
        matches!(again, Err(IdentityError::Rejected("code"))),
        "{again:?}"
    );

    let (code, _) = sim.code(METTE, "the nonce").await;
    let wrong = sim
        .entra
        .redeem_code(
            &code,
            "another-verifier-of-forty-three-characters-x",
            &callback(),
            "the nonce",
        )
        .await;
    assert!(
        matches!(wrong, Err(IdentityError::Rejected("code"))),
        "{wrong:?}"
    );
    let (code, _) = sim.code(METTE, "another nonce").await;
    let replayed = sim
        .entra
        .redeem_code(&code, VERIFIER, &callback(), "the nonce")
        .await;
    assert!(
        matches!(replayed, Err(IdentityError::Rejected("nonce"))),
        "{replayed:?}"
    );
}

#[tokio::test]
async fn tokens_of_teams_and_of_integrators_are_accepted_and_wrong_ones_are_not() {
    let sim = Sim::start().await;
    let teams = "5e3ce6c0-2b1f-4285-8d4b-75ee78787346";
    let token = sim
        .mint(json!({"kind": "api", "user": METTE, "client": teams}))
        .await;
    let identity = sim.entra.check_bearer(&token).await.unwrap();
    assert_eq!(
        (identity.object, identity.kind),
        (sim.object(tenants::NORDVIND, METTE), IdentityKind::User)
    );

    let form = [
        ("grant_type", "client_credentials"),
        ("client_id", INTEGRATOR_ID),
        ("client_secret", INTEGRATOR_SECRET),
        ("scope", &format!("{APP_ID_URI}/.default")),
    ];
    let url = format!(
        "{}/{}/oauth2/v2.0/token",
        sim.running.microsoft_http,
        tenants::HAVN
    );
    let body: Value = sim
        .browser
        .post(url)
        .form(&form)
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    let service = sim
        .entra
        .check_bearer(body["access_token"].as_str().unwrap())
        .await
        .unwrap();
    assert_eq!(
        (service.tenant, service.kind),
        (tenant(tenants::HAVN), IdentityKind::Service)
    );

    let person = |more: Value| {
        let mut order = json!({"kind": "api", "user": METTE, "client": teams});
        order
            .as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        order
    };
    for order in [
        json!({"kind": "id", "user": METTE}),
        json!({"kind": "graph", "user": METTE}),
        json!({"kind": "graphApp", "tenant": tenants::NORDVIND}),
        person(json!({"key": "consumer"})),
        person(json!({"key": "tenant"})),
        person(json!({"key": "unknown"})),
        person(json!({"alg": "none"})),
        person(json!({"alg": "HS256"})),
        person(json!({"alg": "PS256"})),
        person(json!({"claims": {"tid": tenants::HAVN}})),
        person(json!({"claims": {"aud": APP_ID_URI}})),
        person(json!({"claims": {"ver": "1.0"}})),
        person(json!({"claims": {"exp": 1}})),
        person(json!({"claims": {"scp": null}})),
        person(json!({"claims": {"azp": "11111111-2222-4333-8444-555555555555"}})),
        person(json!({"claims": {"acct": 1}})),
        person(json!({"header": {"jku": "https://evil.example/keys"}})),
    ] {
        let outcome = sim.entra.check_bearer(&sim.mint(order.clone()).await).await;
        assert!(
            matches!(outcome, Err(IdentityError::Rejected(_))),
            "{order}: {outcome:?}"
        );
    }
    // The keys roll over; the old one stays published, then does not.
    sim.running.microsoft.entra.keys.rotate(false);
    sim.entra
        .check_bearer(&sim.mint(person(json!({}))).await)
        .await
        .unwrap();
    sim.entra.check_bearer(&token).await.unwrap();
}

#[tokio::test]
async fn a_certificate_proves_us_over_https_with_an_extra_root() {
    let der = CertificateDer::from_pem_slice(CERTIFICATE.as_bytes())
        .unwrap()
        .to_vec();
    let certificate = ClientCertificate {
        der,
        expires: jiff::Timestamp::MAX,
    };
    let folder = std::env::temp_dir().join(format!("switchboard-adapters-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let ca_file = folder.join("ca.pem");
    let sim = Sim::with(
        |world| {
            world
                .update_application(CLIENT_ID, |app| app.certificates.push(certificate))
                .unwrap()
        },
        |config, running| {
            std::fs::write(&ca_file, &running.ca_pem).unwrap();
            config.authority = Url::parse(&running.microsoft_https).unwrap();
            config.http.extra_ca_file = Some(ca_file.clone());
            config.credential = Credential::Certificate {
                key: OTHER_KEY.into(),
                certificate: CERTIFICATE.into(),
            };
        },
    )
    .await;
    let record = sim.graph.tenant(tenant(tenants::NORDVIND)).await.unwrap();
    assert_eq!(record.display_name, "Nordvind A/S");

    // Without the root there is no trust, and nothing has happened.
    let mut config = Config::new(
        Url::parse(&sim.running.microsoft_https).unwrap(),
        CLIENT_ID,
        Credential::Secret(CLIENT_SECRET.into()),
    );
    config.http.extra_ca_file = None;
    let stranger = Entra::new(config, Arc::new(Time(sim.running.clock.clone()))).unwrap();
    let outcome = stranger.app_token(tenant(tenants::NORDVIND)).await;
    assert!(
        matches!(outcome, Err(OutsideError::Unavailable(_))),
        "{outcome:?}"
    );
    std::fs::remove_dir_all(&folder).unwrap();
}

#[tokio::test]
async fn a_tenant_without_consent_says_so() {
    let sim = Sim::start().await;
    let stranger = tenant(tenants::FREMMED);
    match sim.graph.tenant(stranger).await {
        Err(OutsideError::Unauthorised { code, message }) => {
            assert_eq!(code, "AADSTS700016");
            assert!(
                !message.is_empty() && !message.contains("Trace ID"),
                "{message}"
            );
        }
        other => panic!("{other:?}"),
    }
    // And works as soon as an administrator has consented.
    sim.running
        .microsoft
        .world
        .write()
        .consent(tenants::FREMMED, CLIENT_ID)
        .unwrap();
    assert_eq!(
        sim.graph.tenant(stranger).await.unwrap().verified_domains[0],
        "fremmed.example"
    );
    let outcome = sim
        .graph
        .tenant(tenant("0a0a0a0a-0000-4000-8000-0000000000ff"))
        .await;
    assert!(
        matches!(&outcome, Err(OutsideError::Unauthorised { code, .. }) if code == "AADSTS90002"),
        "{outcome:?}"
    );
}

#[tokio::test]
async fn the_other_addresses_lead_somewhere() {
    let sim = Sim::start().await;
    let back = Url::parse("http://localhost:8080/auth/consent/callback").unwrap();
    let consent = sim
        .entra
        .admin_consent_url(tenant(tenants::FREMMED), &back, "s")
        .await
        .unwrap();
    let answer = sim.browser.get(consent).send().await.unwrap();
    assert_eq!(answer.status(), 200, "{}", answer.text().await.unwrap());
    let out = sim
        .entra
        .sign_out_url(
            Some("O.abc"),
            &Url::parse("http://localhost:8080/").unwrap(),
        )
        .await
        .unwrap();
    let answer = sim.browser.get(out).send().await.unwrap();
    assert!(
        answer.status().is_success() || answer.status().is_redirection(),
        "{}",
        answer.status()
    );
}

#[tokio::test]
async fn the_directory_is_mirrored_and_followed() {
    let sim = Sim::start().await;
    let nordvind = tenant(tenants::NORDVIND);
    let (changes, cursor) = sim.round(nordvind, None).await;
    let mirror = people(changes);
    let expected = sim
        .running
        .microsoft
        .world
        .read()
        .tenant(tenants::NORDVIND)
        .unwrap()
        .users
        .len();
    assert_eq!(mirror.len(), expected);
    assert!(
        mirror.values().any(|person| person.guest)
            && mirror.values().any(|person| person.resource_account)
    );
    let mette = sim.object(tenants::NORDVIND, METTE);
    let record = &mirror[&mette];
    assert_eq!(
        (record.display_name.as_str(), record.username.as_str()),
        ("Mette Holm", METTE)
    );
    assert!(record.enabled && !record.guest && !record.resource_account);
    assert_eq!(sim.graph.person(nordvind, mette).await.unwrap(), *record);
    assert!(
        mirror
            .values()
            .any(|person| person.plans.iter().any(|plan| plan.effective))
    );
    let licensed = mirror
        .values()
        .find(|person| !person.skus.is_empty())
        .unwrap();
    let licences = sim.graph.licences(nordvind, licensed.object).await.unwrap();
    let skus: std::collections::BTreeSet<Uuid> =
        licences.iter().map(|licence| licence.sku).collect();
    assert_eq!(skus, licensed.skus.iter().copied().collect());

    let (changes, cursor) = sim.round(nordvind, Some(cursor)).await;
    assert!(changes.is_empty(), "{changes:?}");
    let gone = *mirror.keys().find(|object| **object != mette).unwrap();
    {
        let mut world = sim.running.microsoft.world.write();
        world
            .update_user(tenants::NORDVIND, &mette.to_string(), |user| {
                user.display_name = "Mette Holm-Hansen".into()
            })
            .unwrap();
        world
            .delete_user(tenants::NORDVIND, &gone.to_string())
            .unwrap();
    }
    let (changes, _) = sim.round(nordvind, Some(cursor.clone())).await;
    assert!(changes.contains(&Change::Absent {
        object: gone,
        restorable: true
    }));
    assert_eq!(people(changes)[&mette].display_name, "Mette Holm-Hansen");
    let outcome = sim.graph.person(nordvind, gone).await;
    assert!(
        matches!(outcome, Err(OutsideError::NotFound(_))),
        "{outcome:?}"
    );

    // Seven days later the cursor has expired.
    sim.running
        .clock
        .advance(jiff::SignedDuration::from_hours(8 * 24));
    assert_eq!(
        sim.graph.changes(nordvind, Some(&cursor)).await,
        Err(OutsideError::StartOver)
    );

    let groups = sim.graph.groups(nordvind).await.unwrap();
    let mut members = 0;
    for group in &groups {
        members += sim
            .graph
            .group_members(nordvind, group.object)
            .await
            .unwrap()
            .len();
    }
    assert!(!groups.is_empty() && members > 0);
}

#[tokio::test]
async fn a_number_is_given_and_taken() {
    let sim = Sim::start().await;
    let nordvind = tenant(tenants::NORDVIND);
    let (person, number) = {
        let world = sim.running.microsoft.world.read();
        let tenant = world.tenant(tenants::NORDVIND).unwrap();
        let taken: Vec<&str> = tenant
            .numbers
            .values()
            .filter_map(|number| number.target.as_deref())
            .collect();
        let person = tenant
            .users
            .values()
            .find(|user| user.voice_ready() && !taken.contains(&user.id.as_str()))
            .unwrap();
        let number = tenant
            .numbers
            .values()
            .find(|number| number.target.is_none())
            .unwrap();
        (
            ObjectId::from(person.id.parse::<Uuid>().unwrap()),
            number.number.clone(),
        )
    };
    let free = sim
        .graph
        .find_number(nordvind, &number)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        (free.number.as_str(), free.assigned_to),
        (number.as_str(), None)
    );
    assert_eq!(
        sim.graph
            .find_number(nordvind, "+4599999999")
            .await
            .unwrap(),
        None
    );

    let link = sim
        .graph
        .assign_number(
            nordvind,
            &number,
            NumberType::OperatorConnect,
            person,
            &Uuid::from_u128(1).to_string(),
        )
        .await
        .unwrap();
    assert_eq!(
        sim.finished(nordvind, &link).await,
        OperationState::Succeeded
    );
    let given = sim
        .graph
        .find_number(nordvind, &number)
        .await
        .unwrap()
        .unwrap();
    assert_eq!((given.assigned_to, given.activated), (Some(person), true));
    let voice = sim
        .graph
        .voice_configuration(nordvind, person)
        .await
        .unwrap()
        .unwrap();
    assert!(
        voice.voice_enabled && voice.numbers.contains(&number),
        "{voice:?}"
    );

    // To somebody else, while it is taken: refused at once, or after a while.
    let mette = sim.object(tenants::NORDVIND, METTE);
    match sim
        .graph
        .assign_number(nordvind, &number, NumberType::OperatorConnect, mette, "s")
        .await
    {
        Err(OutsideError::Refused { .. }) => (),
        Ok(link) => assert!(matches!(
            sim.finished(nordvind, &link).await,
            OperationState::Failed { .. }
        )),
        other => panic!("{other:?}"),
    }

    let link = sim
        .graph
        .unassign_number(
            nordvind,
            &number,
            NumberType::OperatorConnect,
            &Uuid::from_u128(2).to_string(),
        )
        .await
        .unwrap();
    assert_eq!(
        sim.finished(nordvind, &link).await,
        OperationState::Succeeded
    );
    assert_eq!(
        sim.graph
            .find_number(nordvind, &number)
            .await
            .unwrap()
            .unwrap()
            .assigned_to,
        None
    );
    let nobody = ObjectId::from(Uuid::from_u128(0x1111_2222_4333_8444_5555_5555_5555_5555));
    assert_eq!(
        sim.graph
            .voice_configuration(nordvind, nobody)
            .await
            .unwrap(),
        None
    );
}
