//! People made here.

use crate::tests::{World, people::person};
use domain::access::Role;
use serde_json::{Value, json};

fn lone() -> Value {
    json!({ "firstName": " Lone ", "lastName": "Ågård", "email": "lone@example.com", "mobilePhone": "20 30 40 50" })
}

async fn administered() -> World {
    let world = World::new().await;
    world.mirror(vec![person(1, "Anna Holm")]).await;
    world.grant(Role::UserAdministrator).await;
    world
}

#[tokio::test]
async fn a_local_person_is_made_changed_and_removed() {
    let world = administered().await;
    let keyed = world.mette().with("idempotency-key", "made-once");
    let made = keyed.post_json(&world.people(""), lone()).await;
    assert_eq!(made.status, 201, "{}", made.text);
    let person = made.json();
    assert_eq!(
        (
            &person["displayName"],
            &person["kind"],
            &person["mobilePhone"],
            &person["objectId"]
        ),
        (
            &json!("Lone Ågård"),
            &json!("local"),
            &json!("+4520304050"),
            &Value::Null
        )
    );
    let again = keyed.post_json(&world.people(""), lone()).await;
    assert_eq!((again.status, &again.text), (201, &made.text));

    let path = world.people(&format!("/{}", person["id"].as_str().unwrap()));
    let mette = world.mette();
    let found = mette
        .get(&world.people("?state=local&q=aagaard"))
        .await
        .json();
    assert_eq!(found["total"], 1);
    // A number in Teams needs a Teams account; a mobile subscription does not.
    let actions = &found["items"][0]["actions"];
    assert_eq!(actions[0]["reason"]["code"], "noTeamsAccount");
    assert_eq!(actions[1]["possible"], true);

    let etag = made.headers["etag"].to_str().unwrap().to_owned();
    assert_eq!(mette.get(&path).await.headers["etag"], etag.as_str());
    let change = json!({ "lastName": "Zeuthen", "email": null });
    assert_eq!(mette.patch(&path, change.clone()).await.status, 428);
    let changed = mette
        .clone()
        .with("if-match", &etag)
        .patch(&path, change.clone())
        .await;
    let now = changed.json();
    assert_eq!(
        (
            changed.status,
            &now["displayName"],
            &now["email"],
            &now["mobilePhone"]
        ),
        (
            200,
            &json!("Lone Zeuthen"),
            &Value::Null,
            &json!("+4520304050")
        )
    );
    assert_eq!(
        mette
            .clone()
            .with("if-match", &etag)
            .patch(&path, change)
            .await
            .status,
        412
    );
    assert_eq!(mette.delete(&path).await.status, 204);
    assert_eq!(mette.delete(&path).await.status, 404);
    assert_eq!(
        mette.get(&world.people("?q=zeuthen")).await.json()["total"],
        0
    );
    let written = "SELECT COUNT(*) FROM audit_entries WHERE action LIKE '%_local_person'";
    assert_eq!(world.count(written).await, 3);
}

#[tokio::test]
async fn what_is_still_active_is_named_before_somebody_is_removed() {
    let world = administered().await;
    let made = world
        .mette()
        .with("idempotency-key", "made-once")
        .post_json(&world.people(""), lone())
        .await
        .json();
    let id = made["id"].as_str().unwrap();
    world.give_card_to(id, 7).await;
    let path = world.people(&format!("/{id}"));
    let refused = world
        .mette()
        .with("accept-language", "da")
        .delete(&path)
        .await;
    assert_eq!(refused.problem(), (409, "personHasSubscriptions".into()));
    let detail = refused.json()["detail"].as_str().unwrap().to_owned();
    assert!(
        detail.contains("Mobile (20 00 00 07)") || detail.contains("Mobile (+45 20 00 00 07)"),
        "{detail}"
    );
    assert_eq!(world.mette().get(&path).await.json()["state"], "active");
}

#[tokio::test]
async fn what_does_not_fit_is_told_at_each_field_and_a_directory_person_is_not_ours_to_change() {
    let world = administered().await;
    let mette = world.mette();
    let wrong = json!({
        "firstName": " ", "lastName": "x".repeat(101), "email": "nobody", "title": "a\u{0}b", "mobilePhone": "12"
    });
    let refused = mette
        .clone()
        .with("idempotency-key", "wrong")
        .post_json(&world.people(""), wrong)
        .await;
    assert_eq!(refused.status, 400);
    let told: Vec<_> = refused.json()["errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|field| format!("{} {}", field["pointer"], field["code"]).replace('"', ""))
        .collect();
    assert_eq!(
        told,
        [
            "/firstName required",
            "/lastName tooLong",
            "/email notAnEmail",
            "/title controlCharacters",
            "/mobilePhone notANumber"
        ]
    );
    let anna = mette.get(&world.people("?q=anna")).await.json()["items"][0]["id"].clone();
    let path = world.people(&format!("/{}", anna.as_str().unwrap()));
    let change = mette
        .clone()
        .with("if-match", "*")
        .patch(&path, json!({ "firstName": "Anne" }))
        .await;
    assert_eq!(change.problem(), (422, "directoryPerson".into()));
    assert_eq!(
        mette.delete(&path).await.problem(),
        (422, "directoryPerson".into())
    );
    let elsewhere = path.replace(&world.nordvind.to_string(), &world.havn.to_string());
    assert_eq!(mette.delete(&elsewhere).await.status, 404);
    assert_eq!(world.mads().delete(&path).await.status, 403);
}
