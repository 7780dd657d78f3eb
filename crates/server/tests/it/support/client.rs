//! Somebody who asks, and what they are told. Every answer is held against the contract, has the security headers, and is
//! searched for what the asker may not know.

use super::{App, Org, canaries, contract};
use domain::access;
use reqwest::{Method, header::HeaderMap};
use serde_json::{Value, json};
use simulators::microsoft::{control::tokens, world::tenants};
use std::{collections::BTreeSet, time::Duration};
use uuid::Uuid;

/// By what somebody is known.
#[derive(Clone, Debug)]
pub enum Proof {
    Nothing,
    /// A token of somebody of the directory, by sign-in name.
    User(String),
    /// A token of somebody who need not be in the directory.
    Identity {
        tenant: Uuid,
        object: Uuid,
    },
    /// A token of an application in a tenant.
    Service {
        tenant: Uuid,
        object: Uuid,
    },
    /// The cookie of a browser session, with its name.
    Cookie(String),
    /// An `Authorization` header as it is.
    Header(String),
}

/// Somebody who asks.
#[derive(Clone)]
pub struct Caller<'a> {
    pub app: &'a App,
    pub proof: Proof,
    /// Names of the organisations that they may know of.
    pub sees: BTreeSet<&'static str>,
    /// The organisation whose paths their verbs use.
    pub home: Org,
    headers: Vec<(String, String)>,
}

#[derive(Clone, Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub text: String,
}

impl App {
    pub fn caller(&self, proof: Proof, home: Org, sees: &[Org]) -> Caller<'_> {
        Caller {
            app: self,
            proof,
            sees: sees.iter().map(|org| org.name()).collect(),
            home,
            headers: Vec::new(),
        }
    }

    /// Somebody who is not signed in.
    pub fn nobody(&self) -> Caller<'_> {
        self.caller(Proof::Nothing, Org::Nordvind, &[])
    }

    fn persona(&self, local: &str, home: Org, sees: &[Org]) -> Caller<'_> {
        let username = format!("{local}@{}", home.domain());
        self.caller(Proof::User(username), home, sees)
    }

    /// Organisation administrator of Nordvind.
    pub fn mette(&self) -> Caller<'_> {
        self.persona("mette.holm", Org::Nordvind, &[Org::Nordvind])
    }

    /// User administrator of Nordvind.
    pub fn ulla(&self) -> Caller<'_> {
        self.persona("ulla.user", Org::Nordvind, &[Org::Nordvind])
    }

    /// Reader of Nordvind.
    pub fn rita(&self) -> Caller<'_> {
        self.persona("rita.reader", Org::Nordvind, &[Org::Nordvind])
    }

    /// Role administrator of Nordvind.
    pub fn rasmus(&self) -> Caller<'_> {
        self.persona("rasmus.rolle", Org::Nordvind, &[Org::Nordvind])
    }

    /// Account administrator of Kontorpartner.
    pub fn paula(&self) -> Caller<'_> {
        let sees = [Org::Kontorpartner, Org::Fjord, Org::Havn];
        self.persona("paula.partner", Org::Kontorpartner, &sees)
    }

    /// Somebody at Nordvind without a role.
    pub fn mads(&self) -> Caller<'_> {
        self.persona("mads.medarbejder", Org::Nordvind, &[Org::Nordvind])
    }

    /// Organisation administrator of Havn.
    pub fn hanne(&self) -> Caller<'_> {
        self.persona("hanne.havn", Org::Havn, &[Org::Havn])
    }

    /// Subscription contributor of Kontorpartner, the parent of Fjord and Havn.
    pub fn sofus(&self) -> Caller<'_> {
        let sees = [Org::Kontorpartner, Org::Fjord, Org::Havn];
        self.persona("sofus.subscription", Org::Kontorpartner, &sees)
    }

    /// Operator administrator.
    pub fn olivia(&self) -> Caller<'_> {
        self.persona("olivia.operator", Org::Nordtel, Org::ALL)
    }

    /// Operator agent.
    pub fn aksel(&self) -> Caller<'_> {
        self.persona("aksel.agent", Org::Nordtel, Org::ALL)
    }

    /// Somebody of a tenant that nobody has heard of.
    pub fn svend(&self) -> Caller<'_> {
        let username = "svend.fremmed@fremmed.example".to_owned();
        self.caller(Proof::User(username), Org::Nordvind, &[])
    }

    /// By what the service knows somebody.
    fn identity(&self, proof: &Proof) -> Option<(Uuid, Uuid)> {
        match proof {
            Proof::User(username) => {
                let world = self.sim.microsoft.world.read();
                let (tenant, user) = world.find_by_username(username)?;
                Some((tenant.id.parse().ok()?, user.id.parse().ok()?))
            }
            Proof::Identity { tenant, object } | Proof::Service { tenant, object } => {
                Some((*tenant, *object))
            }
            Proof::Nothing | Proof::Cookie(_) | Proof::Header(_) => None,
        }
    }

    /// A token signed for this order, made anew when time has moved on.
    fn token(&self, proof: &Proof) -> Option<String> {
        let order = match proof {
            Proof::User(user) => json!({ "kind": "api", "user": user }),
            Proof::Identity { tenant, object } => json!({
                "kind": "api", "user": "mette.holm@nordvind.example", "claims": {
                    "tid": tenant, "oid": object, "sub": object, "name": "Somebody Else",
                    "preferred_username": "somebody@else.example",
                    "iss": format!("{}/{tenant}/v2.0", self.sim.microsoft_http),
                }
            }),
            Proof::Service { tenant, object } => json!({
                "kind": "apiApp", "tenant": tenants::NORDVIND,
                "client": simulators::microsoft::world::INTEGRATOR_ID, "claims": {
                    "tid": tenant, "oid": object, "sub": object,
                    "iss": format!("{}/{tenant}/v2.0", self.sim.microsoft_http),
                }
            }),
            Proof::Nothing | Proof::Cookie(_) | Proof::Header(_) => return None,
        };
        let name = order.to_string();
        let now = self.now();
        let mut kept = self
            .tokens
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        if let Some((token, at)) = kept.get(&name)
            && now.since(*at) < Duration::from_secs(1800)
        {
            return Some(token.clone());
        }
        let order = serde_json::from_value(order).expect("an order for a token");
        let (token, ..) = tokens::make(&self.sim.microsoft, &self.sim.microsoft_http, order)
            .unwrap_or_else(|refused| panic!("no token: {}", refused.1));
        kept.insert(name, (token.clone(), now));
        Some(token)
    }
}

