//! Reading requests. What does not fit is a 400 that points to the field; an id that cannot be one is a 404 like any other
//! unknown id.

use crate::{Error, Kind, Result};
use axum::{
    body::Bytes,
    extract::{FromRequest, FromRequestParts, Request, rejection::BytesRejection},
    http::{HeaderMap, StatusCode, header, request::Parts},
    response::{IntoResponse, Response},
};
use serde::{Serialize, de::DeserializeOwned};
use std::time::Duration;

/// How long a body that is read whole may take. Shorter than an answer may, so that it is told as what it is.
const BODY: Duration = Duration::from_secs(20);

/// How deep a JSON body may be nested.
pub const MAX_DEPTH: usize = 32;

/// A JSON body, in or out. Reading it needs the content type `application/json`.
#[derive(Debug)]
pub struct Json<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Json<T> {
    type Rejection = Error;

    async fn from_request(request: Request, state: &S) -> Result<Self> {
        let bytes = read_json_bytes(request, state).await?;
        parse_json(&bytes).map(Json)
    }
}

/// A file as the body itself. What it is, its content says; only what a plain web form could send is refused unread.
#[derive(Debug)]
pub struct File(pub Bytes);

impl<S: Send + Sync> FromRequest<S> for File {
    type Rejection = Error;

    async fn from_request(request: Request, state: &S) -> Result<Self> {
        const FORMS: [&str; 4] = [
            "",
            "text/plain",
            "multipart/form-data",
            "application/x-www-form-urlencoded",
        ];
        let content_type = request
            .headers()
            .get(header::CONTENT_TYPE)
            .and_then(|value| value.to_str().ok())
            .and_then(|value| value.split(';').next())
            .unwrap_or_default()
            .trim()
            .to_ascii_lowercase();
        if FORMS.contains(&content_type.as_str()) {
            return Err(Error::new(
                Kind::UnsupportedMedia,
                "unsupportedMedia",
                "Send the file itself, with its own content type.",
            ));
        }
        read_bytes(request, state).await.map(File)
    }
}

/// Room that an answer has before it must grow.
const USUAL_ANSWER: usize = 4 * 1024;

impl<T: Serialize> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        let mut body = Vec::with_capacity(USUAL_ANSWER);
        match serde_json::to_writer(&mut body, &self.0) {
            Ok(()) => ([(header::CONTENT_TYPE, "application/json")], body).into_response(),
            Err(error) => Error::internal(format!("an answer is no JSON: {error}")).into_response(),
        }
    }
}

/// The body of a request that says it is JSON.
pub(super) async fn read_json_bytes<S: Send + Sync>(request: Request, state: &S) -> Result<Bytes> {
    if !is_json(request.headers()) {
        return Err(Error::new(
            Kind::UnsupportedMedia,
            "unsupportedMedia",
            "Send JSON, with the content type application/json.",
        ));
    }
    read_bytes(request, state).await
}

pub(super) async fn read_bytes<S: Send + Sync>(request: Request, state: &S) -> Result<Bytes> {
    read_within(BODY, request, state).await
}

/// Nothing is unpacked here: a small body could become a very large one.
fn refuse_packed(headers: &HeaderMap) -> Result<()> {
    match headers.get(header::CONTENT_ENCODING) {
        Some(encoding) if !encoding.as_bytes().eq_ignore_ascii_case(b"identity") => {
            Err(Error::new(
                Kind::UnsupportedMedia,
                "unsupportedMedia",
                "Send it as it is, without a content encoding.",
            ))
        }
        _ => Ok(()),
    }
}

async fn read_within<S: Send + Sync>(most: Duration, request: Request, state: &S) -> Result<Bytes> {
    refuse_packed(request.headers())?;
    tokio::time::timeout(most, Bytes::from_request(request, state))
        .await
        .map_err(|_| {
            Error::new(
                Kind::TooSlow,
                "tooSlow",
                "The request did not come to its end in time. Send it again.",
            )
        })?
        .map_err(|rejection| match rejection {
            BytesRejection::FailedToBufferBody(body)
                if body.status() == StatusCode::PAYLOAD_TOO_LARGE =>
            {
                Error::new(
                    Kind::TooLarge,
                    "tooLarge",
                    "What was sent is more than is read here.",
                )
            }
            other => Error::malformed("The body could not be read to its end.")
                .with_context(other.to_string()),
        })
}

pub(super) fn is_json(headers: &HeaderMap) -> bool {
    let Some(content_type) = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
    else {
        return false;
    };
    let essence = content_type.split(';').next().unwrap_or_default().trim();
    essence.eq_ignore_ascii_case("application/json")
}

