//! Graph v1.0 as a client sees it, over HTTP on the loopback.

mod batch;
mod contract;
mod control;
mod delta;
mod numbers;
mod reading;
mod subscriptions;
mod writing;

use std::net::SocketAddr;

use axum::Router;
use reqwest::Method;
use serde_json::{Value, json};
use simulators::common::faults::Faults;
use simulators::microsoft::Microsoft;
use simulators::microsoft::entra::{self, Entra};
use simulators::microsoft::graph::{self, Graph};
use simulators::microsoft::world::{
    CLIENT_ID, CLIENT_SECRET, SharedWorld, SimulatorClock, World, tenants,
};

/// The tenant most tests are about.
const TENANT: &str = tenants::NORDVIND;

/// A Microsoft on a free port of the loopback, and an application that may do everything in one tenant.
struct Sim {
    world: SharedWorld,
    faults: Faults,
    http: reqwest::Client,
    origin: String,
    token: String,
}

/// What came back.
#[derive(Debug)]
struct Reply {
    status: u16,
    headers: reqwest::header::HeaderMap,
    body: Value,
    text: String,
}

impl Reply {
    fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().unwrap())
    }

    /// The status and the error's code.
    fn refusal(&self) -> (u16, &str) {
        (
            self.status,
            self.body["error"]["code"].as_str().unwrap_or(""),
        )
    }

    fn value(&self) -> &[Value] {
        self.body["value"]
            .as_array()
            .unwrap_or_else(|| panic!("{self:?}"))
    }

    fn link(&self, name: &str) -> Option<&str> {
        self.body[format!("@odata.{name}")].as_str()
    }
}

/// Permissions beyond those that the demonstration asks for.
const MORE_ROLES: &[&str] = &[
    "User.ReadWrite.All",
    "LicenseAssignment.ReadWrite.All",
    "Application.Read.All",
    "Domain.Read.All",
    "Directory.Read.All",
];

impl Sim {
    async fn start() -> Sim {
        Sim::with(World::small(SimulatorClock::new())).await
    }

    async fn with(mut world: World) -> Sim {
        world
            .update_service_principal(TENANT, CLIENT_ID, |principal| {
                principal
                    .graph_roles
                    .extend(MORE_ROLES.iter().map(|role| (*role).to_owned()));
            })
            .unwrap();
        let world = SharedWorld::new(world);
        let microsoft = Microsoft {
            world: world.clone(),
            entra: Entra::default(),
        };
        let graph = Graph::new(world.clone(), None).unwrap();
        let faults = Faults::new();
        let router: Router = Router::new()
            .merge(entra::router())
            .merge(graph::router(graph))
            .with_state(microsoft);
        let origin = serve(faults.wrap(router)).await;
        let http = client();
        let token = app_token(&http, &origin, TENANT).await;
        Sim {
            world,
            faults,
            http,
            origin,
            token,
        }
    }

    async fn send(&self, request: reqwest::RequestBuilder) -> Reply {
        let answer = request.send().await.unwrap();
        let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
        let text = answer.text().await.unwrap();
        Reply {
            status,
            headers,
            body: serde_json::from_str(&text).unwrap_or(Value::Null),
            text,
        }
    }

    /// A request below `/v1.0`, or to a link as it was given.
    fn request(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        let url = if path.starts_with("http") {
            path.to_owned()
        } else {
            format!("{}/v1.0{path}", self.origin)
        };
        self.http.request(method, url).bearer_auth(&self.token)
    }

    async fn get(&self, path: &str) -> Reply {
        self.send(self.request(Method::GET, path)).await
    }

    /// With `ConsistencyLevel: eventual`.
    async fn get_eventual(&self, path: &str) -> Reply {
        self.send(
            self.request(Method::GET, path)
                .header("ConsistencyLevel", "eventual"),
        )
        .await
    }

    async fn post(&self, path: &str, body: Value) -> Reply {
        self.send(self.request(Method::POST, path).json(&body))
            .await
    }

    async fn patch(&self, path: &str, body: Value) -> Reply {
        self.send(self.request(Method::PATCH, path).json(&body))
            .await
    }

    async fn delete(&self, path: &str) -> Reply {
        self.send(self.request(Method::DELETE, path)).await
    }

