//! The userinfo endpoint, which takes a user's Graph token with `openid`.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use super::verify::{GraphAuthError, verify_graph_token};
use crate::microsoft::Microsoft;

/// `GET` or `POST /oidc/userinfo`.
pub async fn userinfo(State(microsoft): State<Microsoft>, headers: HeaderMap) -> Response {
    let caller = verify_graph_token(&microsoft, &headers);
    let caller = caller.and_then(|caller| match caller.user.clone() {
        Some(user) if caller.permissions.contains("openid") => Ok((caller.tenant, user)),
        _ => Err(GraphAuthError::Audience),
    });
    let world = microsoft.world.read();
    match caller {
        Ok((tenant, id)) => match world.tenant(&tenant).and_then(|t| t.users.get(&id)) {
            Some(user) => Json(json!({
                "sub": id,
                "name": user.display_name,
                "given_name": user.given_name,
                "family_name": user.surname,
                "email": user.mail,
            }))
            .into_response(),
            None => StatusCode::NOT_FOUND.into_response(),
        },
        Err(error) => {
            let body = json!({"error": {"code": "InvalidAuthenticationToken", "message": error.to_string()}});
            (StatusCode::UNAUTHORIZED, Json(body)).into_response()
        }
    }
}
