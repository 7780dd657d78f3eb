//! A number from another operator, from the quote to the day on which it moves, with the donor played by the network.

use crate::support::{Answer, App, Caller, Org, telephony};
use jiff::{ToSpan, civil::Date};
use platform::db::params;
use reqwest::Method;
use serde_json::{Value, json};
use std::time::Duration;

const DAY: Duration = Duration::from_secs(24 * 3600);
const PDF: &str = "%PDF-1.7 the owner agrees";

fn port_in(number: &str) -> Value {
    json!({ "from": "portIn", "number": number, "donor": "Fjordtel", "owner": "Nordvind A/S" })
}

impl Caller<'_> {
    async fn upload(&self, port: &Value, document: &str, content_type: &str) -> Answer {
        let path = self.path(&format!("ports/{}/consent", text(&port["id"])));
        let body = Some(document.to_owned());
        self.send_text(Method::POST, &path, body, content_type)
            .await
    }

    async fn act(&self, port: &Value, what: &str, body: Value) -> Answer {
        let path = self.path(&format!("ports/{}/{what}", text(&port["id"])));
        self.clone()
            .with("idempotency-key", &self.app.fresh_key())
            .post(&path, body)
            .await
    }

    async fn port_of(&self, order: &Value) -> Value {
        let page = self
            .look(&format!("ports?order={}", text(&order["id"])))
            .await;
        assert_eq!(page["total"], 1, "{page}");
        self.look(&format!("ports/{}", text(&page["items"][0]["id"])))
            .await
    }
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// Telephony for somebody of Nordvind with a number from elsewhere, up and waiting.
async fn ordered(app: &App, number: &str) -> (Value, uuid::Uuid) {
    let mette = app.mette();
    let person = app.people(Org::Nordvind, true).await[0];
    let order = mette.activate_telephony(person, port_in(number)).await;
    app.work().await;
    (order, person)
}

/// Lets both sides do what is due, until nothing moves.
async fn let_it_move(app: &App) {
    for _ in 0..8 {
        app.sim.network.settle().await;
        app.run_jobs().await;
        app.advance(Duration::from_secs(4 * 60));
    }
    app.run_jobs().await;
    app.work().await;
}

/// How often the number moved, by the network's own book.
fn moves(app: &App, number: &str) -> usize {
    let of = |effect: &simulators::network::Effect| {
        effect.applied
            && effect.specification == "numberPortability"
            && effect.characteristics.get("number").map(String::as_str) == Some(number)
    };
    app.sim.network.effects(of).len()
}

