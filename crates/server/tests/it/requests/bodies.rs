//! Bodies that do not fit.

use crate::support::{Answer, App, Caller, Described, Org, Sample, contract};
use reqwest::Method;
use serde_json::{Value, json};
use std::collections::BTreeSet;

async fn send(
    caller: &Caller<'_>,
    described: &Described,
    sample: &Sample,
    body: String,
    content_type: &str,
) -> Answer {
    let mut caller = caller.clone();
    if sample.keyed {
        let key = caller.app.fresh_key();
        caller = caller.with("idempotency-key", &key);
    }
    if described.has_parameter("header", "If-Match") {
        caller = caller.with("if-match", "*");
    }
    let method: Method = described.method.parse().expect("a method");
    caller
        .send_text(method, &sample.path, Some(body), content_type)
        .await
}

/// The names of all fields that the contract knows, and of some that an attacker would like.
fn field_names() -> BTreeSet<String> {
    let mut names = BTreeSet::from(
        [
            "organisation",
            "tenant",
            "price",
            "role",
            "version",
            "createdAt",
            "__proto__",
        ]
        .map(str::to_owned),
    );
    collect(&contract().document["components"]["schemas"], &mut names);
    names
}

fn collect(value: &Value, into: &mut BTreeSet<String>) {
    if let Some(map) = value.as_object() {
        if let Some(properties) = map.get("properties").and_then(Value::as_object) {
            into.extend(properties.keys().cloned());
        }
        map.values().for_each(|inner| collect(inner, into));
    } else if let Some(list) = value.as_array() {
        list.iter().for_each(|inner| collect(inner, into));
    }
}

/// The pointers of all objects in a value, and of all leaves.
fn places(value: &Value, at: &str, objects: &mut Vec<String>, leaves: &mut Vec<String>) {
    match value {
        Value::Object(map) => {
            objects.push(at.to_owned());
            for (name, inner) in map {
                places(inner, &format!("{at}/{name}"), objects, leaves);
            }
        }
        Value::Array(list) => {
            for (index, inner) in list.iter().enumerate() {
                places(inner, &format!("{at}/{index}"), objects, leaves);
            }
        }
        _ => leaves.push(at.to_owned()),
    }
}

#[tokio::test]
async fn every_operation_refuses_a_body_that_does_not_fit() {
    let app = App::start().await;
    let mette = app.mette();
    let things = app.things(Org::Nordvind, &mette).await;
    let before = app.dump(&["principals"]).await;
    let names = field_names();
    let mut tried = 0;
    for described in &contract().operations {
        let sample = app.sample(described, &things);
        let Some(body) = sample.body.clone() else {
            continue;
        };
        let id = &described.id;
        let text = body.to_string();
        let broken = [
            ("{", 400),
            ("", 400),
            ("null", 400),
            ("[]", 400),
            ("\"text\"", 400),
            ("1e309", 400),
            ("{\"\\ud800\": 1}", 400),
        ];
        let empty = (!described.body_may_be_empty(contract())).then_some(("{}", 400));
        for (body, status) in broken.into_iter().chain(empty) {
            let answer = send(
                &mette,
                described,
                &sample,
                body.to_owned(),
                "application/json",
            )
            .await;
            assert_eq!(answer.status, status, "{id} {body}: {}", answer.text);
        }
        let answer = send(
            &mette,
            described,
            &sample,
            format!("{text} 1"),
            "application/json",
        )
        .await;
        assert_eq!(answer.status, 400, "{id}: {}", answer.text);
        for kind in [
            "text/plain",
            "application/x-www-form-urlencoded",
            "multipart/form-data",
            "",
        ] {
            let answer = send(&mette, described, &sample, text.clone(), kind).await;
            assert_eq!(
                answer.problem(),
                (415, "unsupportedMedia".to_owned()),
                "{id} {kind}"
            );
        }
        let deep = format!("{}{}", "[".repeat(1_000), "]".repeat(1_000));
        let answer = send(&mette, described, &sample, deep, "application/json").await;
        assert_eq!(answer.problem(), (400, "malformed".to_owned()), "{id}");
        let large = format!("{{\"x\":\"{}\"}}", "x".repeat(2 * 1024 * 1024));
        let answer = send(&mette, described, &sample, large, "application/json").await;
        assert_eq!(answer.problem(), (413, "tooLarge".to_owned()), "{id}");

        for name in described.needed_fields(contract()) {
            let mut without = body.clone();
            without.as_object_mut().expect("an object").remove(name);
            let without = without.to_string();
            let answer = send(&mette, described, &sample, without, "application/json").await;
            assert_eq!(answer.status, 400, "{id} without {name}: {}", answer.text);
        }

        let (mut objects, mut leaves) = (Vec::new(), Vec::new());
        places(&body, "", &mut objects, &mut leaves);
        for at in objects {
            let object = body
                .pointer(&at)
                .and_then(Value::as_object)
                .expect("an object");
            for name in names.iter().filter(|name| !object.contains_key(*name)) {
                let mut with = body.clone();
                with.pointer_mut(&at).expect("an object")[name.as_str()] = json!("x");
                let answer = send(
                    &mette,
                    described,
                    &sample,
                    with.to_string(),
                    "application/json",
                )
                .await;
                assert_eq!(answer.status, 400, "{id} {at}/{name}: {}", answer.text);
                tried += 1;
            }
            // The values without their names are another thing.
            let values: Vec<Value> = object.values().cloned().collect();
            let mut with = body.clone();
            *with.pointer_mut(&at).expect("an object") = Value::Array(values);
            let with = with.to_string();
            let answer = send(&mette, described, &sample, with, "application/json").await;
            assert_eq!(answer.status, 400, "{id} {at}: {}", answer.text);
        }
        for at in leaves {
            let number = body.pointer(&at).is_some_and(Value::is_i64);
            // A word's place among those that may stand there is not the word.
            for wrong in [
                json!(0),
                json!(7),
                json!(true),
                json!({}),
                json!([]),
                json!(-1.5e300),
            ] {
                // Another number may be right.
                if number && wrong.is_i64() {
                    continue;
                }
                let mut with = body.clone();
                *with.pointer_mut(&at).expect("a leaf") = wrong.clone();
                let answer = send(
                    &mette,
                    described,
                    &sample,
                    with.to_string(),
                    "application/json",
                )
                .await;
                assert_eq!(answer.status, 400, "{id} {at} = {wrong}: {}", answer.text);
            }
        }
    }
    assert!(tried > 300, "only {tried} fields were tried");
    assert_eq!(
        crate::support::database::differences(&before, &app.dump(&["principals"]).await),
        Vec::<String>::new()
    );
    app.work().await;
    app.end().await;
}

