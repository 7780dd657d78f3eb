//! A table of a thousand rows, over HTTP, from the upload to the last step: half of the rows activate telephony, half create a mobile
//! subscription on an eSIM, for people of an organisation of 10,000. The server runs with its defaults and its worker; the
//! simulators are the demo's, in a process of their own, at their usual pace.

use crate::{
    process::{Process, free_address},
    store::{Store, open},
    sync::told,
};
use bench::demo::{self, Persona};
use domain::billing::Issuer;
use platform::{
    Ids,
    config::Config,
    db::{Db, params},
    seal::Sealer,
    time::SystemClock,
};
use serde_json::{Value, json};
use std::{net::SocketAddr, path::Path, process::Command, sync::Arc, time::Duration};
use uuid::Uuid;

/// Of each kind.
const HALF: usize = 500;
const PATIENCE: Duration = Duration::from_secs(20 * 60);
const CLIENT_ID: &str = "5b1c0a5e-7e1e-4c0a-9b0a-000000005b01";
const TENANT: &str = "0a0a0a0a-0000-4000-8000-000000000003";

/// What it came to. CPU in microseconds, of the server alone.
pub struct Bulk {
    pub rows: usize,
    pub upload: Duration,
    pub upload_cpu: f64,
    pub order: Duration,
    pub order_cpu: f64,
    pub carried_out: Duration,
    pub carried_out_cpu: f64,
}

#[expect(clippy::disallowed_methods, reason = "measuring")]
fn now() -> std::time::Instant {
    std::time::Instant::now()
}

struct Stage {
    server: Process,
    db: Db,
    client: reqwest::Client,
    base: String,
    token: String,
    // Ends with the stage.
    _simulators: Process,
}

pub async fn measure(store: &Store, folder: &Path) -> Result<Bulk, String> {
    let url = store.make("bulk", None).await?;
    let stage = Stage::start(&url, folder).await?;
    let outcome = stage.run().await;
    stage.db.close();
    drop(stage);
    store.remove("bulk").await?;
    outcome
}

fn program(name: &str) -> Result<Command, String> {
    let path = std::env::current_exe()
        .map_err(|error| error.to_string())?
        .with_file_name(name);
    if path.exists() {
        Ok(Command::new(path))
    } else {
        Err(format!("{} is missing: build it first", path.display()))
    }
}

fn local(address: SocketAddr) -> String {
    format!("http://localhost:{}", address.port())
}

