use super::*;
use crate::http::Json;
use axum::{
    body::Body,
    http::{Method, StatusCode},
    routing::{get, post},
};
use http_body_util::BodyExt;
use tower::ServiceExt;

fn app(change: impl FnOnce(&mut HttpOptions)) -> Router {
    let mut options = HttpOptions::new(true, Vec::new());
    change(&mut options);
    let router = Router::new()
        .route("/api/fine", get(|| async { "fine" }))
        .route("/api/long", get(|| async { "long ".repeat(1_000) }))
        .route(
            "/api/broken",
            get(|context: RequestContext| async move {
                context.know_principal(Uuid::nil(), Language::Da);
                Err::<(), _>(Error::internal("EIO"))
            }),
        )
        .route(
            "/api/panics",
            get(|| async {
                if true {
                    panic!("the floor gave way")
                }
            }),
        )
        .route("/api/sleeps", get(std::future::pending::<()>))
        .route(
            "/api/reads",
            post(|Json(body): Json<serde_json::Value>| async move { Json(body) }),
        )
        .route(
            "/page",
            get(|| async { (StatusCode::NOT_FOUND, "no such page") }),
        );
    wrap(router, options)
}

struct Answer {
    status: u16,
    headers: HeaderMap,
    body: String,
}

impl Answer {
    fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.body))
    }
}

async fn ask(app: &Router, request: Request) -> Answer {
    let (parts, body) = app.clone().oneshot(request).await.unwrap().into_parts();
    let bytes = body.collect().await.unwrap().to_bytes();
    Answer {
        status: parts.status.as_u16(),
        headers: parts.headers,
        body: String::from_utf8(bytes.to_vec()).unwrap(),
    }
}

fn request(method: Method, path: &str) -> Request {
    Request::builder()
        .method(method)
        .uri(path)
        .body(Body::empty())
        .unwrap()
}

#[tokio::test]
async fn every_answer_has_an_id_and_the_security_headers() {
    let app = app(|_| {});
    for path in [
        "/api/fine",
        "/api/broken",
        "/api/panics",
        "/api/nowhere",
        "/page",
        "/elsewhere",
    ] {
        let answer = ask(&app, request(Method::GET, path)).await;
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("referrer-policy", "no-referrer"),
            ("cache-control", "no-store"),
            (
                "strict-transport-security",
                "max-age=63072000; includeSubDomains",
            ),
        ] {
            assert_eq!(answer.headers[name], value, "{path}");
        }
        let policy = answer.headers["content-security-policy"].to_str().unwrap();
        assert!(
            policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"),
            "{path}"
        );
        assert_eq!(answer.headers["x-request-id"].len(), 36, "{path}");
        assert!(!answer.headers.contains_key("x-frame-options"));
    }
}

#[tokio::test]
async fn every_error_of_the_interface_is_a_problem_document_with_the_requests_id() {
    let app = app(|_| {});
    for (method, path, status, code) in [
        (Method::GET, "/api/broken", 500, "internal"),
        (Method::GET, "/api/panics", 500, "internal"),
        (Method::GET, "/api/nowhere", 404, "notFound"),
        (Method::DELETE, "/api/fine", 405, "methodNotAllowed"),
        (Method::POST, "/api/reads", 415, "unsupportedMedia"),
    ] {
        let answer = ask(&app, request(method, path)).await;
        assert_eq!(answer.status, status, "{path}");
        assert_eq!(
            answer.headers["content-type"], "application/problem+json",
            "{path}"
        );
        let problem = answer.json();
        assert_eq!(
            (&problem["code"], &problem["status"]),
            (&code.into(), &status.into()),
            "{path}"
        );
        assert_eq!(
            problem["requestId"],
            answer.headers["x-request-id"].to_str().unwrap()
        );
        assert!(
            !answer.body.contains("EIO") && !answer.body.contains("floor"),
            "{path}"
        );
    }
    let refused = ask(&app, request(Method::DELETE, "/api/fine")).await;
    assert_eq!(refused.headers["allow"], "GET,HEAD");
    assert_eq!(
        ask(&app, request(Method::GET, "/page")).await.body,
        "no such page"
    );
}

