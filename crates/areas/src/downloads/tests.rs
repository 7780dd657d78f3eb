use crate::tests::{METTE, NORDVIND, World, people::person};
use domain::access::{self, Role};
use platform::db::params;
use serde_json::{Value, json};
use std::time::Duration;

impl World {
    async fn link(&self, wish: Value) -> String {
        let path = format!("/api/v1/organisations/{}/downloads", self.nordvind);
        let answer = self.mette().post_json(&path, wish).await;
        assert_eq!(answer.status, 201, "{}", answer.text);
        let url = answer.json()["url"].as_str().unwrap().to_owned();
        url.strip_prefix("https://portal.example")
            .unwrap()
            .to_owned()
    }
}

fn people() -> Value {
    json!({ "kind": "people", "format": "csv" })
}

#[tokio::test]
async fn a_list_is_downloaded_by_a_link_that_needs_no_proof() {
    let world = World::new().await;
    world
        .mirror(vec![
            person(1, "=HYPERLINK(1) Holm"),
            person(2, "Bo Ågård"),
            person(3, "Carl Lund"),
        ])
        .await;
    world.give_card(2, 1).await;
    let wish = json!({
        "kind": "people", "format": "csv", "sort": "-lastName", "filter": { "q": "nordvind" },
        "columns": ["lastName", "firstName", "mobile", "monthlyCost"]
    });
    let link = world.link(wish).await;
    let file = world.nobody().get(&link).await;
    assert_eq!(file.status, 200, "{}", file.text);
    assert_eq!(file.headers["content-type"], "text/csv; charset=utf-8");
    assert_eq!(
        file.headers["content-disposition"],
        "attachment; filename=\"people-2026-11-21.csv\""
    );
    assert_eq!(
        file.text,
        "\u{feff}Last name;First name;Mobile number;\"DKK a month, without VAT\"\r\n\
         Ågård;Bo;+45 20 00 00 01;99.00\r\n\
         Lund;Carl;;0.00\r\n\
         Holm;\"'=HYPERLINK(1)\";;0.00\r\n"
    );
    // The table holds no token that leads anywhere.
    let ticket = link.rsplit('/').next().unwrap();
    let kept = world
        .count(&format!(
            "SELECT COUNT(*) FROM download_tickets WHERE request LIKE '%{ticket}%'"
        ))
        .await;
    assert_eq!(kept, 0);
}

#[tokio::test]
async fn a_link_ends_after_a_minute_and_with_the_right() {
    let world = World::new().await;
    let link = world.link(people()).await;
    assert_eq!(world.nobody().get(&link).await.status, 200);
    world.clock.advance(Duration::from_secs(61));
    assert_eq!(
        world.nobody().get(&link).await.problem(),
        (410, "downloadExpired".into())
    );
    let never = format!("/api/v1/downloads/{}", "A".repeat(43));
    assert_eq!(
        world.nobody().get(&never).await.problem(),
        (410, "downloadExpired".into())
    );
    let link = world.link(people()).await;
    let mut tx = world.app.db.begin().await.unwrap();
    access::set_accounts_enabled(
        &mut tx,
        access::for_system(),
        NORDVIND,
        &[METTE],
        false,
        world.app.clock.now(),
    )
    .await
    .unwrap();
    tx.commit().await.unwrap();
    assert_eq!(world.nobody().get(&link).await.status, 403);
    let mut tx = world.app.db.begin().await.unwrap();
    tx.execute("DELETE FROM download_tickets", params![])
        .await
        .unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn what_cannot_be_written_is_refused_before_there_is_a_link() {
    let world = World::new().await;
    world.grant(Role::Reader).await;
    let path = format!("/api/v1/organisations/{}/downloads", world.nordvind);
    for wish in [
        json!({ "kind": "secrets", "format": "csv" }),
        json!({ "kind": "people", "format": "pdf" }),
        json!({ "kind": "people", "format": "csv", "sort": "secret" }),
        json!({ "kind": "people", "format": "csv", "columns": ["pin1"] }),
        json!({ "kind": "people", "format": "csv", "filter": { "pin": 1 } }),
        json!({ "kind": "people", "format": "csv", "filter": { "q": "x".repeat(201) } }),
    ] {
        let answer = world.mette().post_json(&path, wish.clone()).await;
        assert_eq!(answer.status, 400, "{wish} {}", answer.text);
    }
    assert_eq!(world.mads().post_json(&path, people()).await.status, 403);
    assert_eq!(
        world.count("SELECT COUNT(*) FROM download_tickets").await,
        0
    );
}
