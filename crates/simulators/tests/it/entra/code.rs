//! The authorization code flow with a browser.

use super::browser::{Browser, parameters};
use super::{CALLBACK, METTE, Sim, api_scope, parts, refusal};
use serde_json::json;
use sha2::{Digest, Sha256};
use simulators::microsoft::entra::jws::base64url;
use simulators::microsoft::world::{CLIENT_ID, tenants};

const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

fn authorize(tenant: &str, extra: &[(&str, &str)]) -> String {
    let scope = format!("openid profile offline_access {}", api_scope());
    let challenge = base64url(Sha256::digest(VERIFIER));
    let mut pairs = vec![
        ("client_id", CLIENT_ID),
        ("response_type", "code"),
        ("redirect_uri", CALLBACK),
        ("scope", &scope),
        ("state", "s&1"),
        ("nonce", "n-0S6"),
        ("code_challenge", &challenge),
        ("code_challenge_method", "S256"),
    ];
    for (name, value) in extra {
        pairs.retain(|(known, _)| known != name);
        if !value.is_empty() {
            pairs.push((name, value));
        }
    }
    let query = url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(pairs)
        .finish();
    format!("/{tenant}/oauth2/v2.0/authorize?{query}")
}

fn redeem(code: &str) -> Vec<(&str, &str)> {
    vec![
        ("grant_type", "authorization_code"),
        ("code", code),
        ("redirect_uri", CALLBACK),
        ("code_verifier", VERIFIER),
    ]
}

async fn code_for(
    browser: &mut Browser<'_>,
    tenant: &str,
    username: &str,
    extra: &[(&str, &str)],
) -> String {
    let page = browser.open(&authorize(tenant, extra)).await;
    let sent = browser.sign_in(&page, username).await;
    sent.parameters()["code"].clone()
}

#[tokio::test]
async fn a_person_signs_in_and_the_code_becomes_tokens_once() {
    let sim = Sim::start().await;
    let mut browser = Browser::new(&sim);
    let page = browser.open(&authorize("organizations", &[])).await;
    assert!(page.html.contains("Mette Holm"), "the personas are offered");
    let sent = browser.sign_in(&page, METTE).await;
    assert_eq!(sent.status, 302);
    let back = sent.parameters();
    assert!(
        sent.location
            .unwrap()
            .starts_with(&format!("{CALLBACK}?code="))
    );
    assert_eq!(back["state"], "s&1");
    assert!(back.contains_key("session_state"));

    let body = sim.granted("organizations", &redeem(&back["code"])).await;
    assert_eq!(body["token_type"], "Bearer");
    assert_eq!(body["scope"], format!("{} openid profile", api_scope()));
    let life = body["expires_in"].as_i64().unwrap();
    assert!((3599..5400).contains(&life));
    let id = parts(&body["id_token"]);
    assert_eq!(id.text("nonce"), "n-0S6");
    assert_eq!(id.text("aud"), CLIENT_ID);
    assert_eq!(
        id.text("iss"),
        sim.url(&format!("/{}/v2.0", tenants::NORDVIND))
    );
    assert_eq!(id.text("tid"), tenants::NORDVIND);
    assert_eq!(id.text("preferred_username"), METTE);
    assert_eq!(id.text("ver"), "2.0");
    assert_eq!(id.claims["amr"], json!(["pwd"]));
    assert!(id.seconds("auth_time").is_some() && !id.text("sid").is_empty());

    let again = sim.ours("organizations", &redeem(&back["code"])).await;
    assert_eq!(refusal(&again), (400, "invalid_grant", 54_005));
    let refresh = body["refresh_token"].as_str().unwrap();
    let spent = sim
        .ours(
            "organizations",
            &[("grant_type", "refresh_token"), ("refresh_token", refresh)],
        )
        .await;
    assert_eq!(
        refusal(&spent),
        (400, "invalid_grant", 70_000),
        "a replayed code revokes what came of it"
    );
}

#[tokio::test]
async fn a_code_lives_ten_minutes() {
    let sim = Sim::start().await;
    let mut browser = Browser::new(&sim);
    let code = code_for(&mut browser, "organizations", METTE, &[]).await;
    sim.post("/_simulator/clock", &json!({ "advanceSeconds": 601 }))
        .send()
        .await
        .unwrap();
    let late = sim.ours("organizations", &redeem(&code)).await;
    assert_eq!(refusal(&late), (400, "invalid_grant", 70_008));
}

