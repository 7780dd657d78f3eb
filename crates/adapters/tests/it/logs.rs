//! What is logged holds no token, no secret, no body and nobody's data, at any level, whatever goes wrong.

use crate::stand::{CERTIFICATE, OTHER_KEY, Reply, SECRET, SIGNING_KEY, Stand, object, tenant};
use adapters::entra::Credential;
use domain::{
    access::ports::IdentityProvider,
    directory::ports::DirectorySource,
    fulfilment::ports::{NumberType, TeamsTelephony},
};
use serde_json::json;
use std::{
    io::Write,
    sync::{Arc, Mutex},
    time::Duration,
};
use tracing::subscriber::NoSubscriber;
use url::Url;

#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

// One thread, so that the subscriber of this thread hears everything.
#[tokio::test(flavor = "current_thread")]
async fn logs_hold_no_token_and_nobodys_data() {
    let lines = Lines::default();
    let writer = lines.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_ansi(false)
        .with_writer(move || writer.clone())
        .finish();
    // A second subscriber, which hears nothing. While there is only one, `tracing` asks the thread that comes first to a
    // place in the code whether anybody listens there, and keeps the answer: a test beside this one would silence it.
    let _deaf = tracing::Dispatch::new(NoSubscriber::default());
    let _guard = tracing::subscriber::set_default(subscriber);

    let faults = [
        Reply::graph_error(400, "Request_BadRequest"),
        Reply::graph_error(403, "Authorization_RequestDenied"),
        Reply::graph_error(429, "TooManyRequests"),
        Reply::Answer(
            200,
            vec![("request-id", "their-id".into())],
            "<html>anna@nordvind.example".into(),
        ),
        Reply::Truncate(r#"{"displayName":"anna@nordvind.example"#.into()),
        Reply::Reset,
        Reply::json(
            200,
            json!({"id": crate::stand::OBJECT, "displayName": "anna@nordvind.example", "userPrincipalName": "anna@nordvind.example"}),
        ),
    ];
    for fault in faults {
        let told = fault.clone();
        let stand = Stand::start(move |request| match request.path() {
            path if path.starts_with("/v1.0/") => Some(told.clone()),
            path if path.starts_with("/organizations/") && path.ends_with("/token") => Some(
                Reply::token_error(400, "invalid_grant", 54005, "anna@nordvind.example did it."),
            ),
            _ => None,
        })
        .await;
        let graph = stand.graph();
        let _ = graph.person(tenant(), object()).await;
        let _ = graph.changes(tenant(), None).await;
        let _ = graph.find_number(tenant(), "+4570101234").await;
        let _ = graph
            .assign_number(
                tenant(),
                "+4570101234",
                NumberType::OperatorConnect,
                object(),
                "step",
            )
            .await;
        let mut config = stand.config();
        config.credential = Credential::Certificate {
            key: OTHER_KEY.into(),
            certificate: CERTIFICATE.into(),
        };
        for entra in [
            stand.entra(),
            adapters::entra::Entra::new(config, stand.clock.clone()).unwrap(),
        ] {
            let back = Url::parse("http://localhost:8080/auth/callback").unwrap();
            let _ = entra
                .redeem_code(
                    "the-secret-code",
                    "the-secret-verifier",
                    &back,
                    "the-secret-nonce",
                    None,
                )
                .await;
            let good = stand.token("first", SIGNING_KEY);
            entra.check_bearer(&good).await.unwrap();
            for bad in [
                stand.token("first", OTHER_KEY),
                stand.token("unknown", SIGNING_KEY),
                format!("{good}x"),
            ] {
                let error = entra.check_bearer(&bad).await.unwrap_err();
                assert!(!format!("{error:?} {error}").contains("eyJ"));
            }
            stand.clock.advance(Duration::from_secs(2 * 3600));
            let _ = entra.check_bearer(&stand.token("first", SIGNING_KEY)).await;
        }
    }

    let logged = String::from_utf8(lines.0.lock().unwrap().clone()).unwrap();
    for present in [
        "outside call answered",
        "outside call failed",
        "Graph says no",
        "graph.assign_number",
        "their-id",
    ] {
        assert!(logged.contains(present), "{present} is not in the log");
    }
    for secret in [
        SECRET,
        "eyJ",
        "app-token-of",
        "the-secret",
        "anna@",
        "70101234",
        "client_assertion",
        "client_secret",
        "Bearer ",
        "adelev",
        "Adele",
    ] {
        let line = logged.lines().find(|line| line.contains(secret));
        assert_eq!(line, None, "{secret} is in the log");
    }
}
