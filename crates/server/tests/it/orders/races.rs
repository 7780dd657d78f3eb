//! Two orders for one thing, at the same time: exactly one wins, and the network hears of one.

use crate::support::{App, Caller, Org, Wishes, mobile};
use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

/// Places two orders at once. The one that went through, and who it is for.
async fn race(mette: &Caller<'_>, ulla: &Caller<'_>, items: [Value; 2], lost: &[&str]) -> Value {
    let [one, other] = items;
    let (one, other) = (json!([one]), json!([other]));
    let (first, second) = tokio::join!(mette.quote(one), ulla.quote(other));
    let (first, second) = (first.ok(201), second.ok(201));
    let (first, second) = tokio::join!(mette.place(&first["id"]), ulla.place(&second["id"]));
    let (won, refused) = if first.status == 202 {
        (first, second)
    } else {
        (second, first)
    };
    let (status, code) = refused.problem();
    assert!(
        status == 409 && lost.contains(&code.as_str()),
        "{}",
        refused.text
    );
    won.ok(202)
}

async fn people(app: &App) -> Vec<Uuid> {
    let mut people = app.people(Org::Nordvind, true).await;
    people.extend(app.people(Org::Nordvind, false).await);
    people
}

/// Somebody is removed, or given something: never both.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_person_is_removed_while_a_subscription_is_ordered() {
    let app = App::start().await;
    let (mette, ulla) = (app.mette(), app.ulla());
    let mut card = app.cards(Org::Nordvind).await[0];
    for round in 0..12 {
        let person = app.local_person(Org::Nordvind).await;
        let wish = mobile(&app, person, json!({ "from": "series" }), card);
        let quote = mette.quote(json!([wish])).await.ok(201);
        let path = ulla.path(&format!("people/{person}"));
        let (placed, removed) = tokio::join!(
            mette.place(&quote["id"]),
            ulla.send(Method::DELETE, &path, None)
        );
        match (placed.status, removed.status) {
            (202, 409) => {
                mette.cancel(&placed.ok(202)).await.ok(202);
                app.work().await;
                card = app.cards(Org::Nordvind).await[0];
            }
            (422, 204) => {
                let fields = [("/items/0/person".to_owned(), "personRemoved".to_owned())];
                assert_eq!(placed.fields(), fields);
            }
            _ => panic!("round {round}: {} and {}", placed.text, removed.text),
        }
    }
    app.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_orders_for_one_number() {
    const RACES: u32 = 200;
    let app = App::with(Wishes {
        people: vec![(Org::Nordvind, 230)],
        numbers: RACES,
        sims: u64::from(RACES) + 2,
        mirrored: vec![Org::Nordvind],
        ..Wishes::default()
    })
    .await;
    let (mette, ulla) = (app.mette(), app.ulla());
    let (mut people, mut cards) = (people(&app).await, app.cards(Org::Nordvind).await);
    for index in 0..RACES {
        let number = json!({ "from": "series", "number": Org::Nordvind.mobile(index) });
        let last = people.len() - 1;
        let items = [0, 1].map(|who| {
            mobile(
                &app,
                people[last - who],
                number.clone(),
                cards[cards.len() - 1 - who],
            )
        });
        let won = race(&mette, &ulla, items, &["numberTaken"]).await;
        let person: Uuid = won["items"][0]["person"]["id"]
            .as_str()
            .unwrap()
            .parse()
            .unwrap();
        let winner = usize::from(people[last] != person);
        people.remove(last - winner);
        cards.remove(cards.len() - 1 - winner);
        if index % 50 == 49 {
            app.work().await;
        }
    }
    assert_eq!(
        app.count("SELECT COUNT(*) FROM orders").await,
        i64::from(RACES)
    );
    app.work().await;
    assert_eq!(
        app.count("SELECT COUNT(*) FROM orders WHERE state = 'completed'")
            .await,
        i64::from(RACES)
    );
    assert_eq!(
        app.sim.network.effects(|effect| effect.applied).len(),
        RACES as usize
    );
    app.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_orders_for_one_card() {
    const RACES: u64 = 50;
    let app = App::with(Wishes {
        people: vec![(Org::Nordvind, 80)],
        numbers: 60,
        sims: RACES,
        mirrored: vec![Org::Nordvind],
        ..Wishes::default()
    })
    .await;
    let (mette, ulla) = (app.mette(), app.ulla());
    let (mut people, cards) = (people(&app).await, app.cards(Org::Nordvind).await);
    for card in cards {
        let last = people.len() - 1;
        let items =
            [0, 1].map(|who| mobile(&app, people[last - who], json!({ "from": "series" }), card));
        let won = race(&mette, &ulla, items, &["simTaken"]).await;
        let person: Uuid = won["items"][0]["person"]["id"]
            .as_str()
            .unwrap()
            .parse()
            .unwrap();
        people.retain(|other| *other != person);
    }
    app.work().await;
    assert_eq!(
        app.sim.network.effects(|effect| effect.applied).len(),
        RACES as usize
    );
    app.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_orders_for_one_person() {
    let app = App::with(Wishes {
        numbers: 40,
        sims: 30,
        ..Wishes::default()
    })
    .await;
    let (mette, ulla) = (app.mette(), app.ulla());
    let mut cards = app.cards(Org::Nordvind).await;
    for person in people(&app).await.into_iter().take(12) {
        let items = [0, 1].map(|who| {
            mobile(
                &app,
                person,
                json!({ "from": "series" }),
                cards[cards.len() - 1 - who],
            )
        });
        race(&mette, &ulla, items, &["hasMobile", "alreadyThere"]).await;
        cards.truncate(cards.len() - 2);
    }
    app.work().await;
    app.end().await;
}

/// Several workers on one database: each step is done once.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_workers_do_each_step_once() {
    let app = App::with(Wishes {
        numbers: 30,
        ..Wishes::default()
    })
    .await;
    let mette = app.mette();
    for person in app.people(Org::Nordvind, true).await.into_iter().take(12) {
        mette
            .activate_telephony(person, json!({ "from": "series" }))
            .await;
    }
    for _ in 0..4 {
        let worker = &app.service.worker;
        let (a, b, c) = tokio::join!(
            worker.run_until_idle(),
            worker.run_until_idle(),
            worker.run_until_idle()
        );
        a.and(b).and(c).unwrap();
        app.sim.network.settle().await;
        app.advance(std::time::Duration::from_secs(5));
    }
    app.work().await;
    assert_eq!(
        app.count("SELECT COUNT(*) FROM orders WHERE state = 'completed'")
            .await,
        12
    );
    app.end().await;
}
