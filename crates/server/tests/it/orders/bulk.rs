//! Many orders from one table.

use crate::support::{App, Org};
use serde_json::{Value, json};

/// Sign-in names of people with licences, by name.
async fn usernames(app: &App) -> Vec<String> {
    let mut names = Vec::new();
    for person in app.people(Org::Nordvind, true).await {
        let object = app.object_of(person).await.to_string();
        let world = app.sim.microsoft.world.read();
        let tenant = world.tenant(Org::Nordvind.tenant_text()).expect("a tenant");
        let user = tenant.users.values().find(|user| user.id == object);
        names.push(user.map(|user| user.username.clone()).expect("somebody"));
    }
    names
}

#[tokio::test]
async fn the_rows_that_can_go_are_ordered_and_the_others_come_back_with_their_reasons() {
    let app = App::start().await;
    let mette = app.mette().with("accept-language", "da");
    let people = usernames(&app).await;
    let taken = Org::Nordvind.landline(3);
    let table = format!(
        "Handling;Person;Produkt;Nummer;Dato;Note\n\
         Activate Teams telephony;{};teams-denmark;serie;;a\n\
         activateTelephony;{};Teams-denmark;{taken};;b\n\
         activateTelephony;{};teams-denmark;{taken};;c\n\
         activateTelephony;nobody@nowhere.example;teams-denmark;;;=1+1\n\
         dance;{};;;;\n\
         activateTelephony;{};no such thing;;31-02-2026;\n",
        people[0], people[1], people[2], people[3], people[4]
    );
    let bulk = mette.upload_table(&table).await.ok(201);
    let problems = |row: usize| -> Vec<String> {
        let problems = bulk["rows"][row]["problems"].as_array().expect("a list");
        let code = |problem: &Value| problem["code"].as_str().unwrap_or_default().to_owned();
        problems.iter().map(code).collect()
    };
    assert_eq!(
        (&bulk["total"], &bulk["valid"], &bulk["invalid"]),
        (&json!(6), &json!(2), &json!(4)),
        "{bulk}"
    );
    assert!(problems(0).is_empty() && problems(1).is_empty());
    assert_eq!(problems(2), ["twiceInOrder"]);
    assert_eq!(problems(3), ["personUnknown"]);
    assert_eq!(problems(4), ["rowActionUnknown"]);
    assert_eq!(problems(5), ["dateUnreadable", "productUnknown"]);
    assert_eq!(bulk["rows"][3]["row"], 5);
    assert_eq!(bulk["rows"][5]["problems"][0]["field"], "Dato");
    assert_eq!(bulk["quote"]["problems"], json!([]));

    let wish = json!({ "kind": "bulkErrors", "id": bulk["id"], "format": "csv" });
    let link = mette.post(&mette.path("downloads"), wish).await.ok(201);
    let url = link["url"].as_str().expect("a link").replace(&app.url, "");
    let file = app.mette().get(&url).await;
    assert_eq!(file.header("content-type"), "text/csv; charset=utf-8");
    assert_eq!(file.text.lines().count(), 5, "{}", file.text);
    assert!(
        file.text.contains("\"'=1+1\"") && file.text.contains("Person: "),
        "{}",
        file.text
    );

    mette.place(&bulk["quote"]["id"]).await.ok(202);
    app.work().await;
    let id = bulk["id"].as_str().expect("an id");
    let now = mette.look(&format!("bulk/{id}")).await;
    assert_eq!(now["progress"]["completed"], 2, "{now}");
    // What was ordered meanwhile is a problem when the same table comes again.
    let again = mette.upload_table(&table).await.ok(201);
    assert_eq!(again["valid"], 0, "{again}");
    app.end().await;
}

#[tokio::test]
async fn what_is_no_table_of_orders_is_refused_whole() {
    let app = App::start().await;
    let mette = app.mette();
    for (table, refused) in [
        (String::new(), (422, "emptyTable")),
        ("person;note\nx;y".to_owned(), (422, "headingsMissing")),
        ("action;person\n\"x".to_owned(), (422, "openQuote")),
        ("a\0b".to_owned(), (422, "notText")),
        (
            format!("action;person\n{}", "x;y\n".repeat(10_001)),
            (413, "tooManyRows"),
        ),
        ("x;y\n".repeat(1_000_000 / 2 * 3), (413, "tooLarge")),
    ] {
        let answer = mette.upload_table(&table).await;
        assert_eq!(answer.problem(), (refused.0, refused.1.to_owned()));
    }
    assert_eq!(
        app.rita().upload_table("action;person\nx;y").await.status,
        403
    );
    assert_eq!(app.count("SELECT COUNT(*) FROM bulks").await, 0);
    let template = json!({ "kind": "bulkTemplate", "format": "csv" });
    let link = mette.post(&mette.path("downloads"), template).await.ok(201);
    let url = link["url"].as_str().expect("a link").replace(&app.url, "");
    let file = mette.get(&url).await;
    let bulk = mette.upload_table(&file.text).await.ok(201);
    assert_eq!((&bulk["total"], &bulk["valid"]), (&json!(10), &json!(0)));
    app.end().await;
}