#[tokio::test]
async fn a_number_comes_along_on_the_next_working_day() {
    let app = App::start().await;
    let mette = app.mette();
    let number = "+4533445566";
    let person = app.people(Org::Nordvind, true).await[0];
    let quote = mette
        .quote(json!([telephony(&app, person, port_in("33 44 55 66"))]))
        .await
        .ok(201);
    assert_eq!(quote["problems"], json!([]), "{quote}");
    assert_eq!(quote["items"][0]["number"], number);
    let (order, person) = ordered(&app, number).await;

    let held = mette.see(&order).await;
    assert_eq!(
        (&held["state"], &held["heldReason"]),
        (&json!("held"), &json!("scheduledPort")),
        "{held}"
    );
    let port = mette.port_of(&order).await;
    assert_eq!(
        (&port["state"], &port["missing"], &port["order"]["number"]),
        (&json!("draft"), &json!(["consent"]), &held["number"])
    );
    let temporary = Org::Nordvind.landline(0);
    assert_eq!(port["temporaryNumber"], json!(temporary));
    let listed = mette.look("numbers?kind=landline&state=active").await;
    assert_eq!(
        (
            &listed["items"][0]["number"],
            &listed["items"][0]["temporary"]
        ),
        (&json!(temporary), &json!(true))
    );

    let submitted = mette.upload(&port, PDF, "application/pdf").await.ok(201);
    assert_eq!(submitted["state"], "submitted");
    let_it_move(&app).await;
    let port = mette.port_of(&order).await;
    assert_eq!(port["state"], "scheduled", "{port}");
    assert_eq!(moves(&app, number), 0);
    // The row says so like anything else that waits for its day.
    let row = mette.look(&format!("people/{person}")).await;
    assert_eq!(
        (
            &row["openOrders"][0]["action"],
            &row["openOrders"][0]["scheduledFor"]
        ),
        (&json!("changeNumber"), &port["day"])
    );
    let day: Date = text(&port["day"]).parse().expect("a day");
    let today = app.now().danish_day();
    assert!(
        day > today && day <= today.saturating_add(6.days()),
        "{day}"
    );

    // The network tells by itself; here nobody listens, and looking does.
    app.advance(DAY * u32::try_from(today.until(day).unwrap().get_days()).unwrap());
    let_it_move(&app).await;
    let done = mette.see(&order).await;
    assert_eq!(done["state"], "completed", "{done}");
    assert_eq!(moves(&app, number), 1);
    let active = mette.look("numbers?kind=landline&state=active").await;
    assert_eq!(
        (
            &active["items"][0]["number"],
            &active["items"][0]["person"]["id"]
        ),
        (&json!(number), &json!(person))
    );
    let resting = mette.look("numbers?state=resting").await;
    assert_eq!(
        (
            &resting["items"][0]["number"],
            &resting["items"][0]["temporary"]
        ),
        (&json!(temporary), &json!(false))
    );
    assert!(resting["items"][0]["releaseDate"].is_string());
    let port = mette.port_of(&order).await;
    assert_eq!(
        port["donorEndedOn"],
        json!(app.now().danish_day().to_string())
    );
    let kinds: Vec<&str> = port["events"]
        .as_array()
        .unwrap()
        .iter()
        .map(|event| text(&event["kind"]))
        .collect();
    assert_eq!(
        kinds,
        [
            "opened",
            "consentAdded",
            "submitted",
            "accepted",
            "scheduled",
            "completed",
            "donorEnded"
        ]
    );
    app.end().await;
}

#[tokio::test]
async fn a_rejection_is_told_in_both_languages_and_put_right() {
    let app = App::start().await;
    let mette = app.mette();
    let number = "+4533440402";
    let (order, person) = ordered(&app, number).await;
    let port = mette.port_of(&order).await;
    mette.upload(&port, PDF, "application/pdf").await.ok(201);
    let_it_move(&app).await;
    let port = mette.port_of(&order).await;
    assert_eq!(
        (&port["state"], &port["rejection"]["code"]),
        (&json!("rejected"), &json!("contractBinding")),
        "{port}"
    );
    let row = mette.look(&format!("people/{person}")).await;
    assert_eq!(row["openOrders"][0]["scheduledFor"], Value::Null);
    let held = mette.see(&order).await;
    assert_eq!(held["heldReason"], "needsAttention");
    let danish = mette.clone().with("accept-language", "da");
    let told = danish.look(&format!("ports/{}", text(&port["id"]))).await;
    assert!(
        text(&told["rejection"]["advice"]).contains("aftalen binder"),
        "{told}"
    );
    let held = danish.see(&order).await;
    assert!(held.to_string().contains("ikke afgivet nummeret"), "{held}");

    let wrong = json!({ "owner": { "name": "", "cvr": "1" }, "date": "2026-01-01" });
    let answer = mette.act(&port, "submit", wrong).await;
    assert_eq!(answer.problem(), (422, "portIncomplete".to_owned()));
    assert_eq!(answer.fields().len(), 2, "{}", answer.text);

    // The donor relents, and the case is submitted once more.
    let again = mette
        .act(&port, "submit", json!({ "donor": "Telby" }))
        .await;
    assert_eq!(again.ok(202)["state"], "submitted");
    app.run_jobs().await;
    let decision = json!({ "number": number, "does": "complete" });
    let decision = serde_json::from_value(decision).expect("a decision");
    app.sim
        .network
        .decide(decision)
        .await
        .expect("it is on its way");
    let_it_move(&app).await;
    assert_eq!(mette.see(&order).await["state"], "completed");
    assert_eq!(moves(&app, number), 1);
    app.end().await;
}

