//! Call groups: made, changed and taken down by orders, seen in the list, refused where they do not fit.

use crate::support::{App, Caller, Org};
use serde_json::{Value, json};
use uuid::Uuid;

/// Two colleagues with a mobile subscription each.
async fn colleagues(app: &App, by: &Caller<'_>) -> Vec<(Uuid, Value)> {
    let people = app.people(Org::Nordvind, true).await;
    let mut made = Vec::new();
    for person in &people[..2] {
        let card = app.cards(Org::Nordvind).await[0];
        let next = json!({ "from": "series" });
        let order = by.create_mobile(*person, next, card).await;
        app.work().await;
        made.push((*person, order["items"][0]["subscription"].clone()));
    }
    made
}

fn reception(members: Value) -> Value {
    json!({
        "action": "createCallGroup", "name": " Reception ", "number": { "from": "series", "number": Org::Nordvind.landline(3) },
        "members": members, "strategy": "inOrder", "ringSeconds": 15,
        "openingHours": [{ "days": ["monday", "friday"], "from": "08:00", "to": "16:00" }],
        "overflow": { "number": "20 80 40 50" }
    })
}

#[tokio::test]
async fn a_call_group_is_made_changed_and_taken_down() {
    let app = App::start().await;
    let mette = app.mette();
    let lines = colleagues(&app, &mette).await;
    let (first, second) = (&lines[0], &lines[1]);
    let order = mette
        .order(json!([reception(json!([first.0, second.1]))]))
        .await;
    app.work().await;
    let order = mette.see(&order).await;
    assert_eq!(order["state"], "completed", "{order}");
    assert_eq!(order["items"][0]["callGroup"]["name"], "Reception");
    let id = order["items"][0]["callGroup"]["id"]
        .as_str()
        .expect("an id");
    let group = mette.look(&format!("call-groups/{id}")).await;
    let people: Vec<&Value> = group["members"]
        .as_array()
        .expect("members")
        .iter()
        .map(|member| &member["person"]["id"])
        .collect();
    assert_eq!(people, [&json!(first.0), &json!(second.0)]);
    assert_eq!(
        (
            &group["state"],
            &group["number"],
            &group["overflow"]["number"]
        ),
        (
            &json!("active"),
            &json!(Org::Nordvind.landline(3)),
            &json!("+4520804050")
        )
    );
    let list = mette.look("call-groups?q=recep&sort=-name").await;
    assert_eq!((&list["total"], &list["items"][0]), (&json!(1), &group));
    assert_eq!(mette.look("call-groups?q=nobody").await["total"], 0);
    let numbers = mette.look("numbers?state=active&kind=landline").await;
    assert_eq!(
        numbers["items"][0]["callGroup"],
        json!({ "id": id, "name": "Reception" })
    );

    // Its number is nobody else's.
    let taken = json!({ "from": "series", "number": Org::Nordvind.landline(3) });
    let person = app.people(Org::Nordvind, true).await[2];
    assert_eq!(
        mette
            .problems(crate::support::telephony(&app, person, taken))
            .await,
        [(
            "/items/0/number/number".to_owned(),
            "numberTaken".to_owned()
        )]
    );

    let change = json!({
        "action": "changeCallGroup", "callGroup": id, "strategy": "allAtOnce", "openingHours": null, "members": [second.0]
    });
    let changed = mette.order(json!([change])).await;
    app.work().await;
    let after = mette.look(&format!("call-groups/{id}")).await;
    assert_eq!(
        (
            &after["strategy"],
            &after["openingHours"],
            &after["ringSeconds"],
            &after["members"][0]["person"]["id"],
            after["members"].as_array().map(Vec::len)
        ),
        (
            &json!("allAtOnce"),
            &Value::Null,
            &json!(15),
            &json!(second.0),
            Some(1)
        )
    );
    let path = format!("orders/{}/undo", changed["id"].as_str().expect("an id"));
    mette
        .clone()
        .with("idempotency-key", &app.fresh_key())
        .post(&mette.path(&path), json!({}))
        .await
        .ok(202);
    app.work().await;
    let undone = mette.look(&format!("call-groups/{id}")).await;
    assert_eq!(undone["members"], group["members"]);
    assert_eq!(undone["openingHours"], group["openingHours"]);

    let remove = json!({ "action": "removeCallGroup", "callGroup": id });
    mette.order(json!([remove])).await;
    app.work().await;
    let gone = mette.path(&format!("call-groups/{id}"));
    assert_eq!(mette.get(&gone).await.problem().0, 404);
    let numbers = mette.look("numbers?state=resting&kind=landline").await;
    assert_eq!(numbers["items"][0]["number"], Org::Nordvind.landline(3));
    app.end().await;
}

