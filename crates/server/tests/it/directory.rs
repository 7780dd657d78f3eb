//! People of the directory: they arrive, change and leave by themselves.

use crate::support::{App, Org, Wishes};
use serde_json::json;
use simulators::microsoft::world::NewUser;
use std::time::Duration;

fn create(app: &App, name: &str) -> String {
    let new = NewUser {
        username: format!(
            "{}@{}",
            name.to_lowercase().replace(' ', "."),
            Org::Nordvind.domain()
        ),
        display_name: name.to_owned(),
        given_name: name.split(' ').next().map(str::to_owned),
        surname: name.split(' ').nth(1).map(str::to_owned),
        password: None,
    };
    let mut world = app.sim.microsoft.world.write();
    world
        .create_user(Org::Nordvind.tenant_text(), new)
        .expect("somebody new")
}

async fn found(app: &App, q: &str) -> i64 {
    let list = app.mette().look(&format!("people?q={q}")).await;
    list["total"].as_i64().expect("a total")
}

#[tokio::test]
async fn somebody_new_is_listed_right_after_the_notification() {
    let app = App::with(Wishes {
        notifications: true,
        regular_jobs: true,
        mirrored: vec![Org::Nordvind],
        ..Wishes::default()
    })
    .await;
    let mette = app.mette();
    assert_eq!(
        mette.look("directory/connection").await["notifications"],
        "on"
    );
    app.run_jobs().await;
    let object = create(&app, "Nynne Nyansat");
    // The notification comes from somebody else's task; the synchronisation follows a moment later by our clock.
    app.until("the notification", async || {
        app.advance(Duration::from_millis(400));
        app.run_jobs().await;
        (found(&app, "nynne").await == 1).then_some(())
    })
    .await;
    let row = mette.look("people?q=nynne").await;
    assert_eq!(row["items"][0]["objectId"], json!(object));
    let change = |enabled: bool| {
        let mut world = app.sim.microsoft.world.write();
        world
            .update_user(Org::Nordvind.tenant_text(), &object, |user| {
                user.enabled = enabled
            })
            .expect("a change");
    };
    change(false);
    // Nothing of theirs costs anything, so they need not be seen any longer.
    app.until("the account to go", async || {
        app.advance(Duration::from_millis(400));
        app.run_jobs().await;
        (found(&app, "nynne").await == 0).then_some(())
    })
    .await;
    app.end().await;
}

#[tokio::test]
async fn without_notifications_somebody_new_is_listed_within_the_interval() {
    let app = App::with(Wishes {
        regular_jobs: true,
        mirrored: vec![Org::Nordvind],
        ..Wishes::default()
    })
    .await;
    assert_eq!(
        app.mette().look("directory/connection").await["notifications"],
        "off"
    );
    create(&app, "Nynne Nyansat");
    app.run_jobs().await;
    assert_eq!(found(&app, "nynne").await, 0);
    app.advance(Duration::from_secs(301));
    app.run_jobs().await;
    assert_eq!(found(&app, "nynne").await, 1);
    app.end().await;
}

#[tokio::test]
async fn somebody_asks_for_it_now() {
    let app = App::start().await;
    let ulla = app.ulla();
    create(&app, "Nynne Nyansat");
    let connection = ulla
        .post(&ulla.path("directory/sync"), json!({}))
        .await
        .ok(202);
    assert_eq!(connection["tenant"], json!(Org::Nordvind.tenant()));
    app.run_jobs().await;
    assert_eq!(found(&app, "nynne").await, 1);
    assert_eq!(
        ulla.look("directory/connection").await["lastSync"]["arrived"],
        1
    );
    app.end().await;
}

#[tokio::test]
async fn a_role_ends_with_the_account() {
    let app = App::start().await;
    let rita = app.rita();
    rita.look("people").await;
    let object = app.object("rita.reader@nordvind.example").to_string();
    {
        let mut world = app.sim.microsoft.world.write();
        world
            .update_user(Org::Nordvind.tenant_text(), &object, |user| {
                user.enabled = false
            })
            .expect("a change");
    }
    let mette = app.mette();
    mette
        .post(&mette.path("directory/sync"), json!({}))
        .await
        .ok(202);
    app.run_jobs().await;
    // Her token is good for the better part of an hour; her account is not.
    let refused = rita.get(&rita.path("people")).await.problem();
    assert_eq!(refused, (401, "accountDisabled".to_owned()));
    app.end().await;
}

/// What comes to the hook is a hint, and a forged one is not even that.
#[tokio::test]
async fn forged_notifications_change_nothing() {
    let app = App::with(Wishes {
        notifications: true,
        regular_jobs: true,
        mirrored: vec![Org::Nordvind],
        ..Wishes::default()
    })
    .await;
    app.run_jobs().await;
    let before = app.dump(&[]).await;
    let nobody = app.nobody();
    for state in [json!(null), json!("guess"), json!("A".repeat(43))] {
        let told: Vec<_> = (0..50)
            .map(|index| {
                json!({
                    "subscriptionId": format!("sub-{index}"), "clientState": state, "tenantId": Org::Nordvind.tenant(),
                    "changeType": "updated", "resource": "users/x"
                })
            })
            .collect();
        nobody
            .post("/hooks/graph", json!({ "value": told }))
            .await
            .ok(202);
    }
    let handshake = nobody
        .send(
            reqwest::Method::POST,
            "/hooks/graph?validationToken=%3Cb%3Ehello",
            None,
        )
        .await;
    assert_eq!(
        (handshake.status, handshake.text.as_str()),
        (200, "<b>hello")
    );
    assert!(handshake.header("content-type").starts_with("text/plain"));
    for body in ["{", "[]", "{\"value\":7}"] {
        let answer = nobody
            .send_text(
                reqwest::Method::POST,
                "/hooks/graph",
                Some(body.to_owned()),
                "application/json",
            )
            .await;
        assert_eq!(answer.status, 400, "{body}");
    }
    let after = app.dump(&[]).await;
    assert_eq!(
        crate::support::database::differences(&before, &after),
        Vec::<String>::new()
    );
    app.end().await;
}
