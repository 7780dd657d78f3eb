//! Following a link.

use super::{Wish, write};
use crate::{App, Shared};
use axum::{
    extract::State,
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use domain::access;
use platform::{Error, Result, http::Path, seal::Secret};
use std::time::Duration;
use tokio::sync::{Semaphore, SemaphorePermit};

/// Documents that are made, or compared, at once: one of fifty thousand lines takes some 150 MB while it is made.
const AT_ONCE: usize = 2;

/// Whoever waits longer than this for room is asked to come again.
const PATIENCE: Duration = Duration::from_secs(20);

/// Room for the documents that a process holds at once.
pub struct Room {
    permits: Semaphore,
    patience: Duration,
}

impl Default for Room {
    fn default() -> Self {
        Room::patient(PATIENCE)
    }
}

impl Room {
    /// With another patience: without any, who finds no room is told so at once.
    pub fn patient(patience: Duration) -> Self {
        Room {
            permits: Semaphore::new(AT_ONCE),
            patience,
        }
    }

    /// Waits for room.
    ///
    /// # Errors
    /// 503 for whoever waited in vain.
    pub(crate) async fn enter(&self) -> Result<SemaphorePermit<'_>> {
        match tokio::time::timeout(self.patience, self.permits.acquire()).await {
            Ok(Ok(permit)) => Ok(permit),
            _ => Err(Error::unavailable("too many documents are being made")),
        }
    }
}

/// Room for what takes much of it, while no connection is held.
async fn room<'a>(app: &'a App, wish: &Wish) -> Result<Option<SemaphorePermit<'a>>> {
    if wish.takes_room() {
        app.room.enter().await.map(Some)
    } else {
        Ok(None)
    }
}

/// Writes the file as it is now, if whoever made the link may still have it.
pub(super) async fn follow(
    State(app): State<Shared>,
    Path(ticket): Path<String>,
) -> Result<Response> {
    if let Some(ticket) = Secret::parse(&ticket) {
        app.throttles.follows(&ticket, app.clock.now())?;
    }
    let mut conn = app.db.read().await?;
    let download = access::download(&mut conn, &app.ids, &ticket).await?;
    let wish: Wish = serde_json::from_str(&download.request)
        .map_err(|error| Error::internal(format!("a stored download: {error}")))?;
    drop(conn);
    let room = room(&app, &wish).await?;
    let mut conn = app.db.read().await?;
    let scope = download.scope(&mut conn, wish.permission()).await?;
    let file = write(&app, &mut conn, &scope, &wish, download.language).await?;
    drop((conn, room));
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
