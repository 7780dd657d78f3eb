//! Two hundred at once: for one number, one card, the last number there is, the last profile, or with one and the same key. One gets it, the
//! others hear why not, and no request is lost. And several processes that close one month.

use crate::support::{Answer, App, Org, Process, Wishes, in_full, mobile};
use futures::future::join_all;
use platform::db::params;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use uuid::Uuid;

fn clients() -> usize {
    if in_full() { 200 } else { 12 }
}

/// So many people with nothing yet, and a card for each.
async fn crowd(clients: usize, numbers: u32, sims: u64) -> (App, Vec<Uuid>) {
    let app = App::with(Wishes {
        people: vec![(Org::Nordvind, clients * 2 + 20)],
        numbers,
        sims,
        mirrored: vec![Org::Nordvind],
        limits: vec![("orders_per_hour", 0)],
        ..Wishes::default()
    })
    .await;
    let mut people = app.people(Org::Nordvind, true).await;
    people.extend(app.people(Org::Nordvind, false).await);
    assert!(people.len() >= clients);
    people.truncate(clients);
    (app, people)
}

/// Everybody has a quote that is good; all orders are placed at once. Answers of the losers by their codes. Who is told that
/// the service is busy asks again, with the same key.
async fn race(app: &App, items: Vec<Value>) -> (Value, BTreeMap<String, usize>) {
    let mette = app.mette();
    let mut quotes = Vec::new();
    for item in items {
        let quote = mette.quote(json!([item])).await.ok(201);
        assert_eq!(quote["problems"], json!([]), "{quote}");
        quotes.push((quote["id"].clone(), app.fresh_key()));
    }
    let place = async |(quote, key): &(Value, String)| -> Answer {
        loop {
            let answer = mette
                .clone()
                .with("idempotency-key", key)
                .post(&mette.path("orders"), json!({ "quote": quote }))
                .await;
            if answer.status == 202 || !is_busy(&answer) {
                return answer;
            }
        }
    };
    let answers = join_all(quotes.iter().map(place)).await;
    let mut won = Vec::new();
    let mut lost: BTreeMap<String, usize> = BTreeMap::new();
    for answer in answers {
        if answer.status == 202 {
            won.push(answer.ok(202));
        } else {
            let (status, code) = answer.problem();
            assert_eq!(status, 409, "{}", answer.text);
            *lost.entry(code).or_default() += 1;
        }
    }
    assert_eq!(won.len(), 1, "{lost:?}");
    assert_eq!(lost.values().sum::<usize>(), quotes.len() - 1, "{lost:?}");
    (won.remove(0), lost)
}

/// Whoever hears this asks again.
fn is_busy(answer: &Answer) -> bool {
    let (status, code) = answer.problem();
    status == 503 || code == "inFlight"
}

