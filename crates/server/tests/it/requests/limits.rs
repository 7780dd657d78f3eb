//! How often somebody may do something.

use crate::support::{App, Org, Wishes, telephony};
use serde_json::json;

#[tokio::test]
async fn orders_have_a_limit_and_what_was_not_ordered_does_not_count() {
    let app = App::with(Wishes {
        limits: vec![("orders_per_hour", 2)],
        ..Wishes::default()
    })
    .await;
    let mette = app.mette();
    let people = app.people(Org::Nordvind, true).await;
    let quote = async |person| {
        let item = telephony(&app, person, json!({ "from": "series" }));
        let body = json!({ "items": [item] });
        let quote = mette.post(&mette.path("quotes"), body).await.ok(201);
        quote["id"].clone()
    };
    let place = async |caller: &crate::support::Caller<'_>, key: &str, quote| {
        let body = json!({ "quote": quote });
        caller
            .clone()
            .with("idempotency-key", key)
            .post(&caller.path("orders"), body)
            .await
    };
    // What is refused for another reason was no order.
    for number in 0..5 {
        let unknown = json!("019f0000-0000-7000-8000-000000000000");
        let refused = place(&mette, &format!("unknown-{number}"), unknown).await;
        assert_eq!(refused.status, 404);
    }
    let (first, second, third) = (
        quote(people[0]).await,
        quote(people[1]).await,
        quote(people[2]).await,
    );
    place(&mette, "key-first", first.clone()).await.ok(202);
    // Sent again it is the same order.
    for _ in 0..3 {
        place(&mette, "key-first", first.clone()).await.ok(202);
    }
    place(&mette, "key-second", second).await.ok(202);
    let refused = place(&mette, "key-third", third.clone()).await;
    assert_eq!(refused.problem(), (429, "tooOften".into()));
    assert_eq!(refused.header("retry-after"), "1800");
    assert_eq!(app.count("SELECT COUNT(*) FROM orders").await, 2);
    // Somebody else may, and so may she a while later, with the same key.
    let ulla = app.ulla();
    let item = telephony(&app, people[3], json!({ "from": "series" }));
    let body = json!({ "items": [item] });
    let other = ulla.post(&ulla.path("quotes"), body).await.ok(201);
    place(&ulla, "key-ulla", other["id"].clone()).await.ok(202);
    app.advance(std::time::Duration::from_secs(1800));
    let again = quote(people[2]).await;
    place(&mette, "key-later", again).await.ok(202);
    app.work().await;
    app.end().await;
}