/// Reads a JSON text into `T`.
pub fn parse_json<T: DeserializeOwned>(bytes: &[u8]) -> Result<T> {
    if depth(bytes) > MAX_DEPTH {
        return Err(Error::malformed(format!(
            "The body is nested deeper than {MAX_DEPTH} levels."
        )));
    }
    // Serde would take a list of the values for an object.
    if bytes.trim_ascii_start().first() == Some(&b'[') {
        return Err(Error::malformed("The body is a list; send an object."));
    }
    let mut deserializer = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut deserializer).map_err(|error| {
        let pointer = pointer(error.path());
        let inner = error.into_inner();
        match inner.classify() {
            serde_json::error::Category::Data => complaint(pointer, &inner.to_string(), ""),
            _ => Error::malformed("The body is not JSON.").with_context(inner.to_string()),
        }
    })?;
    deserializer
        .end()
        .map_err(|_| Error::malformed("Something follows the JSON of the body."))?;
    Ok(value)
}

/// The query of a URL. Names that are not known, repeated names and values that do not fit are refused.
#[derive(Debug)]
pub struct Query<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Query<T> {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self> {
        parse_query(parts.uri.query().unwrap_or_default()).map(Query)
    }
}

pub fn parse_query<T: DeserializeOwned>(query: &str) -> Result<T> {
    let deserializer =
        serde_urlencoded::Deserializer::new(url::form_urlencoded::parse(query.as_bytes()));
    serde_path_to_error::deserialize(deserializer).map_err(|error| {
        let path = error.path().to_string();
        let name = if path == "." { String::new() } else { path };
        complaint(name, &error.into_inner().to_string(), "?")
    })
}

/// Parameters of the path. One that cannot be read names nothing: 404.
#[derive(Debug)]
pub struct Path<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned + Send> FromRequestParts<S> for Path<T> {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self> {
        match axum::extract::Path::<T>::from_request_parts(parts, state).await {
            Ok(axum::extract::Path(value)) => Ok(Path(value)),
            Err(_) => Err(Error::not_found()),
        }
    }
}

/// Serde's complaint in our words. `place` is a JSON pointer, or a parameter's name when `lead` is `?`.
fn complaint(place: String, message: &str, lead: &str) -> Error {
    let message = message.split(" at line ").next().unwrap_or(message);
    let quoted = |start: &str| {
        let rest = message.strip_prefix(start)?.strip_prefix('`')?;
        rest.split_once('`').map(|(name, _)| name.to_owned())
    };
    let join = |name: &str| {
        if lead == "?" {
            format!("?{name}")
        } else if place.ends_with(&format!("/{name}")) {
            place.clone()
        } else {
            format!("{place}/{}", escape(name))
        }
    };
    let (pointer, code) = if let Some(name) = quoted("unknown field ") {
        (join(&name), "unknownField")
    } else if let Some(name) = quoted("missing field ") {
        (join(&name), "required")
    } else if let Some(name) = quoted("duplicate field ") {
        (join(&name), "duplicate")
    } else {
        (format!("{lead}{place}"), "invalid")
    };
    Error::malformed(format!("The request does not fit: {message}."))
        .with_field(pointer, code, message)
}

fn pointer(path: &serde_path_to_error::Path) -> String {
    use serde_path_to_error::Segment;
    path.iter().fold(String::new(), |mut pointer, segment| {
        match segment {
            Segment::Seq { index } => pointer.push_str(&format!("/{index}")),
            Segment::Map { key } => pointer.push_str(&format!("/{}", escape(key))),
            Segment::Enum { .. } | Segment::Unknown => {}
        }
        pointer
    })
}

