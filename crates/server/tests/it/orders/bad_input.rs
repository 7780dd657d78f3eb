//! Each wish that cannot be granted is named at its field in an order, and at its row and column in a table, in both languages; and
//! nothing of it is done.

use crate::support::{App, Org, Wishes, database::differences, mobile, telephony};
use domain::{
    access,
    catalogue::{self, OfferingId},
};
use platform::db::params;
use serde_json::{Value, json};
use std::time::Duration;
use uuid::Uuid;

/// What is written by asking, whatever is asked for.
const ASKING: &[&str] = &[
    "quotes",
    "principals",
    "bulks",
    "audit_entries",
    "audit_heads",
    "idempotency_keys",
    "rate_limits",
    "download_tickets",
    // What was told to open pages is forgotten as time goes by.
    "live_changes",
];

struct Stand {
    app: App,
    /// Ids and sign-in names of people without anything.
    people: Vec<(Uuid, String)>,
    /// A landline number that is in use, one that rests, and one whose rest is over.
    taken: String,
    resting: String,
    rested: String,
    card: Uuid,
    iccid: String,
}

async fn stand() -> Stand {
    let app = App::with(Wishes {
        numbers: 20,
        mirrored: vec![Org::Nordvind],
        ..Wishes::default()
    })
    .await;
    let mette = app.mette();
    let ids = app.people(Org::Nordvind, true).await;
    let number = |index: u32| Org::Nordvind.landline(index);
    let order = mette
        .activate_telephony(ids[0], json!({ "from": "series", "number": number(0) }))
        .await;
    app.work().await;
    assert_eq!(mette.see(&order).await["state"], "completed");
    let mut tx = app.db().begin().await.unwrap();
    for (index, hours) in [(1, 24 * 60), (2, 1)] {
        let until = app.now().plus(Duration::from_secs(hours * 3600));
        let sql = "UPDATE numbers SET state = 'resting', release_at = ?2 WHERE number = ?1";
        tx.execute(sql, params![number(index), until])
            .await
            .unwrap();
    }
    let nordic = OfferingId(app.offering("teams-nordic"));
    catalogue::end_sale(&mut tx, access::for_system(), nordic, app.now())
        .await
        .unwrap();
    tx.commit().await.unwrap();
    app.advance(Duration::from_secs(2 * 3600));
    let mut people = Vec::new();
    for id in &ids[1..] {
        let object = app.object_of(*id).await.to_string();
        let world = app.sim.microsoft.world.read();
        let tenant = world.tenant(Org::Nordvind.tenant_text()).expect("a tenant");
        let user = tenant.users.values().find(|user| user.id == object);
        people.push((*id, user.expect("somebody").username.clone()));
    }
    let card = app.cards(Org::Nordvind).await[0];
    let mut conn = app.db().read().await.unwrap();
    let row = conn
        .one("SELECT iccid FROM sims WHERE id = ?1", params![card])
        .await
        .unwrap();
    let iccid = row.get(0).unwrap();
    drop(conn);
    Stand {
        app,
        people,
        taken: number(0),
        resting: number(1),
        rested: number(2),
        card,
        iccid,
    }
}

/// The ICCID with its last digit wrong.
fn miswritten(iccid: &str) -> String {
    let (body, last) = iccid.split_at(iccid.len() - 1);
    let last: u8 = last.parse().expect("a digit");
    format!("{body}{}", (last + 1) % 10)
}

