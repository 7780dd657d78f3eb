//! The client against a mail server, on good days and bad.

use super::{Settings, Smtp};
use platform::{
    Instant,
    config::{SecretText, Tls},
    outbox::{Mail, MailError, MailTransport},
};
use simulators::{
    common::faults::{Effect, Fault, Faults},
    mailbox::{Mailbox, Options},
};
use std::{path::PathBuf, sync::Arc, time::Duration};
use tokio::net::TcpListener;

/// A mailbox, and how to reach it.
struct Post {
    mailbox: Mailbox,
    faults: Faults,
    settings: Settings,
}

impl Post {
    async fn start() -> Post {
        Post::with(Options::default(), false).await
    }

    async fn with(options: Options, secured: bool) -> Post {
        let faults = options.faults.clone();
        let mailbox = Mailbox::open(options).unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let served = mailbox.clone();
        if secured {
            tokio::spawn(served.serve_smtps(listener));
        } else {
            tokio::spawn(served.serve_smtp(listener));
        }
        let settings = Settings {
            host: "localhost".into(),
            port,
            tls: Tls::None,
            username: None,
            password: None,
            from: "Switchboard <no-reply@nordtel.example>".into(),
            timeout: Duration::from_secs(5),
            extra_ca_file: None,
        };
        Post {
            mailbox,
            faults,
            settings,
        }
    }

    async fn send(&self) -> Result<(), MailError> {
        smtp(&self.settings).send(&mail()).await
    }

    async fn send_during(&self, path: &str, effect: Effect) -> Result<(), MailError> {
        self.faults.clear();
        self.faults.add(Fault::new("SMTP", path, effect));
        self.send().await
    }
}

fn smtp(settings: &Settings) -> Smtp {
    Smtp::new(settings).unwrap()
}

fn mail() -> Mail {
    Mail {
        to: "anna@nordvind.example".into(),
        subject: "Dit nye nummer – klar på mandag".into(),
        text: "Kære Anna\n\nNummeret er klar.\n.\nHilsen".into(),
        message_id: "0192f0c8-0000-7000-8000-000000000001".into(),
        written: Instant::parse("2026-11-21T12:00:00Z").unwrap(),
    }
}

fn status(status: u16) -> Effect {
    Effect::Status {
        status,
        retry_after: None,
        body: None,
    }
}

#[tokio::test]
async fn a_mail_arrives_as_it_was_written() {
    let post = Post::start().await;
    post.send().await.unwrap();
    let kept = post.mailbox.mails(Some("anna@nordvind.example"));
    assert_eq!(kept.len(), 1);
    assert_eq!(kept[0].from, "no-reply@nordtel.example");
    let read = kept[0].read();
    assert_eq!(read.subject, mail().subject);
    assert_eq!(
        read.text.unwrap().replace("\r\n", "\n").trim_end(),
        mail().text
    );
    assert_eq!(read.html, None);
    let header = |name: &str| {
        let found = read
            .headers
            .iter()
            .find(|header| header.name.eq_ignore_ascii_case(name));
        found.map(|header| header.value.clone()).unwrap_or_default()
    };
    assert!(header("Message-ID").contains("0192f0c8-0000-7000-8000-000000000001@nordtel.example"));
    assert_eq!(header("Auto-Submitted"), "auto-generated");
    assert_eq!(header("To"), "anna@nordvind.example");
    assert!(!header("Date").is_empty());
}

#[tokio::test]
async fn what_concerns_the_mail_is_for_good_and_all_else_is_not() {
    let post = Post::start().await;
    let for_good = [
        ("/rcpt/*", 550),
        ("/rcpt/*", 553),
        ("/mail/*", 552),
        ("/data/*", 554),
    ];
    for (path, code) in for_good {
        let outcome = post.send_during(path, status(code)).await;
        assert!(
            matches!(outcome, Err(MailError::Refused(_))),
            "{path} {code}: {outcome:?}"
        );
    }
    let passing = [
        ("/rcpt/*", 450),
        ("/rcpt/*", 452),
        ("/data/*", 451),
        ("/connect", 421),
        ("/connect", 554),
        ("/mail/*", 530),
        ("/rcpt/*", 503),
    ];
    for (path, code) in passing {
        let outcome = post.send_during(path, status(code)).await;
        assert!(
            matches!(outcome, Err(MailError::NotNow(_))),
            "{path} {code}: {outcome:?}"
        );
    }
    assert!(post.mailbox.mails(None).is_empty());
    post.faults.clear();
    post.send().await.unwrap();
}

#[tokio::test]
async fn a_lost_answer_is_tried_again_with_the_same_mail_to_the_byte() {
    let post = Post::start().await;
    let lost = post.send_during("/data/*", Effect::Lost).await;
    assert!(matches!(lost, Err(MailError::NotNow(_))), "{lost:?}");
    post.faults.clear();
    post.send().await.unwrap();
    let mails = post.mailbox.mails(None);
    assert_eq!(mails.len(), 2);
    assert_eq!(mails[0].raw, mails[1].raw);
    let header = |name: &str| {
        let headers = mails[0].read().headers;
        let found = headers.iter().find(|header| header.name == name);
        found.map(|header| header.value.clone()).unwrap_or_default()
    };
    assert!(header("Message-ID").contains("0192f0c8-0000-7000-8000-000000000001@"));
    assert!(header("Date").contains("2026"), "{}", header("Date"));
}

