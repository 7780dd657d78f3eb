//! When a step does not go through: everything before it is taken back, or a person is asked, and nothing is done twice.

use crate::support::{App, CALLBACK_TOKEN, Org};
use serde_json::{Value, json};
use simulators::{
    common::faults::{Effect, Fault, When},
    network::{Does, Rule, Settings},
};
use std::time::Duration;
use uuid::Uuid;

/// Orders telephony for somebody, who is told.
async fn ordered(app: &App) -> (Uuid, Value) {
    let person = app.people(Org::Nordvind, true).await[0];
    let order = app
        .mette()
        .activate_telephony(person, json!({ "from": "series" }))
        .await;
    (person, order)
}

/// The order has failed and nothing is left of it.
async fn has_failed(app: &App, person: Uuid, order: &Value) -> Value {
    let mette = app.mette();
    let order = mette.see(order).await;
    assert_eq!(order["state"], "failed", "{order}");
    assert_eq!(order["items"][0]["problem"]["code"], "stepRefused");
    let row = mette.look(&format!("people/{person}")).await;
    assert_eq!(
        (&row["numbers"], &row["subscriptions"], &row["openOrders"]),
        (&json!([]), &json!([]), &json!([]))
    );
    assert!(app.sim.network.services().is_empty());
    order
}

#[tokio::test]
async fn a_licence_that_went_away_after_the_quote_is_noticed() {
    let app = App::start().await;
    let (person, order) = ordered(&app).await;
    let object = app.object_of(person).await.to_string();
    {
        let mut world = app.sim.microsoft.world.write();
        let tenant = Org::Nordvind.tenant_text();
        let held = world
            .tenant(tenant)
            .unwrap()
            .user(&object)
            .unwrap()
            .licences
            .clone();
        let skus: Vec<String> = held.into_iter().map(|licence| licence.sku_id).collect();
        world
            .set_licences(tenant, &object, Vec::new(), &skus)
            .unwrap();
    }
    app.work().await;
    let order = has_failed(&app, person, &order).await;
    let steps: Vec<&str> = order["steps"]
        .as_array()
        .unwrap()
        .iter()
        .map(|step| step["state"].as_str().unwrap())
        .collect();
    assert_eq!(steps, ["compensated", "compensated", "failed"]);
    assert!(
        order["items"][0]["problem"]["detail"]
            .as_str()
            .unwrap()
            .contains("licence"),
        "{order}"
    );
    app.end().await;
}

#[tokio::test]
async fn a_step_that_the_network_refuses_takes_the_others_back() {
    for does in [Does::Fail, Does::Reject] {
        for specification in ["teamsTelephony", "numberUpload"] {
            let app = App::start().await;
            app.sim.network.set_settings(Settings {
                rules: vec![Rule {
                    number: None,
                    specification: Some(specification.to_owned()),
                    action: None,
                    does,
                    code: Some("noWay".to_owned()),
                    reason: Some("There is no way there".to_owned()),
                    times: Some(1),
                }],
                ..Settings::by_hand()
            });
            let (person, order) = ordered(&app).await;
            app.work().await;
            let order = has_failed(&app, person, &order).await;
            let detail = order["items"][0]["problem"]["detail"].as_str().unwrap();
            assert!(detail.contains("There is no way there"), "{detail}");
            app.end().await;
        }
    }
}

#[tokio::test]
async fn what_microsoft_refuses_is_taken_back_at_the_network() {
    let app = App::start().await;
    app.sim
        .graph
        .change_settings(
            &json!({ "forcedOutcome": { "status": "failed", "detail": "It cannot be" } }),
        )
        .unwrap();
    let (person, order) = ordered(&app).await;
    app.work().await;
    has_failed(&app, person, &order).await;
    app.end().await;
}

