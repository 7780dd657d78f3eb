//! Everybody wants the same number.

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