/// RFC 6901 §3.
fn escape(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

/// The deepest nesting of arrays and objects in a JSON text; brackets in strings do not count.
fn depth(bytes: &[u8]) -> usize {
    let (mut depth, mut deepest, mut in_string, mut escaped) = (0_usize, 0, false, false);
    for byte in bytes {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_string => escaped = true,
            b'"' => in_string = !in_string,
            b'[' | b'{' if !in_string => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            b']' | b'}' if !in_string => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    deepest
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::Body;

    #[derive(Debug, serde::Deserialize)]
    #[serde(rename_all = "camelCase", deny_unknown_fields)]
    #[expect(dead_code, reason = "only whether it can be read matters")]
    struct Order {
        items: Vec<Item>,
        comment: Option<String>,
    }

    #[derive(Debug, serde::Deserialize)]
    #[serde(
        tag = "action",
        rename_all = "camelCase",
        rename_all_fields = "camelCase",
        deny_unknown_fields
    )]
    #[expect(dead_code, reason = "only whether it can be read matters")]
    enum Item {
        Suspend { subscription: u32 },
    }

    fn field(body: &str) -> (String, String) {
        let error = parse_json::<Order>(body.as_bytes()).unwrap_err();
        assert_eq!(error.kind, Kind::Malformed);
        let field = error
            .fields
            .into_iter()
            .next()
            .unwrap_or_else(|| panic!("{body}: {}", error.message));
        (field.pointer, field.code)
    }

    #[test]
    fn a_400_points_to_the_field() {
        let told = |pointer: &str, code: &str| (pointer.to_owned(), code.to_owned());
        assert_eq!(
            field(r#"{"items":[],"price":1}"#),
            told("/price", "unknownField")
        );
        assert_eq!(field(r#"{"comment":"x"}"#), told("/items", "required"));
        assert_eq!(
            field(r#"{"items":[],"comment":7}"#),
            told("/comment", "invalid")
        );
        assert_eq!(
            field(r#"{"items":[{"action":"suspend"}]}"#),
            told("/items/0/subscription", "required")
        );
        assert_eq!(
            field(r#"{"items":[{"action":"suspend","subscription":1,"role":"x"}]}"#),
            told("/items/0/role", "unknownField")
        );
        assert_eq!(
            field(r#"{"items":[],"items":[]}"#),
            told("/items", "duplicate")
        );
    }

    #[test]
    fn what_is_no_json_or_too_deep_is_refused() {
        assert!(
            parse_json::<Order>(b"{")
                .unwrap_err()
                .message
                .contains("not JSON")
        );
        assert!(
            parse_json::<Order>(br#"{"items":[]} {}"#)
                .unwrap_err()
                .message
                .contains("follows")
        );
        let deep = format!("{}{}", "[".repeat(33), "]".repeat(33));
        assert!(
            parse_json::<serde_json::Value>(deep.as_bytes())
                .unwrap_err()
                .message
                .contains("deeper")
        );
        let brackets_in_text = format!(r#"{{"q":"{}\"["}}"#, "[".repeat(100));
        assert!(parse_json::<serde_json::Value>(brackets_in_text.as_bytes()).is_ok());
        assert!(
            parse_json::<Order>(b" [[]]")
                .unwrap_err()
                .message
                .contains("list")
        );
    }

    #[derive(Debug, serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    struct List {
        limit: Option<u32>,
        q: Option<String>,
    }

    #[test]
    fn a_query_is_read_as_strictly_as_a_body() {
        let list: List = parse_query("q=S%C3%B8ren+A&limit=5").unwrap();
        assert_eq!((list.limit, list.q.as_deref()), (Some(5), Some("Søren A")));
        let told = |query: &str| parse_query::<List>(query).unwrap_err().fields.remove(0);
        assert_eq!(told("limit=ten").pointer, "?limit");
        assert_eq!(
            (told("sortt=x").pointer, told("sortt=x").code),
            ("?sortt".into(), "unknownField".into())
        );
        assert_eq!(told("q=1&q=2").code, "duplicate");
    }

    #[tokio::test]
    async fn only_json_is_read() {
        let ask = async |content_type: Option<&str>| {
            let mut request = Request::post("/")
                .body(Body::from(r#"{"items":[]}"#))
                .unwrap();
            if let Some(content_type) = content_type {
                request
                    .headers_mut()
                    .insert(header::CONTENT_TYPE, content_type.parse().unwrap());
            }
            Json::<Order>::from_request(request, &())
                .await
                .map(|_| ())
                .map_err(|error| error.kind)
        };
        assert_eq!(ask(Some("application/json; charset=utf-8")).await, Ok(()));
        assert_eq!(ask(Some("text/plain")).await, Err(Kind::UnsupportedMedia));
        assert_eq!(ask(None).await, Err(Kind::UnsupportedMedia));
    }

    #[tokio::test]
    async fn a_packed_body_is_refused_for_what_it_is() {
        for (encoding, refused) in [("gzip", true), ("br", true), ("identity", false)] {
            let request = Request::post("/")
                .header(header::CONTENT_TYPE, "application/json")
                .header(header::CONTENT_ENCODING, encoding)
                .body(Body::from(r#"{"items":[]}"#))
                .unwrap();
            let read = Json::<Order>::from_request(request, &()).await;
            let kind = read.map(|_| ()).map_err(|error| error.kind);
            let expected = if refused {
                Err(Kind::UnsupportedMedia)
            } else {
                Ok(())
            };
            assert_eq!(kind, expected, "{encoding}");
        }
    }

    #[tokio::test]
    async fn a_body_that_does_not_come_is_not_waited_for() {
        let never = futures::stream::pending::<std::result::Result<Vec<u8>, std::io::Error>>();
        let request = Request::post("/").body(Body::from_stream(never)).unwrap();
        let refused = read_within(Duration::from_millis(1), request, &()).await;
        assert_eq!(refused.unwrap_err().kind, Kind::TooSlow);
    }
}
