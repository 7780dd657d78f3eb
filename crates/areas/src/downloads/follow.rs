//! Following a link.

use super::{Wish, write};
use crate::Shared;
use axum::{
    extract::State,
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use domain::access;
use platform::{Error, Result, http::Path};

/// Writes the file as it is now, if whoever made the link may still have it.
pub(super) async fn follow(
    State(app): State<Shared>,
    Path(ticket): Path<String>,
) -> Result<Response> {
    let mut conn = app.db.read().await?;
    let download = access::download(&mut conn, &app.ids, &ticket).await?;
    let wish: Wish = serde_json::from_str(&download.request)
        .map_err(|error| Error::internal(format!("a stored download: {error}")))?;
    let scope = download.scope(&mut conn, wish.permission()).await?;
    let file = write(&app, &mut conn, &scope, &wish, download.language).await?;
    drop(conn);
    // Names are ours: letters, digits, hyphens and a dot.
    let disposition = HeaderValue::from_str(&format!("attachment; filename=\"{}\"", file.name))
        .map_err(|_| Error::internal("a file's name does not fit a header"))?;
    Ok((
        [
            (
                header::CONTENT_TYPE,
                HeaderValue::from_static(file.content_type),
            ),
            (header::CONTENT_DISPOSITION, disposition),
        ],
        file.content,
    )
        .into_response())
}
