//! Every way in which an answer can fail to be one, for a read and for a change.

use crate::stand::{OBJECT, Reply, Request, Stand, TENANT, object, tenant};
use domain::{
    directory::ports::DirectorySource,
    fulfilment::ports::{NumberType, TeamsTelephony},
};
use platform::outside::OutsideError;
use serde_json::json;
use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};
use tokio::net::TcpListener;

const PERSON: &str = OBJECT;
const ASSIGN: &str = "/assignNumber";

fn is_graph(request: &Request) -> bool {
    request.path().starts_with("/v1.0/")
}

async fn answering(reply: impl Fn(&Request) -> Reply + Send + Sync + 'static) -> Stand {
    Stand::start(move |request| is_graph(request).then(|| reply(request))).await
}

async fn read(stand: &Stand) -> OutsideError {
    stand.graph().person(tenant(), object()).await.unwrap_err()
}

async fn change(stand: &Stand) -> OutsideError {
    stand
        .graph()
        .assign_number(
            tenant(),
            "+4570101234",
            NumberType::OperatorConnect,
            object(),
            "step-1",
        )
        .await
        .unwrap_err()
}

fn kind(error: &OutsideError) -> &'static str {
    match error {
        OutsideError::Refused { .. } => "refused",
        OutsideError::NotFound(_) => "not found",
        OutsideError::Busy(_) => "busy",
        OutsideError::Unavailable(_) => "unavailable",
        OutsideError::UnknownOutcome(_) => "unknown",
        OutsideError::Unauthorised { .. } => "unauthorised",
        OutsideError::StartOver => "start over",
        OutsideError::Malformed(_) => "malformed",
    }
}