impl Stage {
    async fn start(url: &str, folder: &Path) -> Result<Stage, String> {
        let client = reqwest::Client::builder()
            .no_proxy()
            .timeout(Duration::from_secs(120))
            .build()
            .map_err(|error| error.to_string())?;
        let [http, https, network, smtp] = [
            free_address()?,
            free_address()?,
            free_address()?,
            free_address()?,
        ];
        let mut command = program("switchboard-simulators")?;
        for (name, address) in [
            ("--http", http),
            ("--https", https),
            ("--network", network),
            ("--smtp", smtp),
        ] {
            command.args([name, &address.port().to_string()]);
        }
        let simulators = Process::start(command, http, &folder.join("simulators.log")).await?;
        let (microsoft, network) = (local(http), local(network));
        let personas: Vec<Persona> = client
            .get(format!("{microsoft}/_simulator/personas"))
            .send()
            .await
            .map_err(|error| error.to_string())?
            .json()
            .await
            .map_err(|error| error.to_string())?;

        let key_file = folder.join("bulk.key");
        let keys = format!("{}\n", Sealer::make_key_line("1"));
        std::fs::write(&key_file, keys).map_err(|error| error.to_string())?;
        let sealer = Sealer::from_file(&key_file).map_err(|error| error.to_string())?;
        let db = open(url).await?;
        let ids = Ids::new(Arc::new(SystemClock));
        let key = (
            "SWITCHBOARD_SECRETS__SEAL_KEY_FILE".to_owned(),
            key_file.display().to_string(),
        );
        let config = Config::load(Some(Path::new("docs/demo.toml")), std::iter::once(key))
            .map_err(|error| error.to_string())?;
        let issuer = Issuer::of(&config);
        demo::build(&db, &ids, &sealer, &issuer, &personas)
            .await
            .map_err(told)?;

        let address = free_address()?;
        let base = local(address);
        let mut command = program("switchboard")?;
        command.env_clear();
        for (key, value) in [
            ("SERVER__LISTEN", address.to_string()),
            ("SERVER__PUBLIC_URL", base.clone()),
            ("SERVER__METRICS_LISTEN", free_address()?.to_string()),
            ("DATABASE__URL", url.to_owned()),
            ("ENTRA__AUTHORITY", microsoft.clone()),
            ("ENTRA__CLIENT_ID", CLIENT_ID.to_owned()),
            ("ENTRA__CLIENT_SECRET", "demo-client-secret".to_owned()),
            ("GRAPH__BASE", format!("{microsoft}/v1.0")),
            (
                "NETWORK__BASE",
                format!("{network}/tmf-api/serviceOrdering/v4"),
            ),
            ("NETWORK__TOKEN", "demo-network-token".to_owned()),
            ("NETWORK__CALLBACK_TOKEN", "bench-callback-token".to_owned()),
            ("MAIL__HOST", "localhost".to_owned()),
            ("MAIL__PORT", smtp.port().to_string()),
            ("MAIL__TLS", "none".to_owned()),
            ("MAIL__FROM", "Bench <bench@nordtel.example>".to_owned()),
            ("SECRETS__SEAL_KEY_FILE", key_file.display().to_string()),
            ("SELLER__NAME", "Nordtel A/S".to_owned()),
        ] {
            command.env(format!("SWITCHBOARD_{key}"), value);
        }
        let server = Process::start(command, address, &folder.join("bulk.log")).await?;
        let form = [
            ("grant_type", "password"),
            ("client_id", CLIENT_ID),
            ("client_secret", "demo-client-secret"),
            ("username", "mette.holm@nordvind.example"),
            ("password", "Demo-2026!"),
            (
                "scope",
                &format!("api://localhost:8080/{CLIENT_ID}/access_as_user"),
            ),
        ];
        let form = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(form)
            .finish();
        let token: Value = client
            .post(format!("{microsoft}/{TENANT}/oauth2/v2.0/token"))
            .header("content-type", "application/x-www-form-urlencoded")
            .body(form)
            .send()
            .await
            .map_err(|error| error.to_string())?
            .json()
            .await
            .map_err(|error| error.to_string())?;
        let token = token["access_token"]
            .as_str()
            .ok_or_else(|| format!("no token: {token}"))?
            .to_owned();
        Ok(Stage {
            server,
            db,
            client,
            base,
            token,
            _simulators: simulators,
        })
    }

    async fn ask(
        &self,
        method: reqwest::Method,
        path: &str,
        body: Option<(&str, String)>,
        expected: u16,
    ) -> Result<Value, String> {
        let mut request = self
            .client
            .request(method, format!("{}/api/v1/{path}", self.base))
            .bearer_auth(&self.token);
        if let Some((kind, body)) = body {
            request = request
                // The world is new with each run.
                .header("idempotency-key", "bulk")
                .header("content-type", kind)
                .body(body);
        }
        let answer = request.send().await.map_err(|error| error.to_string())?;
        let status = answer.status().as_u16();
        let text = answer.text().await.map_err(|error| error.to_string())?;
        if status != expected {
            let said: String = text.chars().take(500).collect();
            return Err(format!("{path}: {status} instead of {expected}: {said}"));
        }
        serde_json::from_str(&text).map_err(|error| error.to_string())
    }

    async fn get(&self, path: &str) -> Result<Value, String> {
        self.ask(reqwest::Method::GET, path, None, 200).await
    }

