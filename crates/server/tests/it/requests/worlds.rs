//! Two worlds that differ in what one organisation has. Everything that another organisation is told is the same in both, to the
//! byte: no count, no order, no hint depends on what one may not know of.

use crate::support::{App, Caller, Org, Wishes, contract, mobile, telephony};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// What an answer says, with what is made anew in every world told by its place: ids, instants and marks.
fn alike(text: &str, seen: &mut BTreeMap<String, usize>) -> String {
    let mut json: Value = serde_json::from_str(text).unwrap_or_else(|_| json!(text));
    mask(&mut json, seen);
    json.to_string()
}

fn mask(json: &mut Value, seen: &mut BTreeMap<String, usize>) {
    match json {
        Value::Object(members) => {
            members.remove("requestId");
            members.values_mut().for_each(|member| mask(member, seen));
        }
        Value::Array(items) => items.iter_mut().for_each(|item| mask(item, seen)),
        Value::String(text) => {
            if platform::Instant::parse(text).is_some() {
                "an instant".clone_into(text);
                return;
            }
            // An id also stands within paths and links.
            let whole = text.clone();
            for part in whole.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '-')
            {
                if uuid::Uuid::parse_str(part).is_ok() {
                    let next = seen.len();
                    let place = *seen.entry(part.to_owned()).or_insert(next);
                    *text = text.replace(part, &format!("id {place}"));
                }
            }
        }
        _ => {}
    }
}

/// A world in which Nordvind has a little; what Havn has is up to `rich`.
async fn world(rich: bool) -> App {
    let app = App::with(Wishes {
        numbers: 20,
        ..Wishes::default()
    })
    .await;
    // Nordvind first: the numbers of orders are the operator's, one after the other.
    let mette = app.mette();
    let people = app.people(Org::Nordvind, true).await;
    let card = app.cards(Org::Nordvind).await[0];
    let series = |index: u32| json!({ "from": "series", "number": Org::Nordvind.landline(index) });
    mette
        .order(json!([
            telephony(&app, people[0], series(0)),
            mobile(&app, people[0], json!({ "from": "series" }), card),
        ]))
        .await;
    app.work().await;
    if rich {
        let hanne = app.hanne();
        let theirs = app.people(Org::Havn, true).await;
        let cards = app.cards(Org::Havn).await;
        for place in 0..3 {
            let order = hanne
                .order(json!([
                    telephony(&app, theirs[place], json!({ "from": "new" })),
                    mobile(
                        &app,
                        theirs[place],
                        json!({ "from": "series" }),
                        cards[place]
                    ),
                ]))
                .await;
            app.work().await;
            let line = order["items"][1]["subscription"].clone();
            let item = match place {
                0 => json!({ "action": "suspendSim", "subscription": line }),
                1 => json!({ "action": "endSubscription", "subscription": line, "number": "rest" }),
                _ => {
                    json!({ "action": "addAddOn", "subscription": line, "offering": app.offering("data-5gb") })
                }
            };
            hanne.order(json!([item])).await;
            app.work().await;
        }
        hanne.ask("question").await;
        let port = json!({ "from": "portIn", "number": "+4533445599", "donor": "Fjordtel", "owner": "Havn A/S" });
        hanne.order(json!([telephony(&app, theirs[4], port)])).await;
        app.work().await;
    }
    app
}

fn who<'a>(app: &'a App, by: &str) -> Caller<'a> {
    match by {
        "mette" => app.mette(),
        "rita" => app.rita(),
        _ => app.mads(),
    }
}

/// Everything that can be asked for without changing anything, and searches for what is only the other's.
async fn everything(app: &App, by: &Caller<'_>, looks: bool) -> BTreeMap<String, String> {
    let mut told = BTreeMap::new();
    let mut seen = BTreeMap::new();
    let person = app.people(Org::Nordvind, true).await[0];
    // What there is to ask about, as somebody sees it who may.
    let mette = app.mette();
    let first = |list: &Value| {
        list["items"][0]["id"]
            .as_str()
            .unwrap_or_default()
            .to_owned()
    };
    let order = first(&mette.look("orders").await);
    let subscription = first(&mette.look("subscriptions").await);
    let organisation = app.org(Org::Nordvind).to_string();
    for described in &contract().operations {
        if !described.is_safe() || !described.has_organisation() || described.id == "stream_events"
        {
            continue;
        }
        let mut path = described.path.replace("{organisation}", &organisation);
        for (name, id) in [
            ("person", person.to_string()),
            ("order", order.clone()),
            ("subscription", subscription.clone()),
        ] {
            path = path.replace(&format!("{{{name}}}"), &id);
        }
        if path.contains('{') {
            continue;
        }
        if described.id == "get_usage" {
            path.push_str(&format!("?subscription={subscription}"));
        }
        let mut asked = vec![path.clone()];
        if described.has_parameter("query", "q") {
            for q in ["70300", "havn", "hanne", "O-000002", "33445599"] {
                asked.push(format!("{path}?q={q}"));
            }
        }
        for path in asked {
            let answer = by.get(&path).await;
            let may = matches!(described.id.as_str(), "list_people" | "get_order");
            assert!(
                !may || answer.status == if looks { 200 } else { 403 },
                "{path}"
            );
            let place = path.replace(&organisation, "…");
            let place = alike(&json!(place).to_string(), &mut seen);
            let said = format!("{} {}", answer.status, alike(&answer.text, &mut seen));
            told.insert(format!("{} {place}", described.id), said);
        }
    }
    told
}

#[tokio::test]
async fn what_one_organisation_is_told_is_the_same_whatever_another_has() {
    let (poor, rich) = (world(false).await, world(true).await);
    let mut compared = 0;
    for by in ["mette", "rita", "mads"] {
        let (one, other) = (who(&poor, by), who(&rich, by));
        // Whoever may not look learns nothing by asking either.
        let looks = by != "mads";
        let one = everything(&poor, &one, looks).await;
        let other = everything(&rich, &other, looks).await;
        for (place, said) in &one {
            assert_eq!(Some(said), other.get(place), "{by}: {place}");
        }
        assert_eq!(one.len(), other.len());
        compared += one.len();
    }
    assert!(compared > 60, "only {compared} answers were compared");
    poor.end().await;
    rich.end().await;
}
