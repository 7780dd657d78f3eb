mod groups;
mod local;
mod references;

use crate::tests::{
    STRANGE, SVEND, World,
    people::{person, person_without_phone},
    token,
};
use domain::access::Role;
use serde_json::{Value, json};

fn names(page: &Value) -> Vec<&str> {
    page["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["displayName"].as_str().unwrap())
        .collect()
}

impl World {
    fn people(&self, query: &str) -> String {
        format!("/api/v1/organisations/{}/people{query}", self.nordvind)
    }
}

#[tokio::test]
async fn the_list_is_searched_sorted_and_walked() {
    let world = World::new().await;
    world
        .mirror(vec![
            person(1, "Anna Holm"),
            person(2, "Åse Berg"),
            person(3, "Bo Holm"),
            person(4, "Carl Lund"),
        ])
        .await;
    let mette = world.mette();
    let all = mette.get(&world.people("")).await.json();
    assert_eq!(
        names(&all),
        ["Anna Holm", "Bo Holm", "Carl Lund", "Åse Berg"]
    );
    assert_eq!((&all["total"], &all["next"]), (&json!(4), &Value::Null));

    let holms = mette
        .get(&world.people("?q=holm&sort=-name&limit=1"))
        .await
        .json();
    assert_eq!(
        (names(&holms), &holms["total"]),
        (vec!["Bo Holm"], &json!(2))
    );
    let next = holms["next"].as_str().unwrap();
    let rest = mette
        .get(&world.people(&format!("?q=holm&sort=-name&limit=1&cursor={next}")))
        .await
        .json();
    assert_eq!(
        (names(&rest), &rest["total"], &rest["next"]),
        (vec!["Anna Holm"], &json!(2), &Value::Null)
    );

    for sort in ["department", "-telephony", "mobile", "-cost"] {
        let mut path = world.people(&format!("?sort={sort}&limit=3"));
        let mut found = 0;
        loop {
            let page = mette.get(&path).await.json();
            found += names(&page).len();
            match page["next"].as_str() {
                Some(next) => path = world.people(&format!("?sort={sort}&limit=3&cursor={next}")),
                None => break,
            }
        }
        assert_eq!(found, 4, "{sort}");
    }
    for wrong in [
        "?sort=secret",
        "?limit=0",
        "?has=money",
        "?state=gone",
        "?unknown=1",
        "?cursor=x",
    ] {
        assert_eq!(mette.get(&world.people(wrong)).await.status, 400, "{wrong}");
    }
    assert_eq!(
        mette
            .get(&world.people(&format!("?q={}", "x".repeat(201))))
            .await
            .status,
        400
    );
}

#[tokio::test]
async fn what_can_be_ordered_depends_on_the_role_and_says_why_not() {
    let world = World::new().await;
    world
        .mirror(vec![
            person(1, "Anna Holm"),
            person_without_phone(2, "Bo Holm"),
        ])
        .await;
    let reader = world.mette().get(&world.people("")).await.json();
    assert_eq!(
        reader["items"][0]["actions"],
        json!([]),
        "a reader may never order"
    );

    world.grant(Role::UserAdministrator).await;
    let mette = world.mette().with("accept-language", "da");
    let page = mette.get(&world.people("")).await.json();
    let actions = &page["items"][0]["actions"];
    assert_eq!(
        json!([actions[0], actions[1]]),
        json!([
            { "action": "activateTelephony", "subscription": null, "possible": true, "reason": null },
            { "action": "createMobile", "subscription": null, "possible": true, "reason": null },
        ])
    );
    // What there is nothing for says so.
    assert_eq!(actions[9]["action"], json!("endSubscription"));
    assert_eq!(actions[9]["reason"]["code"], json!("nothingToChange"));
    let refused = &page["items"][1]["actions"][0];
    assert_eq!(
        (&refused["possible"], &refused["reason"]["code"]),
        (&json!(false), &json!("licenceMissing"))
    );
    let detail = refused["reason"]["detail"].as_str().unwrap();
    assert!(
        detail.contains("Microsoft Teams Phone") && detail.contains("licensen"),
        "{detail}"
    );

    let bo = page["items"][1]["id"].as_str().unwrap();
    let profile = mette.get(&world.people(&format!("/{bo}"))).await.json();
    assert_eq!(profile["licences"]["ready"], json!(false));
    assert_eq!(profile["licences"]["missing"][0]["code"], json!("MCOEV"));
    assert!(profile["licences"]["checkedAt"].is_string());
    assert!(
        profile["azureLink"]
            .as_str()
            .unwrap()
            .ends_with("/userId/00000000-0000-0000-0000-000000000002")
    );
}

#[tokio::test]
async fn what_is_ordered_stands_in_the_row_and_on_the_profile() {
    let world = World::new().await;
    world.mirror(vec![person(1, "Anna Holm")]).await;
    world.grant(Role::OrganisationAdministrator).await;
    let offering = world.sell_telephony().await;
    let mette = world.mette();
    let row = mette.get(&world.people("")).await.json()["items"][0].clone();
    let anna = row["id"].as_str().unwrap();
    assert_eq!(
        (
            &row["monthlyCost"],
            &row["numbers"],
            &row["subscriptions"],
            &row["openOrders"]
        ),
        (
            &json!({ "amount": 0, "currency": "DKK" }),
            &json!([]),
            &json!([]),
            &json!([])
        )
    );
    let item = json!({ "action": "activateTelephony", "person": anna, "offering": offering, "number": { "from": "series" } });
    let organisation = format!("/api/v1/organisations/{}", world.nordvind);
    let quote = mette
        .post_json(
            &format!("{organisation}/quotes"),
            json!({ "items": [item] }),
        )
        .await
        .json();
    let order = mette
        .clone()
        .with("idempotency-key", "order-once-and-only-once")
        .post_json(
            &format!("{organisation}/orders"),
            json!({ "quote": quote["id"] }),
        )
        .await;
    assert_eq!(order.status, 202, "{}", order.text);

    let row = mette
        .get(&world.people("?has=telephony&q=70100000"))
        .await
        .json()["items"][0]
        .clone();
    assert_eq!(
        row["numbers"],
        json!([{ "number": "+4570100000", "kind": "landline", "temporary": false }])
    );
    assert_eq!(row["subscriptions"][0]["state"], json!("ordered"));
    assert_eq!(
        row["subscriptions"][0]["offering"]["name"],
        json!("Teams telephony")
    );
    assert_eq!(row["openOrders"][0]["number"], json!("O-000001"));
    assert_eq!(
        row["monthlyCost"]["amount"],
        json!(0),
        "it costs nothing before it works"
    );
    assert_eq!(row["actions"][0]["reason"]["code"], json!("orderUnderWay"));
    assert_eq!(row["actions"][1]["possible"], json!(true));
    let profile = mette.get(&world.people(&format!("/{anna}"))).await.json();
    assert_eq!(
        profile["orders"][0]["summary"],
        json!("Activate Teams telephony · Anna Holm")
    );
    assert_eq!(profile["orders"][0]["requestedBy"]["name"], json!("Mette"));
    assert_eq!(profile["subscriptions"], row["subscriptions"]);

    let figures = mette.get(&format!("{organisation}/dashboard")).await.json();
    assert_eq!(
        figures["employees"],
        json!({ "total": 1, "withTelephony": 1, "withMobile": 0, "withNeither": 0, "disabledStillCosting": 0 })
    );
    assert_eq!(
        figures["orders"],
        json!({ "inProgress": 1, "needsAttention": 0 })
    );
}

#[tokio::test]
async fn nobody_else_s_people_are_seen() {
    let world = World::new().await;
    world.mirror(vec![person(1, "Anna Holm")]).await;
    let id = world.mette().get(&world.people("")).await.json()["items"][0]["id"].clone();
    let anna = id.as_str().unwrap();
    let elsewhere = format!("/api/v1/organisations/{}/people", world.havn);
    assert_eq!(world.mette().get(&elsewhere).await.status, 404);
    assert_eq!(world.svend().get(&world.people("")).await.status, 404);
    assert_eq!(
        world.mads().get(&world.people("")).await.status,
        403,
        "a colleague without a role has their own page"
    );
    assert_eq!(world.nobody().get(&world.people("")).await.status, 401);
    for unknown in ["00000000-0000-7000-8000-000000000000", "not-an-id"] {
        assert_eq!(
            world
                .mette()
                .get(&world.people(&format!("/{unknown}")))
                .await
                .status,
            404
        );
    }
    // The organisation is right and the person is another's.
    let stranger = world.bearer(&token(STRANGE, SVEND, "user", "Svend"));
    assert_eq!(
        stranger
            .get(&world.people(&format!("/{anna}")))
            .await
            .status,
        404
    );
}
