//! The organisation's numbers: what is free, what is kept, and how a series stands.

use crate::support::{App, Caller, Org};
use reqwest::Method;
use serde_json::{Value, json};

async fn keep(caller: &Caller<'_>, number: &str, note: &str) -> crate::support::Answer {
    let path = caller.path(&format!("numbers/{number}/reservation"));
    let body = json!({ "note": note });
    caller.send(Method::PUT, &path, Some(body)).await
}

async fn let_go(caller: &Caller<'_>, number: &str) -> u16 {
    let path = caller.path(&format!("numbers/{number}/reservation"));
    caller.send(Method::DELETE, &path, None).await.status
}

#[tokio::test]
async fn a_number_that_is_kept_is_passed_by_and_can_be_named() {
    let app = App::start().await;
    let mette = app.mette();
    let first = Org::Nordvind.landline(0);
    let kept = keep(&mette, &first.replace('+', "%2B"), "  The new colleague  ")
        .await
        .ok(200);
    assert_eq!(
        (&kept["state"], &kept["reservation"]["note"]),
        (&json!("reserved"), &json!("The new colleague"))
    );
    let id = kept["id"].as_str().expect("an id");
    let list = mette.look("numbers?state=reserved").await;
    assert_eq!((&list["total"], &list["items"][0]), (&json!(1), &kept));
    let free = mette.look("numbers?state=free&kind=landline").await;
    assert_eq!(free["total"], json!(7));
    let series = mette.look("number-series").await;
    let landline = &series["items"].as_array().expect("a list")[1];
    assert_eq!(landline["free"], json!(7), "{series}");
    let runs = landline["runs"].as_array().expect("runs");
    let states: Vec<&Value> = runs.iter().map(|run| &run["state"]).collect();
    assert_eq!(states, ["reserved", "free"]);

    // Whoever asks for the first free one gets the next; whoever names it gets it.
    let people = app.people(Org::Nordvind, true).await;
    mette
        .activate_telephony(people[0], json!({ "from": "series" }))
        .await;
    let order = mette
        .activate_telephony(people[1], json!({ "from": "series", "number": first }))
        .await;
    assert_eq!(order["items"][0]["number"], json!(first));
    app.work().await;
    let list = mette.look("numbers?state=active&kind=landline").await;
    let active: Vec<&Value> = list["items"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|number| &number["number"])
        .collect();
    assert_eq!(active, [&first, &Org::Nordvind.landline(1)]);
    assert_eq!(list["items"][0]["reservation"], Value::Null);
    assert_eq!(
        keep(&mette, id, "Too late").await.problem(),
        (409, "numberTaken".to_owned())
    );
    app.end().await;
}

#[tokio::test]
async fn a_note_is_changed_and_taken_away() {
    let app = App::start().await;
    let (mette, rita) = (app.mette(), app.rita());
    let number = app.number_id(&Org::Nordvind.mobile(3)).await.to_string();
    keep(&mette, &number, "One").await.ok(200);
    let kept = keep(&mette, &number, "Another").await.ok(200);
    assert_eq!(kept["reservation"]["note"], json!("Another"));
    for note in ["", "   ", "a\u{7}b", &"x".repeat(201)] {
        let answer = keep(&mette, &number, note).await;
        assert_eq!(answer.problem(), (422, "noteUnfit".to_owned()), "{note:?}");
        assert_eq!(
            answer.fields(),
            [("/note".to_owned(), "noteUnfit".to_owned())]
        );
    }
    assert_eq!(keep(&rita, &number, "No").await.status, 403);
    assert_eq!(let_go(&rita, &number).await, 403);
    for _ in 0..2 {
        assert_eq!(let_go(&mette, &number).await, 204);
    }
    let entries =
        "SELECT COUNT(*) FROM audit_entries WHERE action IN ('reserve_number', 'release_number')";
    assert_eq!(app.count(entries).await, 3);
    // Another's number, nobody's and no number look the same.
    let foreign = Org::Havn.mobile(3).replace('+', "%2B");
    for number in [foreign.as_str(), "%2B4520999999", "x", "112"] {
        assert_eq!(keep(&mette, number, "No").await.status, 404, "{number}");
        assert_eq!(let_go(&mette, number).await, 404, "{number}");
    }
    app.end().await;
}
