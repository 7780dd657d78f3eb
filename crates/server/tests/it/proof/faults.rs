//! Every way in which a call can go wrong, at every call that an order makes, through the real chain: the service, its adapters,
//! real HTTP, the simulators. What must come of each stands in a table. After each the books are compared: what was ordered
//! here, carried out at the network and assigned at Microsoft is the same, once.

use crate::support::{App, Org, Wishes, in_full, mobile, telephony};
use serde_json::{Value, json};
use simulators::common::faults::{Effect, Fault, Faults, When};
use std::time::Duration;

/// How a call goes wrong, in the order of the columns of [`EXPECTED`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Trouble {
    /// No answer, and nothing was done.
    Silence,
    /// It was done, and no answer comes.
    DoneInSilence,
    /// The connection closes, and nothing was done.
    Closed,
    /// 429 with `Retry-After`.
    TooMuch,
    /// 500, and nothing was done.
    Broken,
    /// 503.
    Away,
    /// It was done, and the connection closes.
    Lost,
    /// It was done, and half of the answer comes.
    Truncated,
    /// 200 and a page for people.
    Page,
    /// It was done, and the answer says something else altogether.
    WrongBody,
    /// It was done, and the answer is about another one.
    WrongId,
}

const TROUBLES: [Trouble; 11] = [
    Trouble::Silence,
    Trouble::DoneInSilence,
    Trouble::Closed,
    Trouble::TooMuch,
    Trouble::Broken,
    Trouble::Away,
    Trouble::Lost,
    Trouble::Truncated,
    Trouble::Page,
    Trouble::WrongBody,
    Trouble::WrongId,
];

/// A call outside that carrying an order out makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Call {
    Token,
    Telephony,
    Upload,
    Query,
    FindNumber,
    Licence,
    Assign,
    Operation,
    Mobile,
    MobileQuery,
    Group,
    Pack,
}

/// What becomes of the order. First when the call goes wrong once, then when it goes wrong whenever it is made. `e`: it comes to
/// the end that it would have come to anyway, see [`Call::end`]. `h`: it stands held for a person, and comes to that end when
/// the trouble is over. `-`: this answer has no such place.
const EXPECTED: [(Call, &str, &str); 12] = [
    //                  silence, done in silence, closed, 429, 500, 503, lost, truncated, page, wrong body, wrong id
    (Call::Token, "eeeeeeeeee-", "hhhhhhhhhh-"),
    (Call::Telephony, "eeeeeeeeeee", "hehhhheehee"),
    (Call::Upload, "eeeeeeeeeee", "hehhhheehee"),
    (Call::Query, "eeeeeeeeeee", "hhhhhhhhhhh"),
    (Call::FindNumber, "eeeeeeeeeee", "hhhhhhhhhhh"),
    (Call::Licence, "eeeeeeeeeee", "hhhhhhhhhhh"),
    // Its answer is empty: nothing in it can be cut off, wrong or somebody else's.
    (Call::Assign, "eeeeeee-e--", "hehhhhe-h--"),
    (Call::Operation, "eeeeeeeeeee", "hhhhhhhhhhh"),
    (Call::Mobile, "eeeeeeeeeee", "hehhhheehee"),
    (Call::MobileQuery, "eeeeeeeeeee", "hhhhhhhhhhh"),
    (Call::Group, "eeeeeeeeeee", "hehhhheehee"),
    (Call::Pack, "eeeeeeeeeee", "hehhhheehee"),
];

pub(super) const NETWORK: &str = "/tmf-api/serviceOrdering/v4/serviceOrder";
pub(super) const TEAMS: &str = "/v1.0/admin/teams/telephoneNumberManagement";
const NOBODY: &str = "00000000-0000-4000-8000-00000000dead";

impl Call {
    fn faults(self, app: &App) -> &Faults {
        match self {
            Call::Telephony
            | Call::Upload
            | Call::Query
            | Call::Mobile
            | Call::MobileQuery
            | Call::Group
            | Call::Pack => &app.sim.network_faults,
            _ => &app.sim.microsoft_faults,
        }
    }