    async fn run(&self) -> Result<Bulk, String> {
        let me = self.get("me").await?;
        let organisation = me["organisations"][0]["id"]
            .as_str()
            .ok_or_else(|| format!("no organisation: {me}"))?;
        let own = format!("organisations/{organisation}");
        self.settle(&own).await?;
        let table = self.table(&own).await?;
        let rows = 2 * HALF;

        let before = self.server.cpu();
        let started = now();
        let body = Some(("text/csv", table));
        let bulk = self
            .ask(reqwest::Method::POST, &format!("{own}/bulk"), body, 201)
            .await?;
        let upload = started.elapsed();
        let upload_cpu = self.server.cpu().since(&before);
        if bulk["valid"] != json!(rows) {
            let said: String = bulk["rows"].to_string().chars().take(800).collect();
            return Err(format!("{} rows are valid: {said}", bulk["valid"]));
        }
        let quote = json!({ "quote": bulk["quote"]["id"] }).to_string();
        let body = Some(("application/json", quote));
        let started = now();
        let order = self
            .ask(reqwest::Method::POST, &format!("{own}/orders"), body, 202)
            .await?;
        let placed = started.elapsed();
        let order_cpu = self.server.cpu().since(&before) - upload_cpu;
        let id: Uuid = order["id"]
            .as_str()
            .and_then(|id| id.parse().ok())
            .ok_or("an order without an id")?;
        self.until_it_ended(id).await?;
        Ok(Bulk {
            rows,
            upload,
            upload_cpu,
            order: placed,
            order_cpu,
            carried_out: started.elapsed(),
            carried_out_cpu: self.server.cpu().since(&before) - upload_cpu - order_cpu,
        })
    }

    /// Waits until the directory is mirrored and the server rests.
    async fn settle(&self, own: &str) -> Result<(), String> {
        let started = now();
        while started.elapsed() < PATIENCE {
            let people = self.get(&format!("{own}/people?limit=1")).await?;
            let before = self.server.cpu();
            tokio::time::sleep(Duration::from_secs(3)).await;
            let busy = self.server.cpu().since(&before);
            if people["total"].as_u64() > Some(9_000) && busy < 100_000.0 {
                return Ok(());
            }
        }
        Err("the directory was not mirrored in time".to_owned())
    }

    /// Rows for people who have nothing, the first of them with licences for Teams.
    async fn table(&self, own: &str) -> Result<String, String> {
        let (mut telephony, mut mobile) = (Vec::new(), Vec::new());
        let mut cursor = String::new();
        while telephony.len() < HALF || mobile.len() < HALF {
            let page = self
                .get(&format!("{own}/people?has=none&limit=500{cursor}"))
                .await?;
            for person in page["items"].as_array().into_iter().flatten() {
                let Some(email) = person["email"].as_str() else {
                    continue;
                };
                let may = |wanted: &str| {
                    person["actions"].as_array().is_some_and(|actions| {
                        actions.iter().any(|action| {
                            action["action"] == wanted && action["possible"] == json!(true)
                        })
                    })
                };
                if telephony.len() < HALF && may("activateTelephony") {
                    telephony.push(format!("activateTelephony;{email};teams-denmark;series;\n"));
                } else if mobile.len() < HALF && may("createMobile") {
                    mobile.push(format!("createMobile;{email};mobile-m;new;eSim\n"));
                }
            }
            match page["next"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => break,
            }
        }
        if telephony.len() < HALF || mobile.len() < HALF {
            return Err("there are too few people".to_owned());
        }
        let heading = "action;person;product;number;sim\n".to_owned();
        Ok(heading + &telephony.concat() + &mobile.concat())
    }

    /// Asks the database, so that waiting costs the server nothing.
    async fn until_it_ended(&self, order: Uuid) -> Result<(), String> {
        let started = now();
        while started.elapsed() < PATIENCE {
            tokio::time::sleep(Duration::from_millis(500)).await;
            let mut conn = self.db.read().await.map_err(told)?;
            let row = conn
                .one(
                    "SELECT state, executed_at IS NOT NULL FROM orders WHERE id = ?1",
                    params![order],
                )
                .await
                .map_err(told)?;
            let state: String = row.get(0).map_err(told)?;
            if row.get::<bool>(1).map_err(told)? {
                return match state.as_str() {
                    "completed" => Ok(()),
                    other => Err(format!("the order ended {other}")),
                };
            }
        }
        Err("the order did not end in time".to_owned())
    }
}