#[tokio::test]
async fn the_request_chooses_the_language_and_the_principal_where_it_does_not() {
    let app = app(|_| {});
    let title = async |language: Option<&str>| {
        let mut request = request(Method::GET, "/api/broken");
        if let Some(language) = language {
            request
                .headers_mut()
                .insert(header::ACCEPT_LANGUAGE, language.parse().unwrap());
        }
        ask(&app, request).await.json()["title"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    assert_eq!(title(Some("en")).await, "A fault on our side");
    assert_eq!(title(Some("da-DK")).await, "En fejl hos os");
    assert_eq!(title(None).await, "En fejl hos os");
    assert_eq!(title(Some("de")).await, "En fejl hos os");
}

#[tokio::test]
async fn an_id_from_a_proxy_is_kept_when_it_is_harmless() {
    let app = app(|_| {});
    let id = async |given: &'static str| {
        let mut request = request(Method::GET, "/api/fine");
        request
            .headers_mut()
            .insert(REQUEST_ID, HeaderValue::from_static(given));
        ask(&app, request).await.headers["x-request-id"]
            .to_str()
            .unwrap()
            .to_owned()
    };
    assert_eq!(id("abc-12345").await, "abc-12345");
    assert_ne!(id("short").await, "short");
    assert_ne!(
        id("with spaces and \"quotes\"").await,
        "with spaces and \"quotes\""
    );
}

#[tokio::test]
async fn what_takes_too_long_or_is_too_much_is_turned_away() {
    let app = app(|options| {
        options.concurrency = 1;
        options.timeout = Duration::from_millis(50);
        options.body_limit = 10;
    });
    let slow = tokio::spawn({
        let app = app.clone();
        async move { ask(&app, request(Method::GET, "/api/sleeps")).await }
    });
    tokio::task::yield_now().await;
    let busy = ask(&app, request(Method::GET, "/api/fine")).await;
    assert_eq!(
        (busy.status, busy.headers["retry-after"].to_str().unwrap()),
        (503, "1")
    );
    let slow = slow.await.unwrap();
    assert_eq!(
        (slow.status, slow.json()["code"].as_str().unwrap()),
        (503, "timeout")
    );

    let mut large = Request::post("/api/reads")
        .body(Body::from("[1,2,3,4,5,6,7,8]"))
        .unwrap();
    large.headers_mut().insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/json"),
    );
    let refused = ask(&app, large).await;
    assert_eq!(
        (refused.status, refused.json()["code"].as_str().unwrap()),
        (413, "tooLarge")
    );
}

#[tokio::test]
async fn a_large_answer_is_compressed_for_whoever_can_read_it_and_a_small_one_never() {
    let app = app(|_| {});
    let encoding = async |path: &str, accepted: Option<&'static str>| {
        let mut request = request(Method::GET, path);
        if let Some(accepted) = accepted {
            let accepted = HeaderValue::from_static(accepted);
            request
                .headers_mut()
                .insert(header::ACCEPT_ENCODING, accepted);
        }
        let response = app.clone().oneshot(request).await.unwrap();
        let encoding = response.headers().get(header::CONTENT_ENCODING);
        encoding.map(|encoding| encoding.to_str().unwrap().to_owned())
    };
    assert_eq!(
        encoding("/api/long", Some("br, gzip")).await.as_deref(),
        Some("br")
    );
    assert_eq!(encoding("/api/long", None).await, None);
    assert_eq!(encoding("/api/fine", Some("br")).await, None);
}

#[tokio::test]
async fn where_a_request_comes_from_is_the_proxys_word_only_where_there_is_a_proxy() {
    let told = |header: Option<&'static str>, sent: &[&str], peer: Option<&str>| {
        let mut headers = HeaderMap::new();
        for value in sent {
            headers.append("x-forwarded-for", value.parse().unwrap());
        }
        let mut extensions = Extensions::new();
        if let Some(peer) = peer {
            extensions.insert(ConnectInfo::<SocketAddr>(peer.parse().unwrap()));
        }
        let header = header.map(HeaderName::from_static);
        address_of(&headers, &extensions, header.as_ref()).to_string()
    };
    let proxy = Some("x-forwarded-for");
    let peer = Some("192.0.2.9:1234");
    assert_eq!(told(None, &["203.0.113.5"], peer), "192.0.2.9");
    assert_eq!(told(proxy, &["203.0.113.5"], peer), "203.0.113.5");
    // Whatever a caller writes stands before what the proxy adds.
    assert_eq!(
        told(proxy, &["10.0.0.1, 10.0.0.2,203.0.113.5"], peer),
        "203.0.113.5"
    );
    assert_eq!(
        told(proxy, &["10.0.0.1", "203.0.113.5:4711"], peer),
        "203.0.113.5"
    );
    assert_eq!(told(proxy, &["[2001:db8::1]:4711"], peer), "2001:db8::1");
    for nobody in ["unknown", "", "203.0.113.5, "] {
        assert_eq!(told(proxy, &[nobody], peer), "192.0.2.9", "{nobody:?}");
    }
    assert_eq!(told(proxy, &[], None), "::");
}

#[tokio::test]
async fn bodies_that_never_end_leave_room_for_those_who_only_read() {
    let app = app(|options| {
        options.concurrency = 4;
        options.timeout = Duration::from_millis(300);
    });
    let slow = || {
        let mut request = Request::post("/api/reads")
            .body(Body::from_stream(futures::stream::pending::<
                Result<Vec<u8>, std::io::Error>,
            >()))
            .unwrap();
        let json = HeaderValue::from_static("application/json");
        request.headers_mut().insert(header::CONTENT_TYPE, json);
        request
    };
    let waiting: Vec<_> = (0..3)
        .map(|_| {
            let (app, request) = (app.clone(), slow());
            tokio::spawn(async move { ask(&app, request).await })
        })
        .collect();
    tokio::task::yield_now().await;
    assert_eq!(ask(&app, slow()).await.status, 503);
    assert_eq!(
        ask(&app, request(Method::GET, "/api/fine")).await.status,
        200
    );
    for slow in waiting {
        assert_eq!(slow.await.unwrap().json()["code"], "timeout");
    }
}
