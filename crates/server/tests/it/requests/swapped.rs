//! Ids that a request names in its query or its body, each exchanged for another organisation's, one at a time: the answer is the one
//! that an id of nothing gets, and nothing changes.

use crate::support::{Answer, App, Caller, Org, Things, contract, database::differences};
use serde_json::{Value, json};
use uuid::Uuid;

const NOBODY: Uuid = Uuid::from_u128(9);

/// What is written by asking: quotes, links to files and what is noted of those.
const ASKING: &[&str] = &[
    "quotes",
    "principals",
    "step_ups",
    "download_tickets",
    "rate_limits",
    // The list of groups is asked for when somebody asks about one.
    "directory_groups",
    "tenants",
    "audit_entries",
    "audit_heads",
];

/// The ids of things, each at the place of its kind; a number's text last.
fn ids(things: &Things, principal: &Value) -> Vec<String> {
    let ids = [
        things.organisation,
        things.person,
        things.order,
        things.card,
        things.call_group,
        things.free_number,
        things.quote,
        things.request,
        things.assignment,
        things.subscription,
        things.port,
        things.sim,
        things.local,
        things.e_sim,
        things.bulk,
        things.address.id,
        things.invoice,
    ];
    let mut ids: Vec<String> = ids.iter().map(Uuid::to_string).collect();
    ids.extend([
        principal.as_str().expect("an id").to_owned(),
        things.number.clone(),
    ]);
    ids
}

async fn principal(caller: &Caller<'_>) -> Value {
    caller.get("/api/v1/me").await.ok(200)["principal"]["id"].clone()
}

/// What an answer says, but for the id that was asked about and what every answer has anew.
fn said(answer: &Answer, id: &str) -> String {
    let mut body: Value = serde_json::from_str(&answer.text).unwrap_or_else(|_| json!(answer.text));
    for field in ["requestId", "id", "expiresAt", "createdAt"] {
        if let Some(body) = body.as_object_mut() {
            body.remove(field);
        }
    }
    format!("{} {}", answer.status, body.to_string().replace(id, "…"))
}

/// Whether a schema is that of an id, by reference or in place.
fn is_id(schema: &Value) -> bool {
    let target = schema["$ref"].as_str().unwrap_or("#");
    let document = &contract().document;
    let named = document.pointer(target.trim_start_matches('#'));
    [Some(schema), named]
        .into_iter()
        .flatten()
        .any(|schema| schema["format"] == "uuid")
}

#[tokio::test]
async fn a_foreign_id_in_a_query_tells_what_an_id_of_nothing_tells() {
    let app = App::start().await;
    let (mette, hanne) = (app.mette(), app.hanne());
    let ours = app.things(Org::Nordvind, &mette).await;
    let theirs = app.things(Org::Havn, &hanne).await;
    let foreign = ids(&theirs, &principal(&hanne).await);
    let before = app.dump(ASKING).await;
    let mut asked = 0;
    let operations = contract().operations.iter();
    for described in operations.filter(|d| d.is_safe() && d.has_organisation()) {
        let path = app.sample(described, &ours).path;
        let (path, given) = path.split_once('?').unwrap_or((&path, ""));
        let parameters = described.operation["parameters"].as_array();
        for parameter in parameters.into_iter().flatten() {
            if parameter["in"] != "query" || !is_id(&parameter["schema"]) {
                continue;
            }
            let name = parameter["name"].as_str().expect("a name");
            let others: Vec<&str> = given
                .split('&')
                .filter(|pair| !pair.is_empty() && !pair.starts_with(&format!("{name}=")))
                .collect();
            let ask = async |id: &str| {
                let query = format!("{}&{name}={id}", others.join("&"));
                let path = format!("{path}?{}", query.trim_start_matches('&'));
                said(&mette.get(&path).await, id)
            };
            let nothing = ask(&NOBODY.to_string()).await;
            for id in foreign.iter().filter(|id| id.parse::<Uuid>().is_ok()) {
                assert_eq!(ask(id).await, nothing, "{} {name}", described.id);
                asked += 1;
            }
        }
    }
    assert!(asked > 100, "only {asked} were asked");
    let after = app.dump(ASKING).await;
    assert_eq!(differences(&before, &after), Vec::<String>::new());
    app.work().await;
    app.end().await;
}

/// Every kind of item, of what is ours.
fn items(app: &App, ours: &Things) -> Vec<Value> {
    let line = ours.subscription;
    let card = json!({ "from": "unassigned", "sim": ours.card });
    let number = json!({ "from": "series", "number": ours.number });
    let resting = json!({ "from": "resting", "number": ours.number });
    vec![
        json!({ "action": "activateTelephony", "person": ours.person, "offering": app.offering("teams-denmark"),
            "number": number }),
        json!({ "action": "createMobile", "person": ours.person, "offering": app.offering("mobile-m"), "number": resting,
            "sim": card }),
        json!({ "action": "changeMobilePackage", "subscription": line, "offering": app.offering("mobile-l") }),
        json!({ "action": "addAddOn", "subscription": line, "offering": app.offering("data-5gb") }),
        json!({ "action": "removeAddOn", "subscription": line, "offering": app.offering("data-5gb") }),
        json!({ "action": "suspendSim", "subscription": line }),
        json!({ "action": "resumeSim", "subscription": line }),
        json!({ "action": "replaceSim", "subscription": line, "sim": card }),
        json!({ "action": "changeNumber", "subscription": line, "number": number }),
        json!({ "action": "endSubscription", "subscription": line, "number": "rest" }),
        json!({ "action": "createCallGroup", "name": "Desk", "number": number, "members": [ours.person],
            "strategy": "allAtOnce", "ringSeconds": 20 }),
        json!({ "action": "changeCallGroup", "callGroup": ours.call_group, "members": [ours.person] }),
        json!({ "action": "removeCallGroup", "callGroup": ours.call_group }),
    ]
}

