use super::Wish;
use crate::{Shared, caller::Caller, operations};
use axum::{extract::State, http::StatusCode};
use domain::access::{self, OrganisationId};
use platform::{
    Error, Result,
    audit::{self, AuditEntry},
    http::{Json, Path},
    limits,
};

#[derive(serde::Serialize, utoipa::ToSchema)]
pub struct Download {
    /// On this host; good for 60 seconds, for the file as it is then.
    url: String,
}

/// Makes a link to a file. It leads there for 60 seconds, without a proof of who follows it.
#[utoipa::path(
    post, path = "/api/v1/organisations/{organisation}/downloads", operation_id = "create_download", tag = "downloads",
    params(("organisation" = OrganisationId, Path)), request_body = Wish,
    responses((status = 201, description = "The link.", body = Download))
)]
pub async fn create_download(
    State(app): State<Shared>,
    caller: Caller,
    Path(organisation): Path<OrganisationId>,
    Json(wish): Json<Wish>,
) -> Result<(StatusCode, Json<Download>)> {
    let scope = caller
        .enter(&app, &operations::CREATE_DOWNLOAD, organisation)
        .await?;
    if !scope.permissions().has(wish.permission()) {
        return Err(Error::forbidden(
            "Your roles on this organisation do not allow this. A role administrator can give you one that does.",
        ));
    }
    wish.check()?;
    let request = serde_json::to_string(&wish)
        .map_err(|error| Error::internal(format!("a download: {error}")))?;
    let kind = serde_json::to_value(&wish)
        .ok()
        .and_then(|wish| wish.get("kind").cloned());
    let mut tx = app.db.begin().await?;
    let (who, limit) = (caller.principal()?.id, app.settings.limits.downloads());
    limits::take(&mut tx, limit, who.0, app.clock.now()).await?;
    let entry = AuditEntry::new(
        organisation.0,
        Some(caller.principal()?.id.0),
        operations::CREATE_DOWNLOAD.id,
    )
    .with(serde_json::json!({ "kind": kind }));
    audit::record(&mut tx, &app.ids, entry).await?;
    let ticket =
        access::open_download(&mut tx, &app.ids, &scope, &request, caller.language()).await?;
    tx.commit().await?;
    let mut url = app.settings.public_url.clone();
    url.set_path(&format!("api/v1/downloads/{}", ticket.expose()));
    Ok((StatusCode::CREATED, Json(Download { url: url.into() })))
}
