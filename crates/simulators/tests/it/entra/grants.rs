//! Refreshing, acting on behalf of, passwords, and applications on their own.

use super::{GRAPH_DEFAULT, METTE, Sim, answer, api_scope, parts, refusal};
use serde_json::{Value, json};
use simulators::microsoft::entra::jws::base64_lenient;
use simulators::microsoft::world::apps::TEAMS_CLIENTS;
use simulators::microsoft::world::{
    API_ROLE, APP_ID_URI, CLIENT_ID, CLIENT_SECRET, DEMO_PASSWORD, INTEGRATOR_ID,
    INTEGRATOR_SECRET, permissions, tenants,
};

const OBO: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";

fn credentials(scope: &str) -> [(&str, &str); 2] {
    [("grant_type", "client_credentials"), ("scope", scope)]
}

fn behalf(assertion: &str) -> [(&str, &str); 4] {
    [
        ("grant_type", OBO),
        ("assertion", assertion),
        ("scope", "https://graph.microsoft.com/User.Read"),
        ("requested_token_use", "on_behalf_of"),
    ]
}

fn password<'a>(username: &'a str, password: &'a str, scope: &'a str) -> [(&'a str, &'a str); 4] {
    [
        ("grant_type", "password"),
        ("username", username),
        ("password", password),
        ("scope", scope),
    ]
}

#[tokio::test]
async fn the_password_grant_gives_the_token_that_a_tab_has() {
    let sim = Sim::start().await;
    let body = sim.person(METTE, &format!("{} openid", api_scope())).await;
    let token = parts(&body["access_token"]);
    let golden = json!({
        "aud": CLIENT_ID, "iss": sim.url(&format!("/{}/v2.0", tenants::NORDVIND)), "azp": CLIENT_ID, "azpacr": "1",
        "name": "Mette Holm", "preferred_username": METTE, "scp": "access_as_user", "tid": tenants::NORDVIND, "ver": "2.0"
    });
    for (claim, value) in golden.as_object().unwrap() {
        assert_eq!(&token.claims[claim], value, "{claim}");
    }
    assert_eq!(token.header_text("alg"), "RS256");
    assert!(
        body.get("refresh_token").is_none(),
        "only with offline_access"
    );
    // A Teams client needs neither secret nor consent.
    let (teams, _) = TEAMS_CLIENTS[1];
    let scope = api_scope();
    let form = [
        &password(METTE, DEMO_PASSWORD, &scope)[..],
        &[("client_id", teams)],
    ]
    .concat();
    let (status, body) = sim.token("organizations", &form).await;
    assert_eq!(status, 200, "{body}");
    let token = parts(&body["access_token"]);
    assert_eq!(
        (token.text("azp"), token.text("azpacr"), token.text("aud")),
        (teams, "0", CLIENT_ID)
    );
}

#[tokio::test]
async fn everything_that_can_be_wrong_with_a_password_has_its_number() {
    let sim = Sim::start().await;
    let scope = api_scope();
    let bar = async |change: Value| {
        let answer = sim
            .patch("/_simulator/people/rita.reader@nordvind.example", &change)
            .send()
            .await
            .unwrap();
        assert_eq!(answer.status(), 200);
    };
    let rita = "rita.reader@nordvind.example";
    let refused = async |tenant: &str, form: &[(&str, &str)]| {
        let found = sim.ours(tenant, form).await;
        let (status, code, number) = refusal(&found);
        (status, code.to_owned(), number)
    };
    let grant = "invalid_grant".to_owned();
    assert_eq!(
        refused("organizations", &password(rita, "x", &scope)).await,
        (400, grant.clone(), 50_126)
    );
    let nobody = password("nobody@nordvind.example", "x", &scope);
    assert_eq!(
        refused("organizations", &nobody).await,
        (400, grant.clone(), 50_034)
    );
    let right = password(rita, DEMO_PASSWORD, &scope);
    assert_eq!(
        refused(tenants::FJORD, &right).await,
        (400, grant.clone(), 50_020)
    );
    assert_eq!(
        refused("common", &right).await,
        (400, "invalid_request".to_owned(), 9_001_023)
    );
    assert_eq!(
        refused("nowhere.example", &right).await,
        (400, "invalid_tenant".to_owned(), 90_002)
    );
    assert_eq!(
        refused("organizations", &right[..3]).await,
        (400, "invalid_request".to_owned(), 900_144)
    );
    bar(json!({ "bar": "mfaRequired" })).await;
    let found = sim.ours("organizations", &right).await;
    assert_eq!(refusal(&found), (400, "interaction_required", 50_076));
    assert!(found.1["claims"].as_str().unwrap().contains("access_token"));
    bar(json!({ "bar": "conditionalAccess" })).await;
    assert_eq!(
        refused("organizations", &right).await,
        (400, "access_denied".to_owned(), 53_003)
    );
    bar(json!({ "bar": "passwordExpired" })).await;
    assert_eq!(
        refused("organizations", &right).await,
        (400, grant.clone(), 50_055)
    );
    bar(json!({ "bar": "none", "enabled": false })).await;
    assert_eq!(refused("organizations", &right).await, (400, grant, 50_057));
}

