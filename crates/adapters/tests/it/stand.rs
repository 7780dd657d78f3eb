//! A stand for Entra ID and Graph on loopback: raw enough to reset a connection or to break an answer off.

use adapters::{
    entra::{Config, Credential, Entra},
    graph::{self, Graph},
    http::Settings,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::access::{ObjectId, TenantId};
use jsonwebtoken::{Algorithm, EncodingKey};
use platform::{Clock, Instant, time::ManualClock};
use rsa::{RsaPrivateKey, pkcs8::DecodePrivateKey, traits::PublicKeyParts};
use serde_json::{Value, json};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
    time::Duration,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::watch,
};
use url::Url;
use uuid::Uuid;

pub const SIGNING_KEY: &str = include_str!("../data/signing-key.pem");
pub const OTHER_KEY: &str = include_str!("../data/other-key.pem");
pub const CERTIFICATE: &str = include_str!("../data/client-certificate.pem");

pub const CLIENT: &str = "5b1c0a5e-7e1e-4c0a-9b0a-000000005b01";
pub const TEAMS: &str = "5e3ce6c0-2b1f-4285-8d4b-75ee78787346";
pub const TENANT: &str = "0a0a0a0a-0000-4000-8000-000000000003";
pub const OBJECT: &str = "6ea91a8d-e32e-41a1-b7bd-d2d185eed0e0";
pub const SECRET: &str = "demo-client-secret";

pub fn tenant() -> TenantId {
    TenantId::from(TENANT.parse::<Uuid>().unwrap())
}

pub fn object() -> ObjectId {
    ObjectId::from(OBJECT.parse::<Uuid>().unwrap())
}

/// A request as it came.
#[derive(Clone, Debug)]
pub struct Request {
    pub method: String,
    /// Path and query.
    pub target: String,
    pub headers: HashMap<String, String>,
    pub body: String,
}

impl Request {
    pub fn path(&self) -> &str {
        self.target.split('?').next().unwrap()
    }

    pub fn form(&self) -> HashMap<String, String> {
        url::form_urlencoded::parse(self.body.as_bytes())
            .into_owned()
            .collect()
    }

    pub fn query(&self) -> HashMap<String, String> {
        let query = self.target.split_once('?').map_or("", |(_, query)| query);
        url::form_urlencoded::parse(query.as_bytes())
            .into_owned()
            .collect()
    }

    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }
}