#[tokio::test]
async fn a_consent_is_a_document_and_comes_back_as_it_was() {
    let app = App::start().await;
    let mette = app.mette();
    let (order, _) = ordered(&app, "+4533445567").await;
    let port = mette.port_of(&order).await;
    for (document, content_type, problem) in [
        ("<html>", "application/pdf", (415, "unsupportedDocument")),
        (
            PDF,
            "multipart/form-data; boundary=x",
            (415, "unsupportedMedia"),
        ),
        (PDF, "text/plain", (415, "unsupportedMedia")),
        ("", "application/pdf", (415, "unsupportedDocument")),
    ] {
        let answer = mette.upload(&port, document, content_type).await;
        assert_eq!(
            answer.problem(),
            (problem.0, problem.1.to_owned()),
            "{content_type}"
        );
    }
    let large = format!("%PDF-{}", "x".repeat(5 * 1024 * 1024));
    let answer = mette.upload(&port, &large, "application/pdf").await;
    assert_eq!(answer.problem(), (413, "tooLarge".to_owned()));
    assert_eq!(mette.port_of(&order).await["state"], "draft");

    mette.upload(&port, PDF, "application/pdf").await.ok(201);
    let path = mette.path(&format!("ports/{}/consent", text(&port["id"])));
    let answer = mette.get(&path).await;
    assert_eq!((answer.status, answer.text.as_str()), (200, PDF));
    assert_eq!(answer.header("cache-control"), "no-store");
    assert!(
        answer
            .header("content-disposition")
            .starts_with("attachment; filename=\"consent-")
    );
    assert_eq!(answer.header("content-type"), "application/pdf");
    let rita = app.rita();
    assert_eq!(rita.get(&path).await.status, 403);
    assert_eq!(
        rita.look(&format!("ports/{}", text(&port["id"]))).await["can"]["readConsent"],
        false
    );
    let read = app
        .count("SELECT COUNT(*) FROM audit_entries WHERE action = 'read_port_consent'")
        .await;
    assert_eq!(read, 1);
    mette.act(&port, "cancel", json!({})).await.ok(202);
    let_it_move(&app).await;
    app.end().await;
}

#[tokio::test]
async fn a_case_is_called_off_while_the_donor_has_not_moved_the_number() {
    let app = App::start().await;
    let mette = app.mette();
    let number = "+4533445568";
    let (order, person) = ordered(&app, number).await;
    let port = mette.port_of(&order).await;
    mette.upload(&port, PDF, "application/pdf").await.ok(201);
    let_it_move(&app).await;
    let called_off = mette.act(&port, "cancel", json!({})).await.ok(202);
    assert_eq!(called_off["cancelling"], true);
    let twice = mette.act(&port, "cancel", json!({})).await;
    assert_eq!(twice.problem(), (409, "cancelUnderWay".to_owned()));
    let_it_move(&app).await;
    assert_eq!(mette.port_of(&order).await["state"], "cancelled");
    let order = mette.see(&order).await;
    assert_eq!(
        order["state"], "partial",
        "the temporary number stays: {order}"
    );
    let active = mette.look("numbers?kind=landline&state=active").await;
    assert_eq!(
        (
            &active["items"][0]["number"],
            &active["items"][0]["person"]["id"]
        ),
        (&json!(Org::Nordvind.landline(0)), &json!(person))
    );
    assert_eq!(moves(&app, number), 0);
    app.end().await;
}

#[tokio::test]
async fn a_lost_answer_and_an_event_that_comes_twice_move_the_number_once() {
    use simulators::common::faults::{Effect, Fault, When};
    let app = App::start().await;
    let mette = app.mette();
    let number = "+4533445569";
    let (order, _) = ordered(&app, number).await;
    let port = mette.port_of(&order).await;
    let lost = Fault::new(
        "POST",
        "/tmf-api/serviceOrdering/v4/serviceOrder",
        Effect::Lost,
    );
    app.sim.network_faults.add(lost.when(When::First(1)));
    mette.upload(&port, PDF, "application/pdf").await.ok(201);
    let_it_move(&app).await;
    let reference = format!("port-{}-1", text(&port["id"]));
    assert_eq!(app.sim.network.orders_of(&reference).len(), 1);
    let event = json!({ "event": { "serviceOrder": { "externalId": reference } } });
    let hook = format!("/hooks/network?token={}", crate::support::CALLBACK_TOKEN);
    for _ in 0..2 {
        assert_eq!(mette.post(&hook, event.clone()).await.status, 204);
    }
    app.advance(DAY * 7);
    let_it_move(&app).await;
    assert_eq!(mette.see(&order).await["state"], "completed");
    assert_eq!(moves(&app, number), 1);
    app.end().await;
}