#[tokio::test]
async fn a_refresh_token_is_used_once_and_reaches_other_resources() {
    let sim = Sim::start().await;
    let first = sim
        .person(METTE, &format!("openid offline_access {}", api_scope()))
        .await;
    let refresh = first["refresh_token"].as_str().unwrap();
    let form = [
        ("grant_type", "refresh_token"),
        ("refresh_token", refresh),
        ("scope", "User.Read"),
    ];
    let second = sim.granted("organizations", &form).await;
    let token = parts(&second["access_token"]);
    assert_eq!(
        (token.text("aud"), token.text("ver")),
        ("https://graph.microsoft.com", "1.0")
    );
    assert!(second["id_token"].is_string());
    let third = second["refresh_token"].as_str().unwrap();
    assert_ne!(third, refresh);
    let again = sim.ours("organizations", &form).await;
    assert_eq!(refusal(&again), (400, "invalid_grant", 70_000));
    let plain = [("grant_type", "refresh_token"), ("refresh_token", third)];
    let body = sim.granted("organizations", &plain).await;
    let idle = body["refresh_token"].as_str().unwrap().to_owned();
    sim.post(
        "/_simulator/clock",
        &json!({ "advanceSeconds": 91 * 86_400 }),
    )
    .send()
    .await
    .unwrap();
    let late = sim
        .ours(
            "organizations",
            &[("grant_type", "refresh_token"), ("refresh_token", &idle)],
        )
        .await;
    assert_eq!(refusal(&late), (400, "invalid_grant", 700_082));
}

#[tokio::test]
async fn a_refresh_token_ends_with_the_sessions_and_with_the_account() {
    let sim = Sim::start().await;
    let scope = format!("offline_access {}", api_scope());
    let (first, second) = (
        sim.person(METTE, &scope).await,
        sim.person(METTE, &scope).await,
    );
    let form = |body: &Value| body["refresh_token"].as_str().unwrap().to_owned();
    let (first, second) = (form(&first), form(&second));
    sim.post("/_simulator/clock", &json!({ "advanceSeconds": 5 }))
        .send()
        .await
        .unwrap();
    let person = format!("/_simulator/people/{METTE}");
    sim.patch(&person, &json!({ "revokeSessions": true }))
        .send()
        .await
        .unwrap();
    let found = sim
        .ours(
            "organizations",
            &[("grant_type", "refresh_token"), ("refresh_token", &first)],
        )
        .await;
    assert_eq!(refusal(&found), (400, "invalid_grant", 50_173));
    sim.http.delete(sim.url(&person)).send().await.unwrap();
    let found = sim
        .ours(
            "organizations",
            &[("grant_type", "refresh_token"), ("refresh_token", &second)],
        )
        .await;
    assert_eq!(refusal(&found).1, "invalid_grant");
}

#[tokio::test]
async fn client_info_names_the_person_at_home() {
    let sim = Sim::start().await;
    let scope = api_scope();
    let form = [
        &password(METTE, DEMO_PASSWORD, &scope)[..],
        &[("client_info", "1")],
    ]
    .concat();
    let body = sim.granted("organizations", &form).await;
    let info = base64_lenient(body["client_info"].as_str().unwrap()).unwrap();
    let info: Value = serde_json::from_slice(&info).unwrap();
    assert_eq!(info["utid"], tenants::NORDVIND);
    assert_eq!(info["uid"], parts(&body["access_token"]).text("oid"));
}

