use crate::tests::{Answer, Client, METTE, NORDVIND, STRANGE, SVEND, World, token};
use platform::{Clock, db::params};
use serde_json::json;
use std::time::Duration;

mod ending;

const ORIGIN: &str = "https://portal.example";

/// The pairs that a browser would send back.
fn jar(answer: &Answer) -> String {
    let pairs: Vec<_> = answer
        .cookies()
        .iter()
        .map(|cookie| cookie.split(';').next().unwrap().to_owned())
        .collect();
    pairs.join("; ")
}

fn state_of(leaving: &Answer) -> String {
    let address: url::Url = leaving.location().parse().unwrap();
    address
        .query_pairs()
        .find(|(name, _)| name == "state")
        .unwrap()
        .1
        .into_owned()
}

impl World {
    pub(crate) fn browser(&self, cookies: &str) -> Client<'_> {
        self.nobody().with("cookie", cookies)
    }

    /// Leaves through `begin` and comes back to `end` with a code for `code`.
    pub(crate) async fn there_and_back(&self, begin: &str, end: &str, code: &str) -> Answer {
        let leaving = self.nobody().get(begin).await;
        assert_eq!(leaving.status, 303, "{}", leaving.text);
        let path = format!(
            "{end}?code={code}&state={}&session_state=x",
            state_of(&leaving)
        );
        self.browser(&jar(&leaving)).get(&path).await
    }

    pub(crate) async fn sign_in_mette(&self) -> Answer {
        let code = token(NORDVIND, METTE, "user", "Mette");
        self.there_and_back(
            "/auth/sign-in?returnTo=/o/1/users%3Fq%3Da",
            "/auth/callback",
            &code,
        )
        .await
    }
}

#[tokio::test]
async fn a_client_learns_where_to_sign_in() {
    let world = World::new().await;
    assert_eq!(
        world.nobody().get("/auth/client").await.json(),
        json!({
            "clientId": "client",
            "scope": "api://portal.example/client/access_as_user",
            "authority": "https://login.example",
        })
    );
}

#[tokio::test]
async fn a_browser_signs_in_is_known_and_signs_out() {
    let world = World::new().await;
    let back = world.sign_in_mette().await;
    assert_eq!(back.location(), "/o/1/users?q=a");
    let set = back
        .cookies()
        .into_iter()
        .find(|cookie| cookie.starts_with("__Host-switchboard="))
        .unwrap();
    assert!(
        set.ends_with("; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=36000"),
        "{set}"
    );

    let session = set.split(';').next().unwrap();
    let me = world.browser(session).get("/api/v1/me").await.json();
    assert_eq!(me["session"], "cookie");
    assert_eq!(me["principal"]["objectId"], METTE.to_string());
    assert_eq!(me["organisations"][0]["name"], "Nordvind A/S");
    assert_eq!(
        me["organisations"][0]["permissions"],
        json!(["read", "grantRoles"])
    );
    assert_eq!(me["organisations"][0]["myPage"], true);
    assert_eq!(me["more"], false);

    let browser = world.browser(session).with("origin", ORIGIN);
    let out = browser.post("/auth/sign-out").await;
    assert_eq!(
        out.json()["redirect"],
        "https://login.example/logout?hint=hint&to=https://portal.example/"
    );
    assert!(
        out.cookies()[0].starts_with("__Host-switchboard=; ")
            && out.cookies()[0].ends_with("Max-Age=0")
    );
    assert_eq!(
        world.browser(session).get("/api/v1/me").await.problem(),
        (401, "unauthenticated".into())
    );
    assert_eq!(browser.post("/auth/sign-out").await.json()["redirect"], "/");
    assert_eq!(
        world.nobody().post("/auth/sign-out").await.json()["redirect"],
        "/"
    );
}

