use crate::{Shared, caller::Caller, operations, texts::TEXTS};
use axum::extract::State;
use domain::{
    access::{OrganisationId, Scope, TenantId},
    directory::{self, Capability, Finding, Granted, Mirror, MirrorState, Notifications},
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
    /// Why it does not, when it should.
    #[schema(required)]
    notifications_problem: Option<ConnectionProblem>,
    /// What the application may do in the directory, one by one; empty before the first look.
    permissions: Vec<DirectoryPermission>,
    #[schema(required)]
    permissions_checked_at: Option<Instant>,
    /// Where an administrator of the tenant consents (again), below the portal's address; `null` without a directory.
    #[schema(required)]
    consent: Option<String>,
}

/// Something that the application may, or may not, do in the directory.
#[derive(serde::Serialize, utoipa::ToSchema)]
pub struct DirectoryPermission {
    capability: Capability,
    /// Microsoft's name of the permission.
    name: String,
    state: Granted,
    /// What it is for, in the caller's language.
    purpose: String,
}

#[derive(serde::Serialize, utoipa::ToSchema)]
pub struct ConnectionProblem {
    /// Stable: `consentMissing`, `secretRejected`, `secretExpired`, `applicationDisabled`, `tenantUnknown`, `unauthorised`,
    /// `refused`, `throttled`, `unavailable`, `emptyDirectory`, `tooManyMissing`; of notifications `notTold`.
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
    of(&mut conn, &scope, app.clock.now(), caller.language())
        .await
        .map(Json)
}

/// The connection as it stands.
pub(super) async fn of(
    conn: &mut Conn,
    scope: &Scope,
    now: Instant,
    language: Language,
) -> Result<Connection> {
    let mirror = directory::mirror(conn, scope).await?;
    let findings = directory::findings(conn, scope).await?;
    let mut connection = match mirror {
        Some(mirror) => Connection::of(mirror, language),
        None => Connection {
            tenant: scope.tenant(),
            state: MirrorState::Never,
            problem: None,
            last_sync: None,
            next_sync_at: None,
            notifications: Notifications::Off,
            notifications_problem: None,
            permissions: Vec::new(),
            permissions_checked_at: None,
            consent: None,
        },
    };
    if findings.throttled_until.is_some_and(|until| until > now) && connection.problem.is_none() {
        connection.problem = Some(ConnectionProblem::of("throttled", "", language));
    }
    connection.notifications_problem = findings
        .notification_problem
        .map(|theirs| ConnectionProblem::of("notTold", &theirs, language));
    connection.permissions = in_order(findings.found, language);
    connection.permissions_checked_at = findings.checked_at;
    connection.consent = scope
        .tenant()
        .map(|_| format!("/auth/consent?organisation={}", scope.organisation()));
    Ok(connection)
}

/// What was found, in the order in which the capabilities are declared.
fn in_order(mut found: Vec<Finding>, language: Language) -> Vec<DirectoryPermission> {
    found.sort_by_key(|finding| finding.capability as u8);
    found
        .into_iter()
        .map(|finding| DirectoryPermission {
            purpose: TEXTS.text(language, &format!("purpose.{}", finding.capability), &[]),
            capability: finding.capability,
            name: finding.name,
            state: finding.state,
        })
        .collect()
}

impl ConnectionProblem {
    /// `theirs` are the words of whoever refused, for a technician.
    fn of(code: &str, theirs: &str, language: Language) -> Self {
        let text = |what: &str| TEXTS.text(language, &format!("connection.{code}.{what}"), &[]);
        ConnectionProblem {
            detail: match theirs {
                "" => text("detail"),
                theirs => format!("{} ({theirs})", text("detail")),
            },
            advice: text("advice"),
            code: code.to_owned(),
        }
    }
}

impl Connection {
    fn of(mirror: Mirror, language: Language) -> Self {
        let total = mirror.total;
        Connection {
            tenant: Some(mirror.tenant),
            state: mirror.state,
            problem: mirror
                .problem
                .map(|problem| ConnectionProblem::of(&problem.code, &problem.detail, language)),
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
            notifications_problem: None,
            permissions: Vec::new(),
            permissions_checked_at: None,
            consent: None,
        }
    }
}
