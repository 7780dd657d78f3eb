use super::view::Me;
use crate::{Shared, caller::Caller};
use axum::extract::State;
use platform::{Result, http::Json};

/// Who one is, and where one may do what.
#[utoipa::path(
    get, path = "/api/v1/me", operation_id = "get_me", tag = "session",
    responses((status = 200, description = "Who one is, and where one may do what.", body = Me))
)]
pub async fn get_me(State(app): State<Shared>, caller: Caller) -> Result<Json<Me>> {
    Me::of(&app, &caller).await.map(Json)
}