    /// How the order ends. Only of an assignment that fails the operation is asked about: the others show in the inventory.
    fn end(self) -> &'static str {
        match self {
            Call::Operation => "failed",
            _ => "completed",
        }
    }

    fn is_mobile(self) -> bool {
        matches!(self, Call::Mobile | Call::MobileQuery)
    }

    fn fault(self, effect: Effect) -> Fault {
        let (method, path, text) = match self {
            Call::Token => ("POST", "/*/oauth2/v2.0/token".to_owned(), ""),
            Call::Telephony => ("POST", NETWORK.to_owned(), "teamsTelephony"),
            Call::Upload => ("POST", NETWORK.to_owned(), "numberUpload"),
            Call::Mobile => ("POST", NETWORK.to_owned(), "mobileSubscription"),
            Call::Group => ("POST", NETWORK.to_owned(), "callGroup"),
            Call::Pack => ("POST", NETWORK.to_owned(), "simPack"),
            Call::Query | Call::MobileQuery => ("GET", NETWORK.to_owned(), ""),
            Call::FindNumber => ("GET", format!("{TEAMS}/numberAssignments"), ""),
            Call::Licence => ("GET", "/v1.0/users/*-*".to_owned(), ""),
            Call::Assign => (
                "POST",
                format!("{TEAMS}/numberAssignments/assignNumber"),
                "",
            ),
            Call::Operation => ("GET", format!("{TEAMS}/operations**"), ""),
        };
        let fault = Fault::new(method, &path, effect);
        if text.is_empty() {
            fault
        } else {
            fault.containing(text)
        }
    }

    /// Where the answer says whom or what it is about.
    fn id(self) -> (&'static str, Value) {
        match self {
            Call::Telephony | Call::Upload | Call::Mobile | Call::Group | Call::Pack => {
                ("/externalId", json!(NOBODY))
            }
            Call::Query | Call::MobileQuery => ("/0/externalId", json!(NOBODY)),
            Call::FindNumber => ("/value/0/telephoneNumber", json!("+4570999999")),
            _ => ("/id", json!(NOBODY)),
        }
    }
}

impl Trouble {
    pub(super) fn effect(self, call: Call) -> Effect {
        let status = |status, retry_after| Effect::Status {
            status,
            retry_after,
            body: None,
        };
        match self {
            Trouble::Silence => Effect::Hold,
            Trouble::DoneInSilence => Effect::Keep,
            Trouble::Closed => Effect::Refuse,
            Trouble::TooMuch => status(429, Some(7)),
            Trouble::Broken => status(500, None),
            Trouble::Away => status(503, None),
            Trouble::Lost => Effect::Lost,
            Trouble::Truncated => Effect::Truncated,
            Trouble::Page => Effect::Html,
            Trouble::WrongBody => Effect::Replace {
                body: json!({ "weather": "fair" }),
            },
            Trouble::WrongId => {
                let (pointer, value) = call.id();
                Effect::Inject {
                    pointer: pointer.to_owned(),
                    value,
                }
            }
        }
    }
}

/// A customer with people enough, whose calls outside are given up after two seconds.
async fn world(cells: usize) -> App {
    let app = App::with(Wishes {
        people: vec![(Org::Nordvind, 3 * cells + 40)],
        // A call group takes one beside that of the line that it rings.
        numbers: 2 * cells as u32 + 4,
        sims: cells as u64 + 4,
        mirrored: vec![Org::Nordvind],
        outside_timeout: Some(2),
        ..Wishes::default()
    })
    .await;
    let settings = json!({ "operationSeconds": 3 });
    app.sim.graph.change_settings(&settings).expect("settings");
    app
}

/// One order in trouble, to its end. `at` counts the orders of this world.
async fn cell(app: &App, at: usize, call: Call, trouble: Trouble, always: bool, expected: char) {
    let place = format!(
        "{call:?}, {trouble:?}, {}",
        if always { "always" } else { "once" }
    );
    // No token is good for so long.
    app.advance(Duration::from_secs(2 * 3600));
    let person = app.people(Org::Nordvind, true).await[at];
    let number = json!({ "from": "series" });
    let item = if call == Call::Group {
        let card = app.cards(Org::Nordvind).await[0];
        app.mette().create_mobile(person, number, card).await;
        app.work().await;
        json!({
            "action": "createCallGroup", "name": "Reception", "number": { "from": "series" }, "members": [person],
            "strategy": "inOrder", "ringSeconds": 15
        })
    } else if call == Call::Pack {
        json!({ "action": "orderSims", "packs": 1 })
    } else if call.is_mobile() {
        let card = app.cards(Org::Nordvind).await[0];
        mobile(app, person, number, card)
    } else {
        telephony(app, person, number)
    };
    if call.end() == "failed" {
        let settings = json!({ "forcedOutcome": { "status": "failed", "detail": "It cannot be" } });
        app.sim.graph.change_settings(&settings).expect("settings");
    }
    let mette = app.mette();
    let order = if call == Call::Pack {
        mette.order_to(json!([item]), "Kajen 3").await
    } else {
        mette.order(json!([item])).await
    };
    let when = if always { When::Always } else { When::First(1) };
    let faults = call.faults(app);
    let fault = faults.add(call.fault(trouble.effect(call)).when(when));
    app.work().await;
    assert!(
        faults.struck(fault) > Some(0),
        "{place}: nothing went wrong"
    );
    let seen = mette.see(&order).await;
    if expected == 'h' {
        assert_eq!(
            (&seen["state"], &seen["heldReason"]),
            (&json!("held"), &json!("needsAttention")),
            "{place}: {seen}"
        );
    }
    faults.remove(fault);
    if expected == 'h' {
        app.advance(Duration::from_secs(16 * 60));
        app.run_jobs().await;
        app.work().await;
    }
    let seen = mette.see(&order).await;
    assert_eq!(seen["state"], call.end(), "{place}: {seen}");
    app.sim.graph.reset_settings();
    app.check_books().await;
}