#[tokio::test]
async fn a_code_is_bound_to_its_verifier_its_address_and_its_tenant() {
    let sim = Sim::start().await;
    let mut browser = Browser::new(&sim);
    let code = code_for(&mut browser, "organizations", METTE, &[]).await;
    let swap = |name: &'static str, value: &'static str| {
        let mut form = redeem(&code);
        form.retain(|(known, _)| *known != name);
        form.push((name, value));
        form
    };
    let wrong = sim.ours("organizations", &swap("code_verifier", "x")).await;
    assert_eq!(refusal(&wrong), (400, "invalid_grant", 501_481));
    let none = sim.ours("organizations", &swap("code_verifier", "")).await;
    assert_eq!(refusal(&none), (400, "invalid_grant", 501_481));
    let wrong = sim
        .ours(
            "organizations",
            &swap("redirect_uri", "http://localhost:8080/"),
        )
        .await;
    assert_eq!(refusal(&wrong).2, 500_112);
    let wrong = sim.ours(tenants::FJORD, &redeem(&code)).await;
    assert_eq!(refusal(&wrong), (400, "invalid_grant", 700_005));
    let unknown = sim.ours("organizations", &redeem("nothing")).await;
    assert_eq!(refusal(&unknown).1, "invalid_grant");
    // None of these used it up.
    sim.granted(tenants::NORDVIND, &redeem(&code)).await;
}

#[tokio::test]
async fn a_plain_challenge_is_the_verifier_itself() {
    let sim = Sim::start().await;
    let mut browser = Browser::new(&sim);
    let plain = [
        ("code_challenge", VERIFIER),
        ("code_challenge_method", "plain"),
    ];
    let code = code_for(&mut browser, "organizations", METTE, &plain).await;
    sim.granted("organizations", &redeem(&code)).await;
}

#[tokio::test]
async fn an_answer_comes_in_the_query_in_the_fragment_or_as_a_form() {
    let sim = Sim::start().await;
    let mut browser = Browser::new(&sim);
    let page = browser
        .open(&authorize(
            "organizations",
            &[("response_mode", "fragment")],
        ))
        .await;
    let sent = browser.sign_in(&page, METTE).await;
    assert!(
        sent.location
            .unwrap()
            .starts_with(&format!("{CALLBACK}#code="))
    );
    // Signed in already: the next one needs no page.
    let form = browser
        .open(&authorize(
            "organizations",
            &[("response_mode", "form_post")],
        ))
        .await;
    assert_eq!(form.status, 200);
    assert!(form.html.contains(&format!("action=\"{CALLBACK}\"")));
    assert_eq!(form.field("state"), "s&1");
    sim.granted("organizations", &redeem(&form.field("code")))
        .await;
}

#[tokio::test]
async fn an_address_that_is_not_registered_gets_nothing() {
    let sim = Sim::start().await;
    let mut browser = Browser::new(&sim);
    for (wrong, number) in [
        ("http://localhost:8080/auth/callback/", "AADSTS50011"),
        ("http://evil.example/", "AADSTS50011"),
        ("", "AADSTS900144"),
    ] {
        let page = browser
            .open(&authorize("organizations", &[("redirect_uri", wrong)]))
            .await;
        assert_eq!((page.status, page.location), (400, None));
        assert!(page.html.contains(number), "{}", page.html);
    }
    let page = browser.open(&authorize("nowhere.example", &[])).await;
    assert!(page.html.contains("AADSTS90002") && page.location.is_none());
}

#[tokio::test]
async fn what_is_wrong_otherwise_is_told_to_the_client() {
    let sim = Sim::start().await;
    let mut browser = Browser::new(&sim);
    for (extra, code) in [
        (("response_type", "id_token"), "unsupported_response_type"),
        (("scope", ""), "invalid_request"),
        (
            ("scope", "https://graph.microsoft.com/No.Such"),
            "invalid_scope",
        ),
        (("scope", "api://elsewhere/x"), "invalid_resource"),
        (("prompt", "dance"), "invalid_request"),
        (("code_challenge_method", "S512"), "invalid_request"),
    ] {
        let sent = browser.open(&authorize("organizations", &[extra])).await;
        let back = sent.parameters();
        assert_eq!(back["error"], code, "{extra:?}");
        assert_eq!(back["state"], "s&1");
        assert!(back["error_description"].starts_with("AADSTS"));
    }
}

