//! Every kind of order, from the quote to the new state of the row, undone, and cancelled half-way, with both outside worlds in it.
//! After each the row is what it was, and at the end all books agree.

use crate::support::{
    App, Org, Wishes,
    kinds::{KINDS, Row, Stand, Undo},
};
use serde_json::{Value, json};
use simulators::network::{Does, Rule, Settings};
use std::time::Duration;

async fn world() -> App {
    App::with(Wishes {
        numbers: 40,
        sims: 30,
        mirrored: vec![Org::Nordvind],
        limits: vec![("orders_per_hour", 0)],
        ..Wishes::default()
    })
    .await
}

/// The possible action of a row for what is ordered.
fn offered(told: &Value, item: &Value) -> bool {
    told["actions"]
        .as_array()
        .into_iter()
        .flatten()
        .any(|action| {
            action["action"] == item["action"]
                && action["possible"] == json!(true)
                && (item["subscription"].is_null()
                    || action["subscription"] == item["subscription"])
        })
}

#[tokio::test]
async fn each_kind_is_quoted_carried_out_and_undone() {
    let app = world().await;
    let (mette, stand) = (app.mette(), Stand::new(&app).await);
    for kind in KINDS {
        let name = kind.name;
        let before = stand.told(&app, kind.row).await;
        let item = stand.item(&app, kind).await;
        let of_person = !matches!(kind.row, Row::Group | Row::Drawer | Row::Parcel);
        if of_person {
            assert!(offered(&before, &item), "{name} is not offered: {before}");
        }
        let quote = mette.quote_kind(&item).await;
        let amount = |of: &str| quote[of]["net"]["amount"].as_i64().expect("an amount");
        assert_eq!((amount("oneTime"), amount("monthly")), kind.price, "{name}");
        assert_ne!(quote["items"][0]["effects"], json!([]), "{name}");
        let placed = mette.place(&quote["id"]).await.ok(202);
        assert_eq!(placed["monthly"], quote["monthly"]["net"], "{name}");
        if of_person {
            let busy = stand.told(&app, kind.row).await;
            assert_eq!(busy["openOrders"][0]["action"], item["action"], "{name}");
            assert!(!offered(&busy, &item), "{name} is offered twice");
        }

        app.work().await;
        let order = mette.see(&placed).await;
        assert_eq!(order["state"], "completed", "{name}: {order}");
        let after = stand.told(&app, kind.row).await;
        for (place, expected) in kind.then {
            assert_eq!(
                after.pointer(place),
                Some(&json!(expected)),
                "{name}: {after}"
            );
        }
        let cost = |told: &Value| told["monthlyCost"]["amount"].as_i64().unwrap_or(0);
        assert_eq!(cost(&after) - cost(&before), kind.price.1, "{name}");

        assert_eq!(
            order["undo"]["possible"],
            json!(kind.undo == Undo::Goes),
            "{name}: {order}"
        );
        let undone = mette.undo(&order).await;
        if let Undo::Refused(code) = kind.undo {
            assert_eq!(undone.problem(), (409, code.to_owned()), "{name}");
            continue;
        }
        let undone = undone.ok(202);
        app.work().await;
        let undone = mette.see(&undone).await;
        assert_eq!(undone["state"], "completed", "{name} undone: {undone}");
        assert_eq!(undone["oneTime"]["amount"], -kind.price.0, "{name}");
        assert_eq!(stand.told(&app, kind.row).await, before, "{name} undone");
        app.check_books().await;
    }
    app.end().await;
}

/// What a later order changed hinders until that one is undone.
#[tokio::test]
async fn orders_on_one_line_are_undone_in_turn_the_last_one_first() {
    let app = world().await;
    let (mette, stand) = (app.mette(), Stand::new(&app).await);
    let before = stand.told(&app, Row::Person).await;
    let mut orders = Vec::new();
    for name in [
        "changeMobilePackage",
        "addAddOn",
        "changeNumber of a mobile line",
    ] {
        let kind = KINDS.iter().find(|kind| kind.name == name);
        let item = stand.item(&app, kind.expect("a kind")).await;
        orders.push(mette.order_kind(&item).await);
        app.work().await;
    }
    while let Some(last) = orders.pop() {
        for earlier in &orders {
            let refused = mette.undo(earlier).await.problem();
            assert_eq!(refused, (409, "undoChangedSince".to_owned()));
        }
        let undone = mette.undo(&last).await.ok(202);
        app.work().await;
        assert_eq!(mette.see(&undone).await["state"], "completed");
    }
    assert_eq!(stand.told(&app, Row::Person).await, before);
    app.end().await;
}

/// The network keeps the order waiting, somebody cancels it, and the network goes on.
#[tokio::test]
async fn each_kind_that_is_cancelled_half_way_leaves_the_row_as_it_was() {
    let app = world().await;
    let (mette, stand) = (app.mette(), Stand::new(&app).await);
    for kind in KINDS {
        let name = kind.name;
        let before = stand.told(&app, kind.row).await;
        app.sim.network.set_settings(Settings {
            rules: vec![Rule {
                number: None,
                specification: None,
                action: None,
                does: Does::Hold,
                code: None,
                reason: None,
                times: None,
            }],
            ..Settings::by_hand()
        });
        let item = stand.item(&app, kind).await;
        let order = mette.order_kind(&item).await;
        app.work_for(Duration::from_secs(60)).await;
        let seen = mette.see(&order).await;
        let waits = |step: &Value| step["state"] == json!("waiting");
        let steps = seen["steps"].as_array().expect("steps");
        assert!(steps.iter().any(waits), "{name}: {seen}");
        mette.cancel(&order).await.ok(202);
        app.work_for(Duration::from_secs(60)).await;
        app.sim.network.set_settings(Settings::by_hand());
        app.work().await;
        let seen = mette.see(&order).await;
        assert_eq!(seen["state"], "cancelled", "{name}: {seen}");
        assert_eq!(stand.told(&app, kind.row).await, before, "{name} cancelled");
        app.check_books().await;
    }
    app.end().await;
}

/// Each is refused by the network at its last step, and everything before it is taken back.
#[tokio::test]
async fn each_kind_that_the_network_refuses_leaves_the_row_as_it_was() {
    let app = world().await;
    let (mette, stand) = (app.mette(), Stand::new(&app).await);
    for kind in KINDS {
        let name = kind.name;
        let before = stand.told(&app, kind.row).await;
        // The last that is asked for forwards; taking back is another action.
        app.sim.network.set_settings(Settings {
            rules: vec![Rule {
                number: None,
                specification: Some(kind.last_specification().to_owned()),
                action: None,
                does: Does::Fail,
                code: Some("noWay".to_owned()),
                reason: Some("There is no way there".to_owned()),
                times: Some(1),
            }],
            ..Settings::by_hand()
        });
        let item = stand.item(&app, kind).await;
        let order = mette.order_kind(&item).await;
        app.work().await;
        let seen = mette.see(&order).await;
        assert_eq!(seen["state"], "failed", "{name}: {seen}");
        assert_eq!(seen["items"][0]["problem"]["code"], "stepRefused", "{name}");
        assert_eq!(stand.told(&app, kind.row).await, before, "{name} failed");
        app.check_books().await;
        app.sim.network.set_settings(Settings::by_hand());
    }
    app.end().await;
}
