//! The floor: the least that a program can do which gives the same answers. It checks the same token with the same key and
//! remembers checked ones as the server does, reads the caller's rights in one query, runs the same SQL through the driver by
//! hand, and writes the same JSON with its own hands. It has no log, no limits, no problem documents, no pages after the
//! first, no other sort, one language.

pub mod data;
mod json;
mod lines;
mod orders;
mod people;
mod profile;
mod token;

use axum::{
    Router,
    body::{Body, to_bytes},
    extract::{Request, State},
    http::{HeaderMap, StatusCode, header},
    response::Response,
};
use data::{Columns, Conn, Data, FromRow, Id};
use platform::{Clock, time::SystemClock};
use std::sync::Arc;
use token::Tokens;
use uuid::Uuid;

struct Floor {
    data: Data,
    tokens: Tokens,
}

/// Serves until the process ends. Everything comes by environment: `FLOOR_LISTEN`, `FLOOR_DATABASE`, `FLOOR_AUTHORITY`,
/// `FLOOR_MODULUS`, `FLOOR_EXPONENT`.
pub async fn serve() -> Result<(), String> {
    let variable = |name: &str| std::env::var(name).map_err(|_| format!("{name} is not set"));
    let floor = Arc::new(Floor {
        data: Data::connect(&variable("FLOOR_DATABASE")?).await?,
        tokens: Tokens::new(
            &variable("FLOOR_AUTHORITY")?,
            &variable("FLOOR_MODULUS")?,
            &variable("FLOOR_EXPONENT")?,
        )?,
    });
    let listener = tokio::net::TcpListener::bind(variable("FLOOR_LISTEN")?)
        .await
        .map_err(|error| error.to_string())?;
    axum::serve(listener, Router::new().fallback(answer).with_state(floor))
        .await
        .map_err(|error| error.to_string())
}

async fn answer(State(floor): State<Arc<Floor>>, request: Request) -> Response {
    match floor.route(request).await {
        Ok((status, body)) => respond(status, body),
        Err(why) => respond(StatusCode::INTERNAL_SERVER_ERROR, why),
    }
}

fn respond(status: StatusCode, body: String) -> Response {
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    response.headers_mut().insert(
        header::CONTENT_TYPE,
        header::HeaderValue::from_static("application/json"),
    );
    response
}

/// What the caller may, as far as is asked here.
struct Rights {
    principal: Uuid,
    name: String,
    tenant: Option<Uuid>,
    role: String,
}

impl FromRow for Rights {
    fn from_row(row: &impl Columns) -> Result<Self, String> {
        Ok(Rights {
            principal: row.column::<Id>(0)?.0,
            name: row.column(1)?,
            tenant: row.column::<Option<Id>>(2)?.map(|id| id.0),
            role: row.column(3)?,
        })
    }
}

impl Rights {
    /// The role that the load's callers have may both read and order.
    fn may_order(&self) -> bool {
        self.role == "organisationAdministrator"
    }
}

const RIGHTS: &str =
    "SELECT p.id, p.name, o.tenant, r.role FROM principals p JOIN organisations o ON o.id = ?3
     JOIN organisation_ancestors a ON a.organisation = o.id
     JOIN role_assignments r ON r.organisation = a.ancestor AND r.principal = p.id
     WHERE p.tenant = ?1 AND p.object_id = ?2 AND p.disabled_at IS NULL";

impl Floor {
    async fn route(&self, request: Request) -> Result<(StatusCode, String), String> {
        let now = SystemClock.now();
        let Some(who) =
            bearer(request.headers()).and_then(|token| self.tokens.check(token, now.seconds()))
        else {
            return Ok((StatusCode::UNAUTHORIZED, String::new()));
        };
        let path = request
            .uri()
            .path()
            .strip_prefix("/api/v1/organisations/")
            .unwrap_or_default()
            .to_owned();
        let mut parts = path.split('/');
        let (organisation, thing, id) = (parts.next(), parts.next(), parts.next());
        let query = request.uri().query().unwrap_or_default().to_owned();
        let not_found = Ok((StatusCode::NOT_FOUND, String::new()));
        let Some(Ok(organisation)) = organisation.map(str::parse::<Uuid>) else {
            return not_found;
        };
        if thing == Some("orders") {
            return self.place_order(request, organisation, who).await;
        }
        let mut conn = self.data.reader().await?;
        let Some(rights) = rights(&mut conn, who, organisation).await? else {
            return not_found;
        };
        let body = match (thing, id) {
            (Some("people"), None) => {
                let q = query.strip_prefix("q=").unwrap_or_default();
                people::list(
                    &mut conn,
                    organisation,
                    &rights,
                    &q.replace('+', " ").replace("%20", " "),
                )
                .await?
            }
            (Some("people"), Some(person)) => match person.parse() {
                Ok(person) => {
                    match profile::profile(&mut conn, organisation, &rights, person).await? {
                        Some(body) => body,
                        None => return not_found,
                    }
                }
                Err(_) => return not_found,
            },
            (Some("invoices"), Some(invoice)) => match invoice.parse() {
                Ok(invoice) => match lines::list(&mut conn, organisation, invoice, &query).await? {
                    Some(body) => body,
                    None => return not_found,
                },
                Err(_) => return not_found,
            },
            _ => return not_found,
        };
        Ok((StatusCode::OK, body))
    }

    async fn place_order(
        &self,
        request: Request,
        organisation: Uuid,
        who: token::Identity,
    ) -> Result<(StatusCode, String), String> {
        let key = request
            .headers()
            .get("idempotency-key")
            .and_then(|value| value.to_str().ok())
            .ok_or("no Idempotency-Key")?
            .to_owned();
        let body = to_bytes(request.into_body(), 1024 * 1024)
            .await
            .map_err(|error| error.to_string())?;
        let mut conn = self.data.reader().await?;
        let rights = rights(&mut conn, who, organisation)
            .await?
            .filter(Rights::may_order);
        drop(conn);
        match rights {
            Some(rights) => {
                let mut conn = self.data.writer().await?;
                let body = orders::place(&mut conn, organisation, &rights, &key, &body).await?;
                Ok((StatusCode::ACCEPTED, body))
            }
            None => Ok((StatusCode::NOT_FOUND, String::new())),
        }
    }
}

async fn rights(
    conn: &mut Conn,
    who: token::Identity,
    organisation: Uuid,
) -> Result<Option<Rights>, String> {
    let rows = conn
        .rows(
            RIGHTS,
            &[&Id(who.tenant), &Id(who.object), &Id(organisation)],
        )
        .await?;
    Ok(rows.into_iter().next())
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    headers
        .get(header::AUTHORIZATION)?
        .to_str()
        .ok()?
        .strip_prefix("Bearer ")
}