#[tokio::test]
async fn a_server_that_is_away_or_silent_is_asked_again_later() {
    let mut post = Post::start().await;
    post.settings.timeout = Duration::from_millis(100);
    let silent = post
        .send_during("/connect", Effect::Delay { ms: 60_000 })
        .await;
    assert!(matches!(silent, Err(MailError::NotNow(_))), "{silent:?}");
    let closed = post.send_during("/connect", Effect::Refuse).await;
    assert!(matches!(closed, Err(MailError::NotNow(_))), "{closed:?}");
    let nobody = TcpListener::bind("127.0.0.1:0").await.unwrap();
    post.settings.port = nobody.local_addr().unwrap().port();
    drop(nobody);
    let away = post.send().await;
    assert!(matches!(away, Err(MailError::NotNow(_))), "{away:?}");
}

#[tokio::test]
async fn a_wrong_password_does_not_cost_a_mail() {
    let mut post = Post::start().await;
    post.settings.username = Some("portal".into());
    post.settings.password = Some(SecretText::from("secret"));
    post.send().await.unwrap();
    let outcome = post.send_during("/auth", status(535)).await;
    assert!(matches!(outcome, Err(MailError::NotNow(_))), "{outcome:?}");
}

#[tokio::test]
async fn what_is_no_address_is_never_sent() {
    let post = Post::start().await;
    for to in [
        "nobody",
        "a@b@c",
        "a b@c.example",
        "a@b.example\r\nBcc: x@y.example",
    ] {
        let outcome = smtp(&post.settings)
            .send(&Mail {
                to: to.into(),
                ..mail()
            })
            .await;
        assert!(
            matches!(outcome, Err(MailError::Refused(_))),
            "{to:?}: {outcome:?}"
        );
    }
    let smuggled = Mail {
        message_id: "a>\r\nBcc: <x@y.example".into(),
        ..mail()
    };
    assert!(matches!(
        smtp(&post.settings).send(&smuggled).await,
        Err(MailError::Refused(_))
    ));
    let subject = Mail {
        subject: "a\r\nBcc: x@y.example".into(),
        ..mail()
    };
    smtp(&post.settings).send(&subject).await.unwrap();
    let read = post.mailbox.mails(None)[0].read();
    assert!(
        read.headers
            .iter()
            .all(|header| !header.name.eq_ignore_ascii_case("bcc"))
    );
}

#[tokio::test]
async fn wrong_settings_are_found_at_the_start() {
    let right = Post::start().await.settings;
    let wrong = |settings: Settings| Smtp::new(&settings).err().unwrap();
    assert!(
        wrong(Settings {
            from: "nobody".into(),
            ..right.clone()
        })
        .contains("sender")
    );
    let secured = Settings {
        tls: Tls::StartTls,
        ..right
    };
    assert!(
        wrong(Settings {
            host: "no host".into(),
            ..secured.clone()
        })
        .contains("no host")
    );
    let missing = Some(PathBuf::from("/nowhere/ca.pem"));
    assert!(
        wrong(Settings {
            extra_ca_file: missing,
            ..secured
        })
        .contains("/nowhere/ca.pem")
    );
}

/// A certificate for localhost: the server's side of it, and the file that a client trusts.
fn certificate() -> (Arc<rustls::ServerConfig>, PathBuf) {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
    let file = std::env::temp_dir().join(format!("mail-ca-{}.pem", simulators::common::fresh_id()));
    std::fs::write(&file, made.cert.pem()).unwrap();
    let key = rustls::pki_types::PrivateKeyDer::Pkcs8(made.signing_key.serialize_der().into());
    let config = rustls::ServerConfig::builder()
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.der().clone()], key)
        .unwrap();
    (Arc::new(config), file)
}

#[tokio::test]
async fn tls_is_used_as_configured_and_never_done_without() {
    let (config, file) = certificate();
    let options = Options {
        tls: Some(config),
        ..Options::default()
    };
    for (tls, secured) in [(Tls::StartTls, false), (Tls::Implicit, true)] {
        let mut post = Post::with(options.clone(), secured).await;
        post.settings.tls = tls;
        let untrusted = post.send().await;
        assert!(
            matches!(untrusted, Err(MailError::NotNow(_))),
            "{tls:?}: {untrusted:?}"
        );
        post.settings.extra_ca_file = Some(file.clone());
        post.send().await.unwrap();
        assert_eq!(post.mailbox.mails(None).len(), 1);
        // The certificate is for localhost.
        post.settings.host = "127.0.0.1".into();
        assert!(matches!(post.send().await, Err(MailError::NotNow(_))));
    }
    // A server that offers no TLS is not given the mail.
    let mut plain = Post::start().await;
    plain.settings.tls = Tls::StartTls;
    let outcome = plain.send().await;
    assert!(matches!(outcome, Err(MailError::NotNow(_))), "{outcome:?}");
    assert!(plain.mailbox.mails(None).is_empty());
    std::fs::remove_file(file).unwrap();
}