#[tokio::test]
async fn an_application_gets_the_roles_that_were_consented_to_in_the_old_shape() {
    let sim = Sim::start().await;
    let body = sim
        .granted("nordvind.example", &credentials(GRAPH_DEFAULT))
        .await;
    let token = parts(&body["access_token"]);
    let issuer = format!("https://sts.windows.net/{}/", tenants::NORDVIND);
    let golden = json!({
        "aud": "https://graph.microsoft.com", "iss": issuer, "idp": issuer, "app_displayname": "Switchboard",
        "appid": CLIENT_ID, "appidacr": "1", "idtyp": "app", "tid": tenants::NORDVIND, "ver": "1.0"
    });
    for (claim, value) in golden.as_object().unwrap() {
        assert_eq!(&token.claims[claim], value, "{claim}");
    }
    assert_eq!(token.claims["oid"], token.claims["sub"]);
    let mut expected: Vec<&str> =
        [permissions::BASE, permissions::VOICE, permissions::ADOPTION].concat();
    expected.sort_unstable();
    assert_eq!(token.claims["roles"], json!(expected));
    assert!(
        token.header.contains_key("nonce"),
        "nobody but Graph can check it"
    );
}

#[tokio::test]
async fn an_application_on_its_own_has_to_be_known_and_enabled_in_a_tenant() {
    let sim = Sim::start().await;
    for (tenant, scope, expected) in [
        (
            "fremmed.example",
            GRAPH_DEFAULT,
            (400, "unauthorized_client", 700_016),
        ),
        (
            "organizations",
            GRAPH_DEFAULT,
            (400, "invalid_request", 50_059),
        ),
        ("common", GRAPH_DEFAULT, (400, "invalid_request", 9_001_023)),
        (
            "nordvind.example",
            "https://graph.microsoft.com/User.Read.All",
            (400, "invalid_scope", 1_002_012),
        ),
        (
            "nordvind.example",
            "api://elsewhere/.default",
            (400, "invalid_resource", 500_011),
        ),
        ("nordvind.example", "", (400, "invalid_request", 900_144)),
    ] {
        let found = sim.ours(tenant, &credentials(scope)).await;
        assert_eq!(refusal(&found), expected, "{tenant} {scope}");
    }
    let two = format!("{GRAPH_DEFAULT} {APP_ID_URI}/.default");
    let found = sim.ours("nordvind.example", &credentials(&two)).await;
    assert_eq!(refusal(&found), (400, "invalid_scope", 700_022));
    let presence = format!("/_simulator/apps/{CLIENT_ID}/tenants/nordvind.example");
    sim.patch(&presence, &json!({ "enabled": false }))
        .send()
        .await
        .unwrap();
    let found = sim
        .ours("nordvind.example", &credentials(GRAPH_DEFAULT))
        .await;
    assert_eq!(refusal(&found), (400, "unauthorized_client", 7_000_112));
    sim.patch(&presence, &json!({ "enabled": true, "roles": [] }))
        .send()
        .await
        .unwrap();
    let body = sim
        .granted("nordvind.example", &credentials(GRAPH_DEFAULT))
        .await;
    assert_eq!(parts(&body["access_token"]).claims.get("roles"), None);
}

#[tokio::test]
async fn an_integrator_gets_an_application_token_for_our_api() {
    let sim = Sim::start().await;
    for scope in [
        format!("{APP_ID_URI}/.default"),
        format!("{CLIENT_ID}/.default"),
    ] {
        let form = [
            &credentials(&scope)[..],
            &[
                ("client_id", INTEGRATOR_ID),
                ("client_secret", INTEGRATOR_SECRET),
            ],
        ]
        .concat();
        let (status, body) = sim.token("nordvind.example", &form).await;
        assert_eq!(status, 200, "{body}");
        let token = parts(&body["access_token"]);
        assert_eq!(
            (token.text("aud"), token.text("azp")),
            (CLIENT_ID, INTEGRATOR_ID)
        );
        assert_eq!((token.text("idtyp"), token.text("ver")), ("app", "2.0"));
        assert_eq!(token.claims["roles"], json!([API_ROLE]));
        assert_eq!(token.claims.get("scp"), None);
    }
}

