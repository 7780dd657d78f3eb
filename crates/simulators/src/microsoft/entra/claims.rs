//! The claims of every kind of token, and their signing.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::jws::{self, Algorithm, base64url};
use super::keys::Keys;
use super::scopes::{GRAPH, Resource, Scopes};
use super::store::Subject;
use crate::microsoft::world::apps::Application;
use crate::microsoft::world::{Tenant, User, UserType, World, ids};

/// How a client proved itself: `azpacr` and `appidacr`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proof {
    /// Not at all (a public client).
    None,
    /// With a secret.
    Secret,
    /// With a certificate.
    Certificate,
}

impl Proof {
    fn as_str(self) -> &'static str {
        match self {
            Proof::None => "0",
            Proof::Secret => "1",
            Proof::Certificate => "2",
        }
    }
}

/// Makes tokens for one listener.
#[derive(Clone, Copy, Debug)]
pub struct Mint<'a> {
    /// The world the tokens speak about.
    pub world: &'a World,
    /// The keys.
    pub keys: &'a Keys,
    /// Base URL of the listener; the issuer begins with it.
    pub base: &'a str,
}

/// A token and its life in seconds.
pub type Minted = (String, i64);

impl Mint<'_> {
    /// Signs with the current key and Entra's header.
    pub fn sign(&self, claims: &Map<String, Value>, extra_header: Option<(&str, Value)>) -> String {
        let key = self.keys.current();
        let mut header = Map::new();
        header.insert("typ".to_owned(), json!("JWT"));
        if let Some((name, value)) = extra_header {
            header.insert(name.to_owned(), value);
        }
        header.insert("alg".to_owned(), json!("RS256"));
        header.insert("kid".to_owned(), json!(key.kid));
        let input = jws::unsigned(&header, claims);
        let signature = jws::sign_rsa(&key.private, Algorithm::Rs256, &input);
        format!("{input}.{}", base64url(signature))
    }

    fn issuer(&self, tenant: &str) -> String {
        format!("{}/{tenant}/v2.0", self.base)
    }

    /// A random life between 60 and 90 minutes, as Entra gives access tokens.
    fn life(&self) -> i64 {
        let random: u16 = rand::random();
        3600 + i64::from(random % 1800) - 1
    }

    fn common(&self, life: i64) -> Map<String, Value> {
        let now = self.world.now().as_second();
        let mut claims = Map::new();
        claims.insert("iat".to_owned(), json!(now));
        claims.insert("nbf".to_owned(), json!(now));
        claims.insert("exp".to_owned(), json!(now + life));
        claims.insert(
            "aio".to_owned(),
            json!(base64url(rand::random::<[u8; 24]>())),
        );
        claims.insert(
            "rh".to_owned(),
            json!(format!("1.AX{}", base64url(rand::random::<[u8; 18]>()))),
        );
        claims.insert(
            "uti".to_owned(),
            json!(base64url(rand::random::<[u8; 16]>())),
        );
        claims
    }

    /// The claims of an ID token.
    pub fn id_claims(
        &self,
        app: &Application,
        subject: &Subject,
        scopes: &Scopes,
        nonce: Option<&str>,
    ) -> Map<String, Value> {
        let mut claims = self.common(3900);
        put(&mut claims, "aud", json!(app.client_id));
        put(&mut claims, "iss", json!(self.issuer(&subject.tenant)));
        put(&mut claims, "ver", json!("2.0"));
        put(&mut claims, "sid", json!(subject.sid));
        put(&mut claims, "auth_time", json!(subject.auth_time));
        put(&mut claims, "amr", json!(subject.amr));
        if let Some(nonce) = nonce {
            put(&mut claims, "nonce", json!(nonce));
        }
        self.person(&mut claims, &app.client_id, subject);
        if let Some((_, user)) = self.find(subject) {
            let guest = user.user_type == UserType::Guest;
            put(&mut claims, "acct", json!(u8::from(guest)));
            if let Some(mail) = user
                .mail
                .as_ref()
                .filter(|_| guest || scopes.wants("email"))
            {
                put(&mut claims, "email", json!(mail));
            }
            put(
                &mut claims,
                "login_hint",
                json!(format!("O.{}", base64url(preferred(user)))),
            );
        }
        claims
    }

    /// An ID token.
    pub fn id_token(
        &self,
        app: &Application,
        subject: &Subject,
        scopes: &Scopes,
        nonce: Option<&str>,
    ) -> String {
        self.sign(&self.id_claims(app, subject, scopes, nonce), None)
    }

    /// The claims of a user's token for a registered application's API.
    pub fn api_claims(
        &self,
        resource: &Application,
        client: &Application,
        proof: Proof,
        subject: &Subject,
        names: &BTreeSet<String>,
    ) -> (Map<String, Value>, i64) {
        let life = self.life();
        let mut claims = self.common(life);
        let scp: Vec<&str> = names.iter().map(String::as_str).collect();
        put(&mut claims, "scp", json!(scp.join(" ")));
        if resource.token_version == 2 {
            put(&mut claims, "aud", json!(resource.client_id));
            put(&mut claims, "iss", json!(self.issuer(&subject.tenant)));
            put(&mut claims, "azp", json!(client.client_id));
            put(&mut claims, "azpacr", json!(proof.as_str()));
            put(&mut claims, "ver", json!("2.0"));
            put(&mut claims, "sid", json!(subject.sid));
            self.person(&mut claims, &resource.client_id, subject);
        } else {
            put(&mut claims, "aud", json!(resource.app_id_uri));
            self.version_one(&mut claims, client, proof, &subject.tenant);
            self.person_one(&mut claims, &resource.client_id, subject);
        }
        (claims, life)
    }

    /// The claims of an application's own token for a registered application's API.
    pub fn api_app_claims(
        &self,
        resource: &Application,
        client: &Application,
        proof: Proof,
        tenant: &Tenant,
    ) -> (Map<String, Value>, i64) {
        let life = self.life();
        let mut claims = self.common(life);
        let principal = tenant.service_principals.get(&client.client_id);
        let roles = principal.and_then(|p| p.api_roles.get(&resource.client_id));
        if let Some(roles) = roles.filter(|roles| !roles.is_empty()) {
            put(&mut claims, "roles", json!(roles));
        }
        let object_id = principal.map_or("", |p| p.id.as_str());
        put(&mut claims, "oid", json!(object_id));
        put(&mut claims, "sub", json!(object_id));
        put(&mut claims, "idtyp", json!("app"));
        put(&mut claims, "tid", json!(tenant.id));
        if resource.token_version == 2 {
            put(&mut claims, "aud", json!(resource.client_id));
            put(&mut claims, "iss", json!(self.issuer(&tenant.id)));
            put(&mut claims, "azp", json!(client.client_id));
            put(&mut claims, "azpacr", json!(proof.as_str()));
            put(&mut claims, "ver", json!("2.0"));
        } else {
            put(&mut claims, "aud", json!(resource.app_id_uri));
            self.version_one(&mut claims, client, proof, &tenant.id);
        }
        (claims, life)
    }

    /// The claims of a user's token for Graph: version 1.0 whatever is asked.
    pub fn graph_claims(
        &self,
        client: &Application,
        proof: Proof,
        subject: &Subject,
        names: &BTreeSet<String>,
    ) -> (Map<String, Value>, i64) {
        let life = self.life();
        let mut claims = self.common(life);
        put(&mut claims, "aud", json!(GRAPH));
        self.version_one(&mut claims, client, proof, &subject.tenant);
        self.person_one(&mut claims, "graph", subject);
        put(&mut claims, "idtyp", json!("user"));
        let scp: Vec<&str> = names
            .iter()
            .map(String::as_str)
            .filter(|n| *n != "offline_access")
            .collect();
        put(&mut claims, "scp", json!(scp.join(" ")));
        (claims, life)
    }

    /// The claims of an application's own token for Graph.
    pub fn graph_app_claims(
        &self,
        client: &Application,
        proof: Proof,
        tenant: &Tenant,
    ) -> (Map<String, Value>, i64) {
        let life = self.life();
        let mut claims = self.common(life);
        put(&mut claims, "aud", json!(GRAPH));
        self.version_one(&mut claims, client, proof, &tenant.id);
        let principal = tenant.service_principals.get(&client.client_id);
        let object_id = principal.map_or("", |p| p.id.as_str());
        put(&mut claims, "oid", json!(object_id));
        put(&mut claims, "sub", json!(object_id));
        put(&mut claims, "idtyp", json!("app"));
        if let Some(principal) = principal.filter(|p| !p.graph_roles.is_empty()) {
            put(&mut claims, "roles", json!(principal.graph_roles));
        }
        (claims, life)
    }

    /// A user's access token for whatever the scopes are for.
    pub fn user_token(
        &self,
        client: &Application,
        proof: Proof,
        subject: &Subject,
        scopes: &Scopes,
        names: &BTreeSet<String>,
    ) -> Minted {
        let resource = match &scopes.resource {
            Resource::Graph => None,
            Resource::Api(client_id) => self.world.application(client_id),
        };
        let (claims, life) = match resource {
            Some(resource) => self.api_claims(resource, client, proof, subject, names),
            None => return self.signed_graph(self.graph_claims(client, proof, subject, names)),
        };
        (self.sign(&claims, None), life)
    }

    /// An application's own access token.
    pub fn app_token(
        &self,
        client: &Application,
        proof: Proof,
        tenant: &Tenant,
        resource: &Resource,
    ) -> Minted {
        let api = match resource {
            Resource::Graph => None,
            Resource::Api(client_id) => self.world.application(client_id),
        };
        let (claims, life) = match api {
            Some(api) => self.api_app_claims(api, client, proof, tenant),
            None => return self.signed_graph(self.graph_app_claims(client, proof, tenant)),
        };
        (self.sign(&claims, None), life)
    }

    /// Graph's tokens carry a nonce in the header, which is why nobody but Graph can check them at Microsoft.
    fn signed_graph(&self, (claims, life): (Map<String, Value>, i64)) -> Minted {
        let nonce = json!(base64url(rand::random::<[u8; 24]>()));
        (self.sign(&claims, Some(("nonce", nonce))), life)
    }

    fn version_one(
        &self,
        claims: &mut Map<String, Value>,
        client: &Application,
        proof: Proof,
        tenant: &str,
    ) {
        let issuer = format!("https://sts.windows.net/{tenant}/");
        put(claims, "iss", json!(issuer));
        put(claims, "idp", json!(issuer));
        put(claims, "app_displayname", json!(client.display_name));
        put(claims, "appid", json!(client.client_id));
        put(claims, "appidacr", json!(proof.as_str()));
        put(claims, "tid", json!(tenant));
        put(claims, "ver", json!("1.0"));
    }

    fn find(&self, subject: &Subject) -> Option<(&Tenant, &User)> {
        let tenant = self.world.tenant(&subject.tenant)?;
        tenant.users.get(&subject.user).map(|user| (tenant, user))
    }

    /// Claims about a person in version 2.0 tokens.
    fn person(&self, claims: &mut Map<String, Value>, audience: &str, subject: &Subject) {
        put(claims, "tid", json!(subject.tenant));
        put(claims, "oid", json!(subject.user));
        put(claims, "sub", json!(pairwise(audience, subject)));
        let Some((tenant, user)) = self.find(subject) else {
            return;
        };
        put(claims, "name", json!(user.display_name));
        put(claims, "preferred_username", json!(preferred(user)));
        if user.user_type == UserType::Guest {
            put(
                claims,
                "idp",
                json!(format!("https://sts.windows.net/{}/", subject.home_tenant)),
            );
        }
        let principal = tenant.service_principals.get(audience);
        let roles = principal.and_then(|p| p.user_roles.get(&subject.user));
        if let Some(roles) = roles.filter(|roles| !roles.is_empty()) {
            put(claims, "roles", json!(roles));
        }
    }

    /// Claims about a person in version 1.0 tokens.
    fn person_one(&self, claims: &mut Map<String, Value>, audience: &str, subject: &Subject) {
        put(claims, "tid", json!(subject.tenant));
        put(claims, "oid", json!(subject.user));
        put(claims, "sub", json!(pairwise(audience, subject)));
        put(claims, "amr", json!(subject.amr));
        put(claims, "acr", json!("1"));
        let Some((_, user)) = self.find(subject) else {
            return;
        };
        put(claims, "name", json!(user.display_name));
        put(claims, "unique_name", json!(preferred(user)));
        put(claims, "upn", json!(user.username));
        put(claims, "given_name", json!(user.given_name));
        put(claims, "family_name", json!(user.surname));
        put(
            claims,
            "acct",
            json!(u8::from(user.user_type == UserType::Guest)),
        );
    }
}

/// What a person types to sign in: a guest's name at home, everybody else's user principal name.
pub fn preferred(user: &User) -> &str {
    user.home
        .as_ref()
        .map_or(user.username.as_str(), |home| home.username.as_str())
}

/// `sub`: another one for each audience.
fn pairwise(audience: &str, subject: &Subject) -> String {
    let digest = ids::guid(&["sub", audience, &subject.tenant, &subject.user]);
    base64url(
        format!("{digest}{audience}")
            .as_bytes()
            .iter()
            .take(32)
            .copied()
            .collect::<Vec<u8>>(),
    )
}

fn put(claims: &mut Map<String, Value>, name: &str, value: Value) {
    claims.insert(name.to_owned(), value);
}
