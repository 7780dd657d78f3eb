//! Usage that the operator uploads, and what people see of it.

use crate::support::{Answer, App, Caller, Org};
use futures::stream;
use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

pub const HEADING: &str = "source,record,number,kind,direction,destination,quantity,startedAt\n";

impl App {
    /// A mobile subscription in use, with 20 GB a month and this number of the organisation's.
    pub async fn mobile_line(&self, org: Org, index: u32) -> (Uuid, String) {
        let admin = match org {
            Org::Nordvind => self.mette(),
            _ => self.hanne(),
        };
        let person = self.people(org, true).await[index as usize];
        let card = self.cards(org).await[0];
        let number = json!({ "from": "series", "number": org.mobile(index) });
        let order = admin.create_mobile(person, number, card).await;
        self.work().await;
        let subscription = order["items"][0]["subscription"].as_str();
        let subscription = subscription.and_then(|id| id.parse().ok());
        (subscription.expect("a subscription"), org.mobile(index))
    }

    /// A moment ago, for what was used just now.
    pub fn just_now(&self) -> String {
        self.now().to_string()
    }
}

pub async fn upload(caller: &Caller<'_>, key: &str, text: &str) -> Answer {
    let path = caller.path("imports/usage?name=november.csv");
    let caller = caller.clone().with("idempotency-key", key);
    caller
        .send_text(Method::POST, &path, Some(text.to_owned()), "text/csv")
        .await
}

fn data(record: &str, number: &str, megabytes: i64, at: &str) -> String {
    format!(
        "core,{record},{number},data,,,{},{at}\n",
        megabytes * 1_000_000
    )
}

async fn usage(caller: &Caller<'_>, subscription: Uuid) -> Value {
    caller
        .look(&format!("usage?subscription={subscription}"))
        .await
}

#[tokio::test]
async fn what_the_operator_uploads_is_seen_against_the_limit() {
    let app = App::start().await;
    let (olivia, rita) = (app.olivia(), app.rita());
    let (line, number) = app.mobile_line(Org::Nordvind, 0).await;
    let empty = usage(&rita, line).await;
    assert_eq!(empty["periods"].as_array().map(Vec::len), Some(1));
    let bar = &empty["periods"][0]["kinds"][0];
    assert_eq!(
        *bar,
        json!({
            "kind": "data", "unit": "bytes", "used": 0, "beyond": 0, "received": 0, "records": 0,
            "limit": 20_000_000_000_i64, "percent": 0,
        })
    );
    let at = app.just_now();
    let good = data("1", &number, 5_000, &at) + &data("2", &number, 1_999, &at);
    let text = format!(
        "{HEADING}{good}core,3,+4520999999,data,,,1,{at}\ncore,4,{number},data,,,1,yesterday\n"
    );
    let first = upload(&olivia, "november", &text).await;
    let report = first.ok(200);
    let figures = |report: &Value| {
        ["lines", "records", "duplicates", "errors"].map(|name| report[name].as_i64().expect(name))
    };
    assert_eq!(figures(&report), [5, 2, 0, 2]);
    assert_eq!(
        (&report["state"], &report["origin"]),
        (&json!("done"), &json!("api"))
    );
    let told: Vec<_> = report["firstErrors"]
        .as_array()
        .expect("errors")
        .iter()
        .map(|error| (error["line"].clone(), error["code"].clone()))
        .collect();
    assert_eq!(
        told,
        [
            (json!(4), json!("numberUnknown")),
            (json!(5), json!("instant"))
        ]
    );
    let shown = usage(&rita, line).await;
    assert_eq!(shown["number"], json!(number));
    let bar = &shown["periods"][0]["kinds"][0];
    assert_eq!(
        (&bar["used"], &bar["percent"], &bar["records"]),
        (&json!(6_999_000_000_i64), &json!(34), &json!(2))
    );
    // The same request is told the same; the same file under another key counts nothing twice.
    assert_eq!(upload(&olivia, "november", &text).await.text, first.text);
    let other = upload(&olivia, "november", &format!("{text}\n")).await;
    assert_eq!(other.problem(), (422, "idempotencyKeyReused".to_owned()));
    let again = upload(&olivia, "november-2", &text).await.ok(200);
    assert_eq!(figures(&again), [5, 0, 2, 2]);
    assert_eq!(usage(&rita, line).await, shown);

    let list = olivia.look("imports/usage").await;
    assert_eq!(list["total"], json!(2));
    assert_eq!(list["items"][1]["name"], json!("november.csv"));
    let id = report["id"].as_str().expect("an id");
    assert_eq!(olivia.look(&format!("imports/usage/{id}")).await, report);
    let errors = olivia.path(&format!("imports/usage/{id}/errors"));
    let errors = olivia
        .clone()
        .with("accept-language", "da")
        .get(&errors)
        .await;
    assert_eq!(errors.header("content-type"), "text/csv; charset=utf-8");
    let lines: Vec<&str> = errors.text.lines().collect();
    assert_eq!(lines[0], "line,field,code,detail");
    assert_eq!(
        lines[1],
        "4,number,numberUnknown,\"Intet abonnement har haft dette nummer.\""
    );
    assert_eq!(lines.len(), 3);
    app.end().await;
}