/// The one order is carried out, and the network has heard of it once.
async fn finish(app: App, won: &Value, lost: &BTreeMap<String, usize>, codes: &[&str]) {
    assert!(
        lost.keys().all(|code| codes.contains(&code.as_str())),
        "{lost:?}"
    );
    assert_eq!(app.count("SELECT COUNT(*) FROM orders").await, 1);
    app.work().await;
    let order = app.mette().see(won).await;
    assert_eq!(order["state"], "completed", "{order}");
    app.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_crowd_wants_one_number() {
    let clients = clients();
    let (app, people) = crowd(clients, 4, clients as u64).await;
    let cards = app.cards(Org::Nordvind).await;
    let number = json!({ "from": "series", "number": Org::Nordvind.mobile(0) });
    let items = people
        .iter()
        .zip(cards)
        .map(|(person, card)| mobile(&app, *person, number.clone(), card))
        .collect();
    let (won, lost) = race(&app, items).await;
    finish(app, &won, &lost, &["numberTaken", "taken"]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_crowd_wants_one_card() {
    let clients = clients();
    let (app, people) = crowd(clients, clients as u32, 1).await;
    let card = app.cards(Org::Nordvind).await[0];
    let items = people
        .iter()
        .map(|person| mobile(&app, *person, json!({ "from": "series" }), card))
        .collect();
    let (won, lost) = race(&app, items).await;
    finish(app, &won, &lost, &["simTaken", "taken"]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_crowd_wants_the_last_number_that_can_be_made() {
    let clients = clients();
    let (app, people) = crowd(clients, 1, clients as u64).await;
    let cards = app.cards(Org::Nordvind).await;
    let items = people
        .iter()
        .zip(cards)
        .map(|(person, card)| mobile(&app, *person, json!({ "from": "new" }), card))
        .collect();
    let (won, lost) = race(&app, items).await;
    finish(app, &won, &lost, &["numberTaken", "taken", "noNumberFree"]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_crowd_wants_the_last_profile() {
    let clients = clients();
    let (app, people) = crowd(clients, clients as u32, 1).await;
    let items = people
        .iter()
        .map(|person| {
            let mut item = mobile(&app, *person, json!({ "from": "series" }), Uuid::nil());
            item["sim"] = json!({ "from": "eSim" });
            item
        })
        .collect();
    let (won, lost) = race(&app, items).await;
    finish(app, &won, &lost, &["simTaken", "taken", "noSimInStock"]).await;
}

/// Everybody hears the same answer, or that it is being answered.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_crowd_sends_one_request() {
    let clients = clients();
    let (app, people) = crowd(1, 4, 4).await;
    let mette = app.mette();
    let card = app.cards(Org::Nordvind).await[0];
    let item = mobile(&app, people[0], json!({ "from": "series" }), card);
    let quote = mette.quote(json!([item])).await.ok(201);
    let keyed = mette.clone().with(
        "idempotency-key",
        "the one and only".replace(' ', "-").as_str(),
    );
    let path = mette.path("orders");
    let answers = join_all((0..clients).map(|_| {
        let (keyed, path, body) = (&keyed, &path, json!({ "quote": quote["id"] }));
        async move {
            loop {
                let answer = keyed.post(path, body.clone()).await;
                // One of the others is being answered just now.
                if answer.status == 202 || !is_busy(&answer) {
                    return answer;
                }
            }
        }
    }))
    .await;
    let first = answers[0].ok(202);
    for answer in &answers {
        assert_eq!(answer.ok(202), first);
    }
    finish(app, &first, &BTreeMap::new(), &[]).await;
}

/// Several processes at one month, and each of them is told that it is closed. In the long form only.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn several_processes_close_one_month() {
    if !in_full() {
        return;
    }
    let mut app = App::with(Wishes {
        mirrored: vec![Org::Nordvind, Org::Fjord, Org::Havn],
        ..Wishes::default()
    })
    .await;
    let server = Process::serving(&mut app).await;
    let mut lines = Vec::new();
    for org in [Org::Nordvind, Org::Fjord, Org::Havn] {
        let by = match org {
            Org::Nordvind => app.mette(),
            _ => app.sofus().at(org),
        };
        let (person, card) = (app.people(org, true).await[0], app.cards(org).await[0]);
        let order = by
            .create_mobile(person, json!({ "from": "series" }), card)
            .await;
        let line = order["items"][0]["subscription"].as_str();
        lines.push(line.and_then(|id| id.parse::<Uuid>().ok()).expect("a line"));
    }
    app.work().await;
    for round in 0..6 {
        let period = app.past_month();
        let mut tx = app.db().begin().await.expect("a transaction");
        for line in &lines {
            tx.execute(
                "INSERT INTO subscription_intervals (id, organisation, subscription, kind, offering, monthly, started_at, ended_at)
                 SELECT ?1, organisation, id, 'package', offering, 9900, ?3, ?4 FROM subscriptions WHERE id = ?2",
                params![app.service.ids.uuid(), *line, period.start(), period.end()],
            )
            .await
            .expect("an interval");
        }
        tx.commit().await.expect("a month");
        let month = period.to_string();
        let words = ["close-period", month.as_str()];
        let told = join_all((0..4).map(|_| server.command(&words))).await;
        for told in told {
            let told = told.unwrap_or_else(|told| panic!("round {round}: {told}"));
            assert!(told.contains("3 invoices"), "round {round}: {told}");
        }
        let invoices = app.count("SELECT COUNT(*) FROM invoices").await;
        assert_eq!(invoices, 3 * (round + 1));
        assert_eq!(app.count("SELECT last FROM invoice_series").await, invoices);
    }
    app.until_all_is_done().await;
    drop(server);
    app.forget_jobs().await;
    app.end().await;
}
