//! What a month cost, over HTTP.

use crate::tests::{World, people::person};
use domain::{
    access::{self, Role},
    billing,
};
use platform::{Period, db::params};
use serde_json::{Value, json};
use std::time::Duration;

/// Anna has the package for 99 kroner from the tenth of November; the month is closed.
async fn billed() -> (World, String) {
    let world = World::new().await;
    world
        .mirror(vec![person(1, "=Anna Holm"), person(2, "Bo Holm")])
        .await;
    world.give_card(1, 1).await;
    world.grant(Role::OrganisationAdministrator).await;
    let app = &world.app;
    let mut tx = app.db.begin().await.unwrap();
    let from = Period::parse("2026-11").unwrap().start();
    tx.execute(
        "INSERT INTO subscription_intervals (id, organisation, subscription, kind, offering, monthly, started_at)
         SELECT ?1, organisation, id, 'package', offering, 9900, ?2 FROM subscriptions",
        params![app.ids.uuid(), from.plus(Duration::from_secs(9 * 24 * 3600))],
    )
    .await
    .unwrap();
    tx.execute(
        "INSERT INTO subscription_numbers (organisation, subscription, number, from_at)
         SELECT s.organisation, s.id, n.number, 0 FROM subscriptions s JOIN numbers n ON n.id = s.number",
        params![],
    )
    .await
    .unwrap();
    tx.execute("UPDATE subscriptions SET reference = '+45 Vogn'", params![])
        .await
        .unwrap();
    tx.commit().await.unwrap();
    world.clock.advance(Duration::from_secs(12 * 24 * 3600));
    close(&world, "2026-11").await;
    let path = format!("/api/v1/organisations/{}", world.nordvind);
    (world, path)
}

async fn close(world: &World, period: &str) {
    let (app, period) = (&world.app, Period::parse(period).unwrap());
    let issuer = &app.settings.billing;
    let mut tx = app.db.begin().await.unwrap();
    let scope = access::for_work(&mut tx, access::for_system(), world.operator)
        .await
        .unwrap();
    billing::close(&mut tx, &app.ids, &scope, issuer, period)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    billing::finish_period(&app.db, &app.ids, issuer, period)
        .await
        .unwrap();
}

#[tokio::test]
async fn an_invoice_is_listed_opened_explained_and_downloaded() {
    let (world, path) = billed().await;
    let mette = world.mette();
    let list = mette.get(&format!("{path}/invoices?limit=6")).await.json();
    assert_eq!((&list["total"], &list["next"]), (&json!(1), &Value::Null));
    let invoice = &list["items"][0];
    assert_eq!(invoice["number"], "2026-000001");
    assert_eq!(
        invoice["net"],
        json!({ "amount": 6_930, "currency": "DKK" })
    );
    assert_eq!(invoice["total"]["amount"], 8_663);
    let own = format!("{path}/invoices/{}", invoice["id"].as_str().unwrap());
    let whole = mette.get(&own).await.json();
    assert_eq!(whole["vatTotals"][0]["vat"]["amount"], 1_733);
    assert_eq!(whole["categories"][0]["amount"]["amount"], 6_930);
    assert_eq!(whole["seller"]["name"], "Nordtel A/S");
    let lines = mette
        .get(&format!("{own}/lines?sort=-amount&q=holm"))
        .await
        .json();
    assert_eq!(lines["totals"]["amount"]["amount"], 6_930);
    let line = &lines["items"][0];
    assert_eq!(
        (&line["quantity"], &line["unit"], &line["base"]),
        (&json!(21), &json!("day"), &json!(30))
    );
    assert_eq!(
        (&line["from"], &line["to"]),
        (&json!("2026-11-10"), &json!("2026-11-30"))
    );
    let changes = mette.get(&format!("{own}/changes")).await.json();
    assert_eq!(
        changes["categories"][0]["causes"][0],
        json!({ "cause": "new", "change": { "amount": 6_930, "currency": "DKK" }, "count": 1 })
    );
    let spending = mette.get(&format!("{path}/spending")).await.json();
    assert_eq!(
        spending["periods"][0]["categories"][0]["shareBasisPoints"],
        10_000
    );
    let forecast = mette.get(&format!("{path}/forecast")).await.json();
    assert_eq!(
        (&forecast["period"], &forecast["net"]["amount"]),
        (&json!("2026-12"), &json!(9_900))
    );
    let dashboard = mette.get(&format!("{path}/dashboard")).await.json();
    assert_eq!(dashboard["latestInvoice"]["number"], "2026-000001");

    let download = async |wish: Value| {
        let answer = mette.post_json(&format!("{path}/downloads"), wish).await;
        assert_eq!(answer.status, 201, "{}", answer.text);
        let url = answer.json()["url"].as_str().unwrap().to_owned();
        world
            .nobody()
            .get(url.strip_prefix("https://portal.example").unwrap())
            .await
    };
    let id = invoice["id"].clone();
    let pdf = download(json!({ "kind": "invoice", "id": id, "format": "pdf" })).await;
    assert_eq!(pdf.text, "pdf 2026-000001 en");
    assert_eq!(
        pdf.headers["content-disposition"],
        "attachment; filename=\"invoice-2026-000001.pdf\""
    );
    let ubl = download(json!({ "kind": "invoice", "id": id, "format": "ubl" })).await;
    assert_eq!(ubl.headers["content-type"], "application/xml");
    let csv = json!({ "kind": "invoiceLines", "id": id, "format": "csv", "sort": "-amount",
        "filter": { "category": "subscriptions" }, "columns": ["person", "number", "reference", "amount"] });
    let csv = download(csv).await;
    assert_eq!(
        csv.text,
        "\u{feff}Person;Number;Reference;\"Amount, DKK without VAT\"\r\n\"'=Anna Holm\";+45 20 00 00 01;\"'+45 Vogn\";69.30\r\n"
    );
    let all = download(json!({ "kind": "invoice", "id": id, "format": "csv" })).await;
    assert_eq!(all.text.lines().count(), 2);
}