#[tokio::test]
async fn each_bad_wish_of_an_order_is_named_at_its_field() {
    let stand = stand().await;
    let app = &stand.app;
    let mette = app.mette();
    let danish = mette.clone().with("accept-language", "da");
    let person = stand.people[0].0;
    let number = |from: &str, number: &str| json!({ "from": from, "number": number });
    let next = || json!({ "from": "series" });
    let dated = |days: i64| {
        let mut item = telephony(app, person, next());
        item["date"] = json!(app.day(days));
        item
    };
    let gone = {
        let mut item = telephony(app, person, next());
        item["offering"] = json!(app.offering("teams-nordic"));
        item
    };
    let cases: Vec<(Value, &str, &str)> = vec![
        (
            telephony(app, person, number("series", &Org::Havn.landline(0))),
            "number/number",
            "numberUnknown",
        ),
        (
            telephony(app, person, number("resting", &Org::Havn.landline(0))),
            "number/number",
            "numberUnknown",
        ),
        (
            telephony(app, person, number("series", &stand.taken)),
            "number/number",
            "numberTaken",
        ),
        (
            telephony(app, person, number("resting", &stand.taken)),
            "number/number",
            "numberTaken",
        ),
        (
            telephony(app, person, number("series", &stand.resting)),
            "number/number",
            "numberResting",
        ),
        (
            telephony(app, person, number("resting", &stand.rested)),
            "number/number",
            "restIsOver",
        ),
        (
            telephony(app, person, number("resting", &Org::Nordvind.landline(5))),
            "number/number",
            "notResting",
        ),
        (gone, "offering", "offeringNotSold"),
        (dated(-1), "date", "dateInThePast"),
        (dated(400), "date", "dateTooFar"),
        (
            mobile(app, person, next(), Uuid::from_u128(9)),
            "sim/sim",
            "simUnknown",
        ),
    ];
    let before = app.dump(ASKING).await;
    for (item, field, code) in cases {
        let expected = vec![(format!("/items/0/{field}"), code.to_owned())];
        assert_eq!(mette.problems(item.clone()).await, expected, "{item}");
        let mut told = Vec::new();
        for by in [&mette, &danish] {
            let quote = by.quote(json!([item])).await.ok(201);
            let detail = quote["problems"][0]["detail"]
                .as_str()
                .unwrap_or_default()
                .to_owned();
            assert!(
                detail.len() > 10 && !detail.contains('{'),
                "{code}: {detail}"
            );
            told.push(detail);
        }
        assert_ne!(told[0], told[1], "{code} is told in one language");
    }
    // Of an order for many people one bad wish is enough: none of it is done.
    let items = json!([
        telephony(app, stand.people[1].0, next()),
        telephony(app, stand.people[2].0, number("series", &stand.taken)),
    ]);
    let quote = mette.quote(items).await.ok(201);
    let answer = mette.place(&quote["id"]).await;
    assert_eq!(
        answer.fields(),
        [(
            "/items/1/number/number".to_owned(),
            "numberTaken".to_owned()
        )]
    );
    assert_eq!(
        differences(&before, &app.dump(ASKING).await),
        Vec::<String>::new()
    );
    stand.app.end().await;
}