#[tokio::test]
async fn only_the_operator_uploads_and_each_sees_their_own() {
    let app = App::start().await;
    let (mette, hanne) = (app.mette(), app.hanne());
    let (line, number) = app.mobile_line(Org::Nordvind, 0).await;
    let text = format!("{HEADING}{}", data("1", &number, 1, &app.just_now()));
    assert_eq!(upload(&mette, "k", &text).await.problem().0, 403);
    // On a customer, the operator counts that customer's numbers only.
    let olivia = app.olivia().at(Org::Havn);
    let report = upload(&olivia, "k", &text).await.ok(200);
    assert_eq!(
        (&report["records"], &report["errors"]),
        (&json!(0), &json!(1))
    );
    let report = upload(&app.olivia(), "k", &text).await.ok(200);
    assert_eq!(report["records"], json!(1));
    for id in [line.to_string(), Uuid::from_u128(9).to_string()] {
        let path = hanne.path(&format!("usage?subscription={id}"));
        assert_eq!(
            hanne.get(&path).await.problem(),
            (404, "notFound".to_owned())
        );
    }
    assert_eq!(
        mette.get(&mette.path("usage?subscription=x")).await.status,
        400
    );
    assert_eq!(mette.get(&mette.path("usage")).await.status, 400);
    app.end().await;
}

#[tokio::test]
async fn an_upload_that_cannot_be_read_changes_nothing() {
    let app = App::start().await;
    let olivia = app.olivia();
    let path = olivia.path("imports/usage");
    let send = async |key: &str, text: &str, kind: &str| {
        let caller = olivia.clone().with("idempotency-key", key);
        let text = Some(text.to_owned());
        caller.send_text(Method::POST, &path, text, kind).await
    };
    for kind in ["text/plain", "application/json", ""] {
        let answer = send("a", HEADING, kind).await;
        assert_eq!(
            answer.problem(),
            (415, "unsupportedMedia".to_owned()),
            "{kind}"
        );
    }
    let answer = send("a", "source,record,number\n", "text/csv").await;
    assert_eq!(answer.problem(), (400, "importHeading".to_owned()));
    assert_eq!(
        answer.fields(),
        [("/kind".to_owned(), "columnMissing".to_owned())]
    );
    // The key was not used up.
    let report = send("a", HEADING, "text/csv; charset=utf-8").await.ok(200);
    assert_eq!(report["lines"], json!(1));
    let line = r#"{"source":"core","record":"1","number":"+4520999999","kind":"sms","quantity":1,"startedAt":"x"}"#;
    let report = send("b", line, "application/x-ndjson").await.ok(200);
    assert_eq!(report["firstErrors"][0]["field"], json!("startedAt"));
    let long = format!("{path}?name={}", "n".repeat(201));
    let caller = olivia.clone().with("idempotency-key", "c");
    let answer = caller
        .send_text(Method::POST, &long, Some(HEADING.to_owned()), "text/csv")
        .await;
    assert_eq!(answer.status, 400);
    app.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_upload_that_breaks_off_goes_on_with_the_same_key() {
    let app = App::start().await;
    let olivia = app.olivia();
    let (line, number) = app.mobile_line(Org::Nordvind, 0).await;
    let at = app.just_now();
    // More than any other body may have.
    let rows: String = (0..30_000)
        .map(|row| data(&format!("{row:06}"), &number, 1, &at))
        .collect();
    let text = format!("{HEADING}{rows}");
    assert!(text.len() > 1024 * 1024);
    let path = format!("{}?name=cut.csv", olivia.path("imports/usage"));
    let pieces: Vec<Result<Vec<u8>, std::io::Error>> = text.as_bytes()[..text.len() * 2 / 3]
        .chunks(50_000)
        .map(|piece| Ok(piece.to_vec()))
        .chain([Err(std::io::Error::other("the line broke"))])
        .collect();
    let caller = olivia.clone().with("idempotency-key", "cut");
    let broken = caller
        .request(Method::POST, &path)
        .header("content-type", "text/csv")
        .body(reqwest::Body::wrap_stream(stream::iter(pieces)))
        .send()
        .await;
    assert!(broken.is_err(), "{broken:?}");
    let counted = "SELECT COUNT(*) FROM usage_records";
    let so_far = app
        .until("some of it is counted", async || {
            Some(app.count(counted).await).filter(|count| *count > 0)
        })
        .await;
    assert!(so_far < 30_000);
    // While the broken one still has the key, the answer comes before the body is read, and the line may break over it.
    let report = app
        .until("the broken upload lets go of its key", async || {
            let caller = olivia.clone().with("idempotency-key", "cut");
            let request = caller.request(Method::POST, &path);
            let request = request
                .header("content-type", "text/csv")
                .body(text.clone());
            let answer = request.send().await.ok()?;
            match answer.status().as_u16() {
                200 => answer.json::<Value>().await.ok(),
                status => {
                    assert_eq!(status, 409);
                    None
                }
            }
        })
        .await;
    let figure = |name: &str| report[name].as_i64().expect(name);
    assert_eq!(
        (figure("lines"), figure("records"), figure("duplicates")),
        (30_001, 30_000, 0)
    );
    assert_eq!(figure("position"), text.len() as i64);
    let shown = usage(&olivia.at(Org::Nordvind), line).await;
    assert_eq!(
        shown["periods"][0]["kinds"][0]["used"],
        json!(30_000_000_000_i64)
    );
    assert_eq!(app.count("SELECT COUNT(*) FROM usage_imports").await, 1);
    app.end().await;
}
