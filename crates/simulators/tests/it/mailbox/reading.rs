//! Reading mails: as JSON, as pages, and again after a restart.

use super::Post;
use axum::http::{Request, StatusCode, header};
use axum::{Router, body::Body};
use serde_json::Value;
use simulators::mailbox::{Mailbox, Options};
use std::time::Duration;
use tower::ServiceExt;

const MULTIPART: &str = "From: Switchboard <portal@switchboard.example>\r\n\
    To: Anna <anna@nordvind.example>\r\n\
    Subject: =?utf-8?B?RHUgaGFyIGbDpWV0IGV0IG51bW1lcg==?=\r\n\
    MIME-Version: 1.0\r\n\
    Content-Type: multipart/alternative; boundary=\"b\"\r\n\r\n\
    --b\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n\
    K=C3=A6re Anna\r\n\
    --b\r\nContent-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n\
    PHA+S8OmcmUgQW5uYTwvcD48c2NyaXB0PmFsZXJ0KDEpPC9zY3JpcHQ+\r\n--b--\r\n";

async fn send(post: &Post, to: &str, message: &str) {
    let mut client = post.ready(&[to]).await;
    client.say("DATA").await;
    assert!(client.say(&format!("{message}.")).await.starts_with("250"));
}

async fn get(router: &Router, path: &str) -> axum::response::Response {
    ask(router, "GET", path).await
}

async fn ask(router: &Router, method: &str, path: &str) -> axum::response::Response {
    let request = Request::builder()
        .method(method)
        .uri(path)
        .body(Body::empty())
        .unwrap();
    router.clone().oneshot(request).await.unwrap()
}

async fn text(response: axum::response::Response) -> String {
    let bytes = axum::body::to_bytes(response.into_body(), 1 << 20)
        .await
        .unwrap();
    String::from_utf8(bytes.to_vec()).unwrap()
}

async fn json(response: axum::response::Response) -> Value {
    serde_json::from_str(&text(response).await).unwrap()
}

#[tokio::test]
async fn a_script_reads_subject_text_and_html_decoded() {
    let post = Post::start().await;
    send(&post, "anna@nordvind.example", MULTIPART).await;
    send(
        &post,
        "bo@nordvind.example",
        "Subject: other\r\n\r\nplain\r\n",
    )
    .await;
    let router = post.mailbox.router();
    let mails = json(get(&router, "/_simulator/mails?to=anna@nordvind.example").await).await;
    assert_eq!(mails.as_array().unwrap().len(), 1);
    let mail = &mails[0];
    assert_eq!(mail["subject"], "Du har fået et nummer");
    assert_eq!(mail["text"].as_str().unwrap().trim(), "Kære Anna");
    assert!(
        mail["html"]
            .as_str()
            .unwrap()
            .starts_with("<p>Kære Anna</p>")
    );
    let from = mail["headers"]
        .as_array()
        .unwrap()
        .iter()
        .find(|header| header["name"] == "From")
        .unwrap();
    assert_eq!(from["value"], "Switchboard <portal@switchboard.example>");
    let all = json(get(&router, "/_simulator/mails").await).await;
    assert_eq!(all.as_array().unwrap().len(), 2);
    assert_eq!(all[1]["html"], Value::Null);
    let id = mail["id"].as_str().unwrap();
    assert_eq!(
        text(get(&router, &format!("/_simulator/mails/{id}/raw")).await).await,
        MULTIPART
    );
}

#[tokio::test]
async fn the_page_shows_a_mail_and_its_html_runs_nothing() {
    let post = Post::start().await;
    send(&post, "anna@nordvind.example", MULTIPART).await;
    let router = post.mailbox.router();
    let list = text(get(&router, "/_simulator/mailbox/").await).await;
    let id = post.mailbox.mails(None)[0].id.clone();
    assert!(
        list.contains(&format!("/_simulator/mailbox/{id}"))
            && list.contains("Du har fået et nummer")
    );
    let page = text(get(&router, &format!("/_simulator/mailbox/{id}")).await).await;
    assert!(page.contains("Kære Anna") && page.contains("<iframe") && page.contains("sandbox="));
    assert!(!page.contains("<script>"));
    let html = get(&router, &format!("/_simulator/mails/{id}/html")).await;
    let policy = html.headers()[header::CONTENT_SECURITY_POLICY]
        .to_str()
        .unwrap()
        .to_owned();
    assert!(policy.starts_with("sandbox ") && !policy.contains("allow-scripts"));
    assert!(policy.contains("default-src 'none'"));
    assert_eq!(
        get(&router, "/_simulator/mailbox/nowhere").await.status(),
        StatusCode::NOT_FOUND
    );
    assert_eq!(
        get(&router, "/_simulator/mails/nowhere/html")
            .await
            .status(),
        StatusCode::NOT_FOUND
    );
}

#[tokio::test]
async fn an_answer_can_wait_for_the_mail() {
    let post = Post::start().await;
    let router = post.mailbox.router();
    let waiting = tokio::spawn(async move {
        json(get(&router, "/_simulator/mails?to=a@b.example&wait=60000").await).await
    });
    send(&post, "other@b.example", "Subject: no\r\n\r\n").await;
    send(&post, "a@b.example", "Subject: yes\r\n\r\n").await;
    let mails = waiting.await.unwrap();
    assert_eq!(mails[0]["subject"], "yes");
    assert!(
        post.mailbox
            .wait_for(Some("nobody@b.example"), 1, Duration::ZERO)
            .await
            .is_empty()
    );
}

#[tokio::test]
async fn mails_are_removed_one_by_address_or_all() {
    let post = Post::start().await;
    for to in ["a@b.example", "c@d.example", "c@d.example"] {
        send(&post, to, "Subject: x\r\n\r\n").await;
    }
    let router = post.mailbox.router();
    let first = post.mailbox.mails(Some("c@d.example"))[0].id.clone();
    let one = format!("/_simulator/mails/{first}");
    assert_eq!(
        ask(&router, "DELETE", &one).await.status(),
        StatusCode::NO_CONTENT
    );
    assert_eq!(
        ask(&router, "DELETE", &one).await.status(),
        StatusCode::NOT_FOUND
    );
    assert_eq!(post.mailbox.mails(None).len(), 2);
    ask(&router, "DELETE", "/_simulator/mails?to=c@d.example").await;
    assert_eq!(post.mailbox.mails(None).len(), 1);
    ask(&router, "DELETE", "/_simulator/mails").await;
    assert!(post.mailbox.mails(None).is_empty());
}

#[tokio::test]
async fn mails_survive_a_restart() {
    let directory =
        std::env::temp_dir().join(format!("mailbox-{}", simulators::common::fresh_id()));
    let options = Options {
        data: Some(directory.clone()),
        ..Options::default()
    };
    let post = Post::with(options.clone()).await;
    send(&post, "a@b.example", "Subject: x\r\n\r\n").await;
    drop(post);
    let again = Mailbox::open(options).unwrap();
    assert_eq!(again.mails(Some("a@b.example"))[0].read().subject, "x");
    std::fs::remove_dir_all(directory).unwrap();
}