#[tokio::test]
async fn silence_needs_a_session() {
    let sim = Sim::start().await;
    let mut browser = Browser::new(&sim);
    let silent = [("prompt", "none")];
    let sent = browser.open(&authorize("organizations", &silent)).await;
    assert_eq!(sent.parameters()["error"], "login_required");
    code_for(&mut browser, "organizations", METTE, &[]).await;
    let sent = browser.open(&authorize("organizations", &silent)).await;
    assert!(sent.parameters().contains_key("code"));
    let sent = browser.open(&authorize(tenants::FJORD, &silent)).await;
    assert_eq!(
        sent.parameters()["error"],
        "login_required",
        "nobody of that tenant is signed in"
    );
    // A second person: now it takes a hint.
    code_for(
        &mut browser,
        "organizations",
        "rita.reader@nordvind.example",
        &[("prompt", "login")],
    )
    .await;
    let sent = browser.open(&authorize("organizations", &silent)).await;
    assert_eq!(sent.parameters()["error"], "interaction_required");
    let hinted = [("prompt", "none"), ("login_hint", METTE)];
    let sent = browser.open(&authorize("organizations", &hinted)).await;
    assert!(sent.parameters().contains_key("code"));
    let picker = browser.open(&authorize("organizations", &[])).await;
    assert!(picker.html.contains("Pick an account"));
}

#[tokio::test]
async fn a_fresh_sign_in_has_a_fresh_time() {
    let sim = Sim::start().await;
    let mut browser = Browser::new(&sim);
    let time = async |code: &str| {
        let body = sim.granted("organizations", &redeem(code)).await;
        parts(&body["id_token"]).seconds("auth_time").unwrap()
    };
    let first = time(&code_for(&mut browser, "organizations", METTE, &[]).await).await;
    sim.post("/_simulator/clock", &json!({ "advanceSeconds": 1000 }))
        .send()
        .await
        .unwrap();
    let sent = browser.open(&authorize("organizations", &[])).await;
    assert_eq!(
        time(&sent.parameters()["code"]).await,
        first,
        "a session keeps its time"
    );
    let page = browser
        .open(&authorize(
            "organizations",
            &[("prompt", "login"), ("login_hint", METTE)],
        ))
        .await;
    assert!(page.html.contains("Enter password"));
    let sent = browser.password(&page, METTE, "Demo-2026!").await;
    assert!(time(&sent.parameters()["code"]).await >= first + 1000);
}

#[tokio::test]
async fn wrong_names_and_passwords_stay_on_the_page() {
    let sim = Sim::start().await;
    let mut browser = Browser::new(&sim);
    let page = browser.open(&authorize("organizations", &[])).await;
    let view = browser
        .submit(
            &page,
            &[
                ("step", "username"),
                ("username", "nobody@nordvind.example"),
            ],
        )
        .await;
    assert!(view.html.contains("AADSTS50034"));
    let view = browser
        .submit(&page, &[("step", "username"), ("username", METTE)])
        .await;
    let view = browser.password(&view, METTE, "wrong").await;
    assert!(view.html.contains("AADSTS50126") && view.html.contains("role=\"alert\""));
    let view = browser
        .submit(
            &page,
            &[("step", "username"), ("username", "mette@outlook.com")],
        )
        .await;
    assert!(view.html.contains("AADSTS500200") && view.html.contains("personal Microsoft account"));
}

#[tokio::test]
async fn a_stranger_to_the_tenant_and_a_disabled_person_are_turned_away() {
    let sim = Sim::start().await;
    let mut browser = Browser::new(&sim);
    let page = browser.open(&authorize(tenants::FJORD, &[])).await;
    let view = browser.sign_in(&page, METTE).await;
    assert!(view.html.contains("AADSTS50020"), "{}", view.html);
    sim.patch(
        &format!("/_simulator/people/{METTE}"),
        &json!({ "enabled": false }),
    )
    .send()
    .await
    .unwrap();
    let mut other = Browser::new(&sim);
    let page = other.open(&authorize("organizations", &[])).await;
    let view = other.sign_in(&page, METTE).await;
    assert!(view.html.contains("AADSTS50057"));
    assert!(
        view.html.contains("error=access_denied"),
        "the way back tells the application"
    );
}

