use crate::Shared;
use axum::extract::State;
use platform::http::Json;

/// What a client needs to get a token for this interface.
#[derive(serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AuthClient {
    client_id: String,
    /// To be asked for at the authority.
    scope: String,
    /// Without a tenant.
    authority: String,
}

/// Tells clients where and as what to sign in.
#[utoipa::path(
    get, path = "/auth/client", operation_id = "get_client", tag = "session",
    responses((status = 200, description = "Where and as what to sign in.", body = AuthClient))
)]
pub async fn get_client(State(app): State<Shared>) -> Json<AuthClient> {
    let settings = &app.settings;
    Json(AuthClient {
        client_id: settings.client_id.clone(),
        scope: settings.scope.clone(),
        authority: settings.authority.as_str().trim_end_matches('/').to_owned(),
    })
}