/// Every trouble at one call, once and always.
async fn row(app: App, call: Call, once: &str, always: &str) -> usize {
    let mut cells = 0;
    for (kind, expected) in [(false, once), (true, always)] {
        for (trouble, expected) in TROUBLES.into_iter().zip(expected.chars()) {
            if expected != '-' {
                cell(&app, cells, call, trouble, kind, expected).await;
                cells += 1;
            }
        }
    }
    app.end().await;
    cells
}

/// In its short form each trouble and each call once, and some of what lasts.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_order_bears_every_trouble_at_every_call() {
    if in_full() {
        let mut rows = Vec::new();
        for (call, once, always) in EXPECTED {
            let app = world(2 * TROUBLES.len()).await;
            rows.push(row(app, call, once, always));
        }
        // They wait more than they work.
        let cells = all(rows).await;
        println!("{} cells", cells.iter().sum::<usize>());
        return;
    }
    let app = world(TROUBLES.len() + 4).await;
    let mut at = 0;
    for (column, trouble) in TROUBLES.into_iter().enumerate() {
        // Along the diagonal, past the places that are none.
        let (call, expected) = (0..EXPECTED.len())
            .map(|step| &EXPECTED[(column + step) % EXPECTED.len()])
            .map(|(call, once, _)| (*call, once.chars().nth(column).unwrap_or('-')))
            .find(|(_, expected)| *expected != '-')
            .expect("some call has this trouble");
        cell(&app, at, call, trouble, false, expected).await;
        at += 1;
    }
    for (call, trouble, expected) in [
        (Call::Token, Trouble::Broken, 'h'),
        (Call::Telephony, Trouble::Lost, 'e'),
        (Call::MobileQuery, Trouble::WrongId, 'h'),
        (Call::Operation, Trouble::WrongId, 'h'),
    ] {
        cell(&app, at, call, trouble, true, expected).await;
        at += 1;
    }
    app.end().await;
}

/// Drives all of them on this task.
async fn all<F: Future<Output = usize>>(rows: Vec<F>) -> Vec<usize> {
    let mut rows: Vec<_> = rows.into_iter().map(Box::pin).map(Some).collect();
    let mut done = Vec::new();
    std::future::poll_fn(|context| {
        for row in &mut rows {
            if let Some(running) = row
                && let std::task::Poll::Ready(cells) = running.as_mut().poll(context)
            {
                done.push(cells);
                *row = None;
            }
        }
        if rows.iter().all(Option::is_none) {
            std::task::Poll::Ready(())
        } else {
            std::task::Poll::Pending
        }
    })
    .await;
    done
}

/// The network's word that an order has moved may come twice, late or never; the order does not depend on it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn events_may_come_twice_or_never() {
    let app = world(6).await;
    let heard = &app.service.network_callback;
    app.service.network.listen(heard).await.expect("it listens");
    for (at, (effect, expected)) in [
        (Effect::Duplicate, 2),
        (Effect::Lost, 0),
        (Effect::Delay { ms: 50 }, 1),
    ]
    .into_iter()
    .enumerate()
    {
        let fault = Fault::new("EVENT", "ServiceOrderStateChangeEvent", effect);
        let fault = app.sim.network_faults.add(fault);
        let before = app.sim.network.hub().delivered().len();
        let person = app.people(Org::Nordvind, true).await[at];
        let mette = app.mette();
        let order = mette
            .activate_telephony(person, json!({ "from": "series" }))
            .await;
        app.work().await;
        assert_eq!(mette.see(&order).await["state"], "completed");
        // Two network orders with two changes of state each.
        app.until("the events", async || {
            (app.sim.network.hub().delivered().len() == before + 4 * expected).then_some(())
        })
        .await;
        app.sim.network_faults.remove(fault);
        app.run_jobs().await;
        app.check_books().await;
    }
    app.end().await;
}