#[tokio::test]
async fn a_session_ends_after_a_working_day_and_is_not_stored_readable() {
    let world = World::new().await;
    let back = world.sign_in_mette().await;
    let cookies = jar(&back);
    let secret = cookies.split(['=', ';']).nth(1).unwrap().to_owned();
    let mut conn = world.app.db.read().await.unwrap();
    let row = conn
        .one("SELECT token_hash FROM sessions", params![])
        .await
        .unwrap();
    assert_ne!(row.get::<Vec<u8>>(0).unwrap(), secret.as_bytes());
    drop(conn);
    assert_eq!(world.browser(&cookies).get("/api/v1/me").await.status, 200);
    world.clock.advance(Duration::from_secs(10 * 3600));
    assert_eq!(world.browser(&cookies).get("/api/v1/me").await.status, 401);
}

#[tokio::test]
async fn a_sign_in_belongs_to_the_browser_that_began_it_and_is_good_once() {
    let world = World::new().await;
    let code = token(NORDVIND, METTE, "user", "Mette");
    let leaving = world.nobody().get("/auth/sign-in").await;
    let path = format!("/auth/callback?code={code}&state={}", state_of(&leaving));

    let other = world.nobody().get("/auth/sign-in").await;
    for cookies in [String::new(), jar(&other)] {
        let answer = world.browser(&cookies).get(&path).await;
        assert!(
            answer
                .location()
                .starts_with("/sign-in-failed?code=stateMismatch&requestId="),
            "{}",
            answer.location()
        );
        assert!(answer.cookies().is_empty());
    }
    assert_eq!(
        world.browser(&jar(&leaving)).get(&path).await.location(),
        "/"
    );
    let again = world.browser(&jar(&leaving)).get(&path).await;
    assert!(
        again.location().starts_with("/sign-in-failed?code=expired"),
        "{}",
        again.location()
    );
    assert_eq!(world.count("SELECT COUNT(*) FROM sessions").await, 1);
}

#[tokio::test]
async fn a_sign_in_for_one_purpose_does_not_end_another() {
    let world = World::new().await;
    let code = token(NORDVIND, METTE, "user", "Mette");
    let answer = world
        .there_and_back("/auth/step-up", "/auth/callback", &code)
        .await;
    assert!(
        answer
            .location()
            .starts_with("/sign-in-failed?code=expired"),
        "{}",
        answer.location()
    );
    assert_eq!(world.count("SELECT COUNT(*) FROM sessions").await, 0);
}

#[tokio::test]
async fn a_sign_in_that_takes_too_long_or_is_refused_says_why() {
    let world = World::new().await;
    let leaving = world.nobody().get("/auth/sign-in").await;
    let code = token(NORDVIND, METTE, "user", "Mette");
    let path = format!("/auth/callback?code={code}&state={}", state_of(&leaving));
    world.clock.advance(Duration::from_secs(16 * 60));
    let late = world.browser(&jar(&leaving)).get(&path).await;
    assert!(
        late.location().starts_with("/sign-in-failed?code=expired"),
        "{}",
        late.location()
    );

    for (said, code) in [
        (
            "error=access_denied&error_description=AADSTS65004%3A+declined",
            "cancelled",
        ),
        (
            "error=access_denied&error_description=AADSTS65001%3A+no+consent",
            "consentRequired",
        ),
        ("error=temporarily_unavailable", "unavailable"),
        ("code=rubbish", "rejected"),
        ("", "rejected"),
    ] {
        let leaving = world.nobody().get("/auth/sign-in").await;
        let path = format!("/auth/callback?{said}&state={}", state_of(&leaving));
        let answer = world.browser(&jar(&leaving)).get(&path).await;
        assert!(
            answer
                .location()
                .starts_with(&format!("/sign-in-failed?code={code}&")),
            "{}",
            answer.location()
        );
    }
    let guest = token(NORDVIND, METTE, "guest", "Gæst");
    let answer = world
        .there_and_back("/auth/sign-in", "/auth/callback", &guest)
        .await;
    assert!(
        answer.location().starts_with("/sign-in-failed?code=guest"),
        "{}",
        answer.location()
    );
}

