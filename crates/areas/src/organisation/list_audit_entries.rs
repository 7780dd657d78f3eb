use crate::{Shared, caller::Caller, operations};
use axum::extract::State;
use domain::{
    access::{OrganisationId, PrincipalId},
    overview::{self, AuditFilter, AuditRow},
};
use platform::{
    Instant, Result,
    http::{Json, Page, Paging, Path, Query},
};

#[derive(serde::Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ListAuditEntriesQuery {
    /// Only what this principal did.
    principal: Option<PrincipalId>,
    /// `true`: only what people of a partner or of the operator did here. `false`: everything else.
    on_behalf: Option<bool>,
    /// 1 to 500; 50 without.
    limit: Option<u32>,
    cursor: Option<String>,
}

/// Something that was done in the organisation, or was tried and refused (`deny`).
#[derive(serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AuditEntry {
    /// 1, 2, 3 … without gaps.
    sequence: i64,
    at: Instant,
    /// `null` for the system itself.
    #[schema(required)]
    by: Option<AuditActor>,
    /// A verb, as the operations are named.
    action: String,
    subject: AuditSubject,
    /// Ids, codes and counts.
    #[schema(value_type = Object)]
    detail: serde_json::Value,
}

/// Who did it.
#[derive(serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AuditActor {
    principal: PrincipalId,
    name: String,
    /// Somebody of a partner or of the operator, for the organisation.
    on_behalf: bool,
}

/// What it was done to.
#[derive(serde::Serialize, utoipa::ToSchema)]
pub struct AuditSubject {
    kind: String,
    id: String,
}

impl From<AuditRow> for AuditEntry {
    fn from(row: AuditRow) -> Self {
        AuditEntry {
            sequence: row.sequence,
            at: row.at,
            by: row.by.map(|by| AuditActor {
                principal: by.principal,
                name: by.name,
                on_behalf: by.on_behalf,
            }),
            action: row.action,
            subject: AuditSubject {
                kind: row.subject_kind,
                id: row.subject_id,
            },
            detail: row.detail,
        }
    }
}

/// The organisation's audit log: who did what, when, also those who act for it from outside.
#[utoipa::path(
    get, path = "/api/v1/organisations/{organisation}/audit-entries", operation_id = "list_audit_entries", tag = "organisation",
    params(("organisation" = OrganisationId, Path), ListAuditEntriesQuery),
    responses((status = 200, description = "Entries, the newest first.", body = Page<AuditEntry>))
)]
pub async fn list_audit_entries(
    State(app): State<Shared>,
    caller: Caller,
    Path(organisation): Path<OrganisationId>,
    Query(query): Query<ListAuditEntriesQuery>,
) -> Result<Json<Page<AuditEntry>>> {
    let scope = caller
        .enter(&app, &operations::LIST_AUDIT_ENTRIES, organisation)
        .await?;
    let paging = Paging::check(query.limit, query.cursor.as_deref(), None, &["-sequence"])?;
    let before = paging.after.as_ref().map(|cursor| cursor.number(0));
    let filter = AuditFilter {
        principal: query.principal,
        on_behalf: query.on_behalf,
    };
    let mut conn = app.db.read().await?;
    let (rows, total) = overview::audit_entries(
        &mut conn,
        &scope,
        &filter,
        before.transpose()?,
        paging.fetch(),
    )
    .await?;
    let total = u64::try_from(total).unwrap_or(0);
    let page = Page::cut(rows, total, &paging, |last| vec![last.sequence.into()]);
    Ok(Json(page.map(AuditEntry::from)))
}
