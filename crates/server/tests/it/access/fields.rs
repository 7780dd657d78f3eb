//! What each is told of people and what they have, field by field: nobody gets a code in passing, and nobody without a role a price or
//! anything of anybody else's. The list is kept; a field that is added to it is looked at.

use super::rules::{TARGET, personas};
use crate::support::{App, Sample, Wishes, contract};
use serde_json::Value;
use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write,
};

/// The operations that tell of people, their lines and their cards.
const TELLING: &[&str] = &[
    "list_people",
    "get_person",
    "list_subscriptions",
    "get_subscription",
    "list_sims",
    "list_numbers",
    "list_orders",
    "get_order",
    "get_my_page",
    "get_my_usage",
];

/// The names of all members, with the way to them; the places of lists are all one.
fn fields(value: &Value, at: &str, into: &mut BTreeSet<String>) {
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                let at = format!("{at}/{name}");
                fields(member, &at, into);
                into.insert(at);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| fields(item, at, into)),
        _ => {}
    }
}

#[tokio::test]
async fn everybody_is_told_these_fields_and_no_others() {
    let app = App::with(Wishes {
        people: vec![(TARGET, 40)],
        ..Wishes::default()
    })
    .await;
    let personas = personas(&app).await;
    let things = app.things(TARGET, &app.hanne()).await;
    app.work().await;
    let mut table = String::new();
    for id in TELLING {
        let described = contract().operations.iter().find(|of| of.id == *id);
        let described = described.expect("it is in the contract");
        let sample: Sample = app.sample(described, &things);
        let mut by_fields: BTreeMap<BTreeSet<String>, Vec<String>> = BTreeMap::new();
        for persona in &personas {
            let answer = persona.caller(&app).try_out(described, &sample).await;
            let mut told = BTreeSet::new();
            if answer.status == 200 {
                fields(&answer.json(), "", &mut told);
                let text = answer.text.to_lowercase();
                for word in ["\"pin", "\"puk", "activationcode", "imsi", "lpa:1"] {
                    assert!(
                        !text.contains(word),
                        "{id} tells {word} to {}",
                        persona.name
                    );
                }
            }
            let without_role = persona.roles.is_empty();
            if without_role && !id.starts_with("get_my_") {
                assert!(told.is_empty(), "{id} tells something to {}", persona.name);
            }
            if without_role {
                let priced = |field: &String| {
                    let field = field.to_lowercase();
                    field.contains("cost") || field.contains("monthly") || field.contains("price")
                };
                assert!(!told.iter().any(priced), "{id}, {}: {told:?}", persona.name);
            }
            by_fields
                .entry(told)
                .or_default()
                .push(persona.name.clone());
        }
        writeln!(table, "{id}").expect("a text");
        for (told, names) in by_fields {
            writeln!(table, "  {}", names.join("; ")).expect("a text");
            if told.is_empty() {
                writeln!(table, "    nothing").expect("a text");
            }
            for field in told {
                writeln!(table, "    {field}").expect("a text");
            }
        }
    }
    insta::assert_snapshot!("fields", table);
    app.end().await;
}