#[tokio::test]
async fn a_change_by_cookie_is_taken_from_our_own_pages_only() {
    let world = World::new().await;
    let cookies = jar(&world.sign_in_mette().await);
    let change = async |headers: &[(&str, &str)]| {
        let mut browser = world.browser(&cookies);
        for (name, value) in headers {
            browser = browser.with(name, value);
        }
        browser
            .patch("/api/v1/me", json!({ "language": "da" }))
            .await
    };
    assert_eq!(
        change(&[("origin", ORIGIN), ("sec-fetch-site", "same-origin")])
            .await
            .status,
        200
    );
    assert_eq!(change(&[("origin", ORIGIN)]).await.status, 200);
    for headers in [
        &[][..],
        &[("origin", "https://evil.example")],
        &[("origin", "null")],
        &[("origin", "http://portal.example")],
        &[("origin", ORIGIN), ("sec-fetch-site", "cross-site")],
        &[("origin", ORIGIN), ("sec-fetch-site", "same-site")],
        &[("sec-fetch-site", "same-origin")],
    ] {
        assert_eq!(
            change(headers).await.problem(),
            (403, "crossSite".into()),
            "{headers:?}"
        );
    }
    let sign_out = world
        .browser(&cookies)
        .with("origin", "https://evil.example")
        .post("/auth/sign-out")
        .await;
    assert_eq!(sign_out.problem(), (403, "crossSite".into()));
    assert_eq!(
        world
            .browser(&cookies)
            .with("origin", "https://evil.example")
            .get("/api/v1/me")
            .await
            .status,
        200
    );
}

#[tokio::test]
async fn every_bad_proof_gets_the_same_answer() {
    let world = World::new().await;
    let mut bodies = Vec::new();
    for client in [
        world.nobody(),
        world.bearer("rubbish"),
        world.bearer(&token(NORDVIND, METTE, "guest", "Gæst")),
        world.nobody().with("authorization", "Basic eDp5"),
        world.nobody().with("authorization", "Bearer"),
        world.browser("__Host-switchboard=rubbish"),
        world.browser(&format!(
            "__Host-switchboard={}",
            platform::seal::Secret::random().expose()
        )),
        world.browser("switchboard=x"),
    ] {
        let answer = client.get("/api/v1/me").await;
        assert_eq!(
            (
                answer.status,
                answer.headers["www-authenticate"].to_str().unwrap()
            ),
            (401, "Bearer")
        );
        let mut body = answer.json();
        body["requestId"] = json!("");
        bodies.push(body);
    }
    bodies.dedup();
    assert_eq!(bodies.len(), 1, "{bodies:?}");
}

#[tokio::test]
async fn a_colleague_is_remembered_and_a_stranger_is_not() {
    let world = World::new().await;
    let principals = "SELECT COUNT(*) FROM principals";
    let before = world.count(principals).await;
    let mads = world.mads().get("/api/v1/me").await.json();
    assert_eq!(
        (
            &mads["session"],
            mads["organisations"].as_array().unwrap().len()
        ),
        (&json!("bearer"), 1)
    );
    assert_eq!(mads["organisations"][0]["roles"], json!([]));
    assert!(mads["principal"]["id"].is_string());
    assert_eq!(world.count(principals).await, before + 1);

    let svend = world.svend().get("/api/v1/me").await.json();
    assert_eq!(
        (&svend["principal"]["id"], &svend["organisations"]),
        (&json!(null), &json!([]))
    );
    assert_eq!(
        world.svend().get("/api/v1/organisations").await.json()["total"],
        0
    );
    let refused = world
        .svend()
        .patch("/api/v1/me", json!({ "language": "da" }))
        .await;
    assert_eq!(refused.problem(), (403, "forbidden".into()));
    let service = token(NORDVIND, SVEND, "service", "Robot");
    assert_eq!(world.bearer(&service).get("/api/v1/me").await.status, 200);
    let code = token(STRANGE, SVEND, "user", "Svend");
    world
        .there_and_back("/auth/sign-in", "/auth/callback", &code)
        .await;
    assert_eq!(world.count(principals).await, before + 1);
}

