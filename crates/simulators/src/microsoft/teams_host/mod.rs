//! A page that plays the Teams client: `GET /_simulator/teams-host`.
//!
//! It shows the portal in a frame and speaks the host's side of the Teams JavaScript library: who is signed in, theme,
//! language, the token for the tab's API, windows for authentication, links. Person, theme, language and how the token
//! is answered are chosen at the top, or by the query (`user`, `theme`, `locale`, `client`, `token`, `subPageId`), and
//! stay in the address. What goes to and fro is listed below the frame.

use axum::extract::{Query, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};
use url::Url;

use super::control::Refused;
use super::control::people::locate;
use super::control::tokens;
use super::world::{CLIENT_ID, World};
use super::{Microsoft, Origin};
use crate::common::html::escape;

/// The client ids with which Teams asks: in a browser, and as a program.
const WEB: &str = "5e3ce6c0-2b1f-4285-8d4b-75ee78787346";
const DESKTOP: &str = "1fec8e78-bce4-4aaf-ab1b-5451cc387264";

const PAGE: &str = include_str!("page.html");
const SCRIPT: &str = include_str!("host.js");

/// The routes of the page.
pub fn router() -> Router<Microsoft> {
    Router::new()
        .route("/_simulator/teams-host", get(page))
        .route("/_simulator/teams-host/host.js", get(script))
        .route("/_simulator/teams-host/token", get(token))
}

async fn page(State(microsoft): State<Microsoft>) -> Html<String> {
    let portal = portal(&microsoft.world.read());
    Html(PAGE.replace("{portal}", &escape(&portal)))
}

/// Where the registered application is, by the first address that sign-in leads back to.
fn portal(world: &World) -> String {
    world
        .application(CLIENT_ID)
        .and_then(|app| app.redirect_uris.first())
        .and_then(|address| Url::parse(address).ok())
        .map(|address| address.origin().ascii_serialization())
        .unwrap_or_default()
}

async fn script() -> Response {
    let mut headers = HeaderMap::new();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("text/javascript; charset=utf-8"),
    );
    (headers, SCRIPT).into_response()
}

#[derive(Deserialize)]
struct Wanted {
    user: String,
    /// `desktop` or `web`.
    #[serde(default)]
    client: String,
}

/// The token that Teams would hand to the tab: for the portal's API, asked for by Teams itself on the person's behalf.
async fn token(
    State(microsoft): State<Microsoft>,
    Origin(base): Origin,
    Query(wanted): Query<Wanted>,
) -> Result<Json<Value>, Refused> {
    {
        let world = microsoft.world.read();
        let (_, user) =
            locate(&world, &wanted.user).ok_or_else(|| Refused::unknown("such person"))?;
        if !user.enabled {
            return Err(Refused::unfit("AADSTS50057: The user account is disabled."));
        }
    }
    let client = if wanted.client == "desktop" {
        DESKTOP
    } else {
        WEB
    };
    let order = json!({ "kind": "api", "user": wanted.user, "client": client });
    let order = serde_json::from_value(order).map_err(|error| Refused::unfit(error.to_string()))?;
    let (token, _, claims) = tokens::make(&microsoft, &base, order)?;
    Ok(Json(json!({ "token": token, "claims": claims })))
}
