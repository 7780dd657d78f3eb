//! RFC 5321, seen from the client.

use super::Post;
use simulators::mailbox::Options;

#[tokio::test]
async fn a_mail_is_kept_for_each_of_its_recipients_without_the_stuffed_dots() {
    let post = Post::start().await;
    let mut client = post
        .ready(&["anna@nordvind.example", "bo@nordvind.example"])
        .await;
    assert!(client.say("DATA").await.starts_with("354"));
    let message = "Subject: Hej\r\n\r\n..hidden\r\n...\r\nend\r\n.";
    assert!(client.say(message).await.starts_with("250"));
    assert!(client.say("QUIT").await.starts_with("221"));
    assert!(client.is_closed().await);
    let mails = post.mailbox.mails(Some("BO@nordvind.example"));
    assert_eq!(mails.len(), 1);
    assert_eq!(mails[0].from, "portal@switchboard.example");
    assert_eq!(
        mails[0].bytes(),
        b"Subject: Hej\r\n\r\n.hidden\r\n..\r\nend\r\n"
    );
    assert!(post.mailbox.mails(Some("carl@nordvind.example")).is_empty());
}

#[tokio::test]
async fn what_it_can_do_is_announced() {
    let post = Post::start().await;
    let mut client = post.connect().await;
    let announced = client.say("ehlo again.example").await;
    for extension in [
        "PIPELINING",
        "SIZE 26214400",
        "8BITMIME",
        "SMTPUTF8",
        "AUTH PLAIN LOGIN",
    ] {
        assert!(announced.contains(extension), "{announced}");
    }
    assert!(client.say("HELO old.example").await.starts_with("250 "));
    assert!(client.say("NOOP").await.starts_with("250"));
    assert!(client.say("VRFY anna").await.starts_with("252"));
    assert!(client.say("MAKE COFFEE").await.starts_with("500"));
    assert!(client.say("EHLO").await.starts_with("501"));
}

#[tokio::test]
async fn commands_out_of_turn_are_refused_and_reset_forgets() {
    let post = Post::start().await;
    let mut client = super::Client(tokio::io::BufReader::new(
        tokio::net::TcpStream::connect(post.smtp).await.unwrap(),
    ));
    client.reply().await;
    assert!(
        client
            .say("MAIL FROM:<a@b.example>")
            .await
            .starts_with("503")
    );
    client.say("EHLO client.example").await;
    assert!(client.say("RCPT TO:<a@b.example>").await.starts_with("503"));
    assert!(client.say("MAIL FROM:a@b.example").await.starts_with("501"));
    assert!(
        client
            .say("MAIL FROM:<a@b.example> COLOUR=red")
            .await
            .starts_with("555")
    );
    assert!(
        client
            .say("MAIL FROM:<a@b.example>")
            .await
            .starts_with("250")
    );
    assert!(
        client
            .say("MAIL FROM:<a@b.example>")
            .await
            .starts_with("503")
    );
    assert!(client.say("DATA").await.starts_with("503"));
    assert!(client.say("RCPT TO:<>").await.starts_with("501"));
    assert!(client.say("RSET").await.starts_with("250"));
    assert!(client.say("RCPT TO:<a@b.example>").await.starts_with("503"));
}

#[tokio::test]
async fn pipelined_commands_are_answered_in_order_and_two_mails_go_over_one_connection() {
    let post = Post::start().await;
    let mut client = post.connect().await;
    client
        .send("MAIL FROM:<> BODY=8BITMIME SMTPUTF8\r\nRCPT TO:<søren@nordvind.example>\r\nDATA\r\n")
        .await;
    let replies = [
        client.reply().await,
        client.reply().await,
        client.reply().await,
    ];
    assert!(
        replies[0].starts_with("250")
            && replies[1].starts_with("250")
            && replies[2].starts_with("354")
    );
    client
        .send("Subject: one\r\n\r\næøå\r\n.\r\nMAIL FROM:<a@b.example>\r\n")
        .await;
    assert!(client.reply().await.starts_with("250"));
    assert!(client.reply().await.starts_with("250"));
    client.say("RCPT TO:<c@d.example>").await;
    client.say("DATA").await;
    assert!(client.say("Subject: two\r\n\r\n.").await.starts_with("250"));
    let mails = post.mailbox.mails(None);
    assert_eq!(mails.len(), 2);
    assert_eq!(mails[0].to, ["søren@nordvind.example"]);
    assert_eq!(mails[0].from, "");
}

#[tokio::test]
async fn a_message_cannot_smuggle_another_behind_a_bare_line_feed() {
    let post = Post::start().await;
    let mut client = post.ready(&["a@b.example"]).await;
    client.say("DATA").await;
    let smuggled = "Subject: x\r\n\r\nhi\n.\nMAIL FROM:<evil@b.example>\n.\r\nstill the first\r\n.";
    assert!(client.say(smuggled).await.starts_with("250"));
    let mails = post.mailbox.mails(None);
    assert_eq!(mails.len(), 1);
    assert!(
        String::from_utf8(mails[0].bytes())
            .unwrap()
            .contains("still the first")
    );
}

#[tokio::test]
async fn too_large_is_refused_before_or_after_it_came() {
    let post = Post::with(Options {
        largest: 1000,
        ..Options::default()
    })
    .await;
    let mut client = post.connect().await;
    assert!(
        client
            .say("MAIL FROM:<a@b.example> SIZE=1001")
            .await
            .starts_with("552")
    );
    assert!(
        client
            .say("MAIL FROM:<a@b.example> SIZE=10")
            .await
            .starts_with("250")
    );
    client.say("RCPT TO:<c@d.example>").await;
    client.say("DATA").await;
    let line = format!("{}\r\n", "x".repeat(98));
    assert!(
        client
            .say(&format!("{}.", line.repeat(11)))
            .await
            .starts_with("552")
    );
    assert!(post.mailbox.mails(None).is_empty());
    // The connection is still good.
    assert!(
        client
            .say("MAIL FROM:<a@b.example>")
            .await
            .starts_with("250")
    );
    client.say("RCPT TO:<c@d.example>").await;
    client.say("DATA").await;
    assert!(
        client
            .say("Subject: small\r\n\r\n.")
            .await
            .starts_with("250")
    );
    assert_eq!(post.mailbox.mails(None).len(), 1);
    assert!(client.say(&"x".repeat(20_000)).await.starts_with("500"));
    assert!(client.say("NOOP").await.starts_with("250"));
}

#[tokio::test]
async fn anybody_may_sign_in() {
    let post = Post::start().await;
    let mut client = post.connect().await;
    assert!(client.say("AUTH PLAIN AGEAYg==").await.starts_with("235"));
    assert!(client.say("AUTH PLAIN").await.starts_with("334"));
    assert!(client.say("AGEAYg==").await.starts_with("235"));
    assert!(
        client
            .say("AUTH LOGIN")
            .await
            .starts_with("334 VXNlcm5hbWU6")
    );
    assert!(client.say("YQ==").await.starts_with("334 UGFzc3dvcmQ6"));
    assert!(client.say("Yg==").await.starts_with("235"));
    assert!(client.say("AUTH LOGIN").await.starts_with("334"));
    assert!(client.say("*").await.starts_with("501"));
    assert!(client.say("AUTH CRAM-MD5").await.starts_with("504"));
}