#[tokio::test]
async fn what_does_not_fit_is_named_at_its_field() {
    let app = App::start().await;
    let mette = app.mette();
    let lines = colleagues(&app, &mette).await;
    let (person, line) = &lines[0];
    let nobody = app.people(Org::Nordvind, true).await[3];
    let stranger = app.people(Org::Havn, true).await[0];
    let with = |changes: Value| {
        let mut item = reception(json!([person]));
        for (name, value) in changes.as_object().expect("changes") {
            item[name] = value.clone();
        }
        item
    };
    let premium = |number: &str| json!({ "overflow": { "number": number } });
    for (changes, field, code) in [
        (json!({ "name": "  " }), "name", "nameMissing"),
        (json!({ "name": "x".repeat(61) }), "name", "nameTooLong"),
        (json!({ "members": [] }), "members", "noMembers"),
        (
            json!({ "members": [nobody] }),
            "members/0",
            "memberNoMobile",
        ),
        (
            json!({ "members": [stranger] }),
            "members/0",
            "memberUnknown",
        ),
        (
            json!({ "members": [person, line] }),
            "members/1",
            "twiceInOrder",
        ),
        (
            json!({ "ringSeconds": 4 }),
            "ringSeconds",
            "ringSecondsOutOfRange",
        ),
        (
            json!({ "openingHours": [{ "days": ["monday"], "from": "16:00", "to": "08:00" }] }),
            "openingHours/0",
            "badOpeningHours",
        ),
        (premium("90 12 34 56"), "overflow/number", "overflowPremium"),
        (
            premium("0045-90123456"),
            "overflow/number",
            "overflowPremium",
        ),
        (
            premium("+46 8 508 280 00"),
            "overflow/number",
            "overflowForeign",
        ),
        (premium("＋4590123456"), "overflow/number", "notANumber"),
        (premium("٩٠١٢٣٤٥٦"), "overflow/number", "notANumber"),
        (
            json!({ "overflow": "90123456" }),
            "overflow/number",
            "overflowPremium",
        ),
        (
            premium(&Org::Nordvind.landline(3)),
            "overflow/number",
            "overflowLoop",
        ),
        (
            json!({ "number": { "from": "series", "number": Org::Havn.landline(1) } }),
            "number/number",
            "numberUnknown",
        ),
    ] {
        let problems = mette.problems(with(changes.clone())).await;
        assert!(
            problems.contains(&(format!("/items/0/{field}"), code.to_owned())),
            "{changes}: {problems:?}"
        );
    }
    let unknown = json!({ "action": "removeCallGroup", "callGroup": Uuid::from_u128(7) });
    assert_eq!(
        mette.problems(unknown).await,
        [(
            "/items/0/callGroup".to_owned(),
            "callGroupUnknown".to_owned()
        )]
    );
    // What is dear can be allowed, by whoever may order what costs.
    let allowed = json!({ "overflow": { "number": "90 12 34 56", "allow": ["premium"] } });
    assert_eq!(mette.problems(with(allowed.clone())).await, []);
    let olivia = app.olivia();
    let agent = app.aksel().at(Org::Nordvind);
    assert_eq!(
        olivia
            .at(Org::Nordvind)
            .problems(with(allowed.clone()))
            .await,
        []
    );
    let refused = agent.quote(json!([with(allowed)])).await;
    assert_eq!(refused.problem(), (403, "forbidden".to_owned()));
    assert_eq!(agent.problems(with(json!({}))).await, []);
    app.end().await;
}