/// RFC 9110 §13.2.1: a precondition counts only for what would be done without it.
#[tokio::test]
async fn what_does_not_fit_is_told_before_what_is_stale() {
    let app = App::start().await;
    let mette = app.mette();
    let things = app.things(Org::Nordvind, &mette).await;
    let stale = mette.clone().with("if-match", "\"v0\"");
    let mut tried = 0;
    for described in &contract().operations {
        if !described.has_parameter("header", "If-Match") {
            continue;
        }
        let sample = app.sample(described, &things);
        let body = sample.body.clone().expect("a body");
        let (mut objects, mut leaves) = (Vec::new(), Vec::new());
        places(&body, "", &mut objects, &mut leaves);
        for at in leaves {
            let mut with = body.clone();
            *with.pointer_mut(&at).expect("a leaf") = json!("\u{7}");
            let answer = stale.send(Method::PATCH, &sample.path, Some(with)).await;
            let id = &described.id;
            assert_eq!(answer.status, 400, "{id} {at}: {}", answer.text);
            tried += 1;
        }
        let answer = stale.send(Method::PATCH, &sample.path, Some(body)).await;
        assert_eq!(answer.status, 412, "{}: {}", described.id, answer.text);
    }
    assert!(tried >= 4, "only {tried} fields were tried");
    let update = contract()
        .operations
        .iter()
        .find(|operation| operation.id == "update_organisation");
    let organisation = app
        .sample(update.expect("it is in the contract"), &things)
        .path;
    for (field, wrong) in [
        ("gln", json!("5790000000001")),
        ("cvr", json!("12345678")),
        ("financeAddresses", json!(["nobody"])),
        ("financeAddresses", json!(null)),
    ] {
        let answer = stale
            .send(Method::PATCH, &organisation, Some(json!({ field: wrong })))
            .await;
        assert_eq!(answer.status, 400, "{field}: {}", answer.text);
    }
    app.work().await;
    app.end().await;
}

#[tokio::test]
async fn a_field_that_is_not_known_is_pointed_to() {
    let app = App::start().await;
    let mette = app.mette();
    let things = app.things(Org::Nordvind, &mette).await;
    let quote = contract()
        .operations
        .iter()
        .find(|operation| operation.id == "quote_order");
    let quote = quote.expect("quoting is in the contract");
    let sample = app.sample(quote, &things);
    for (at, name, pointer) in [
        ("", "organisation", "/organisation"),
        ("/items/0", "monthly", "/items/0/monthly"),
        // Of what is told apart by a word within it, the pointer leads to the item.
        ("/items/0/number", "price", "/items/0/price"),
    ] {
        let mut body = sample.body.clone().expect("a body");
        body.pointer_mut(at).expect("an object")[name] = json!(0);
        let answer = mette.post(&sample.path, body).await;
        let field = (pointer.to_owned(), "unknownField".to_owned());
        assert_eq!(
            (answer.status, answer.fields()),
            (400, vec![field]),
            "{}",
            answer.text
        );
    }
    for items in [json!([]), Value::Array(vec![json!({}); 1_001])] {
        let answer = mette.post(&sample.path, json!({ "items": items })).await;
        assert_eq!(answer.status, 400, "{}", answer.text);
    }
    let body = json!({ "items": sample.body.as_ref().expect("a body")["items"], "comment": "x".repeat(1_001) });
    let answer = mette.post(&sample.path, body).await;
    assert_eq!(
        answer.fields(),
        [("/comment".to_owned(), "tooLong".to_owned())]
    );
    app.work().await;
    app.end().await;
}

#[tokio::test]
async fn a_keyed_request_without_a_body_takes_none() {
    let app = App::start().await;
    let mette = app.mette();
    let things = app.things(Org::Nordvind, &mette).await;
    for described in &contract().operations {
        let sample = app.sample(described, &things);
        if !sample.keyed || !described.operation["requestBody"].is_null() {
            continue;
        }
        for body in ["{\"reason\":1}", "[]", "{", "7"] {
            let answer = send(
                &mette,
                described,
                &sample,
                body.to_owned(),
                "application/json",
            )
            .await;
            assert_eq!(
                answer.status, 400,
                "{} {body}: {}",
                described.id, answer.text
            );
        }
    }
    app.work().await;
    app.end().await;
}