/// The answer is lost and the effect has happened: the worker asks before it repeats.
#[tokio::test]
async fn an_answer_that_is_lost_is_asked_for() {
    for (at_microsoft, method, path) in [
        (false, "POST", "/tmf-api/serviceOrdering/v4/serviceOrder"),
        (
            true,
            "POST",
            "/v1.0/admin/teams/telephoneNumberManagement/**",
        ),
    ] {
        let app = App::start().await;
        let faults = if at_microsoft {
            &app.sim.microsoft_faults
        } else {
            &app.sim.network_faults
        };
        for effect in [Effect::Lost, Effect::Truncated] {
            faults.add(Fault::new(method, path, effect).when(When::First(1)));
        }
        let (_, order) = ordered(&app).await;
        app.work().await;
        let order = app.mette().see(&order).await;
        assert_eq!(order["state"], "completed", "{path}: {order}");
        app.end().await;
    }
}

/// A bad day: every kind of trouble once, on every call.
#[tokio::test]
async fn passing_trouble_passes() {
    let app = App::start().await;
    for (faults, path) in [
        (&app.sim.network_faults, "/tmf-api/**"),
        (&app.sim.microsoft_faults, "/v1.0/admin/**"),
    ] {
        for (nth, effect) in [
            Effect::Status {
                status: 503,
                retry_after: Some(2),
                body: None,
            },
            Effect::Refuse,
            Effect::Status {
                status: 429,
                retry_after: Some(5),
                body: None,
            },
            Effect::Html,
        ]
        .into_iter()
        .enumerate()
        {
            faults.add(Fault::new("", path, effect).when(When::Nth(nth as u64 * 2 + 1)));
        }
    }
    let (_, order) = ordered(&app).await;
    app.work().await;
    let order = app.mette().see(&order).await;
    assert_eq!(order["state"], "completed", "{order}");
    app.end().await;
}

#[tokio::test]
async fn trouble_that_stays_is_held_for_a_person_and_goes_on_when_it_is_over() {
    let app = App::start().await;
    let mette = app.mette();
    app.sim.network_faults.add(Fault::new(
        "",
        "/tmf-api/**",
        Effect::Status {
            status: 500,
            retry_after: None,
            body: None,
        },
    ));
    let (_, order) = ordered(&app).await;
    app.work().await;
    let held = mette.see(&order).await;
    assert_eq!(
        (&held["state"], &held["heldReason"]),
        (&json!("held"), &json!("needsAttention")),
        "{held}"
    );
    assert_eq!(mette.look("dashboard").await["orders"]["needsAttention"], 1);
    app.sim.network_faults.clear();
    app.advance(Duration::from_secs(16 * 60));
    app.run_jobs().await;
    app.work().await;
    assert_eq!(mette.see(&order).await["state"], "completed");
    app.end().await;
}

/// The network tells that an order has moved: a hint that makes the worker look at once, whoever sends it.
#[tokio::test]
async fn the_network_may_tell_and_is_not_believed() {
    let app = App::start().await;
    let (_, order) = ordered(&app).await;
    app.run_jobs().await;
    let seen = app.mette().see(&order).await;
    let step = seen["steps"][0]["id"].as_str().unwrap().to_owned();
    let event = |state: &str| json!({ "eventType": "ServiceOrderStateChangeEvent", "event": { "serviceOrder": { "externalId": step, "state": state } } });
    let nobody = app.nobody();
    for token in ["", "wrong"] {
        let answer = nobody
            .post(&format!("/hooks/network?token={token}"), event("completed"))
            .await;
        assert_eq!(answer.status, 401, "{}", answer.text);
    }
    let told = format!("/hooks/network?token={CALLBACK_TOKEN}");
    nobody.post(&told, event("completed")).await.ok(204);
    app.run_jobs().await;
    // It asked, and the network says otherwise.
    assert_eq!(
        app.mette().see(&order).await["steps"][0]["state"],
        "waiting"
    );
    app.sim.network.settle().await;
    nobody.post(&told, event("failed")).await.ok(204);
    app.run_jobs().await;
    assert_eq!(app.mette().see(&order).await["steps"][0]["state"], "done");
    let strange = json!({ "event": { "serviceOrder": { "externalId": "not-ours" } } });
    nobody.post(&told, strange).await.ok(204);
    app.work().await;
    app.end().await;
}
