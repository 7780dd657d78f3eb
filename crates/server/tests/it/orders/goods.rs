//! Hardware and services: ordered, sent or agreed, and on the next invoice.

use crate::support::{App, Caller};
use serde_json::{Value, json};
use std::time::Duration;

fn line(app: &App, code: &str, quantity: i64) -> Value {
    json!({ "offering": app.offering(code), "quantity": quantity })
}

fn hardware(lines: &[Value]) -> Value {
    json!({ "action": "buyHardware", "lines": lines })
}

async fn resolve(by: &Caller<'_>, item: &Value, body: Value) -> crate::support::Answer {
    let id = item["id"].as_str().expect("an id");
    by.clone()
        .with("idempotency-key", &by.app.fresh_key())
        .post(&by.path(&format!("work/{id}/resolve")), body)
        .await
}

/// From the catalogue to the lines of the invoice, by quantity and price.
#[tokio::test]
async fn hardware_and_services_are_on_the_next_invoice() {
    let app = App::start().await;
    let (hanne, olivia, aksel) = (app.hanne(), app.olivia(), app.aksel());
    let range = hanne.look("catalogue/offerings?kind=hardware").await;
    assert_eq!(range["total"], json!(5), "{range}");
    assert_eq!(
        hanne.look("catalogue/offerings?kind=service").await["total"],
        json!(2)
    );
    let items = json!([
        hardware(&[line(&app, "desk-phone", 3), line(&app, "headset-wireless", 2)]),
        { "action": "bookService", "offering": app.offering("consulting-hour"), "wish": "Call queues <b>" }
    ]);
    let quote = hanne.quote(items).await.ok(201);
    assert_eq!(quote["problems"], json!([]), "{quote}");
    assert_eq!(quote["oneTime"]["net"]["amount"], 829_500);
    assert_eq!(quote["items"][0]["lines"][1]["quantity"], 2);
    let order = hanne.place(&quote["id"]).await.ok(202);
    // A held order is as far as it goes by itself; the parcel takes a moment longer.
    app.work_for(Duration::from_secs(60)).await;
    let order = hanne.see(&order).await;
    let states: Vec<&Value> = (0..2).map(|item| &order["items"][item]["state"]).collect();
    assert_eq!(states, ["completed", "held"], "{order}");
    assert_eq!(
        order["items"][0]["lines"][0]["offering"]["name"],
        "Desk phone"
    );
    assert_eq!(order["items"][1]["wish"], "Call queues <b>");
    let sent = app
        .sim
        .network
        .effects(|effect| effect.specification == "goodsShipment");
    assert_eq!(sent.len(), 1);
    assert_eq!(sent[0].characteristics["goods.desk-phone"], "3");
    assert_eq!(sent[0].characteristics["street"], "Kajen 3");
    // It waits for a person of the operator's, who is told what for.
    let queue = aksel.look("work?kind=bookedService").await;
    let booked = queue["items"][0].clone();
    assert_eq!(queue["total"], 1, "{queue}");
    assert_eq!(booked["resolutions"], json!(["done", "decline"]));
    assert!(
        booked["title"]
            .as_str()
            .is_some_and(|title| title.contains("Call queues <b>"))
    );
    assert_eq!(aksel.look("work?kind=heldOrder").await["total"], 0);
    let wrong = resolve(&aksel, &booked, json!({ "resolution": "retry" })).await;
    assert_eq!(wrong.problem(), (422, "wrongResolution".to_owned()));
    let unsaid = resolve(&aksel, &booked, json!({ "resolution": "decline" })).await;
    assert_eq!(
        unsaid.fields(),
        [("/comment".to_owned(), "required".to_owned())]
    );
    // Whoever ordered it cannot confirm it.
    let own = resolve(&hanne, &booked, json!({ "resolution": "done" })).await;
    assert_eq!(own.status, 403, "{}", own.text);
    resolve(&aksel, &booked, json!({ "resolution": "done" }))
        .await
        .ok(200);
    app.work().await;
    let order = hanne.see(&order).await;
    assert_eq!(order["state"], "completed", "{order}");
    assert_eq!(order["undo"]["reason"]["code"], "undoGoodsPosted");
    let gone = resolve(&aksel, &booked, json!({ "resolution": "done" })).await;
    assert_eq!(gone.status, 404, "{}", gone.text);

    let forecast = hanne.look("forecast").await;
    assert_eq!(forecast["net"]["amount"], 829_500, "{forecast}");
    let period = forecast["period"].as_str().expect("a month").to_owned();
    app.advance(Duration::from_secs(35 * 24 * 3600));
    let close = format!("billing/periods/{period}/close");
    olivia
        .clone()
        .with("idempotency-key", &app.fresh_key())
        .post(&olivia.path(&close), json!({}))
        .await
        .ok(202);
    app.work().await;
    let invoices = hanne.look("invoices").await;
    let invoice = invoices["items"][0]["id"].as_str().expect("an invoice");
    let lines = hanne.look(&format!("invoices/{invoice}/lines")).await;
    let told: Vec<Value> = lines["items"]
        .as_array()
        .expect("lines")
        .iter()
        .map(|line| {
            json!([
                line["category"],
                line["product"],
                line["quantity"],
                line["price"]["amount"],
                line["amount"]["amount"],
                line["person"]
            ])
        })
        .collect();
    assert_eq!(
        told,
        [
            json!(["hardware", "Desk phone", 3, 149_900, 449_700, null]),
            json!(["hardware", "Wireless headset", 2, 129_900, 259_800, null]),
            json!([
                "services",
                "Consulting, one hour",
                1,
                120_000,
                120_000,
                null
            ]),
        ],
        "{lines}"
    );
    let spent = hanne.look("spending").await;
    let categories = &spent["periods"][0]["categories"];
    assert!(categories.to_string().contains("709500"), "{spent}");
    app.end().await;
}