impl Caller<'_> {
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// With the code of a fresh sign-in, where they can sign in at all.
    pub async fn freshly(self) -> Self {
        let Some((tenant, object)) = self.app.identity(&self.proof) else {
            return self;
        };
        let mut tx = self.app.db().begin().await.expect("a transaction");
        let (tenant, object) = (access::TenantId(tenant), access::ObjectId(object));
        let code = access::record_step_up(&mut tx, tenant, object, self.app.now())
            .await
            .expect("a code");
        tx.commit().await.expect("the code is there");
        self.with("step-up", &code.expose())
    }

    #[must_use]
    pub fn at(mut self, home: Org) -> Self {
        self.home = home;
        self
    }

    /// The token that they would send.
    pub fn token(&self) -> String {
        self.app.token(&self.proof).expect("somebody with a token")
    }

    /// A path below their organisation.
    pub fn path(&self, rest: &str) -> String {
        self.app.path(self.home, rest)
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, None).await
    }

    pub async fn post(&self, path: &str, body: Value) -> Answer {
        self.send(Method::POST, path, Some(body)).await
    }

    /// What is under their organisation.
    pub async fn look(&self, rest: &str) -> Value {
        self.get(&self.path(rest)).await.ok(200)
    }

    pub async fn send(&self, method: Method, path: &str, body: Option<Value>) -> Answer {
        let body = body.map(|body| body.to_string());
        self.send_text(method, path, body, "application/json").await
    }

    pub async fn send_text(
        &self,
        method: Method,
        path: &str,
        body: Option<String>,
        content_type: &str,
    ) -> Answer {
        let mut request = self.request(method.clone(), path);
        let mut asked = path.to_owned();
        if let Some(body) = body {
            asked.push_str(&body);
            if !content_type.is_empty() {
                request = request.header("content-type", content_type);
            }
            request = request.body(body);
        }
        for (_, value) in &self.headers {
            asked.push_str(value);
        }
        let response = request.send().await.expect("an answer");
        let status = response.status().as_u16();
        let headers = response.headers().clone();
        let content_type = headers
            .get("content-type")
            .map_or("", |value| value.to_str().unwrap_or("?"))
            .to_owned();
        // A stream of events has no end to wait for.
        let text = if content_type.starts_with("text/event-stream") {
            String::new()
        } else {
            response.text().await.expect("a body")
        };
        contract().check(method.as_str(), path, status, &content_type, &text);
        check_headers(path, &headers);
        canaries::search(self.app, &self.sees, &asked, &text);
        Answer {
            status,
            headers,
            text,
        }
    }

    /// A request with their proof, to be sent by hand.
    pub fn request(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        let mut request = self
            .app
            .http
            .request(method, format!("{}{path}", self.app.url));
        match &self.proof {
            Proof::Cookie(cookie) => request = request.header("cookie", cookie),
            Proof::Header(value) => request = request.header("authorization", value),
            proof => {
                if let Some(token) = self.app.token(proof) {
                    request = request.bearer_auth(token);
                }
            }
        }
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        request
    }
}