async fn colleagues(app: &App) -> i64 {
    let listed = app.mette().look("people").await;
    listed["total"].as_i64().expect("a total")
}

fn arrive(app: &App, name: &str) {
    let new = simulators::microsoft::world::NewUser {
        username: format!("{name}@{}", Org::Nordvind.domain()),
        display_name: name.to_owned(),
        given_name: None,
        surname: None,
        password: None,
    };
    let mut world = app.sim.microsoft.world.write();
    world
        .create_user(Org::Nordvind.tenant_text(), new)
        .expect("somebody new");
}

/// Whatever the directory answers, nobody is lost and whoever came is there in the end; and notifications that were forgotten
/// there are asked for again.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_mirror_bears_every_trouble() {
    let app = App::with(Wishes {
        notifications: true,
        regular_jobs: true,
        mirrored: vec![Org::Nordvind],
        outside_timeout: Some(2),
        ..Wishes::default()
    })
    .await;
    app.run_jobs().await;
    let mut there = colleagues(&app).await;
    let interval = Duration::from_secs(301);
    for trouble in TROUBLES {
        // A delta is about many, and a token about nobody.
        let foreign = Trouble::WrongId == trouble;
        for (method, path) in [
            ("GET", "/v1.0/users/delta"),
            ("POST", "/v1.0/subscriptions"),
            ("GET", "/v1.0/subscriptions/*"),
        ] {
            if foreign && !path.ends_with('*') {
                continue;
            }
            let effect = trouble.effect(Call::Licence);
            let fault = Fault::new(method, path, effect).when(When::First(1));
            let fault = app.sim.microsoft_faults.add(fault);
            if path.contains("subscriptions") {
                // The other side has forgotten all about it.
                let mut world = app.sim.microsoft.world.write();
                let ids: Vec<String> = world.subscriptions().map(|s| s.id.clone()).collect();
                for id in ids {
                    world.remove_subscription(&id);
                }
            }
            there += 1;
            arrive(&app, &format!("nummer{there}"));
            for _ in 0..4 {
                app.advance(interval);
                app.run_jobs().await;
            }
            let place = format!("{trouble:?} at {method} {path}");
            let struck = app.sim.microsoft_faults.struck(fault);
            assert_eq!(struck, Some(1), "{place}: nothing went wrong");
            app.sim.microsoft_faults.remove(fault);
            assert_eq!(colleagues(&app).await, there, "{place}");
            let connection = app.mette().look("directory/connection").await;
            assert_eq!(
                (&connection["state"], &connection["notifications"]),
                (&json!("ok"), &json!("on")),
                "{place}: {connection}"
            );
            let world = app.sim.microsoft.world.read();
            assert!(world.subscriptions().count() > 0, "{place}");
        }
    }
    app.end().await;
}

/// A mail goes out at last, whatever the mail server does: once, or twice where its answer was lost.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn mail_bears_every_trouble() {
    let app = world(8).await;
    let status = |status| Effect::Status {
        status,
        retry_after: None,
        body: None,
    };
    let troubles = [
        ("/connect", Effect::Refuse, 1),
        ("/connect", status(421), 1),
        ("/rcpt/**", status(451), 1),
        ("/data/**", status(452), 1),
        ("/data/**", Effect::Refuse, 1),
        ("/data/**", Effect::Lost, 2),
    ];
    for (at, (path, effect, expected)) in troubles.into_iter().enumerate() {
        let place = format!("{path}, {effect:?}");
        let fault = Fault::new("SMTP", path, effect).when(When::First(1));
        let fault = app.sim.network_faults.add(fault);
        let before = app.sim.mailbox.mails(None).len();
        let person = app.people(Org::Nordvind, true).await[at];
        app.mette()
            .activate_telephony(person, json!({ "from": "series" }))
            .await;
        app.work().await;
        for _ in 0..4 {
            app.advance(Duration::from_secs(60));
            app.run_jobs().await;
        }
        assert_eq!(app.sim.network_faults.struck(fault), Some(1), "{place}");
        app.sim.network_faults.remove(fault);
        let came = app.sim.mailbox.mails(None).len() - before;
        assert_eq!(came, expected, "{place}");
        assert_eq!(
            app.count("SELECT COUNT(*) FROM mail_outbox WHERE state <> 'sent'")
                .await,
            0,
            "{place}"
        );
    }
    app.end().await;
}
