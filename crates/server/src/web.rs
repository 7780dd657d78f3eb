//! The built web client: hashed assets that browsers may keep for ever, and one document for every address of a page.

use axum::{
    Router,
    extract::{Request, State},
    http::{HeaderValue, Method, StatusCode, header},
    response::{IntoResponse, Response},
    routing::any,
};
use platform::{
    Error,
    config::Config,
    http::{DocumentPolicy, Framing},
};
use std::{path::PathBuf, sync::Arc};
use tower::ServiceExt;
use tower_http::{services::ServeDir, set_header::SetResponseHeaderLayer};

struct Client {
    folder: PathBuf,
    policy: DocumentPolicy,
}

pub fn router(config: &Config) -> Router {
    let folder = config.server.web_dist.clone();
    let client = Arc::new(Client {
        policy: DocumentPolicy::new(&config.teams.extra_host_origins),
        folder: folder.clone(),
    });
    // Their names hold a hash of their content.
    let assets = tower::ServiceBuilder::new()
        .layer(SetResponseHeaderLayer::if_not_present(
            header::CACHE_CONTROL,
            HeaderValue::from_static("public, max-age=31536000, immutable"),
        ))
        .service(ServeDir::new(folder.join("assets")));
    Router::new()
        .nest_service("/assets", assets)
        .fallback(any(page).with_state(client))
}

/// Any other address is a page of the client, or a file beside its document; below the interface's paths it is a mistake.
async fn page(State(client): State<Arc<Client>>, request: Request) -> Response {
    let path = request.uri().path();
    let machine = ["/api/", "/auth/", "/hooks/"]
        .iter()
        .any(|prefix| path.starts_with(prefix));
    if machine || !matches!(*request.method(), Method::GET | Method::HEAD) {
        return Error::not_found().into_response();
    }
    if path
        .rsplit('/')
        .next()
        .is_some_and(|name| name.contains('.'))
    {
        return match ServeDir::new(&client.folder).oneshot(request).await {
            Ok(response) => response.into_response(),
            Err(never) => match never {},
        };
    }
    match tokio::fs::read_to_string(client.folder.join("index.html")).await {
        Ok(html) => client.policy.answer(StatusCode::OK, &html, Framing::Hosts),
        Err(error) => {
            tracing::error!(%error, "server.web_dist holds no index.html; build the web client first");
            Error::unavailable("the web client is not built").into_response()
        }
    }
}