#[tokio::test]
async fn each_fault_is_told_apart() {
    let html = || {
        Reply::Answer(
            200,
            vec![("content-type", "text/html".into())],
            "<html>Sign in</html>".into(),
        )
    };
    let elsewhere = || {
        Reply::Answer(
            302,
            vec![("location", "http://evil.example/v1.0/users".into())],
            String::new(),
        )
    };
    let faults: Vec<(&str, Reply, &str, &str)> = vec![
        ("reset", Reply::Reset, "unavailable", "unknown"),
        (
            "truncated transfer",
            Reply::Truncate(r#"{"id":""#.into()),
            "unavailable",
            "unknown",
        ),
        (
            "truncated JSON",
            Reply::Answer(200, vec![], r#"{"id":"6ea91a8d-"#.into()),
            "malformed",
            "unknown",
        ),
        ("a page in place of JSON", html(), "malformed", "unknown"),
        (
            "an empty answer",
            Reply::Answer(200, vec![], String::new()),
            "malformed",
            "unknown",
        ),
        (
            "another shape",
            Reply::json(200, json!(["x"])),
            "malformed",
            "unknown",
        ),
        ("a redirect elsewhere", elsewhere(), "malformed", "unknown"),
        (
            "ten gigabytes announced",
            Reply::Announce(10_000_000_000),
            "malformed",
            "unknown",
        ),
        ("no end", Reply::Endless, "malformed", "unknown"),
        (
            "500",
            Reply::graph_error(500, "InternalServerError"),
            "unavailable",
            "unknown",
        ),
        (
            "503",
            Reply::graph_error(503, "ServiceUnavailable"),
            "unavailable",
            "unavailable",
        ),
        (
            "504",
            Reply::graph_error(504, "GatewayTimeout"),
            "unavailable",
            "unknown",
        ),
        (
            "400",
            Reply::graph_error(400, "Request_BadRequest"),
            "refused",
            "refused",
        ),
        (
            "403",
            Reply::graph_error(403, "Authorization_RequestDenied"),
            "unauthorised",
            "unauthorised",
        ),
        (
            "404",
            Reply::graph_error(404, "Request_ResourceNotFound"),
            "not found",
            "not found",
        ),
        (
            "409",
            Reply::graph_error(409, "Conflict"),
            "refused",
            "refused",
        ),
        (
            "429 with a long wait",
            Reply::graph_error(429, "TooManyRequests").with("retry-after", "30"),
            "busy",
            "busy",
        ),
        (
            "429 without",
            Reply::graph_error(429, "TooManyRequests"),
            "busy",
            "busy",
        ),
    ];
    for (name, reply, for_read, for_change) in faults {
        let stand = answering(move |_| reply.clone()).await;
        let error = read(&stand).await;
        assert_eq!(kind(&error), for_read, "{name}, reading: {error:?}");
        assert_eq!(stand.seen(PERSON).len(), 1, "{name}: one question");
        let error = change(&stand).await;
        assert_eq!(kind(&error), for_change, "{name}, changing: {error:?}");
        assert_eq!(
            stand.seen(ASSIGN).len(),
            1,
            "{name}: a change is never repeated"
        );
        // What they said of anybody is not passed on.
        assert!(!format!("{error:?}").contains("anna@"), "{error:?}");
    }
}

#[tokio::test]
async fn time_runs_out() {
    let stand = answering(|_| Reply::Hang).await;
    let mut config = stand.config();
    config.http.timeout = Duration::from_millis(250);
    let graph = stand.graph_with(config);
    let error = graph.person(tenant(), object()).await.unwrap_err();
    assert_eq!(error, OutsideError::Unavailable("timed out".into()));
    let error = graph
        .assign_number(
            tenant(),
            "+4570101234",
            NumberType::DirectRouting,
            object(),
            "step-1",
        )
        .await
        .unwrap_err();
    assert_eq!(error, OutsideError::UnknownOutcome("timed out".into()));
}

#[tokio::test]
async fn nobody_listens() {
    let port = TcpListener::bind("127.0.0.1:0")
        .await
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let stand = Stand::authority().await;
    let entra = stand.entra();
    let http = entra.http();
    for (host, why) in [
        (format!("127.0.0.1:{port}"), "no connection"),
        ("graph.invalid".into(), ""),
    ] {
        let base = format!("http://{host}/v1.0").parse().unwrap();
        let graph = adapters::graph::Graph::new(
            adapters::graph::Config::new(base),
            entra.clone(),
            http.clone(),
        )
        .unwrap();
        for error in [
            graph.person(tenant(), object()).await.unwrap_err(),
            graph
                .assign_number(
                    tenant(),
                    "+4570101234",
                    NumberType::DirectRouting,
                    object(),
                    "s",
                )
                .await
                .unwrap_err(),
        ] {
            assert_eq!(kind(&error), "unavailable", "{error:?}");
            assert!(error.to_string().contains(why), "{error:?}");
        }
    }
}

#[tokio::test]
async fn a_short_wait_is_waited_by_a_read_and_not_by_a_change() {
    let asked = Arc::new(AtomicUsize::new(0));
    let count = asked.clone();
    let stand = answering(move |request| {
        if request.path().ends_with(ASSIGN) || count.fetch_add(1, Ordering::SeqCst) < 2 {
            return Reply::graph_error(429, "TooManyRequests").with("retry-after", "0");
        }
        Reply::json(
            200,
            json!({"id": OBJECT, "userPrincipalName": "a@b.example"}),
        )
    })
    .await;
    stand.graph().person(tenant(), object()).await.unwrap();
    assert_eq!(asked.load(Ordering::SeqCst), 3);
    assert_eq!(change(&stand).await, OutsideError::Busy(Duration::ZERO));
    assert_eq!(stand.seen(ASSIGN).len(), 1);
}

#[tokio::test]
async fn short_waits_come_to_an_end() {
    let stand =
        answering(|_| Reply::graph_error(503, "ServiceUnavailable").with("retry-after", "0")).await;
    assert_eq!(read(&stand).await, OutsideError::Busy(Duration::ZERO));
    assert_eq!(stand.seen(PERSON).len(), 3);
}

#[tokio::test]
async fn waits_are_passed_on_as_seconds_and_as_dates() {
    for (value, seconds) in [
        ("10", 10),
        ("Sat, 21 Nov 2026 10:05:00 GMT", 300),
        ("86400", 3600),
    ] {
        let stand = answering(move |_| {
            Reply::graph_error(429, "TooManyRequests").with("retry-after", value)
        })
        .await;
        match change(&stand).await {
            OutsideError::Busy(wait) => {
                assert_eq!(wait.as_secs_f64().round() as u64, seconds, "{value}")
            }
            other => panic!("{other:?}"),
        }
    }
}

#[tokio::test]
async fn a_token_that_graph_no_longer_takes_is_replaced_once() {
    let issued = AtomicUsize::new(0);
    let stand = Stand::start(move |request| {
        if request.path().ends_with("/token") {
            let number = issued.fetch_add(1, Ordering::SeqCst);
            let token = format!("token-{number}");
            return Some(Reply::json(
                200,
                json!({"token_type": "Bearer", "expires_in": 3600, "access_token": token}),
            ));
        }
        is_graph(request).then(|| match request.headers["authorization"].as_str() {
            "Bearer token-1" => Reply::json(
                200,
                json!({"id": OBJECT, "userPrincipalName": "a@b.example"}),
            ),
            _ => Reply::graph_error(401, "InvalidAuthenticationToken"),
        })
    })
    .await;
    let graph = stand.graph();
    graph.person(tenant(), object()).await.unwrap();
    assert_eq!(stand.seen(PERSON).len(), 2);

    let stand = answering(|_| Reply::graph_error(401, "InvalidAuthenticationToken")).await;
    assert_eq!(kind(&read(&stand).await), "unauthorised");
    assert_eq!(stand.seen(PERSON).len(), 2);
}

#[tokio::test]
async fn no_consent_is_told_with_microsofts_code_and_graph_is_not_asked() {
    let stand = Stand::start(|request| {
        request.path().ends_with("/token").then(|| {
            Reply::token_error(
                400,
                "unauthorized_client",
                700016,
                "Application not found in the directory.",
            )
        })
    })
    .await;
    for error in [read(&stand).await, change(&stand).await] {
        assert_eq!(
            error,
            OutsideError::Unauthorised {
                code: "AADSTS700016".into(),
                message: "Application not found in the directory.".into()
            }
        );
    }
    assert!(stand.seen(PERSON).is_empty());
}

#[tokio::test]
async fn an_authority_that_does_not_answer_has_changed_nothing() {
    let stand =
        Stand::start(|request| request.path().ends_with("/token").then_some(Reply::Reset)).await;
    assert_eq!(kind(&change(&stand).await), "unavailable");
    assert!(stand.seen(ASSIGN).is_empty());
}

#[tokio::test]
async fn an_answer_about_somebody_else_is_no_answer() {
    let stand = answering(|_| {
        Reply::json(
            200,
            json!({"id": TENANT, "userPrincipalName": "a@b.example", "value": []}),
        )
    })
    .await;
    assert_eq!(kind(&read(&stand).await), "malformed");
    let graph = stand.graph();
    assert_eq!(
        kind(
            &graph
                .voice_configuration(tenant(), object())
                .await
                .unwrap_err()
        ),
        "malformed"
    );
    assert_eq!(
        kind(&graph.tenant(tenant()).await.unwrap_err()),
        "malformed"
    );

    let stand = answering(|_| {
        Reply::json(
            200,
            json!({"value": [{"id": OBJECT, "displayName": "Another tenant"}]}),
        )
    })
    .await;
    assert_eq!(
        kind(&stand.graph().tenant(tenant()).await.unwrap_err()),
        "malformed"
    );
}

#[tokio::test]
async fn a_change_goes_out_with_the_steps_id_and_a_read_with_one_of_its_own() {
    let stand = answering(|_| Reply::graph_error(400, "BadRequest")).await;
    change(&stand).await;
    read(&stand).await;
    assert_eq!(stand.seen(ASSIGN)[0].headers["client-request-id"], "step-1");
    assert_eq!(stand.seen(PERSON)[0].headers["client-request-id"].len(), 36);
    assert!(stand.seen(PERSON)[0].headers["user-agent"].starts_with("Switchboard/"));
}