#[tokio::test]
async fn what_does_not_fit_is_refused_and_others_see_nothing() {
    let (world, path) = billed().await;
    let mette = world.mette();
    let list = mette.get(&format!("{path}/invoices")).await.json();
    let id = list["items"][0]["id"].as_str().unwrap().to_owned();
    let lines = format!("{path}/invoices/{id}/lines");
    for query in [
        "sort=secret",
        "number=4",
        "amountFrom=x",
        "category=gold",
        "limit=501",
        "cursor=x",
        "person=x",
    ] {
        assert_eq!(
            mette.get(&format!("{lines}?{query}")).await.status,
            400,
            "{query}"
        );
    }
    let long = "x".repeat(201);
    assert_eq!(mette.get(&format!("{lines}?q={long}")).await.status, 400);
    assert_eq!(
        mette
            .get(&format!("{path}/spending?from=2026-13"))
            .await
            .status,
        400
    );
    for wish in [
        json!({ "kind": "invoice", "id": id, "format": "docx" }),
        json!({ "kind": "invoiceLines", "id": id, "format": "csv", "columns": ["secret"] }),
        json!({ "kind": "invoiceLines", "id": id, "format": "csv", "filter": { "number": "1" } }),
    ] {
        let answer = mette
            .post_json(&format!("{path}/downloads"), wish.clone())
            .await;
        assert_eq!(answer.status, 400, "{wish}");
    }
    // A colleague without a role, and a stranger.
    assert_eq!(
        world.mads().get(&format!("{path}/invoices")).await.status,
        403
    );
    assert_eq!(
        world.svend().get(&format!("{path}/invoices")).await.status,
        404
    );
}

#[tokio::test]
async fn the_finance_settings_are_checked_and_kept() {
    let (world, path) = billed().await;
    let mette = world.mette().with("if-match", "*");
    for (change, pointer) in [
        (
            json!({ "financeAddresses": ["faktura@firm.example", "nobody"] }),
            "/financeAddresses/1",
        ),
        (json!({ "gln": "5790000123453" }), "/gln"),
        (json!({ "cvr": "12345678" }), "/cvr"),
        (json!({ "buyerReference": "a\u{7}b" }), "/buyerReference"),
        (
            json!({ "buyerReference": "x".repeat(10_000) }),
            "/buyerReference",
        ),
    ] {
        let answer = mette.patch(&path, change).await;
        assert_eq!(answer.status, 400, "{}", answer.text);
        assert_eq!(answer.json()["errors"][0]["pointer"], pointer);
    }
    let change = json!({ "financeAddresses": ["Faktura@Firm.example"], "gln": "57 90000 123452", "cvr": "12345674" });
    let answer = mette.patch(&path, change).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let finance = &answer.json()["finance"];
    assert_eq!(finance["financeAddresses"], json!(["Faktura@firm.example"]));
    assert_eq!(
        (&finance["gln"], &finance["cvr"]),
        (&json!("5790000123452"), &json!("12345674"))
    );
    assert_eq!(finance["payer"]["name"], "Nordvind A/S");
    assert_eq!(mette.patch(&path, json!({})).await.status, 400);
}

#[tokio::test]
async fn two_documents_are_made_at_once_and_who_wants_a_third_comes_again() {
    let (world, path) = billed().await;
    let mette = world.mette();
    let list = mette.get(&format!("{path}/invoices")).await.json();
    let id = list["items"][0]["id"].clone();
    let link = async |format: &str| {
        let wish = json!({ "kind": "invoice", "id": id, "format": format });
        let answer = mette.post_json(&format!("{path}/downloads"), wish).await;
        let url = answer.json()["url"].as_str().unwrap().to_owned();
        url.strip_prefix("https://portal.example")
            .unwrap()
            .to_owned()
    };
    let (pdf, ubl, third, csv) = (
        link("pdf").await,
        link("ubl").await,
        link("pdf").await,
        link("csv").await,
    );
    let nobody = world.nobody();
    let mut held = world.paper.hold();
    let meanwhile = async {
        held.begun.recv().await.unwrap();
        held.begun.recv().await.unwrap();
        let refused = tokio::select! {
            answer = nobody.get(&third) => answer,
            _ = held.begun.recv() => panic!("a third document is being made"),
        };
        assert_eq!(refused.problem(), (503, "unavailable".into()));
        assert!(refused.headers.contains_key("retry-after"));
        // A table takes no room.
        assert_eq!(nobody.get(&csv).await.status, 200);
        drop(held);
    };
    let (one, other, ()) = tokio::join!(nobody.get(&pdf), nobody.get(&ubl), meanwhile);
    assert_eq!((one.status, other.status), (200, 200));
    // There is room again, and the link is still good.
    assert_eq!(nobody.get(&third).await.status, 200);
}