#[tokio::test]
async fn what_cannot_be_sent_is_named_line_by_line() {
    let app = App::start().await;
    let hanne = app.hanne();
    let wrong = |pointer: &str, code: &str| (format!("/items/0/{pointer}"), code.to_owned());
    let phone = |quantity: i64| line(&app, "desk-phone", quantity);
    let unknown = json!({ "offering": uuid::Uuid::nil(), "quantity": 1 });
    let cases = [
        (vec![], vec![wrong("lines", "noGoods")]),
        (
            vec![phone(0)],
            vec![wrong("lines/0/quantity", "quantityOutOfRange")],
        ),
        (
            vec![phone(-1)],
            vec![wrong("lines/0/quantity", "quantityOutOfRange")],
        ),
        (
            vec![phone(i64::MAX)],
            vec![wrong("lines/0/quantity", "quantityOutOfRange")],
        ),
        (
            vec![phone(1), phone(1)],
            vec![wrong("lines/1/offering", "twiceInOrder")],
        ),
        (
            vec![phone(1), unknown],
            vec![wrong("lines/1/offering", "offeringUnknown")],
        ),
        (
            vec![line(&app, "mobile-m", 1)],
            vec![wrong("lines/0/offering", "wrongOffering")],
        ),
        (
            vec![line(&app, "training-day", 1)],
            vec![wrong("lines/0/offering", "wrongOffering")],
        ),
    ];
    for (lines, problems) in cases {
        assert_eq!(
            hanne.problems(hardware(&lines)).await,
            problems,
            "{lines:?}"
        );
    }
    let service = |offering: Value, wish: &str| json!({ "action": "bookService", "offering": offering, "wish": wish });
    assert_eq!(
        hanne
            .problems(service(json!(app.offering("desk-phone")), "Help"))
            .await,
        [wrong("offering", "wrongOffering")]
    );
    for (body, pointer) in [
        (
            service(json!(app.offering("training-day")), " "),
            "/items/0/wish",
        ),
        (
            service(json!(app.offering("training-day")), &"a".repeat(1_001)),
            "/items/0/wish",
        ),
        (hardware(&vec![phone(1); 51]), "/items/0/lines"),
    ] {
        let answer = hanne.quote(json!([body])).await;
        assert_eq!(answer.status, 400, "{}", answer.text);
        assert_eq!(answer.fields()[0].0, pointer);
    }
    let fraction = json!({ "action": "buyHardware", "lines": [{ "offering": app.offering("desk-phone"), "quantity": 1.5 }] });
    assert_eq!(hanne.quote(json!([fraction])).await.status, 400);
    // Nobody has said where this organisation's parcels go.
    let mette = app.mette();
    assert_eq!(
        mette.problems(hardware(&[phone(1)])).await,
        [("/delivery".to_owned(), "noDeliveryAddress".to_owned())]
    );
    let order = mette
        .order_to(json!([hardware(&[phone(1)])]), "Havnegade 1")
        .await;
    app.work().await;
    assert_eq!(mette.see(&order).await["state"], "completed");
    // What is not sold any more cannot be ordered, and what was quoted before is refused.
    let quote = hanne.quote(json!([hardware(&[phone(1)])])).await.ok(201);
    let mut tx = app.db().begin().await.unwrap();
    tx.execute(
        "UPDATE offerings SET sold_until = 1 WHERE code = 'desk-phone'",
        platform::db::params![],
    )
    .await
    .unwrap();
    tx.commit().await.unwrap();
    let placed = hanne.place(&quote["id"]).await;
    assert_eq!(
        placed.fields(),
        [wrong("lines/0/offering", "offeringNotSold")]
    );
    app.end().await;
}
