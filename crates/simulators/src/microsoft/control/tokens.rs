//! `POST tokens`: signs any token, so that a test can hold a wrong one.
//!
//! ```json
//! { "kind": "api", "user": "mette.holm@nordvind.example", "key": "consumer", "claims": { "exp": 1, "azp": null } }
//! ```
//!
//! `kind` says what the claims begin as: `id`, `api` (a person's token for the client's API, as the Teams tab has it),
//! `apiApp` (an application's), `graph`, `graphApp`, or nothing at all when it is left out. `user` is a person,
//! `tenant` is needed for the applications' kinds, `client` is Switchboard unless said otherwise. `claims` and
//! `header` then replace members; null takes one out. `key` is `current` (the default), `next`, `previous`, `consumer`,
//! `tenant` or `unknown`; `alg` is `RS256` (the default), `PS256`, `HS256` (over the PEM of the key's public half) or
//! `none`. The answer is `{"token", "claims", "header"}`.

use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::people::locate;
use super::{Body, Refused};
use crate::microsoft::entra::claims::{Mint, Proof};
use crate::microsoft::entra::jws::{self, Algorithm, base64url};
use crate::microsoft::entra::scopes::Scopes;
use crate::microsoft::entra::store::Subject;
use crate::microsoft::world::{CLIENT_ID, World, ids};
use crate::microsoft::{Microsoft, Origin};

/// An order for a token.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Order {
    /// What the claims begin as.
    pub kind: Option<String>,
    /// Whom it is about.
    pub user: Option<String>,
    /// The tenant; a person's own when left out.
    pub tenant: Option<String>,
    /// The client that holds it; Switchboard when left out.
    pub client: Option<String>,
    /// Scopes of `api` and `graph`, application roles of `apiApp`; what is consented when left out.
    pub scopes: Option<Vec<String>>,
    /// Claims to replace, or to take out with null.
    #[serde(default)]
    pub claims: Map<String, Value>,
    /// Header members to replace, or to take out with null.
    #[serde(default)]
    pub header: Map<String, Value>,
    /// The key's role.
    pub key: Option<String>,
    /// How it is signed.
    pub alg: Option<String>,
}

/// Answers an order.
pub async fn mint(
    State(microsoft): State<Microsoft>,
    Origin(base): Origin,
    Body(order): Body<Order>,
) -> Result<Json<Value>, Refused> {
    let (token, header, claims) = make(&microsoft, &base, order)?;
    Ok(Json(
        json!({ "token": token, "header": header, "claims": claims }),
    ))
}

/// A token with its header and claims.
pub type Made = (String, Map<String, Value>, Map<String, Value>);

/// Makes a token for a listener of this base URL.
///
/// # Errors
/// The order does not fit.
pub fn make(microsoft: &Microsoft, base: &str, order: Order) -> Result<Made, Refused> {
    let mut claims = beginning(microsoft, base, &order)?;
    let role = order.key.as_deref().unwrap_or("current");
    let key = microsoft
        .entra
        .keys
        .role(role)
        .ok_or_else(|| Refused::unknown("such key"))?;
    let name = order.alg.as_deref().unwrap_or("RS256");
    let algorithm = Algorithm::parse(name)
        .ok_or_else(|| Refused::unfit(format!("there is no algorithm {name}")))?;
    let mut header = Map::new();
    header.insert("typ".to_owned(), json!("JWT"));
    header.insert("alg".to_owned(), json!(algorithm.as_str()));
    header.insert("kid".to_owned(), json!(key.kid));
    replace(&mut header, order.header);
    replace(&mut claims, order.claims);
    let input = jws::unsigned(&header, &claims);
    let signature = match algorithm {
        Algorithm::Rs256 | Algorithm::Ps256 => jws::sign_rsa(&key.private, algorithm, &input),
        Algorithm::Hs256 => jws::sign_hmac(key.public_pem().as_bytes(), &input),
        Algorithm::None => Vec::new(),
    };
    Ok((format!("{input}.{}", base64url(signature)), header, claims))
}

fn replace(members: &mut Map<String, Value>, with: Map<String, Value>) {
    for (name, value) in with {
        if value.is_null() {
            members.remove(&name);
        } else {
            members.insert(name, value);
        }
    }
}

fn beginning(
    microsoft: &Microsoft,
    base: &str,
    order: &Order,
) -> Result<Map<String, Value>, Refused> {
    let Some(kind) = order.kind.as_deref() else {
        return Ok(Map::new());
    };
    let world = microsoft.world.read();
    let client = order.client.as_deref().unwrap_or(CLIENT_ID);
    let client = world
        .application(client)
        .ok_or_else(|| Refused::unknown("such application"))?;
    let api = world
        .application(CLIENT_ID)
        .ok_or_else(|| Refused::unknown("such application"))?;
    let mint = Mint {
        world: &world,
        keys: &microsoft.entra.keys,
        base,
    };
    let proof = if client.public_client {
        Proof::None
    } else {
        Proof::Secret
    };
    let names = |default: &[&str]| {
        let given = order.scopes.clone();
        given
            .unwrap_or_else(|| default.iter().map(|s| (*s).to_owned()).collect())
            .into_iter()
            .collect()
    };
    match kind {
        "id" => {
            let scopes = Scopes::parse(&world, "openid profile", "")
                .map_err(|error| Refused::unfit(error.message))?;
            Ok(mint.id_claims(client, &subject(&world, order)?, &scopes, None))
        }
        "api" => {
            let subject = subject(&world, order)?;
            Ok(mint
                .api_claims(api, client, proof, &subject, &names(&["access_as_user"]))
                .0)
        }
        "graph" => {
            let subject = subject(&world, order)?;
            Ok(mint
                .graph_claims(
                    client,
                    proof,
                    &subject,
                    &names(&["openid", "profile", "User.Read"]),
                )
                .0)
        }
        "apiApp" | "graphApp" => {
            let tenant = order.tenant.as_deref().and_then(|t| world.tenant(t));
            let tenant = tenant.ok_or_else(|| Refused::unknown("such tenant"))?;
            let mut claims = match kind {
                "apiApp" => mint.api_app_claims(api, client, proof, tenant).0,
                _ => mint.graph_app_claims(client, proof, tenant).0,
            };
            if let Some(roles) = &order.scopes {
                claims.insert("roles".to_owned(), json!(roles));
            }
            Ok(claims)
        }
        other => Err(Refused::unfit(format!("there is no kind {other}"))),
    }
}

fn subject(world: &World, order: &Order) -> Result<Subject, Refused> {
    let person = order
        .user
        .as_deref()
        .ok_or_else(|| Refused::unfit("user is missing"))?;
    let wanted = order.tenant.as_deref().and_then(|t| world.tenant(t));
    let found = match wanted {
        Some(tenant) => tenant.user(person).map(|user| (tenant, user)),
        None => locate(world, person),
    };
    let (tenant, user) = found.ok_or_else(|| Refused::unknown("such person"))?;
    let home = user.home.as_ref();
    Ok(Subject {
        tenant: tenant.id.clone(),
        user: user.id.clone(),
        home_tenant: home.map_or_else(|| tenant.id.clone(), |h| h.tenant.clone()),
        home_user: home.map_or_else(|| user.id.clone(), |h| h.object_id.clone()),
        auth_time: world.now().as_second(),
        amr: vec!["pwd"],
        sid: ids::random_guid(),
    })
}
