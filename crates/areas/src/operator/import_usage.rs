use super::view::{FIRST_ERRORS, UsageImport};
use crate::{Shared, caller::Caller, operations};
use async_trait::async_trait;
use axum::{
    body::{Body, BodyDataStream},
    extract::State,
    http::{HeaderMap, header},
};
use domain::{
    access::OrganisationId,
    usage::{self, Begin, ImportOrigin, ports::Source},
};
use futures::StreamExt;
use platform::{
    Error, Kind, Result,
    http::{
        Json, Path, Query,
        idempotency::{self, RequestKey},
    },
};
use std::time::Duration;

#[derive(serde::Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ImportUsageQuery {
    /// Of the file, to find the import by.
    name: Option<String>,
}

/// Brings in usage records: CSV with a heading or JSON lines, of any length, read as it comes. Good lines are counted, bad ones
/// told; a record counts once, by its source and its id there. An upload that broke off and is sent again with the same key goes
/// on where it was. Numbers of the organisation and of those below it are known.
#[utoipa::path(
    post, path = "/api/v1/organisations/{organisation}/imports/usage", operation_id = "import_usage", tag = "operator",
    params(("organisation" = OrganisationId, Path), ImportUsageQuery),
    request_body(content((String = "text/csv"), (String = "application/x-ndjson"))),
    responses((status = 200, description = "It was read to its end; what came of it.", body = UsageImport))
)]
pub async fn import_usage(
    State(app): State<Shared>,
    caller: Caller,
    Path(organisation): Path<OrganisationId>,
    Query(query): Query<ImportUsageQuery>,
    key: RequestKey,
    headers: HeaderMap,
    body: Body,
) -> Result<Json<UsageImport>> {
    let scope = caller
        .enter(&app, &operations::IMPORT_USAGE, organisation)
        .await?;
    check_type(&headers)?;
    let name = query.name.as_deref().map(named).transpose()?;
    let principal = caller.principal()?.id;
    // One and the same request under way here is refused; one that another process reads is overtaken.
    let _flight = app.idempotency.enter(
        idempotency::Scope {
            principal: principal.0,
            organisation: organisation.0,
            operation: operations::IMPORT_USAGE.id,
        },
        &key,
    )?;
    let key = format!("{organisation} {principal} {}", key.key());
    let mut tx = app.db.begin().await?;
    let wanted = Begin {
        origin: ImportOrigin::Api,
        name,
        key: Some(&key),
        once: true,
        by: Some(principal),
    };
    let importing = usage::begin(&mut tx, &app.ids, &scope, &wanted).await?;
    tx.commit().await?;
    let upload = Upload(body.into_data_stream());
    let portal = &app.settings.public_url;
    let import = usage::run(
        &app.db,
        &app.ids,
        &scope,
        portal,
        importing,
        Box::new(upload),
    )
    .await?;
    let mut conn = app.db.read().await?;
    let errors = usage::errors(&mut conn, &scope, import.id, 0, FIRST_ERRORS).await?;
    Ok(Json(UsageImport::of(import, errors, caller.language())))
}

fn check_type(headers: &HeaderMap) -> Result<()> {
    const READ: [&str; 4] = [
        "text/csv",
        "application/x-ndjson",
        "application/jsonl",
        "application/json-lines",
    ];
    let told = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split(';').next())
        .unwrap_or_default()
        .trim();
    if READ.iter().any(|kind| told.eq_ignore_ascii_case(kind)) {
        return Ok(());
    }
    Err(Error::new(
        Kind::UnsupportedMedia,
        "unsupportedMedia",
        "Send CSV (text/csv) or JSON lines (application/x-ndjson).",
    ))
}

fn named(name: &str) -> Result<&str> {
    if name.chars().count() <= 200 && !name.chars().any(char::is_control) {
        return Ok(name);
    }
    Err(Error::malformed("The name does not fit.").with_field(
        "?name",
        "tooLong",
        "At most 200 characters, without control characters.",
    ))
}

/// A body that stands still for this long is given up: whoever sends it has gone, and his chunk waits in memory.
const PATIENCE: Duration = Duration::from_secs(60);

struct Upload(BodyDataStream);

#[async_trait]
impl Source for Upload {
    async fn read(&mut self, into: &mut Vec<u8>) -> Result<bool> {
        match tokio::time::timeout(PATIENCE, self.0.next()).await {
            Ok(Some(Ok(bytes))) => {
                into.extend_from_slice(&bytes);
                Ok(true)
            }
            Ok(None) => Ok(false),
            Ok(Some(Err(error))) => Err(Error::malformed("The body could not be read to its end.")
                .with_context(error.to_string())),
            Err(_) => Err(Error::new(
                Kind::Malformed,
                "importStalled",
                "The upload stood still for too long. Send it once more with the same key: what was counted is not counted again.",
            )),
        }
    }
}
