use super::view::detail;
use crate::{Shared, caller::Caller, operations};
use axum::{
    body::Body,
    extract::State,
    http::header,
    response::{IntoResponse, Response},
};
use domain::{
    access::{OrganisationId, Scope},
    usage::{self, UsageImportId},
};
use futures::stream;
use platform::{Result, http::Path, i18n::Language};
use std::fmt::Write;

/// Lines of one piece of the answer.
const AT_ONCE: i64 = 5_000;

/// Every line of an import that could not be counted, up to a hundred thousand, as CSV.
#[utoipa::path(
    get, path = "/api/v1/organisations/{organisation}/imports/usage/{import}/errors", operation_id = "download_usage_import_errors",
    tag = "operator", params(("organisation" = OrganisationId, Path), ("import" = UsageImportId, Path)),
    responses((status = 200, description = "Line, field, code and words.", body = String, content_type = "text/csv"))
)]
pub async fn download_usage_import_errors(
    State(app): State<Shared>,
    caller: Caller,
    Path((organisation, import)): Path<(OrganisationId, UsageImportId)>,
) -> Result<Response> {
    let scope = caller
        .enter(
            &app,
            &operations::DOWNLOAD_USAGE_IMPORT_ERRORS,
            organisation,
        )
        .await?;
    let mut conn = app.db.read().await?;
    let import = usage::import(&mut conn, &scope, import).await?.id;
    drop(conn);
    let language = caller.language();
    let pieces = stream::try_unfold(Some(0), move |after| {
        let (app, scope) = (app.clone(), scope.clone());
        async move {
            match after {
                Some(after) => piece(&app, &scope, import, language, after).await.map(Some),
                None => Ok(None),
            }
        }
    });
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
        (
            header::CONTENT_DISPOSITION,
            "attachment; filename=\"usage-errors.csv\"",
        ),
    ];
    Ok((headers, Body::from_stream(pieces)).into_response())
}

/// Some lines, and after which one it goes on. Nothing of what was sent stands in them, so no cell can be a formula.
async fn piece(
    app: &Shared,
    scope: &Scope,
    import: UsageImportId,
    language: Language,
    after: i64,
) -> Result<(String, Option<i64>)> {
    let mut conn = app.db.read().await?;
    let errors = usage::errors(&mut conn, scope, import, after, AT_ONCE).await?;
    let mut text = String::new();
    if after == 0 {
        text.push_str("line,field,code,detail\r\n");
    }
    for error in &errors {
        let words = detail(&error.code, language).replace('"', "\"\"");
        // Writing to a String does not fail.
        write!(
            text,
            "{},{},{},\"{words}\"\r\n",
            error.line, error.field, error.code
        )
        .unwrap_or_default();
    }
    let next = errors
        .last()
        .filter(|_| errors.len() as i64 == AT_ONCE)
        .map(|last| last.line);
    Ok((text, next))
}