#[derive(Clone, Debug)]
pub enum Reply {
    Answer(u16, Vec<(&'static str, String)>, String),
    /// Never answers.
    Hang,
    /// Reads the request, then resets the connection.
    Reset,
    /// Announces more than it sends, then closes.
    Truncate(String),
    /// Announces this many bytes.
    Announce(u64),
    /// Sends for ever, announcing nothing.
    Endless,
}

impl Reply {
    pub fn json(status: u16, body: Value) -> Self {
        Reply::Answer(
            status,
            vec![("content-type", "application/json".into())],
            body.to_string(),
        )
    }

    pub fn with(self, name: &'static str, value: impl Into<String>) -> Self {
        match self {
            Reply::Answer(status, mut headers, body) => {
                headers.push((name, value.into()));
                Reply::Answer(status, headers, body)
            }
            other => other,
        }
    }

    pub fn graph_error(status: u16, code: &str) -> Self {
        Reply::json(
            status,
            json!({"error": {"code": code, "message": "Insufficient privileges for anna@nordvind.example to complete.",
                "innerError": {"date": "2026-11-21T10:00:00", "request-id": "r", "client-request-id": "c"}}}),
        )
    }

    pub fn token_error(status: u16, error: &str, code: u64, text: &str) -> Self {
        Reply::json(
            status,
            json!({"error": error, "error_codes": [code], "timestamp": "2026-11-21 10:00:00Z",
                "error_description": format!("AADSTS{code}: {text} Trace ID: 0 Correlation ID: 0 Timestamp: 2026-11-21 10:00:00Z"),
                "trace_id": "0", "correlation_id": "0", "error_uri": format!("https://login.example/error?code={code}")}),
        )
    }
}

type Handler = dyn Fn(&Request) -> Option<Reply> + Send + Sync;

/// The server. Unless the handler has an answer, it is a well-behaved authority.
pub struct Stand {
    pub base: Url,
    pub clock: Arc<ManualClock>,
    seen: Arc<Mutex<Vec<Request>>>,
    count: watch::Receiver<usize>,
    keys: Arc<Mutex<Value>>,
}

impl Stand {
    pub async fn start(
        handler: impl Fn(&Request) -> Option<Reply> + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = Url::parse(&format!("http://{}/", listener.local_addr().unwrap())).unwrap();
        let seen = Arc::new(Mutex::new(Vec::new()));
        let (counted, count) = watch::channel(0);
        let keys = Arc::new(Mutex::new(jwks(&base, &[("first", SIGNING_KEY)])));
        let handler: Arc<Handler> = Arc::new(handler);
        let (base_, seen_, keys_) = (base.clone(), seen.clone(), keys.clone());
        tokio::spawn(async move {
            let counted = Arc::new(counted);
            while let Ok((stream, _)) = listener.accept().await {
                let (handler, base, seen, keys, counted) = (
                    handler.clone(),
                    base_.clone(),
                    seen_.clone(),
                    keys_.clone(),
                    counted.clone(),
                );
                tokio::spawn(async move {
                    let mut stream = stream;
                    let Some(request) = read(&mut stream).await else {
                        return;
                    };
                    let reply = handler(&request)
                        .unwrap_or_else(|| authority(&base, &keys.lock().unwrap(), &request));
                    seen.lock().unwrap().push(request);
                    write(stream, reply).await;
                    counted.send_modify(|count| *count += 1);
                });
            }
        });
        let clock = Arc::new(ManualClock::at(
            Instant::parse("2026-11-21T10:00:00Z").unwrap(),
        ));
        Stand {
            base,
            clock,
            seen,
            count,
            keys,
        }
    }

    /// A well-behaved authority.
    pub async fn authority() -> Self {
        Stand::start(|_| None).await
    }

    pub fn config(&self) -> Config {
        let mut config = Config::new(self.base.clone(), CLIENT, Credential::Secret(SECRET.into()));
        config.http = Settings {
            timeout: Duration::from_secs(10),
            ..Settings::default()
        };
        config
    }

    pub fn entra(&self) -> Arc<Entra> {
        Entra::new(self.config(), self.clock.clone()).unwrap()
    }

    pub fn graph(&self) -> Arc<Graph> {
        self.graph_with(self.config())
    }

    pub fn graph_with(&self, config: Config) -> Arc<Graph> {
        let entra = Entra::new(config, self.clock.clone()).unwrap();
        let http = entra.http();
        Graph::new(
            graph::Config::new(self.base.join("v1.0").unwrap()),
            entra,
            http,
        )
        .unwrap()
    }

    pub fn publish(&self, keys: &[(&str, &str)]) {
        *self.keys.lock().unwrap() = jwks(&self.base, keys);
    }

    /// Makes the keys' document anything.
    pub fn publish_text(&self, value: Value) {
        *self.keys.lock().unwrap() = value;
    }

    /// The requests whose path ends so.
    pub fn seen(&self, path: &str) -> Vec<Request> {
        let seen = self.seen.lock().unwrap();
        seen.iter()
            .filter(|request| request.path().ends_with(path))
            .cloned()
            .collect()
    }

    /// Waits until there have been this many requests for a path.
    pub async fn until(&self, path: &str, times: usize) {
        let mut count = self.count.clone();
        while self.seen(path).len() < times {
            count.changed().await.unwrap();
        }
    }

    pub fn now(&self) -> i64 {
        self.clock.now().seconds()
    }

    /// A user's access token.
    pub fn token(&self, kid: &str, pem: &str) -> String {
        self.token_with(kid, pem, |_| ())
    }

    pub fn token_with(&self, kid: &str, pem: &str, change: impl FnOnce(&mut Value)) -> String {
        let mut claims = json!({
            "aud": CLIENT, "iss": format!("{}{TENANT}/v2.0", self.base), "iat": self.now(), "nbf": self.now(),
            "exp": self.now() + 3600, "azp": TEAMS, "oid": OBJECT, "tid": TENANT, "scp": "access_as_user",
            "ver": "2.0", "name": "Adele Vance", "preferred_username": "adelev@contoso.com"
        });
        change(&mut claims);
        sign(
            &json!({"typ": "JWT", "alg": "RS256", "kid": kid}),
            &claims,
            pem,
        )
    }
}

pub fn sign(header: &Value, claims: &Value, pem: &str) -> String {
    let signed = format!(
        "{}.{}",
        URL_SAFE_NO_PAD.encode(header.to_string()),
        URL_SAFE_NO_PAD.encode(claims.to_string())
    );
    let key = EncodingKey::from_rsa_pem(pem.as_bytes()).unwrap();
    let signature = jsonwebtoken::crypto::sign(signed.as_bytes(), &key, Algorithm::RS256).unwrap();
    format!("{signed}.{signature}")
}

pub fn public(pem: &str) -> (String, String) {
    let key = RsaPrivateKey::from_pkcs8_pem(pem).unwrap();
    (
        URL_SAFE_NO_PAD.encode(key.n().to_bytes_be()),
        URL_SAFE_NO_PAD.encode(key.e().to_bytes_be()),
    )
}

fn jwks(base: &Url, keys: &[(&str, &str)]) -> Value {
    let keys: Vec<Value> = keys
        .iter()
        .map(|(kid, pem)| {
            let (n, e) = public(pem);
            json!({"kty": "RSA", "use": "sig", "kid": kid, "n": n, "e": e, "issuer": format!("{base}{{tenantid}}/v2.0")})
        })
        .collect();
    json!({ "keys": keys })
}

fn authority(base: &Url, keys: &Value, request: &Request) -> Reply {
    let path = request.path().trim_start_matches('/');
    let (tenant, rest) = path.split_once('/').unwrap_or((path, ""));
    match rest {
        "v2.0/.well-known/openid-configuration" => {
            let issuer = if tenant == "organizations" {
                "{tenantid}"
            } else {
                tenant
            };
            Reply::json(
                200,
                json!({
                    "token_endpoint": format!("{base}{tenant}/oauth2/v2.0/token"),
                    "jwks_uri": format!("{base}{tenant}/discovery/v2.0/keys"),
                    "issuer": format!("{base}{issuer}/v2.0"),
                    "authorization_endpoint": format!("{base}{tenant}/oauth2/v2.0/authorize"),
                    "end_session_endpoint": format!("{base}{tenant}/oauth2/v2.0/logout"),
                    "userinfo_endpoint": "https://graph.microsoft.com/oidc/userinfo",
                    "response_types_supported": ["code"], "something_new": {"a": 1}
                }),
            )
        }
        "discovery/v2.0/keys" => Reply::json(200, keys.clone()),
        "oauth2/v2.0/token" => Reply::json(
            200,
            json!({"token_type": "Bearer", "expires_in": 3599, "ext_expires_in": 3599, "access_token": format!("app-token-of-{tenant}")}),
        ),
        _ => Reply::graph_error(404, "Request_ResourceNotFound"),
    }
}

async fn read(stream: &mut TcpStream) -> Option<Request> {
    let mut bytes = Vec::new();
    let end = loop {
        if let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
            break end;
        }
        let mut chunk = [0; 4096];
        let read = stream
            .read(&mut chunk)
            .await
            .ok()
            .filter(|read| *read > 0)?;
        bytes.extend_from_slice(&chunk[..read]);
    };
    let head = String::from_utf8(bytes[..end].to_vec()).ok()?;
    let mut lines = head.split("\r\n");
    let mut first = lines.next()?.split(' ');
    let (method, target) = (first.next()?.to_owned(), first.next()?.to_owned());
    let headers: HashMap<String, String> = lines
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
        .collect();
    let length: usize = headers
        .get("content-length")
        .map_or(0, |length| length.parse().unwrap());
    let mut body = bytes[end + 4..].to_vec();
    while body.len() < length {
        let mut chunk = [0; 4096];
        let read = stream
            .read(&mut chunk)
            .await
            .ok()
            .filter(|read| *read > 0)?;
        body.extend_from_slice(&chunk[..read]);
    }
    Some(Request {
        method,
        target,
        headers,
        body: String::from_utf8(body).ok()?,
    })
}

/// Each answer ends its connection. A write that fails is the client's choice.
async fn write(mut stream: TcpStream, reply: Reply) {
    match reply {
        Reply::Answer(status, headers, body) => {
            let mut head = format!(
                "HTTP/1.1 {status} Whatever\r\nconnection: close\r\ncontent-length: {}\r\n",
                body.len()
            );
            for (name, value) in headers {
                head.push_str(&format!("{name}: {value}\r\n"));
            }
            let _ = stream
                .write_all(format!("{head}\r\n{body}").as_bytes())
                .await;
            let _ = stream.shutdown().await;
        }
        Reply::Hang => {
            tokio::spawn(async move {
                // Until the client has had enough.
                let _ = stream.read(&mut [0; 1]).await;
            });
        }
        Reply::Reset => {
            let _ = stream.set_zero_linger();
        }
        Reply::Truncate(body) => {
            let head = format!(
                "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n",
                body.len() + 100
            );
            let _ = stream.write_all(format!("{head}{body}").as_bytes()).await;
            let _ = stream.shutdown().await;
        }
        Reply::Announce(length) => {
            let head = format!(
                "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n"
            );
            let _ = stream.write_all(head.as_bytes()).await;
            tokio::spawn(async move {
                let _ = stream.read(&mut [0; 1]).await;
            });
        }
        Reply::Endless => {
            let head = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n";
            let chunk = format!("{:x}\r\n{}\r\n", 65_536, " ".repeat(65_536));
            let _ = stream.write_all(head.as_bytes()).await;
            tokio::spawn(async move { while stream.write_all(chunk.as_bytes()).await.is_ok() {} });
        }
    }
}
