//! Everybody wants the same number.

mod crowd;

use crate::support::{App, Org, Wishes, in_full, mobile};
use serde_json::json;
use std::collections::BTreeMap;

/// Clients of one race.
const CLIENTS: usize = 8;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn eight_clients_race_for_one_number_and_one_wins() {
    let races = if in_full() { 1_000 } else { 10 };
    let app = App::with(Wishes {
        people: vec![(Org::Nordvind, races + CLIENTS + 20)],
        numbers: races as u32,
        sims: races as u64 + CLIENTS as u64,
        mirrored: vec![Org::Nordvind],
        limits: vec![("orders_per_hour", 0)],
        ..Wishes::default()
    })
    .await;
    let mette = app.mette();
    let mut people = app.people(Org::Nordvind, true).await;
    people.extend(app.people(Org::Nordvind, false).await);
    let mut cards = app.cards(Org::Nordvind).await;
    let mut lost: BTreeMap<String, usize> = BTreeMap::new();
    for race in 0..races {
        let number = json!({ "from": "series", "number": Org::Nordvind.mobile(race as u32) });
        let mut quotes = Vec::new();
        for client in 0..CLIENTS {
            let item = mobile(&app, people[client], number.clone(), cards[client]);
            let quote = mette.quote(json!([item])).await.ok(201);
            assert_eq!(quote["problems"], json!([]), "{quote}");
            quotes.push(quote["id"].clone());
        }
        let [a, b, c, d, e, f, g, h] = [0, 1, 2, 3, 4, 5, 6, 7].map(|at| mette.place(&quotes[at]));
        let answers = tokio::join!(a, b, c, d, e, f, g, h);
        let answers: [_; CLIENTS] = answers.into();
        let won: Vec<usize> = (0..CLIENTS)
            .filter(|client| answers[*client].status == 202)
            .collect();
        assert_eq!(won.len(), 1, "race {race}: {answers:?}");
        for (client, answer) in answers.iter().enumerate() {
            if client != won[0] {
                let (status, code) = answer.problem();
                assert_eq!(status, 409, "race {race}: {}", answer.text);
                *lost.entry(code).or_default() += 1;
            }
        }
        people.remove(won[0]);
        cards.remove(won[0]);
        // Now and then: so many at once would be asked about anew before the last of them was asked about, for ever.
        if race % 50 == 49 {
            app.work().await;
        }
    }
    let told: Vec<&str> = lost.keys().map(String::as_str).collect();
    assert!(
        told.iter()
            .all(|code| ["numberTaken", "taken"].contains(code)),
        "{lost:?}"
    );
    app.work().await;
    let completed = "SELECT COUNT(*) FROM orders WHERE state = 'completed'";
    assert_eq!(app.count(completed).await, races as i64);
    assert_eq!(
        app.sim.network.effects(|effect| effect.applied).len(),
        races
    );
    app.end().await;
}

/// What two administrators want at once of two lines: the items, and the codes of which the loser hears one.
struct Race {
    items: [serde_json::Value; 2],
    lost: &'static [&'static str],
}

/// Two administrators, each with a quote that was good, place their orders at the same time: one goes through, the other hears
/// why not, and the network hears of one.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_administrators_race_for_one_sim_number_or_subscription_and_one_wins() {
    let races = if in_full() { 200 } else { 5 };
    let app = App::with(Wishes {
        people: vec![(Org::Nordvind, 40)],
        numbers: races as u32 + 8,
        sims: races as u64 + 8,
        mirrored: vec![Org::Nordvind],
        limits: vec![("orders_per_hour", 0)],
        ..Wishes::default()
    })
    .await;
    let (mette, ulla) = (app.mette(), app.ulla());
    let people = app.people(Org::Nordvind, true).await;
    let cards = app.cards(Org::Nordvind).await;
    let number =
        |index: usize| json!({ "from": "series", "number": Org::Nordvind.mobile(index as u32) });
    let order = mette
        .order(json!([
            mobile(&app, people[0], number(0), cards[0]),
            mobile(&app, people[1], number(1), cards[1]),
        ]))
        .await;
    app.work().await;
    let lines = [0, 1].map(|place| order["items"][place]["subscription"].clone());
    let mut won = 1;
    for race in 0..races {
        let card = app.cards(Org::Nordvind).await[0];
        let row = mette.look(&format!("people/{}", people[0])).await;
        let package = match row["subscriptions"][0]["offering"]["name"].as_str() {
            Some("Mobile L") => "mobile-s",
            _ => "mobile-l",
        };
        let both = |make: &dyn Fn(&serde_json::Value) -> serde_json::Value| {
            [make(&lines[0]), make(&lines[1])]
        };
        let line = &lines[0];
        for Race { items, lost } in [
            Race {
                items: both(&|line| {
                    json!({ "action": "replaceSim", "subscription": line,
                    "sim": { "from": "unassigned", "sim": card } })
                }),
                lost: &["simTaken", "taken"],
            },
            Race {
                items: both(
                    &|line| json!({ "action": "changeNumber", "subscription": line, "number": number(race + 2) }),
                ),
                lost: &["numberTaken", "taken"],
            },
            Race {
                items: [
                    json!({ "action": "changeMobilePackage", "subscription": line, "offering": app.offering(package) }),
                    json!({ "action": "addAddOn", "subscription": line, "offering": app.offering("data-5gb") }),
                ],
                lost: &["orderUnderWay"],
            },
            Race {
                items: both(&|_| json!({ "action": "suspendSim", "subscription": line })),
                lost: &["orderUnderWay"],
            },
        ] {
            let [first, second] = items;
            let place = format!("race {race}, {}", first["action"]);
            let (first, second) =
                tokio::join!(mette.quote(json!([first])), ulla.quote(json!([second])));
            let quotes = [first.ok(201), second.ok(201)];
            for quote in &quotes {
                assert_eq!(quote["problems"], json!([]), "{place}: {quote}");
            }
            let (first, second) =
                tokio::join!(mette.place(&quotes[0]["id"]), ulla.place(&quotes[1]["id"]));
            let (went, refused) = match first.status {
                202 => (first, second),
                _ => (second, first),
            };
            let went = went.ok(202);
            let (status, code) = refused.problem();
            assert!(
                status == 409 && lost.contains(&code.as_str()),
                "{place}: {}",
                refused.text
            );
            won += 1;
            app.work().await;
            assert_eq!(mette.see(&went).await["state"], "completed", "{place}");
            if went["items"][0]["action"] == "addAddOn" {
                let gone = json!({ "action": "removeAddOn", "subscription": line, "offering": app.offering("data-5gb") });
                ulla.order(json!([gone])).await;
                won += 1;
                app.work().await;
            }
        }
        // Open for the next one.
        mette
            .order(json!([{ "action": "resumeSim", "subscription": line }]))
            .await;
        won += 1;
        app.work().await;
    }
    assert_eq!(app.count("SELECT COUNT(*) FROM orders").await, won);
    app.check_books().await;
    app.end().await;
}
