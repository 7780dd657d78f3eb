use crate::{Shared, caller::Caller, operations, texts::TEXTS};
use axum::extract::State;
use domain::{
    access::{OrganisationId, Scope, TenantId},
    directory::{self, Mirror, MirrorState, Notifications},
};
use platform::{
    Instant, Result,
    db::Conn,
    http::{Json, Path},
    i18n::Language,
};

/// How the organisation's directory and its mirror here are connected.
#[derive(serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Connection {
    /// `null` for an organisation without a directory.
    #[schema(required)]
    tenant: Option<TenantId>,
    state: MirrorState,
    #[schema(required)]
    problem: Option<ConnectionProblem>,
    /// The last complete synchronisation.
    #[schema(required)]
    last_sync: Option<LastSync>,
    #[schema(required)]
    next_sync_at: Option<Instant>,
    /// Whether Microsoft tells of changes by itself.
    notifications: Notifications,
}

#[derive(serde::Serialize, utoipa::ToSchema)]
pub struct ConnectionProblem {
    /// Stable: `unauthorised`, `refused`, `unavailable`, `emptyDirectory`, `tooManyMissing`.
    code: String,
    /// In the caller's language, with the words of whoever refused in brackets.
    detail: String,
    /// What to do about it.
    advice: String,
}

#[derive(serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct LastSync {
    started_at: Instant,
    finished_at: Instant,
    arrived: i64,
    changed: i64,
    left: i64,
    /// People in the mirror now.
    total: i64,
}

/// How the connection to the directory fares.
#[utoipa::path(
    get, path = "/api/v1/organisations/{organisation}/directory/connection", operation_id = "get_connection",
    tag = "organisation", params(("organisation" = OrganisationId, Path)),
    responses((status = 200, description = "The connection.", body = Connection))
)]
pub async fn get_connection(
    State(app): State<Shared>,
    caller: Caller,
    Path(organisation): Path<OrganisationId>,
) -> Result<Json<Connection>> {
    let scope = caller
        .enter(&app, &operations::GET_CONNECTION, organisation)
        .await?;
    let mut conn = app.db.read().await?;
    of(&mut conn, &scope, caller.language()).await.map(Json)
}

/// The connection as it stands.
pub(super) async fn of(conn: &mut Conn, scope: &Scope, language: Language) -> Result<Connection> {
    Ok(match directory::mirror(conn, scope).await? {
        Some(mirror) => Connection::of(mirror, language),
        None => Connection {
            tenant: scope.tenant(),
            state: MirrorState::Never,
            problem: None,
            last_sync: None,
            next_sync_at: None,
            notifications: Notifications::Off,
        },
    })
}

impl Connection {
    fn of(mirror: Mirror, language: Language) -> Self {
        let total = mirror.total;
        Connection {
            tenant: Some(mirror.tenant),
            state: mirror.state,
            problem: mirror.problem.map(|problem| {
                let text = |what: &str| {
                    TEXTS.text(
                        language,
                        &format!("connection.{}.{what}", problem.code),
                        &[],
                    )
                };
                ConnectionProblem {
                    detail: match problem.detail.as_str() {
                        "" => text("detail"),
                        theirs => format!("{} ({theirs})", text("detail")),
                    },
                    advice: text("advice"),
                    code: problem.code,
                }
            }),
            last_sync: mirror.last.map(|round| LastSync {
                started_at: round.started_at,
                finished_at: round.finished_at,
                arrived: round.arrived,
                changed: round.changed,
                left: round.departed,
                total,
            }),
            next_sync_at: mirror.next_at,
            notifications: mirror.notifications,
        }
    }
}