#[tokio::test]
async fn a_number_that_cannot_be_brought_is_pointed_to() {
    let app = App::start().await;
    let mette = app.mette();
    let person = app.people(Org::Nordvind, true).await[0];
    for (number, code) in [
        ("112", "notANumber"),
        ("+46850828000", "portForeign"),
        ("+4590101010", "portSpecial"),
        (Org::Havn.landline(0).as_str(), "portOnPlatform"),
    ] {
        let problems = mette
            .problems(telephony(&app, person, port_in(number)))
            .await;
        let expected = ("/items/0/number/number".to_owned(), code.to_owned());
        assert_eq!(problems, [expected], "{number}");
    }
    let mut whole = port_in("+4533445570");
    whole["owner"] = json!({ "name": "Nordvind A/S", "cvr": "12345678" });
    whole["date"] = json!("2026-01-01");
    let problems = mette.problems(telephony(&app, person, whole)).await;
    assert_eq!(
        problems,
        [(
            "/items/0/number/date".to_owned(),
            "dateInThePast".to_owned()
        )]
    );
    app.end().await;
}

/// A number that was let go rests, is there to be taken back, and is free when its day has come.
#[tokio::test]
async fn a_released_number_rests_and_returns_by_the_rule() {
    let app = App::start().await;
    let mette = app.mette();
    let people = app.people(Org::Nordvind, true).await;
    let number = Org::Nordvind.landline(3);
    let named = json!({ "from": "series", "number": number });
    let order = mette.activate_telephony(people[0], named.clone()).await;
    app.work().await;
    let subscription = mette.see(&order).await["items"][0]["subscription"].clone();
    mette
        .order(json!([{ "action": "endSubscription", "subscription": subscription, "number": "rest" }]))
        .await;
    app.work().await;
    let listed = mette.look("numbers?state=resting").await;
    assert_eq!(listed["items"][0]["number"], json!(number));
    let until =
        platform::Instant::parse(text(&listed["items"][0]["releaseDate"])).expect("an instant");
    assert!(until.since(app.now()) >= DAY * 31, "{listed}");

    let run = async || {
        let mut tx = app.db().begin().await.unwrap();
        domain::numbering::start_rests(&mut tx, &app.service.ids)
            .await
            .unwrap();
        tx.commit().await.unwrap();
        app.run_jobs().await;
        let mut tx = app.db().begin().await.unwrap();
        tx.execute(
            "DELETE FROM jobs WHERE kind = 'numbering.endRests'",
            params![],
        )
        .await
        .unwrap();
        tx.commit().await.unwrap();
    };
    // From the series it cannot be had yet; as a resting number it can.
    let refused = mette
        .problems(telephony(&app, people[1], named.clone()))
        .await;
    assert_eq!(refused[0].1, "numberResting");
    let taken_back = json!({ "from": "resting", "number": number });
    let back = mette
        .activate_telephony(people[1], taken_back.clone())
        .await;
    app.work().await;
    let subscription = mette.see(&back).await["items"][0]["subscription"].clone();
    mette
        .order(json!([{ "action": "endSubscription", "subscription": subscription, "number": "rest" }]))
        .await;
    app.work().await;
    app.advance(DAY * 89);
    run().await;
    assert_eq!(mette.look("numbers?state=resting").await["total"], 1);
    app.advance(DAY * 3);
    let late = mette.problems(telephony(&app, people[1], taken_back)).await;
    assert_eq!(late[0].1, "restIsOver");
    run().await;
    assert_eq!(mette.look("numbers?state=resting").await["total"], 0);
    let again = mette.activate_telephony(people[1], named).await;
    app.work().await;
    assert_eq!(mette.see(&again).await["state"], "completed");
    app.end().await;
}