#[tokio::test]
async fn each_bad_row_of_a_table_comes_back_with_its_column_and_reason() {
    let stand = stand().await;
    let app = &stand.app;
    let who = |place: usize| stand.people[place].1.as_str();
    let (havn, taken, resting, rested) = (
        Org::Havn.landline(0),
        &stand.taken,
        &stand.resting,
        &stand.rested,
    );
    let (wrong, past, far) = (miswritten(&stand.iccid), app.day(-1), app.day(400));
    let act = "activateTelephony";
    // A row, and the columns and codes that it comes back with.
    let rows: Vec<(String, &[(&str, &str)])> = vec![
        (
            format!("{act};{};teams-denmark;{havn};;", who(0)),
            &[("number", "numberUnknown")],
        ),
        (
            format!("{act};{};teams-denmark;{taken};;", who(1)),
            &[("number", "numberTaken")],
        ),
        (
            format!("{act};{};teams-denmark;{rested};;", who(2)),
            &[("number", "restIsOver")],
        ),
        (
            format!("{act};{};teams-nordic;;;", who(3)),
            &[("product", "offeringNotSold")],
        ),
        (
            format!("{act};{};teams-denmark;;;{past}", who(4)),
            &[("date", "dateInThePast")],
        ),
        (
            format!("{act};{};teams-denmark;;;{far}", who(5)),
            &[("date", "dateTooFar")],
        ),
        (
            format!("createMobile;{};mobile-m;;{wrong};", who(6)),
            &[("sim", "wrongCheckDigit")],
        ),
        (
            format!("createMobile;{};mobile-m;;8945;", who(7)),
            &[("sim", "notAnIccid")],
        ),
        (
            format!("createMobile;{};mobile-m;4,57E+09;eSim;", who(7)),
            &[("number", "notANumber")],
        ),
        (
            "=cmd|' /C calc'!A0;nobody;;;;".to_owned(),
            &[("action", "rowActionUnknown"), ("person", "personUnknown")],
        ),
        (
            format!("{act};=HYPERLINK(\"http://x\");teams-denmark;;;"),
            &[("person", "personUnknown")],
        ),
        // What can go does not wait for the others: a resting number is understood as one.
        (format!("{act};{};teams-denmark;{resting};;", who(0)), &[]),
        (
            format!("createMobile;{};mobile-m;;{};", who(6), stand.iccid),
            &[],
        ),
    ];
    let heading = "action;person;product;number;sim;date\n";
    let table: String = rows.iter().map(|(row, _)| format!("{row}\n")).collect();
    let before = app.dump(ASKING).await;
    let mut details: Vec<Vec<String>> = Vec::new();
    for language in ["en", "da"] {
        let mette = app.mette().with("accept-language", language);
        let bulk = mette
            .upload_table(&format!("{heading}{table}"))
            .await
            .ok(201);
        assert_eq!(
            (&bulk["valid"], &bulk["invalid"]),
            (&json!(2), &json!(11)),
            "{bulk}"
        );
        let mut told = Vec::new();
        for (place, (row, expected)) in rows.iter().enumerate() {
            let found = &bulk["rows"][place];
            assert_eq!(found["row"], json!(place + 2));
            let problems = found["problems"].as_array().expect("a list");
            let codes: Vec<&str> = problems
                .iter()
                .filter_map(|problem| problem["code"].as_str())
                .collect();
            let wanted: Vec<&str> = expected.iter().map(|(_, code)| *code).collect();
            assert_eq!(codes, wanted, "{row}");
            for (problem, (column, _)) in problems.iter().zip(*expected) {
                if language == "en" {
                    let field = problem["field"].as_str().unwrap_or_default().to_lowercase();
                    assert!(field.starts_with(column), "{row}: {field}");
                }
                told.push(problem["detail"].as_str().unwrap_or_default().to_owned());
            }
        }
        assert!(
            told.iter()
                .all(|detail| detail.len() > 10 && !detail.contains('{')),
            "{told:?}"
        );
        details.push(told);
        // What comes back as a file is no formula to any spreadsheet.
        let wish = json!({ "kind": "bulkErrors", "id": bulk["id"], "format": "csv" });
        let link = mette.post(&mette.path("downloads"), wish).await.ok(201);
        let url = link["url"].as_str().expect("a link").replace(&app.url, "");
        // Another's number stands in it, because it stood in the table.
        let file = mette
            .request(reqwest::Method::GET, &url)
            .send()
            .await
            .unwrap();
        let text = file.text().await.unwrap();
        assert!(
            !text.contains("\"=") && !text.contains(";=") && text.contains("'="),
            "{text}"
        );
    }
    assert!(
        details[0].iter().zip(&details[1]).all(|(en, da)| en != da),
        "{details:?}"
    );
    assert_eq!(
        differences(&before, &app.dump(ASKING).await),
        Vec::<String>::new()
    );
    assert_eq!(app.cards(Org::Nordvind).await[0], stand.card);
    stand.app.end().await;
}

/// A table is bounded before it is understood, and what is no text of ours is told so.
#[tokio::test]
async fn a_table_of_a_million_rows_or_in_a_strange_encoding_is_refused_whole() {
    let app = App::with(Wishes {
        mirrored: Vec::new(),
        ..Wishes::default()
    })
    .await;
    let mette = app.mette();
    let before = app.dump(ASKING).await;
    let million = format!("action;person\n{}", "a;b\n".repeat(1_000_000));
    let answer = mette.upload_table(&million).await;
    assert_eq!(answer.problem(), (413, "tooManyRows".to_owned()));
    let send = async |content: Vec<u8>| {
        let response = mette
            .clone()
            .with("idempotency-key", &app.fresh_key())
            .request(reqwest::Method::POST, &mette.path("bulk"))
            .header("content-type", "text/csv; charset=utf-16")
            .body(content)
            .send()
            .await
            .unwrap();
        (response.status().as_u16(), response.text().await.unwrap())
    };
    let wide: Vec<u8> = "\u{feff}action;person\nsuspendSim;a"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    let (status, text) = send(wide).await;
    assert!(status == 422 && text.contains("notText"), "{status} {text}");
    // What older spreadsheets write is read: the letters come back as they were.
    let western = b"Handling;Person\nSp\xe6r SIM-kort;\xc5se \xd8rsted\n".to_vec();
    let (status, text) = send(western).await;
    assert!(
        status == 201 && text.contains("Åse Ørsted") && text.contains("suspendSim"),
        "{status} {text}"
    );
    assert_eq!(
        differences(&before, &app.dump(ASKING).await),
        Vec::<String>::new()
    );
    app.end().await;
}
