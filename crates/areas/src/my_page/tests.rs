use crate::tests::{World, people::person};
use domain::access::{self, Role};
use platform::db::params;
use serde_json::json;
use std::time::Duration;

impl World {
    fn mine(&self, rest: &str) -> String {
        format!("/api/v1/organisations/{}/my-page{rest}", self.nordvind)
    }
}

/// Mads with a mobile subscription on the card with the ICCID ending in 1.
async fn mads_has_a_card() -> (World, String) {
    let world = World::new().await;
    world
        .mirror(vec![person(31, "Mette Holm"), person(32, "Mads Lund")])
        .await;
    let sim = world.give_card(32, 1).await;
    (world, sim)
}

#[tokio::test]
async fn a_colleague_without_a_role_sees_what_they_have_and_their_codes() {
    let (world, sim) = mads_has_a_card().await;
    let mads = world.mads();
    let page = mads.get(&world.mine("")).await;
    assert_eq!(page.status, 200, "{}", page.text);
    let page = page.json();
    assert_eq!(page["person"]["displayName"], "Mads Lund");
    assert_eq!(page["sims"][0]["id"], sim);
    assert_eq!(page["subscriptions"][0]["number"], "+4520000001");
    assert_eq!(page["licences"]["ready"], true);
    let text = page.to_string();
    assert!(!text.contains("0042") && !text.contains("Cost"), "{text}");

    let codes = mads.post(&world.mine("/codes")).await;
    assert_eq!(codes.status, 200, "{}", codes.text);
    assert_eq!(codes.headers["cache-control"], "no-store");
    let shown = &codes.json()["sims"][0];
    assert_eq!(
        (&shown["pin1"], &shown["puk2"]),
        (&json!("0042"), &json!("00000002"))
    );
    let written =
        "SELECT COUNT(*) FROM code_look_ups l JOIN audit_entries e ON e.action = 'reveal_codes'
         WHERE l.own AND l.reason IS NULL AND e.detail LIKE '%' || '\"own\":true' || '%'";
    assert_eq!(world.count(written).await, 1);
}

#[tokio::test]
async fn a_colleague_without_a_role_sees_what_they_used_and_nobody_else_s() {
    let (world, _) = mads_has_a_card().await;
    world.give_card(31, 2).await;
    let page = world.mads().get(&world.mine("")).await.json();
    let own = page["subscriptions"][0]["id"].as_str().unwrap();
    let mut tx = world.app.db.begin().await.unwrap();
    tx.execute(
        "INSERT INTO usage_totals (organisation, subscription, period, kind, counted, beyond, received, records)
         SELECT organisation, id, ?1, 'data', 7000000, 0, 0, 3 FROM subscriptions",
        params![platform::Period::of(world.app.clock.now())],
    )
    .await
    .unwrap();
    tx.commit().await.unwrap();
    let used = world.mads().get(&world.mine("/usage")).await;
    assert_eq!(used.status, 200, "{}", used.text);
    let used = used.json();
    assert_eq!(used["subscriptions"].as_array().unwrap().len(), 1);
    assert_eq!(used["subscriptions"][0]["subscription"], own);
    let now = &used["subscriptions"][0]["periods"][0];
    assert_eq!(now["current"], true);
    assert_eq!(now["kinds"][0]["used"], 7_000_000);
    // The organisation's own question needs the right to read.
    let asked = format!(
        "/api/v1/organisations/{}/usage?subscription={own}",
        world.nordvind
    );
    assert_eq!(world.mads().get(&asked).await.status, 403);
    assert_eq!(
        world.svend().get(&world.mine("/usage")).await.problem(),
        (404, "notFound".into())
    );
}

#[tokio::test]
async fn who_is_not_in_the_directory_or_has_no_card_is_told_so() {
    let (world, _) = mads_has_a_card().await;
    assert_eq!(
        world.mette().post(&world.mine("/codes")).await.problem(),
        (409, "noCodes".into())
    );
    assert_eq!(
        world.svend().get(&world.mine("")).await.problem(),
        (404, "notFound".into())
    );
    // A role from outside gives no page of one's own.
    let mut tx = world.app.db.begin().await.unwrap();
    let strange = (crate::tests::STRANGE, crate::tests::SVEND);
    access::grant_at_onboarding(
        &mut tx,
        &world.app.ids,
        access::for_system(),
        world.nordvind,
        strange,
        ("Svend", "svend@example.test"),
        Role::OrganisationAdministrator,
    )
    .await
    .unwrap();
    tx.commit().await.unwrap();
    assert_eq!(
        world.svend().get(&world.mine("")).await.problem(),
        (404, "noOwnPage".into())
    );
}

#[tokio::test]
async fn another_s_codes_need_the_right_and_a_reason_and_are_counted() {
    let (world, sim) = mads_has_a_card().await;
    let path = format!("/api/v1/organisations/{}/sims/{sim}/codes", world.nordvind);
    let reason = json!({ "reason": "He forgot it at home" });
    assert_eq!(
        world
            .mette()
            .post_json(&path, reason.clone())
            .await
            .problem(),
        (403, "forbidden".into()),
        "a reader may not"
    );
    world.grant(Role::UserAdministrator).await;
    let mette = world.mette();
    for (body, code) in [
        (json!({ "reason": null }), "required"),
        (json!({ "reason": "  " }), "required"),
        (json!({ "reason": "x" }), "tooShort"),
        (json!({ "reason": "x".repeat(201) }), "tooLong"),
        (json!({ "reason": "for\nfun" }), "controlCharacters"),
    ] {
        let refused = mette.post_json(&path, body).await;
        assert_eq!(refused.status, 400);
        assert_eq!(refused.json()["errors"][0]["code"], code);
    }
    assert_eq!(world.count("SELECT COUNT(*) FROM code_look_ups").await, 0);
    let shown = mette.post_json(&path, reason.clone()).await;
    assert_eq!(shown.json()["puk1"], "00000001");
    let mut conn = world.app.db.read().await.unwrap();
    let kept: String = conn
        .one("SELECT reason FROM code_look_ups", params![])
        .await
        .unwrap()
        .get(0)
        .unwrap();
    drop(conn);
    assert_eq!(kept, "He forgot it at home");
    let words =
        "SELECT COUNT(*) FROM audit_entries WHERE detail LIKE '%forgot%' OR detail LIKE '%0042%'";
    assert_eq!(world.count(words).await, 0, "the log holds ids only");
    // What is refused is not counted; what is shown is.
    let limit = world.app.settings.limits.code_reveals_per_day;
    for _ in 1..limit {
        assert_eq!(mette.post_json(&path, reason.clone()).await.status, 200);
    }
    let refused = mette.post_json(&path, reason.clone()).await;
    assert_eq!(refused.problem(), (429, "tooOften".into()));
    let written = world.count("SELECT COUNT(*) FROM code_look_ups").await;
    assert_eq!(
        written,
        i64::from(limit),
        "what was not shown is not written down"
    );
    let wait: u64 = refused.headers["retry-after"]
        .to_str()
        .unwrap()
        .parse()
        .unwrap();
    world.clock.advance(Duration::from_secs(wait));
    assert_eq!(mette.post_json(&path, reason).await.status, 200);
}