/// The headers that every answer has, whoever asks for whatever.
#[track_caller]
fn check_headers(path: &str, headers: &HeaderMap) {
    let value = |name: &str| {
        headers
            .get(name)
            .map_or("", |value| value.to_str().unwrap_or("?"))
    };
    assert_eq!(value("x-content-type-options"), "nosniff", "{path}");
    assert_eq!(value("referrer-policy"), "no-referrer", "{path}");
    assert_eq!(
        value("cross-origin-resource-policy"),
        "same-origin",
        "{path}"
    );
    assert!(!value("permissions-policy").is_empty(), "{path}");
    assert!(value("x-request-id").len() >= 8, "{path}");
    assert!(value("server").is_empty(), "{path}");
    let policy = value("content-security-policy");
    for word in ["default-src 'none'", "base-uri 'none'", "frame-ancestors "] {
        assert!(policy.contains(word), "{path}: {policy}");
    }
    for word in ["unsafe-inline", "unsafe-eval", " *"] {
        assert!(!policy.contains(word), "{path}: {policy}");
    }
    if ["/api/", "/auth/", "/hooks/"]
        .iter()
        .any(|start| path.starts_with(start))
    {
        // What the identity provider loads in a frame of its own is the one exception.
        let framed = path.starts_with("/auth/sign-out/front-channel");
        assert!(
            framed || policy.contains("frame-ancestors 'none'"),
            "{path}: {policy}"
        );
        // A stream of events is never stored either: it has no end to be stored with.
        let stream = value("content-type").starts_with("text/event-stream");
        let expected = if stream { "no-cache" } else { "no-store" };
        assert_eq!(value("cache-control"), expected, "{path}");
    }
}

impl Answer {
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text)
            .unwrap_or_else(|error| panic!("{} {error}: {}", self.status, self.text))
    }

    /// The body of an answer that has this status.
    #[track_caller]
    pub fn ok(&self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}", self.text);
        if self.text.is_empty() {
            return Value::Null;
        }
        self.json()
    }

    /// Status and code of a problem.
    #[track_caller]
    pub fn problem(&self) -> (u16, String) {
        let code = self.json()["code"].as_str().unwrap_or_default().to_owned();
        (self.status, code)
    }

    /// Pointers and codes of what is wrong with the fields.
    #[track_caller]
    pub fn fields(&self) -> Vec<(String, String)> {
        pointed(&self.json()["errors"])
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().unwrap_or("?"))
    }
}

/// Pointers and codes of a list of problems.
pub fn pointed(problems: &Value) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    problems
        .as_array()
        .into_iter()
        .flatten()
        .map(|problem| (text(&problem["pointer"]), text(&problem["code"])))
        .collect()
}