#[tokio::test]
async fn a_guest_is_the_guest_object_of_that_tenant() {
    let sim = Sim::start().await;
    let mut browser = Browser::new(&sim);
    let code = code_for(
        &mut browser,
        tenants::FJORD,
        "paula.partner@kontorpartner.example",
        &[],
    )
    .await;
    let id = parts(&sim.granted(tenants::FJORD, &redeem(&code)).await["id_token"]);
    assert_eq!(id.text("tid"), tenants::FJORD);
    assert_eq!(
        id.text("preferred_username"),
        "paula.partner@kontorpartner.example"
    );
    assert!(id.text("idp").contains(tenants::KONTORPARTNER));
    assert_eq!(id.claims["acct"], 1);
    assert_eq!(id.text("email"), "paula.partner@kontorpartner.example");
    let world = sim.running.microsoft.world.read();
    let guest = &world.tenant(tenants::FJORD).unwrap().users[id.text("oid")];
    assert!(guest.username.contains("#EXT#"));
}

#[tokio::test]
async fn a_second_factor_is_asked_for_and_shows_in_the_token() {
    let sim = Sim::start().await;
    sim.patch(
        &format!("/_simulator/people/{METTE}"),
        &json!({ "bar": "mfaRequired" }),
    )
    .send()
    .await
    .unwrap();
    let mut browser = Browser::new(&sim);
    let page = browser.open(&authorize("organizations", &[])).await;
    let view = browser.sign_in(&page, METTE).await;
    assert!(view.html.contains("Enter code"));
    let ticket = view.field("ticket");
    let wrong = browser
        .submit(
            &view,
            &[("step", "code"), ("ticket", &ticket), ("code", "1")],
        )
        .await;
    assert!(wrong.html.contains("role=\"alert\""));
    let sent = browser
        .submit(
            &view,
            &[("step", "code"), ("ticket", &ticket), ("code", "000000")],
        )
        .await;
    let id = parts(
        &sim.granted("organizations", &redeem(&sent.parameters()["code"]))
            .await["id_token"],
    );
    assert_eq!(id.claims["amr"], json!(["pwd", "mfa"]));
}

#[tokio::test]
async fn an_expired_password_is_renewed_on_the_way() {
    let sim = Sim::start().await;
    sim.patch(
        &format!("/_simulator/people/{METTE}"),
        &json!({ "mustChangePassword": true }),
    )
    .send()
    .await
    .unwrap();
    let mut browser = Browser::new(&sim);
    let page = browser.open(&authorize("organizations", &[])).await;
    let view = browser.sign_in(&page, METTE).await;
    let ticket = view.field("ticket");
    let sent = browser
        .submit(
            &view,
            &[
                ("step", "change"),
                ("ticket", &ticket),
                ("new", "Another-2026!"),
            ],
        )
        .await;
    assert!(sent.parameters().contains_key("code"));
    let mut other = Browser::new(&sim);
    let page = other
        .open(&authorize("organizations", &[("login_hint", METTE)]))
        .await;
    let sent = other.password(&page, METTE, "Another-2026!").await;
    assert!(sent.parameters().contains_key("code"));
}

#[tokio::test]
async fn signing_out_ends_the_session_and_goes_where_it_may() {
    let sim = Sim::start().await;
    let mut browser = Browser::new(&sim);
    code_for(&mut browser, "organizations", METTE, &[]).await;
    let out = "/organizations/oauth2/v2.0/logout?post_logout_redirect_uri=";
    let sent = browser
        .open(&format!("{out}http%3A%2F%2Flocalhost%3A8080%2F&state=x"))
        .await;
    // The application is told in a frame; the browser goes on a moment later.
    assert!(
        sent.html
            .contains("content=\"1;url=http://localhost:8080/?state=x\"")
    );
    let silent = browser
        .open(&authorize("organizations", &[("prompt", "none")]))
        .await;
    assert_eq!(silent.parameters()["error"], "login_required");

    code_for(&mut browser, "organizations", METTE, &[]).await;
    let page = browser
        .open(&format!("{out}http%3A%2F%2Fevil.example%2F"))
        .await;
    assert_eq!(page.location, None, "nowhere that is not registered");
    let frame = page
        .html
        .split("<iframe hidden")
        .nth(1)
        .unwrap()
        .split("src=\"")
        .nth(1)
        .unwrap();
    let address = frame.split('"').next().unwrap().replace("&amp;", "&");
    assert!(address.starts_with("http://localhost:8080/auth/sign-out/front-channel?"));
    assert!(!page.html.contains("evil.example"));
    let told = parameters(&address);
    assert!(told.contains_key("sid") && told.contains_key("iss"));
}
