//! What every operation may answer beside what its handler says: the problems, each with its headers, and the tag of a version.

use crate::operations::{Operation, Right};
use platform::http::Problem;
use utoipa::{
    ToSchema,
    openapi::{
        Content, ObjectBuilder, Ref, RefOr, Response, ResponseBuilder,
        header::{Header, HeaderBuilder},
        path::{Operation as Described, ParameterIn},
        schema::{Components, Type},
    },
};

/// The problems that have a name: status, name, and what it says. Whatever else goes wrong is the `default`.
const PROBLEMS: [(&str, &str, &str); 8] = [
    (
        "400",
        "Malformed",
        "The request does not fit what is described here; `errors` points to the place.",
    ),
    (
        "401",
        "Unauthenticated",
        "There is no sign-in, or one that does not count any more.",
    ),
    (
        "403",
        "Forbidden",
        "The caller may know of it, and may not do it.",
    ),
    (
        "404",
        "NotFound",
        "There is no such thing, or the caller may not know of it.",
    ),
    (
        "409",
        "Conflict",
        "Somebody was faster, or it is not in a state for that.",
    ),
    ("412", "Stale", "It was changed since the caller read it."),
    ("428", "MatchMissing", "`If-Match` is missing."),
    (
        "429",
        "TooMany",
        "That was asked for too often; `Retry-After` says when to come back.",
    ),
];

/// Puts the problems where the operations point to.
pub(crate) fn name_problems(components: &mut Components) {
    for (status, name, says) in PROBLEMS {
        let mut response = ResponseBuilder::new()
            .description(says)
            .content("application/problem+json", problem());
        response = match status {
            "401" => response.header(
                "WWW-Authenticate",
                header(
                    "`Bearer`, and why a token that was sent does not count (RFC 6750).",
                    Type::String,
                ),
            ),
            "429" => response.header("Retry-After", header("Seconds.", Type::Integer)),
            _ => response,
        };
        components
            .responses
            .insert(name.to_owned(), RefOr::T(response.build()));
    }
}

/// Says of an operation how it can fail.
pub(crate) fn add_problems(described: &mut Described, operation: &Operation) {
    let in_path = described.parameters.iter().flatten().any(
        |parameter| matches!(parameter, RefOr::T(parameter) if parameter.parameter_in == ParameterIn::Path),
    );
    let takes = described.request_body.is_some() || described.parameters.is_some();
    let signed_in = operation.right != Right::Anybody;
    let changed = operation.versioned && described.request_body.is_some();
    let fails = |status: &str| match status {
        "400" => takes,
        "401" => signed_in,
        "403" => matches!(operation.right, Right::Needs(_)),
        "404" => in_path,
        "409" => operation.keyed,
        "412" | "428" => changed,
        _ => true,
    };
    let responses = &mut described.responses.responses;
    for (status, name, _) in PROBLEMS {
        if fails(status) {
            responses
                .entry(status.to_owned())
                .or_insert_with(|| RefOr::Ref(Ref::from_response_name(name)));
        }
    }
    responses.entry("default".to_owned()).or_insert_with(|| {
        RefOr::T(
            ResponseBuilder::new()
                .description("What else went wrong.")
                .content("application/problem+json", problem())
                .build(),
        )
    });
    if operation.versioned {
        for (status, response) in responses.iter_mut() {
            if let (true, RefOr::T(response)) = (status.starts_with('2'), response) {
                tag(response);
            }
        }
    }
}

fn tag(response: &mut Response) {
    let header = header(
        "The version that was read; a change sends it as `If-Match`.",
        Type::String,
    );
    response.headers.insert("ETag".to_owned(), header.into());
}

fn problem() -> Content {
    Content::new(Some(Ref::from_schema_name(Problem::name())))
}

fn header(says: &str, kind: Type) -> Header {
    HeaderBuilder::new()
        .description(Some(says))
        .schema(Some(ObjectBuilder::new().schema_type(kind).build()))
        .build()
}
