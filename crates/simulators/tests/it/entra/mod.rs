//! Entra ID as a client and a browser see it, over HTTP on the loopback.

mod browser;
mod clients;
mod code;
mod consent;
mod control;
mod discovery;
mod grants;
mod page;
mod tokens;

use reqwest::{Client, RequestBuilder, Response};
use serde_json::Value;
use simulators::microsoft::entra::jws::{self, Parts};
use simulators::microsoft::world::{APP_ID_URI, CLIENT_ID, CLIENT_SECRET, DEMO_PASSWORD, tenants};
use simulators::{Options, Running, Simulators};

const CALLBACK: &str = "http://localhost:8080/auth/callback";
const METTE: &str = "mette.holm@nordvind.example";
const GRAPH_DEFAULT: &str = "https://graph.microsoft.com/.default";

/// Running simulators, and somebody who calls them.
struct Sim {
    running: Running,
    http: Client,
}

impl Sim {
    async fn start() -> Sim {
        let running = Simulators::start(Options::default()).await.unwrap();
        let http = Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .unwrap();
        Sim { running, http }
    }

    fn base(&self) -> &str {
        &self.running.microsoft_http
    }

    fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base())
    }

    async fn get(&self, path: &str) -> Response {
        self.http.get(self.url(path)).send().await.unwrap()
    }

    async fn json(&self, path: &str) -> Value {
        self.get(path).await.json().await.unwrap()
    }

    fn post(&self, path: &str, body: &Value) -> RequestBuilder {
        self.http.post(self.url(path)).json(body)
    }

    fn patch(&self, path: &str, body: &Value) -> RequestBuilder {
        self.http.patch(self.url(path)).json(body)
    }

    fn token_request(&self, tenant: &str, form: &[(&str, &str)]) -> RequestBuilder {
        self.http
            .post(self.url(&format!("/{tenant}/oauth2/v2.0/token")))
            .form(form)
    }

    /// A token request; status and body.
    async fn token(&self, tenant: &str, form: &[(&str, &str)]) -> (u16, Value) {
        answer(self.token_request(tenant, form)).await
    }

    /// The same with Switchboard's client id and secret.
    async fn ours(&self, tenant: &str, form: &[(&str, &str)]) -> (u16, Value) {
        let mut all = vec![("client_id", CLIENT_ID), ("client_secret", CLIENT_SECRET)];
        all.extend_from_slice(form);
        self.token(tenant, &all).await
    }

    /// A token request that must succeed.
    async fn granted(&self, tenant: &str, form: &[(&str, &str)]) -> Value {
        let (status, body) = self.ours(tenant, form).await;
        assert_eq!(status, 200, "{body}");
        body
    }

    /// A person's tokens by the password grant.
    async fn person(&self, username: &str, scope: &str) -> Value {
        let form = [
            ("grant_type", "password"),
            ("username", username),
            ("password", DEMO_PASSWORD),
            ("scope", scope),
        ];
        self.granted("organizations", &form).await
    }
}

async fn answer(request: RequestBuilder) -> (u16, Value) {
    let response = request.send().await.unwrap();
    let status = response.status().as_u16();
    (status, response.json().await.unwrap_or(Value::Null))
}

/// Status, OAuth code and AADSTS number of an error, after checking its shape.
fn refusal(answer: &(u16, Value)) -> (u16, &str, i64) {
    let (status, body) = answer;
    let number = body["error_codes"][0].as_i64().unwrap_or_default();
    let text = body["error_description"].as_str().unwrap_or_default();
    assert!(text.starts_with(&format!("AADSTS{number}: ")), "{body}");
    for part in ["Trace ID: ", "Correlation ID: ", "Timestamp: "] {
        assert!(text.contains(part), "{text}");
    }
    for name in ["timestamp", "trace_id", "correlation_id", "error_uri"] {
        assert!(body[name].is_string(), "{name} is missing: {body}");
    }
    (*status, body["error"].as_str().unwrap_or_default(), number)
}

/// The parts of a token.
fn parts(token: &Value) -> Parts {
    jws::parse(token.as_str().expect("a token")).expect("a well-formed token")
}

fn api_scope() -> String {
    format!("{APP_ID_URI}/access_as_user")
}

#[tokio::test]
async fn the_issuer_follows_the_listener() {
    let sim = Sim::start().await;
    let ca = reqwest::Certificate::from_pem(sim.running.ca_pem.as_bytes()).unwrap();
    let trusting = Client::builder().tls_certs_only([ca]).build().unwrap();
    let path = format!(
        "/{}/v2.0/.well-known/openid-configuration",
        tenants::NORDVIND
    );
    let url = format!("{}{path}", sim.running.microsoft_https);
    let document: Value = trusting
        .get(url)
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    assert_eq!(
        document["issuer"],
        format!("{}/{}/v2.0", sim.running.microsoft_https, tenants::NORDVIND)
    );
    let document = sim.json(&path).await;
    assert_eq!(
        document["issuer"],
        format!("{}/{}/v2.0", sim.base(), tenants::NORDVIND)
    );
}