#[tokio::test]
async fn a_token_for_us_can_be_exchanged_and_others_cannot() {
    let sim = Sim::start().await;
    let user = sim.person(METTE, &format!("openid {}", api_scope())).await;
    let body = sim
        .granted(
            tenants::NORDVIND,
            &behalf(user["access_token"].as_str().unwrap()),
        )
        .await;
    let token = parts(&body["access_token"]);
    assert_eq!(token.text("scp"), "User.Read");
    assert_eq!(token.text("upn"), METTE);

    let graph = sim.person(METTE, "User.Read").await;
    let app = sim
        .granted(
            tenants::NORDVIND,
            &credentials(&format!("{CLIENT_ID}/.default")),
        )
        .await;
    for (what, assertion, number) in [
        ("an ID token", &user["id_token"], 240_002),
        ("a token for Graph", &graph["access_token"], 500_131),
        ("an application's token", &app["access_token"], 7_000_114),
        ("nonsense", &json!("a.b.c"), 50_027),
    ] {
        let found = sim
            .ours(tenants::NORDVIND, &behalf(assertion.as_str().unwrap()))
            .await;
        assert_eq!(refusal(&found), (400, "invalid_grant", number), "{what}");
    }
    let more = [
        &behalf(user["access_token"].as_str().unwrap())[..2],
        &[
            ("scope", "https://graph.microsoft.com/Group.Read.All"),
            ("requested_token_use", "on_behalf_of"),
        ],
    ]
    .concat();
    let found = sim.ours(tenants::NORDVIND, &more).await;
    assert_eq!(refusal(&found), (400, "invalid_grant", 65_001));
    assert_eq!(found.1["suberror"], "consent_required");
    let of_another = sim
        .ours(
            tenants::FJORD,
            &behalf(user["access_token"].as_str().unwrap()),
        )
        .await;
    assert_eq!(refusal(&of_another).2, 50_013);
    sim.post("/_simulator/clock", &json!({ "advanceSeconds": 6000 }))
        .send()
        .await
        .unwrap();
    let late = sim
        .ours(
            tenants::NORDVIND,
            &behalf(user["access_token"].as_str().unwrap()),
        )
        .await;
    assert_eq!(refusal(&late).2, 500_133);
}

#[tokio::test]
async fn assignment_can_be_required_and_gives_roles() {
    let sim = Sim::start().await;
    let oid = parts(&sim.person(METTE, &api_scope()).await["access_token"])
        .text("oid")
        .to_owned();
    let presence = format!("/_simulator/apps/{CLIENT_ID}/tenants/nordvind.example");
    sim.patch(&presence, &json!({ "assignmentRequired": true }))
        .send()
        .await
        .unwrap();
    let scope = api_scope();
    let form = password(METTE, DEMO_PASSWORD, &scope);
    let found = sim.ours("organizations", &form).await;
    assert_eq!(refusal(&found), (400, "invalid_grant", 50_105));
    sim.patch(
        &presence,
        &json!({ "userRoles": { oid: ["Portal.Admin"] } }),
    )
    .send()
    .await
    .unwrap();
    let token = parts(&sim.granted("organizations", &form).await["access_token"]);
    assert_eq!(token.claims["roles"], json!(["Portal.Admin"]));
}

#[tokio::test]
async fn an_unknown_grant_is_refused() {
    let sim = Sim::start().await;
    let form = [
        ("client_id", CLIENT_ID),
        ("client_secret", CLIENT_SECRET),
        ("grant_type", "implicit"),
    ];
    let found = sim.token("organizations", &form).await;
    assert_eq!(refusal(&found), (400, "unsupported_grant_type", 70_003));
    // The discovery document names where device codes are asked for; a client that goes there reads why not.
    let document = sim
        .json("/organizations/v2.0/.well-known/openid-configuration")
        .await;
    let address = document["device_authorization_endpoint"].as_str().unwrap();
    let asked = sim.http.post(address).form(&[("client_id", CLIENT_ID)]);
    let found = answer(asked).await;
    assert_eq!(refusal(&found), (400, "unsupported_grant_type", 70_003));
    let found = sim.token("organizations", &form[..2]).await;
    assert_eq!(refusal(&found), (400, "invalid_request", 900_144));
}

#[tokio::test]
async fn an_api_that_wants_the_old_tokens_gets_them() {
    let sim = Sim::start().await;
    sim.patch(
        &format!("/_simulator/apps/{CLIENT_ID}"),
        &json!({ "tokenVersion": 1 }),
    )
    .send()
    .await
    .unwrap();
    let token = parts(&sim.person(METTE, &api_scope()).await["access_token"]);
    assert_eq!(
        (token.text("aud"), token.text("ver"), token.text("appid")),
        (APP_ID_URI, "1.0", CLIENT_ID)
    );
    assert!(token.text("iss").starts_with("https://sts.windows.net/"));
}
