//! A mail server on a bad day.

use super::{Client, Post};
use simulators::common::faults::{Effect, Fault, When};
use tokio::{io::BufReader, net::TcpStream};

fn status(path: &str, status: u16) -> Fault {
    Fault::new(
        "SMTP",
        path,
        Effect::Status {
            status,
            retry_after: None,
            body: None,
        },
    )
}

#[tokio::test]
async fn a_recipient_is_refused_for_now_or_for_good() {
    let post = Post::start().await;
    post.faults.add(status("/rcpt/*@full.example", 452));
    post.faults
        .add(status("/rcpt/nobody@*", 550).when(When::First(1)));
    let mut client = post.ready(&["anna@nordvind.example"]).await;
    assert!(
        client
            .say("RCPT TO:<bo@full.example>")
            .await
            .starts_with("452 4.")
    );
    assert!(
        client
            .say("RCPT TO:<nobody@nordvind.example>")
            .await
            .starts_with("550 5.")
    );
    assert!(
        client
            .say("RCPT TO:<nobody@nordvind.example>")
            .await
            .starts_with("250")
    );
    client.say("DATA").await;
    assert!(client.say("Subject: x\r\n\r\n.").await.starts_with("250"));
    assert_eq!(
        post.mailbox.mails(None)[0].to,
        ["anna@nordvind.example", "nobody@nordvind.example"]
    );
}

#[tokio::test]
async fn a_message_is_refused_after_it_came() {
    let post = Post::start().await;
    post.faults.add(status("/data/*", 451));
    let mut client = post.ready(&["a@b.example"]).await;
    client.say("DATA").await;
    assert!(client.say("Subject: x\r\n\r\n.").await.starts_with("451"));
    assert!(post.mailbox.mails(None).is_empty());
}

#[tokio::test]
async fn a_lost_answer_keeps_the_mail_and_a_refused_one_does_not() {
    let post = Post::start().await;
    post.faults
        .add(Fault::new("SMTP", "/data/lost@*", Effect::Lost));
    post.faults
        .add(Fault::new("SMTP", "/data/refused@*", Effect::Refuse));
    for to in ["lost@b.example", "refused@b.example"] {
        let mut client = post.ready(&[to]).await;
        client.say("DATA").await;
        assert_eq!(client.say("Subject: x\r\n\r\n.").await, "");
        assert!(client.is_closed().await);
    }
    let mails = post.mailbox.mails(None);
    assert_eq!(mails.len(), 1);
    assert_eq!(mails[0].to, ["lost@b.example"]);
}

#[tokio::test]
async fn a_server_that_is_not_in_service_says_so_at_once() {
    let post = Post::start().await;
    post.faults
        .add(status("/connect", 421).when(When::First(1)));
    let mut client = Client(BufReader::new(TcpStream::connect(post.smtp).await.unwrap()));
    assert!(client.reply().await.starts_with("421"));
    assert!(client.is_closed().await);
    post.connect().await;
}
