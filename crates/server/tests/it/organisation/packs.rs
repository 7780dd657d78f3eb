//! SIM cards by the pack.

use crate::support::{App, Org};
use serde_json::{Value, json};
use simulators::network::{Does, Rule, Settings};
use std::time::Duration;

fn packs(count: u32) -> Value {
    json!([{ "action": "orderSims", "packs": count }])
}

#[tokio::test]
async fn the_cards_of_a_pack_lie_in_the_drawer_when_it_was_sent() {
    let app = App::start().await;
    let hanne = app.hanne();
    let before = hanne.look("sims?state=unassigned").await["total"]
        .as_i64()
        .expect("a total");
    let order = hanne.order(packs(2)).await;
    app.work().await;
    let order = hanne.see(&order).await;
    assert_eq!(order["state"], "completed", "{order}");
    let drawer = hanne.look("sims?state=unassigned&limit=100").await;
    assert_eq!(drawer["total"], json!(before + 20));
    let cards = order["items"][0]["cards"].as_array().expect("cards");
    assert_eq!((cards.len(), &order["items"][0]["packs"]), (20, &json!(2)));
    let listed = drawer["items"].as_array().expect("cards");
    assert!(
        cards
            .iter()
            .all(|card| listed.iter().any(|sim| sim["iccid"] == *card))
    );
    // It went to the registered address, which the network was told.
    let sent = app
        .sim
        .network
        .effects(|effect| effect.specification == "simPack");
    assert_eq!(sent.len(), 1);
    assert_eq!(sent[0].characteristics["street"], "Kajen 3");
    assert_eq!(order["undo"]["reason"]["code"], "undoSimPosted");
    // A card of it is as good as any: its codes are there, and it can be used.
    let sim = &listed
        .iter()
        .find(|sim| sim["iccid"] == cards[0])
        .expect("the card")["id"];
    let person = app.people(Org::Havn, true).await[0];
    let id = sim.as_str().and_then(|id| id.parse().ok()).expect("an id");
    hanne
        .create_mobile(person, json!({ "from": "series" }), id)
        .await;
    app.work().await;
    let path = format!("sims/{id}/codes");
    let codes = hanne
        .post(&hanne.path(&path), json!({ "reason": "A new telephone" }))
        .await
        .ok(200);
    assert_eq!(codes["puk1"].as_str().map(str::len), Some(8));
    app.end().await;
}

#[tokio::test]
async fn packs_are_few_a_day_and_go_somewhere() {
    let app = App::start().await;
    let hanne = app.hanne();
    let wrong = |pointer: &str, code: &str| vec![(pointer.to_owned(), code.to_owned())];
    let item = |count: u32| packs(count)[0].clone();
    assert_eq!(
        hanne.problems(item(0)).await,
        wrong("/items/0/packs", "noPacks")
    );
    assert_eq!(
        hanne.problems(item(11)).await,
        wrong("/items/0/packs", "tooManyPacks")
    );
    hanne.order(packs(10)).await;
    let late = hanne.quote(packs(3)).await.ok(201);
    hanne.order(packs(8)).await;
    // What was possible when it was quoted is refused with what is possible now, in one's own language.
    let danish = hanne.clone().with("accept-language", "da");
    let refused = danish.place(&late["id"]).await;
    assert_eq!(refused.problem(), (422, "cannotBeOrdered".to_owned()));
    let told = refused.json();
    assert_eq!(told["detail"], "Dette kan ikke bestilles, som det står.");
    let field = &told["errors"][0];
    assert_eq!(field["code"], "tooManyPacks");
    let detail = field["detail"].as_str().unwrap_or_default();
    assert!(detail.starts_with("Der kan bestilles 2 pakker"), "{told}");
    assert_eq!(told.get("problems"), None);
    app.work().await;
    assert_eq!(
        hanne.problems(item(3)).await,
        wrong("/items/0/packs", "tooManyPacks")
    );
    assert_eq!(hanne.problems(item(2)).await, []);
    // Nobody has said where cards of this organisation's go.
    let mette = app.mette();
    assert_eq!(
        mette.problems(item(1)).await,
        wrong("/delivery", "noDeliveryAddress")
    );
    let address = json!({
        "name": "Nordvind A/S", "street": "Havnegade 1", "postalCode": "8000", "city": "Aarhus C", "country": "DK"
    });
    let body = json!({ "items": packs(1), "delivery": { "address": address } });
    let quote = mette.post(&mette.path("quotes"), body).await.ok(201);
    assert_eq!(quote["problems"], json!([]));
    assert_eq!(quote["warnings"][0]["code"], "packGoesElsewhere");
    app.end().await;
}

/// Until the network has sent it a pack can be called off.
#[tokio::test]
async fn a_pack_that_is_not_in_the_post_is_called_off() {
    let app = App::start().await;
    let hanne = app.hanne();
    let usual = app.sim.network.settings();
    app.sim.network.set_settings(Settings {
        rules: vec![Rule {
            number: None,
            specification: Some("simPack".to_owned()),
            action: None,
            does: Does::Hold,
            code: None,
            reason: None,
            times: None,
        }],
        ..usual.clone()
    });
    let order = hanne.order(packs(1)).await;
    app.work_for(Duration::from_secs(10)).await;
    assert_eq!(hanne.see(&order).await["state"], "inProgress");
    hanne.cancel(&order).await.ok(202);
    app.work().await;
    let ended = hanne.see(&order).await;
    assert_eq!(ended["state"], "cancelled", "{ended}");
    app.sim.network.set_settings(usual);
    let sent = app
        .sim
        .network
        .effects(|effect| effect.specification == "simPack");
    assert_eq!(sent.len(), 0);
    app.end().await;
}
