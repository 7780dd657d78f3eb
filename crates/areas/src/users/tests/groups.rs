//! Groups of the directory, and an organisation's default one.

use crate::tests::{World, people::person};
use domain::{
    access::{ObjectId, Role},
    directory::ports::GroupRecord,
};
use platform::outside::OutsideError;
use serde_json::{Value, json};
use std::time::Duration;
use uuid::Uuid;

fn object(number: u128) -> ObjectId {
    ObjectId(Uuid::from_u128(number))
}

fn group(number: u128, name: &str) -> GroupRecord {
    GroupRecord {
        object: object(number),
        display_name: name.to_owned(),
        description: Some("Somebody's".to_owned()),
    }
}

/// Three people; two groups, of which the first has two of them.
async fn grouped() -> World {
    let world = World::new().await;
    world
        .mirror(vec![
            person(1, "Anna Holm"),
            person(2, "Bo Lund"),
            person(3, "Carl Krog"),
        ])
        .await;
    *world.directory.groups.lock().unwrap() = vec![
        (group(0xa, "Økonomi"), vec![object(1), object(2)]),
        (group(0xb, "Alle"), vec![object(3)]),
    ];
    world
}

fn names(page: &Value) -> Vec<&str> {
    super::names(page)
}

impl World {
    fn in_group(&self, number: u128) -> String {
        self.people(&format!("?group={}", object(number)))
    }

    fn asked(&self) -> usize {
        *self.directory.asked.lock().unwrap()
    }
}

#[tokio::test]
async fn typing_a_group_s_name_and_filtering_by_it_ask_the_directory_once() {
    let world = grouped().await;
    let mette = world.mette();
    let list = format!("/api/v1/organisations/{}/directory/groups", world.nordvind);
    let before = world.asked();
    let all = mette.get(&list).await.json();
    let shown: Vec<_> = all["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|group| (group["name"].as_str().unwrap(), group["members"].clone()))
        .collect();
    assert_eq!(shown, [("Alle", Value::Null), ("Økonomi", Value::Null)]);
    for q in ["o", "oe", "oeko", "okonomi", "somebody"] {
        let found = mette.get(&format!("{list}?q={q}")).await.json();
        let expected = match q {
            "okonomi" => 0,
            "o" | "somebody" => 2,
            _ => 1,
        };
        assert_eq!(found["total"], expected, "{q}");
    }
    for _ in 0..3 {
        let page = mette.get(&world.in_group(0xa)).await.json();
        assert_eq!(names(&page), ["Anna Holm", "Bo Lund"]);
    }
    assert_eq!(
        world.asked(),
        before + 2,
        "once for the list, once for the members"
    );
    let narrowed = mette
        .get(&format!("{}&q=lund&has=none", world.in_group(0xa)))
        .await
        .json();
    assert_eq!(names(&narrowed), ["Bo Lund"]);
    assert_eq!(
        mette.get(&format!("{list}?q=oe")).await.json()["items"][0]["members"],
        2
    );

    // Who makes groups up hears so, and the directory does not.
    world.clock.advance(Duration::from_secs(61));
    let asked = world.asked();
    for _ in 0..3 {
        let answer = mette.get(&world.in_group(0xff)).await;
        assert_eq!(answer.problem(), (422, "groupUnknown".into()));
        assert_eq!(answer.json()["errors"][0]["pointer"], "?group");
    }
    assert_eq!(world.asked(), asked + 1);
}

#[tokio::test]
async fn members_follow_the_directory_and_outlive_its_silence() {
    let world = grouped().await;
    let mette = world.mette();
    mette.get(&world.in_group(0xa)).await;
    world.directory.groups.lock().unwrap()[0].1 = vec![object(2), object(3)];
    world.clock.advance(Duration::from_secs(301));
    world.work(&world.directory).await;
    let page = mette.get(&world.in_group(0xa)).await.json();
    assert_eq!(names(&page), ["Bo Lund", "Carl Krog"]);
    *world.directory.refuses.lock().unwrap() = Some(OutsideError::Unavailable("away".into()));
    world.clock.advance(Duration::from_secs(3_600));
    let page = mette.get(&world.in_group(0xa)).await.json();
    assert_eq!(names(&page), ["Bo Lund", "Carl Krog"]);
    let never_read = mette.get(&world.in_group(0xb)).await;
    assert_eq!(never_read.problem(), (503, "unavailable".into()));
}

#[tokio::test]
async fn a_default_group_limits_the_list_and_is_chosen_with_care() {
    let world = grouped().await;
    world.grant(Role::OrganisationAdministrator).await;
    let organisation = format!("/api/v1/organisations/{}", world.nordvind);
    let mette = world.mette();
    let read = mette.get(&organisation).await;
    assert_eq!(read.json()["defaultGroup"], Value::Null);
    let fresh = mette
        .clone()
        .with("if-match", read.headers["etag"].to_str().unwrap());
    let unknown = fresh
        .patch(&organisation, json!({ "defaultGroup": object(0xff) }))
        .await;
    assert_eq!(unknown.problem(), (422, "groupUnknown".into()));
    assert_eq!(fresh.patch(&organisation, json!({})).await.status, 400);
    let chosen = fresh
        .patch(&organisation, json!({ "defaultGroup": object(0xa) }))
        .await;
    assert_eq!(chosen.status, 200, "{}", chosen.text);
    assert_eq!(chosen.json()["defaultGroup"]["name"], "Økonomi");
    assert_eq!(
        fresh
            .patch(&organisation, json!({ "defaultGroup": null }))
            .await
            .status,
        412
    );
    let page = mette.get(&world.people("")).await.json();
    assert_eq!(names(&page), ["Anna Holm", "Bo Lund"]);
    // Who has something from the organisation is seen all the same.
    world.give_card(3, 1).await;
    let page = mette.get(&world.people("")).await.json();
    assert_eq!(names(&page), ["Anna Holm", "Bo Lund", "Carl Krog"]);
    let lifted = mette
        .clone()
        .with("if-match", "*")
        .patch(&organisation, json!({ "defaultGroup": null }))
        .await;
    assert_eq!(lifted.json()["defaultGroup"], Value::Null);
}

#[tokio::test]
async fn a_profile_asks_for_the_licences_and_does_not_wait_for_long() {
    let world = grouped().await;
    let mette = world.mette();
    let anna = mette.get(&world.people("?q=anna")).await.json()["items"][0]["id"].clone();
    let path = world.people(&format!("/{}", anna.as_str().unwrap()));
    world.directory.people.lock().unwrap()[0].plans.clear();
    world.clock.advance(Duration::from_secs(30));
    let asked = world.asked();
    let profile = mette.get(&path).await.json();
    assert_eq!(profile["licences"]["ready"], false);
    let checked_at = profile["licences"]["checkedAt"].as_str().unwrap();
    assert!(
        checked_at.starts_with("2026-11-21T12:00:30"),
        "{checked_at}"
    );
    mette.get(&path).await;
    assert_eq!(world.asked(), asked + 1, "not twice a minute");
    *world.directory.refuses.lock().unwrap() = Some(OutsideError::Unavailable("away".into()));
    world.clock.advance(Duration::from_secs(61));
    assert_eq!(mette.get(&path).await.json()["licences"]["ready"], false);
}
