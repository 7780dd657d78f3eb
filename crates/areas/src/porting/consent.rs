//! The owner's consent: a file goes in and comes out as it is, and lies sealed in between.

use super::view::{Port, whole};
use crate::{Shared, caller::Caller, operations};
use axum::{
    body::Bytes,
    extract::{DefaultBodyLimit, State},
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use domain::{
    access::OrganisationId,
    porting::{self, PortId, rules},
};
use platform::{
    Result,
    http::{File, Json, Path},
};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

/// A file as it is, for the contract: bytes are no list of numbers.
#[derive(ToSchema)]
#[schema(value_type = String, format = Binary)]
struct Bits(#[expect(dead_code, reason = "only its schema is used")] Vec<u8>);

pub(super) fn router() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(add_port_consent, get_port_consent))
        // What the file may be is decided when it is there; a little more is read, so that the answer says why.
        .layer(DefaultBodyLimit::max(rules::MAX_DOCUMENT + 1024))
}

/// Keeps the owner's consent: a PDF file or a picture (PNG, JPEG) of at most 5 MiB, as the body itself. What it is, its content
/// says. A draft that lacked only this is submitted with it.
#[utoipa::path(
    post, path = "/api/v1/organisations/{organisation}/ports/{port}/consent", operation_id = "add_port_consent", tag = "porting",
    params(("organisation" = OrganisationId, Path), ("port" = PortId, Path)),
    request_body(content(
        (Bits = "application/pdf"), (Bits = "image/png"), (Bits = "image/jpeg"), (Bits = "application/octet-stream")
    )),
    responses((status = 201, description = "It is kept; the case as it stands.", body = Port))
)]
pub async fn add_port_consent(
    State(app): State<Shared>,
    caller: Caller,
    Path((organisation, port)): Path<(OrganisationId, PortId)>,
    document: File,
) -> Result<(StatusCode, Json<Port>)> {
    let scope = caller
        .enter(&app, &operations::ADD_PORT_CONSENT, organisation)
        .await?;
    let document: Bytes = document.0;
    let mut tx = app.db.begin().await?;
    let case =
        porting::add_consent(&mut tx, &app.ids, &scope, &app.sealer, port, &document).await?;
    let view = whole(&mut tx, &app, &caller, &scope, case).await?;
    tx.commit().await?;
    Ok((StatusCode::CREATED, Json(view)))
}

/// The owner's consent as it was given, as a file to be kept; that it was read stands in the audit log.
#[utoipa::path(
    get, path = "/api/v1/organisations/{organisation}/ports/{port}/consent", operation_id = "get_port_consent", tag = "porting",
    params(("organisation" = OrganisationId, Path), ("port" = PortId, Path)),
    responses((status = 200, description = "The file.", content(
        (Bits = "application/pdf"), (Bits = "image/png"), (Bits = "image/jpeg")
    )))
)]
pub async fn get_port_consent(
    State(app): State<Shared>,
    caller: Caller,
    Path((organisation, port)): Path<(OrganisationId, PortId)>,
) -> Result<Response> {
    let scope = caller
        .enter(&app, &operations::GET_PORT_CONSENT, organisation)
        .await?;
    let mut tx = app.db.begin().await?;
    let (media_type, document) =
        porting::read_consent(&mut tx, &app.ids, &scope, &app.sealer, port).await?;
    tx.commit().await?;
    let name = format!(
        "attachment; filename=\"consent-{port}.{}\"",
        rules::file_extension(media_type)
    );
    let mut response = document.into_response();
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static(media_type.as_str()),
    );
    if let Ok(name) = HeaderValue::from_str(&name) {
        headers.insert(header::CONTENT_DISPOSITION, name);
    }
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}