    /// Changes Graph's settings.
    async fn control(&self, patch: Value) {
        let url = format!("{}/_simulator/graph/control", self.origin);
        let reply = self.send(self.http.patch(url).json(&patch)).await;
        assert_eq!(reply.status, 200, "{reply:?}");
    }

    async fn simulator(&self, method: Method, path: &str, body: Value) -> Reply {
        let url = format!("{}/_simulator{path}", self.origin);
        self.send(self.http.request(method, url).json(&body)).await
    }

    /// Follows next links to the end; all items and the last page.
    async fn pages(&self, path: &str) -> (Vec<Value>, Reply) {
        let mut page = self.get(path).await;
        let mut items = page.value().to_vec();
        while let Some(next) = page.link("nextLink").map(str::to_owned) {
            page = self.get(&next).await;
            items.extend(page.value().to_vec());
        }
        (items, page)
    }

    /// The object id of a person, by the part of the user principal name before the at sign.
    fn person(&self, name: &str) -> String {
        let world = self.world.read();
        let tenant = world.tenant(TENANT).unwrap();
        let username = format!("{name}@{}", tenant.default_domain());
        tenant.user(&username).unwrap().id.clone()
    }

    /// Somebody whom Teams can give a telephone, and who has none; `skip` of them left out.
    fn voice_ready(&self, skip: usize) -> String {
        let world = self.world.read();
        let tenant = world.tenant(TENANT).unwrap();
        let taken = |id: &str| {
            tenant
                .numbers
                .values()
                .any(|line| line.target.as_deref() == Some(id))
        };
        let mut ready = tenant
            .users
            .values()
            .filter(|user| user.voice_ready() && !user.is_resource_account && !taken(&user.id));
        ready.nth(skip).expect("nobody is ready").id.clone()
    }

    /// Somebody without a Teams Phone plan.
    fn not_voice_ready(&self) -> String {
        let world = self.world.read();
        let tenant = world.tenant(TENANT).unwrap();
        let mut others = tenant
            .users
            .values()
            .filter(|user| !user.voice_ready() && !user.is_resource_account);
        others.next().expect("everybody is ready").id.clone()
    }

    /// A number of the inventory that nobody has.
    fn free_number(&self) -> String {
        let world = self.world.read();
        let tenant = world.tenant(TENANT).unwrap();
        let mut free = tenant.numbers.values().filter(|line| {
            line.target.is_none()
                && line.number_type == "operatorConnect"
                && line.number_source == "online"
        });
        free.next().expect("no number is free").number.clone()
    }

    fn assign_body(&self, number: &str, target: &str) -> Value {
        json!({
            "telephoneNumber": number.trim_start_matches('+'), "assignmentTargetId": target,
            "numberType": "operatorConnect", "assignmentCategory": "primary",
        })
    }
}

/// Serves a router on a free port; its origin.
async fn serve(router: Router) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address: SocketAddr = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, router).await });
    format!("http://{address}")
}

fn client() -> reqwest::Client {
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder().no_proxy().build().unwrap()
}

async fn token(http: &reqwest::Client, origin: &str, tenant: &str, form: &[(&str, &str)]) -> Value {
    let url = format!("{origin}/{tenant}/oauth2/v2.0/token");
    let answer = http.post(url).form(form).send().await.unwrap();
    answer.json().await.unwrap()
}

async fn app_token(http: &reqwest::Client, origin: &str, tenant: &str) -> String {
    let form = [
        ("grant_type", "client_credentials"),
        ("client_id", CLIENT_ID),
        ("client_secret", CLIENT_SECRET),
        ("scope", "https://graph.microsoft.com/.default"),
    ];
    let body = token(http, origin, tenant, &form).await;
    body["access_token"]
        .as_str()
        .unwrap_or_else(|| panic!("{body}"))
        .to_owned()
}

/// A token of a person for Graph.
async fn delegated_token(sim: &Sim, username: &str) -> String {
    let form = [
        ("grant_type", "password"),
        ("client_id", CLIENT_ID),
        ("client_secret", CLIENT_SECRET),
        ("scope", "https://graph.microsoft.com/User.Read"),
        ("username", username),
        ("password", "Demo-2026!"),
    ];
    let body = token(&sim.http, &sim.origin, TENANT, &form).await;
    body["access_token"]
        .as_str()
        .unwrap_or_else(|| panic!("{body}"))
        .to_owned()
}
