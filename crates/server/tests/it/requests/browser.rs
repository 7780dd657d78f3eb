//! A browser: signs in through the identity provider, and then other sites try to use its cookie.

use crate::support::{App, Caller, Described, Org, Proof, contract};
use reqwest::{Method, Url};
use serde_json::json;

/// The value of a cookie that an answer sets.
fn cookie(headers: &reqwest::header::HeaderMap, start: &str) -> String {
    headers
        .get_all("set-cookie")
        .iter()
        .filter_map(|value| value.to_str().ok())
        .find(|value| value.starts_with(start))
        .and_then(|value| value.split(';').next())
        .unwrap_or_else(|| panic!("no cookie {start}: {headers:?}"))
        .to_owned()
}

/// Signs in as the browser does, and answers the session's cookie.
async fn sign_in(app: &App, username: &str) -> String {
    let nobody = app.nobody();
    let left = nobody.get("/auth/sign-in?returnTo=/users").await;
    assert_eq!(left.status, 303, "{}", left.text);
    let form = [
        ("step", "password"),
        ("username", username),
        ("password", "Demo-2026!"),
    ];
    let browser = reqwest::Client::builder()
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .build()
        .expect("a client");
    let answer = browser
        .post(left.header("location"))
        .form(&form)
        .send()
        .await
        .expect("an answer");
    let back = answer
        .headers()
        .get("location")
        .expect("a way back")
        .to_str()
        .expect("text");
    let back = Url::parse(back).expect("an address");
    let state = cookie(&left.headers, "__Host-switchboard-sign-in-");
    let path = format!("{}?{}", back.path(), back.query().unwrap_or_default());
    // Without the cookie that began it, it is somebody else's sign-in.
    let stolen = nobody.get(&path).await;
    assert!(
        !stolen.headers.contains_key("set-cookie"),
        "{:?}",
        stolen.headers
    );
    let back = nobody.clone().with("cookie", &state).get(&path).await;
    assert_eq!(
        (back.status, back.header("location")),
        (303, "/users"),
        "{}",
        back.text
    );
    cookie(&back.headers, "__Host-switchboard=")
}

fn browser<'a>(app: &'a App, session: &str) -> Caller<'a> {
    app.caller(
        Proof::Cookie(session.to_owned()),
        Org::Nordvind,
        &[Org::Nordvind],
    )
}

#[tokio::test]
async fn a_cookie_changes_something_from_our_own_pages_only() {
    let app = App::start().await;
    let session = sign_in(&app, "mette.holm@nordvind.example").await;
    let mette = browser(&app, &session);
    assert_eq!(mette.get("/api/v1/me").await.ok(200)["session"], "cookie");
    let things = app.things(Org::Nordvind, &app.mette()).await;
    let before = app.dump(&["principals"]).await;
    let mut tried = 0;
    // What the token of a mail lets anybody do is done in nobody's name: there the cookie says nothing.
    let by_link =
        |d: &Described| d.path.starts_with("/api/") && d.operation["security"] == json!([]);
    let ours = contract().operations.iter();
    for described in ours.filter(|d| !d.is_safe() && !by_link(d)) {
        let sample = app.sample(described, &things);
        for headers in [
            &[][..],
            &[("origin", "https://evil.example")],
            &[("origin", "null")],
            &[
                ("origin", app.url.as_str()),
                ("sec-fetch-site", "cross-site"),
            ],
            &[
                ("origin", app.url.as_str()),
                ("sec-fetch-site", "same-site"),
            ],
            &[("referer", app.url.as_str())],
        ] {
            let mut caller = mette.clone();
            for (name, value) in headers {
                caller = caller.with(name, value);
            }
            let answer = caller.try_out(described, &sample).await;
            assert_eq!(
                answer.problem(),
                (403, "crossSite".to_owned()),
                "{} {headers:?}",
                described.id
            );
            tried += 1;
        }
    }
    assert!(tried >= 30, "only {tried} were tried");
    let after = app.dump(&["principals"]).await;
    assert_eq!(
        crate::support::database::differences(&before, &after),
        Vec::<String>::new()
    );
    let ours = mette
        .clone()
        .with("origin", &app.url)
        .with("sec-fetch-site", "same-origin");
    let answer = ours
        .send(
            Method::PATCH,
            "/api/v1/me",
            Some(json!({ "language": "da" })),
        )
        .await;
    assert_eq!(answer.ok(200)["language"], "da");
    app.work().await;
    app.end().await;
}

#[tokio::test]
async fn a_session_ends_with_the_sign_out_and_with_its_time() {
    let app = App::start().await;
    let session = sign_in(&app, "mette.holm@nordvind.example").await;
    let mette = browser(&app, &session);
    let leaving = mette
        .clone()
        .with("origin", &app.url)
        .post("/auth/sign-out", json!({}))
        .await;
    assert!(
        leaving.ok(200)["redirect"]
            .as_str()
            .unwrap()
            .starts_with(&app.sim.microsoft_http)
    );
    assert_eq!(mette.get("/api/v1/me").await.status, 401);
    let session = sign_in(&app, "mette.holm@nordvind.example").await;
    let mette = browser(&app, &session);
    mette.get("/api/v1/me").await.ok(200);
    app.advance(domain::access::SESSION_LIFE);
    assert_eq!(mette.get("/api/v1/me").await.status, 401);
    let made_up = browser(&app, "__Host-switchboard=AAAA");
    assert_eq!(made_up.get("/api/v1/me").await.status, 401);
    app.end().await;
}