#[tokio::test]
async fn ones_language_is_kept_and_spoken() {
    let world = World::new().await;
    assert_eq!(
        world
            .mette()
            .with("accept-language", "da")
            .get("/api/v1/me")
            .await
            .json()["language"],
        "da"
    );
    assert_eq!(
        world.mette().get("/api/v1/me").await.json()["language"],
        "en"
    );
    let answer = world
        .mette()
        .patch("/api/v1/me", json!({ "language": "da" }))
        .await;
    assert_eq!(
        (answer.status, &answer.json()["language"]),
        (200, &json!("da"))
    );
    assert_eq!(
        world.mette().get("/api/v1/me").await.json()["language"],
        "da"
    );
    let problem = world.mette().get("/api/v1/organisations?limit=0").await;
    assert_eq!(problem.json()["title"], "Forespørgslen kan ikke forstås");
    for body in [
        json!({ "language": "sv" }),
        json!({ "language": "da", "role": "reader" }),
        json!({}),
    ] {
        let answer = world.mette().patch("/api/v1/me", body).await;
        assert_eq!(
            (
                answer.status,
                answer.json()["errors"].as_array().unwrap().len()
            ),
            (400, 1)
        );
    }
}

#[tokio::test]
async fn organisations_are_searched_and_paged() {
    let world = World::new().await;
    let operator = token(NORDVIND, METTE, "user", "Mette");
    grant_on_operator(&world).await;
    let names = |page: &serde_json::Value| {
        let items = page["items"].as_array().unwrap().iter();
        items
            .map(|item| item["name"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    let client = world.bearer(&operator);
    let first = client.get("/api/v1/organisations?limit=2").await.json();
    assert_eq!(
        (names(&first), &first["total"]),
        (
            vec!["Havn Logistik A/S".into(), "Nordtel A/S".into()],
            &json!(3)
        )
    );
    let cursor = first["next"].as_str().unwrap();
    let second = client
        .get(&format!("/api/v1/organisations?limit=2&cursor={cursor}"))
        .await
        .json();
    assert_eq!(
        (names(&second), &second["next"]),
        (vec!["Nordvind A/S".to_owned()], &json!(null))
    );
    let found = client.get("/api/v1/organisations?q=LOGI").await.json();
    assert_eq!(
        (names(&found), &found["total"]),
        (vec!["Havn Logistik A/S".to_owned()], &json!(1))
    );
    assert_eq!(
        client.get("/api/v1/organisations?cursor=x").await.problem(),
        (400, "malformed".into())
    );
    assert_eq!(
        client.get("/api/v1/organisations?page=2").await.json()["errors"][0]["pointer"],
        "?page"
    );
}

async fn grant_on_operator(world: &World) {
    use domain::access::{self, Role};
    let system = access::for_system();
    let mut conn = world.app.db.read().await.unwrap();
    let operator = access::operator(&mut conn, system).await.unwrap();
    drop(conn);
    let mut tx = world.app.db.begin().await.unwrap();
    let mette = ("Mette", "mette@example.test");
    access::grant_at_onboarding(
        &mut tx,
        &world.app.ids,
        system,
        operator,
        (NORDVIND, METTE),
        mette,
        Role::OperatorAgent,
    )
    .await
    .unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn a_fresh_sign_in_ends_in_a_code_that_is_good_once_for_the_same_person() {
    use domain::access;
    let world = World::new().await;
    let mette = token(NORDVIND, METTE, "user", "Mette");
    let now = world.clock.now();
    *world.provider.authenticated_at.lock().unwrap() = Some(now);
    let ended = world
        .there_and_back("/auth/step-up", "/auth/step-up/callback", &mette)
        .await;
    let code = ended.location().strip_prefix("/step-up#code=").unwrap();
    let code = platform::seal::Secret::parse(code).unwrap();

    let mut tx = world.app.db.begin().await.unwrap();
    let of = |object| access::Caller {
        tenant: NORDVIND,
        object,
        name: String::new(),
        username: String::new(),
        principal: None,
        authenticated_at: None,
    };
    let other = access::use_step_up(&mut tx, &of(SVEND), &code, now)
        .await
        .unwrap_err();
    assert_eq!(other.code, "freshSignInNeeded");
    access::use_step_up(&mut tx, &of(METTE), &code, now)
        .await
        .unwrap();
    assert!(
        access::use_step_up(&mut tx, &of(METTE), &code, now)
            .await
            .is_err()
    );
}

#[tokio::test]
async fn a_sign_in_that_is_not_fresh_or_anothers_gives_no_code() {
    let world = World::new().await;
    let mette = token(NORDVIND, METTE, "user", "Mette");
    let old = world.clock.now().minus(Duration::from_secs(301));
    for at in [None, Some(old)] {
        *world.provider.authenticated_at.lock().unwrap() = at;
        let ended = world
            .there_and_back("/auth/step-up", "/auth/step-up/callback", &mette)
            .await;
        assert!(
            ended
                .location()
                .starts_with("/step-up?code=notFresh&requestId="),
            "{}",
            ended.location()
        );
    }
    *world.provider.authenticated_at.lock().unwrap() = Some(world.clock.now());
    let session = jar(&world.sign_in_mette().await);
    let leaving = world.browser(&session).get("/auth/step-up").await;
    assert!(leaving.location().contains("prompt=login"));
    let cookies = format!("{session}; {}", jar(&leaving));
    let mads = token(NORDVIND, crate::tests::MADS, "user", "Mads");
    let path = format!(
        "/auth/step-up/callback?code={mads}&state={}",
        state_of(&leaving)
    );
    let ended = world.browser(&cookies).get(&path).await;
    assert!(
        ended.location().starts_with("/step-up?code=anotherAccount"),
        "{}",
        ended.location()
    );
    assert_eq!(world.count("SELECT COUNT(*) FROM step_ups").await, 0);
}

#[tokio::test]
async fn a_long_answer_learns_that_the_proof_has_ended() {
    use crate::{Shared, caller::Caller};
    use axum::{Router, extract::State, routing::get};

    /// Before and after every session has ended.
    async fn long(State(app): State<Shared>, caller: Caller) -> String {
        let before = caller.is_still_good(&app).await;
        let mut tx = app.db.begin().await.unwrap();
        tx.execute("DELETE FROM sessions", params![]).await.unwrap();
        tx.commit().await.unwrap();
        format!("{before} {}", caller.is_still_good(&app).await)
    }

    let world = World::with(Router::new().route("/long", get(long))).await;
    let cookies = jar(&world.sign_in_mette().await);
    assert_eq!(
        world.browser(&cookies).get("/long").await.text,
        "true false"
    );
    assert_eq!(world.mette().get("/long").await.text, "true true");
}

#[tokio::test]
async fn sign_ins_that_nobody_came_back_from_do_not_pile_up() {
    let world = World::new().await;
    for _ in 0..3 {
        world.nobody().get("/auth/sign-in").await;
        world.clock.advance(Duration::from_secs(16 * 60));
    }
    assert_eq!(world.count("SELECT COUNT(*) FROM sign_ins").await, 1);
}

#[tokio::test]
async fn a_search_for_organisations_has_its_limits() {
    let world = World::new().await;
    let path = |length| format!("/api/v1/organisations?q={}", "a".repeat(length));
    assert_eq!(world.mette().get(&path(200)).await.status, 200);
    assert_eq!(world.mette().get(&path(60_000)).await.status, 400);
}
