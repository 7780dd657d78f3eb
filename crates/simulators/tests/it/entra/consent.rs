//! Consent: an administrator's for all, and a person's own.

use super::browser::Browser;
use super::{CALLBACK, GRAPH_DEFAULT, Sim, refusal};
use simulators::microsoft::world::{CLIENT_ID, tenants};

const SVEND: &str = "svend.fremmed@fremmed.example";
const BACK: &str = "http%3A%2F%2Flocalhost%3A8080%2Fauth%2Fconsent%2Fcallback";

fn first(tenant: &str) -> String {
    format!("/{tenant}/adminconsent?client_id={CLIENT_ID}&redirect_uri={BACK}&state=s1")
}

fn second(tenant: &str) -> String {
    format!(
        "/{tenant}/v2.0/adminconsent?client_id={CLIENT_ID}&redirect_uri={BACK}&state=s1&scope=https%3A%2F%2Fgraph.microsoft.com%2F.default"
    )
}

fn account(html: &str) -> String {
    let value = html
        .split("name=\"account\" value=\"")
        .nth(1)
        .expect("an account");
    value.split('"').next().unwrap().to_owned()
}

async fn app_token(sim: &Sim, tenant: &str) -> (u16, serde_json::Value) {
    sim.ours(
        tenant,
        &[
            ("grant_type", "client_credentials"),
            ("scope", GRAPH_DEFAULT),
        ],
    )
    .await
}

#[tokio::test]
async fn an_administrator_consents_and_the_application_works() {
    let sim = Sim::start().await;
    assert_eq!(refusal(&app_token(&sim, tenants::FREMMED).await).2, 700_016);
    let mut browser = Browser::new(&sim);
    let page = browser.open(&first("organizations")).await;
    let view = browser.sign_in(&page, SVEND).await;
    assert!(view.html.contains("Permissions requested") && view.html.contains("User.Read.All"));
    let fields = [
        ("step", "consent"),
        ("account", &account(&view.html)),
        ("decision", "accept"),
    ];
    let sent = browser.submit(&view, &fields).await;
    let back = sent.parameters();
    assert_eq!(back["admin_consent"], "True");
    assert_eq!(
        (back["tenant"].as_str(), back["state"].as_str()),
        (tenants::FREMMED, "s1")
    );
    assert!(!back.contains_key("scope"));
    let (status, body) = app_token(&sim, tenants::FREMMED).await;
    assert_eq!(status, 200);
    assert_eq!(
        super::parts(&body["access_token"]).claims["roles"]
            .as_array()
            .unwrap()
            .len(),
        10
    );
}

#[tokio::test]
async fn the_second_version_repeats_the_scope_and_says_consent_beside_an_error() {
    let sim = Sim::start().await;
    let mut browser = Browser::new(&sim);
    let page = browser.open(&second("fremmed.example")).await;
    let view = browser.sign_in(&page, SVEND).await;
    let account = account(&view.html);
    let sent = browser
        .submit(
            &view,
            &[
                ("step", "consent"),
                ("account", &account),
                ("decision", "cancel"),
            ],
        )
        .await;
    let back = sent.parameters();
    assert_eq!(
        (back["error"].as_str(), back["admin_consent"].as_str()),
        ("access_denied", "True")
    );
    assert!(back["error_description"].starts_with("AADSTS65004") && !back.contains_key("tenant"));
    assert_eq!(refusal(&app_token(&sim, tenants::FREMMED).await).2, 700_016);
    let sent = browser
        .submit(
            &view,
            &[
                ("step", "consent"),
                ("account", &account),
                ("decision", "accept"),
            ],
        )
        .await;
    assert_eq!(sent.parameters()["scope"], GRAPH_DEFAULT);
    let common = browser.open(&second("common")).await;
    assert_eq!((common.status, common.location), (400, None));
}

#[tokio::test]
async fn declining_the_first_version_is_a_plain_error() {
    let sim = Sim::start().await;
    let mut browser = Browser::new(&sim);
    let page = browser.open(&first("common")).await;
    let view = browser.sign_in(&page, SVEND).await;
    let fields = [
        ("step", "consent"),
        ("account", &account(&view.html)),
        ("decision", "cancel"),
    ];
    let back = browser.submit(&view, &fields).await.parameters();
    assert_eq!(
        (back["error"].as_str(), back["state"].as_str()),
        ("access_denied", "s1")
    );
    assert!(!back.contains_key("admin_consent"));
}

#[tokio::test]
async fn who_is_no_administrator_cannot_consent_for_all() {
    let sim = Sim::start().await;
    let mut browser = Browser::new(&sim);
    let page = browser.open(&first("nordvind.example")).await;
    let view = browser.sign_in(&page, "rita.reader@nordvind.example").await;
    assert!(view.html.contains("Need admin approval") && view.html.contains("AADSTS90094"));
    let elsewhere = first("nordvind.example").replace("consent%2Fcallback", "elsewhere");
    let page = browser.open(&elsewhere).await;
    assert!(page.html.contains("AADSTS50011") && page.location.is_none());
}

#[tokio::test]
async fn a_person_consents_to_signing_in_where_nobody_did() {
    let sim = Sim::start().await;
    let authorize = |scope: &str| {
        let query = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs([
                ("client_id", CLIENT_ID),
                ("response_type", "code"),
                ("redirect_uri", CALLBACK),
                ("scope", scope),
                ("state", "s1"),
            ])
            .finish();
        format!("/organizations/oauth2/v2.0/authorize?{query}")
    };
    let mut browser = Browser::new(&sim);
    let page = browser.open(&authorize("openid profile")).await;
    let view = browser.sign_in(&page, SVEND).await;
    assert!(view.html.contains("Permissions requested"));
    let account = account(&view.html);
    let no = browser
        .submit(
            &view,
            &[
                ("step", "consent"),
                ("account", &account),
                ("decision", "cancel"),
            ],
        )
        .await;
    assert_eq!(no.parameters()["error"], "access_denied");
    let silent = browser
        .open(&format!("{}&prompt=none", authorize("openid profile")))
        .await;
    assert_eq!(silent.parameters()["error"], "interaction_required");
    let yes = browser
        .submit(
            &view,
            &[
                ("step", "consent"),
                ("account", &account),
                ("decision", "accept"),
            ],
        )
        .await;
    let code = yes.parameters()["code"].clone();
    let form = [
        ("grant_type", "authorization_code"),
        ("code", code.as_str()),
        ("redirect_uri", CALLBACK),
    ];
    sim.granted("organizations", &form).await;
    let again = browser.open(&authorize("openid profile")).await;
    assert!(again.parameters().contains_key("code"), "asked once only");

    // What reaches beyond the person takes an administrator.
    let mut other = Browser::new(&sim);
    let page = other
        .open(&authorize(
            "openid https://graph.microsoft.com/Group.Read.All",
        ))
        .await;
    let view = other.sign_in(&page, "rita.reader@nordvind.example").await;
    assert!(view.html.contains("AADSTS90094"));
}