/// Every wish for a file that names something.
fn files(ours: &Things, principal: &Value) -> Vec<Value> {
    vec![
        json!({ "kind": "invoice", "id": ours.invoice, "format": "csv" }),
        json!({ "kind": "invoice", "id": ours.invoice, "format": "ubl" }),
        json!({ "kind": "invoiceLines", "id": ours.invoice, "format": "csv", "filter": { "person": ours.person } }),
        json!({ "kind": "bulkErrors", "id": ours.bulk, "format": "csv" }),
        json!({ "kind": "orders", "format": "csv", "filter": { "requestedBy": principal } }),
        json!({ "kind": "people", "format": "csv", "filter": { "group": ours.person } }),
    ]
}

/// The places of texts in a body that are an id or a number of ours, with the place of its kind.
fn places(body: &Value, at: &str, own: &[String], into: &mut Vec<(String, usize)>) {
    match body {
        Value::Object(members) => members
            .iter()
            .for_each(|(name, inner)| places(inner, &format!("{at}/{name}"), own, into)),
        Value::Array(items) => {
            for (index, inner) in items.iter().enumerate() {
                places(inner, &format!("{at}/{index}"), own, into);
            }
        }
        Value::String(text) => {
            if let Some(kind) = own.iter().position(|id| id == text) {
                into.push((at.to_owned(), kind));
            }
        }
        _ => {}
    }
}

fn with(body: &Value, at: &str, id: &str) -> Value {
    let mut body = body.clone();
    *body.pointer_mut(at).expect("a place") = json!(id);
    body
}

#[tokio::test]
async fn a_foreign_id_in_a_body_does_what_an_id_of_nothing_does() {
    let app = App::start().await;
    let (mette, hanne, rasmus) = (app.mette(), app.hanne(), app.rasmus());
    let ours = app.things(Org::Nordvind, &mette).await;
    let theirs = app.things(Org::Havn, &hanne).await;
    app.work().await;
    let us = principal(&mette).await;
    let own = ids(&ours, &us);
    let foreign = ids(&theirs, &principal(&hanne).await);
    let before = app.dump(ASKING).await;
    let mut swapped = 0;
    // Both ids at each place, and what both are told.
    let mut pairs = |body: &Value| -> Vec<(String, String, String)> {
        let mut found = Vec::new();
        places(body, "", &own, &mut found);
        swapped += found.len();
        let nothing = |kind: usize| match own[kind].starts_with('+') {
            true => "+4520999999".to_owned(),
            false => NOBODY.to_string(),
        };
        let pairs = found.into_iter();
        pairs
            .map(|(at, kind)| (at, foreign[kind].clone(), nothing(kind)))
            .collect()
    };

    for item in items(&app, &ours) {
        for (at, foreign, nothing) in pairs(&item) {
            let mut told = Vec::new();
            for id in [&foreign, &nothing] {
                let quote = mette.quote(json!([with(&item, &at, id)])).await;
                let quoted = quote.ok(201);
                assert_ne!(quoted["problems"], json!([]), "{at} of {item}");
                let placed = mette.place(&quoted["id"]).await;
                assert!(
                    matches!(placed.status, 409 | 422),
                    "{at} of {item}: {}",
                    placed.text
                );
                // What a number is shown as is told back.
                let shown = domain::numbering::rules::display(id);
                told.push(said(&quote, id).replace(&shown, "…"));
            }
            assert_eq!(told[0], told[1], "{at} of {item}");
        }
    }

    for file in files(&ours, &us) {
        for (at, foreign, nothing) in pairs(&file) {
            let mut told = Vec::new();
            for id in [&foreign, &nothing] {
                let path = mette.path("downloads");
                let link = mette.post(&path, with(&file, &at, id)).await;
                let link = link.ok(201)["url"].clone();
                let link = link.as_str().and_then(|link| link.strip_prefix(&app.url));
                let followed = app.nobody().get(link.expect("a link of ours")).await;
                told.push(said(&followed, id));
            }
            assert_eq!(told[0], told[1], "{at} of {file}");
        }
    }

    let role = json!({ "person": ours.person, "role": "reader" });
    let reference =
        json!({ "references": [{ "subscription": ours.subscription, "reference": "Mine" }] });
    for (caller, path, body) in [
        (&rasmus, "role-assignments", role),
        (&mette, "references", reference),
    ] {
        for (at, foreign, nothing) in pairs(&body) {
            let mut told = Vec::new();
            for id in [&foreign, &nothing] {
                let fresh = caller.clone().freshly().await;
                let keyed = fresh.with("idempotency-key", &app.fresh_key());
                let answer = keyed.post(&caller.path(path), with(&body, &at, id)).await;
                assert!(
                    matches!(answer.status, 404 | 422),
                    "{path}: {}",
                    answer.text
                );
                told.push(said(&answer, id));
            }
            assert_eq!(told[0], told[1], "{path}");
        }
    }
    assert!(swapped >= 25, "only {swapped} were swapped");
    let after = app.dump(ASKING).await;
    assert_eq!(differences(&before, &after), Vec::<String>::new());
    app.end().await;
}
