//! Many orders from one table: uploading it, and seeing what became of it.

use super::view::Quote;
use crate::{Shared, caller::Caller, operations};
use axum::{
    extract::{DefaultBodyLimit, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use domain::{
    TEXTS,
    access::{OrganisationId, Scope},
    bulk::{self, BulkId, BulkRow, RowProblem},
    orders::{self, Action, ItemState, OrderId},
};
use platform::{
    Result,
    db::Conn,
    http::{
        Json, KeyedTable, Path,
        idempotency::{self, Begun},
    },
    i18n::Language,
};
use utoipa_axum::{router::OpenApiRouter, routes};

/// Bytes of a table.
const LARGEST: usize = 5 * 1024 * 1024;

pub(super) fn router() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(upload_bulk))
        .layer(DefaultBodyLimit::max(LARGEST))
        .routes(routes!(get_bulk))
}

/// An uploaded table.
#[derive(serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Bulk {
    id: BulkId,
    total: usize,
    valid: usize,
    invalid: usize,
    rows: Vec<BulkRowView>,
    /// For the valid rows; an order is placed from it. `null` when there is none, or it is no longer kept.
    #[schema(required)]
    quote: Option<Quote>,
    /// The order that was placed from it.
    #[schema(required)]
    order: Option<OrderId>,
    /// How its items stand, once it is ordered.
    #[schema(required)]
    progress: Option<BulkProgress>,
}

#[derive(serde::Serialize, utoipa::ToSchema)]
#[schema(as = BulkRow)]
pub struct BulkRowView {
    /// As a spreadsheet counts: the headings are 1.
    row: usize,
    #[schema(required)]
    action: Option<Action>,
    /// By name where they were found, else as it was written.
    #[schema(required)]
    person: Option<String>,
    cells: Vec<String>,
    problems: Vec<BulkProblem>,
}

#[derive(serde::Serialize, utoipa::ToSchema)]
pub struct BulkProblem {
    /// The column's heading, in the caller's language; `null` where no one column is to blame.
    #[schema(required)]
    field: Option<String>,
    code: String,
    detail: String,
}

/// Items by state.
#[derive(Default, serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct BulkProgress {
    acknowledged: usize,
    in_progress: usize,
    held: usize,
    completed: usize,
    failed: usize,
    cancelled: usize,
}

/// Reads a table (CSV with semicolons, commas or tabs; UTF-8 or Windows-1252; at most 10,000 rows and 5 MiB), looks at every row
/// and quotes those that can go. Nothing is ordered: place an order from the quote.
#[utoipa::path(
    post, path = "/api/v1/organisations/{organisation}/bulk", operation_id = "upload_bulk", tag = "orders",
    params(("organisation" = OrganisationId, Path)), request_body(content = String, content_type = "text/csv"),
    responses((status = 201, description = "The table, row by row.", body = Bulk))
)]
pub async fn upload_bulk(
    State(app): State<Shared>,
    caller: Caller,
    Path(organisation): Path<OrganisationId>,
    request: KeyedTable,
) -> Result<Response> {
    let scope = caller
        .enter(&app, &operations::UPLOAD_BULK, organisation)
        .await?;
    let flight = app.idempotency.enter(
        idempotency::Scope {
            principal: caller.principal()?.id.0,
            organisation: organisation.0,
            operation: operations::UPLOAD_BULK.id,
        },
        &request.key,
    )?;
    let mut tx = app.db.begin().await?;
    let claim = match flight.begin(&mut tx, app.clock.now()).await? {
        Begun::Before(answer) => return Ok(answer.into_response()),
        Begun::Now(claim) => claim,
    };
    let bulk = bulk::upload(
        &mut tx,
        &app.ids,
        &scope,
        &app.settings.orders,
        &request.content,
    )
    .await?;
    let view = whole(&mut tx, &scope, bulk, caller.language()).await?;
    let answer = claim
        .finish(&mut tx, StatusCode::CREATED, None, &view)
        .await?;
    tx.commit().await?;
    Ok(answer.into_response())
}

/// An uploaded table with what became of it. It is kept for a week.
#[utoipa::path(
    get, path = "/api/v1/organisations/{organisation}/bulk/{bulk}", operation_id = "get_bulk", tag = "orders",
    params(("organisation" = OrganisationId, Path), ("bulk" = BulkId, Path)),
    responses((status = 200, description = "The table, row by row.", body = Bulk))
)]
pub async fn get_bulk(
    State(app): State<Shared>,
    caller: Caller,
    Path((organisation, id)): Path<(OrganisationId, BulkId)>,
) -> Result<Json<Bulk>> {
    let scope = caller
        .enter(&app, &operations::GET_BULK, organisation)
        .await?;
    let mut conn = app.db.read().await?;
    let bulk = bulk::bulk(&mut conn, &scope, id).await?;
    whole(&mut conn, &scope, bulk, caller.language())
        .await
        .map(Json)
}

async fn whole(
    conn: &mut Conn,
    scope: &Scope,
    bulk: bulk::Bulk,
    language: Language,
) -> Result<Bulk> {
    let (mut quote, mut order, mut progress) = (None, None, None);
    if let Some(id) = bulk.quote {
        quote = orders::quote(conn, scope, id).await.ok();
        order = orders::order_of_quote(conn, scope, id).await?;
    }
    if let Some(order) = order {
        let mut counted = BulkProgress::default();
        for item in orders::items(conn, scope, order).await? {
            *match item.state {
                ItemState::Acknowledged => &mut counted.acknowledged,
                ItemState::InProgress => &mut counted.in_progress,
                ItemState::Held => &mut counted.held,
                ItemState::Completed => &mut counted.completed,
                ItemState::Failed => &mut counted.failed,
                ItemState::Cancelled => &mut counted.cancelled,
            } += 1;
        }
        progress = Some(counted);
    }
    let valid = bulk.valid();
    Ok(Bulk {
        id: bulk.id,
        total: bulk.rows.len(),
        valid,
        invalid: bulk.rows.len() - valid,
        rows: bulk
            .rows
            .into_iter()
            .map(|row| BulkRowView::of(row, language))
            .collect(),
        quote: quote.map(|quote| Quote::of(&quote, language)),
        order,
        progress,
    })
}

impl BulkRowView {
    fn of(row: BulkRow, language: Language) -> Self {
        BulkRowView {
            row: row.row,
            action: row.action,
            person: row.person,
            cells: row.cells,
            problems: row
                .problems
                .into_iter()
                .map(|problem| BulkProblem::of(problem, language))
                .collect(),
        }
    }
}

impl BulkProblem {
    fn of(problem: RowProblem, language: Language) -> Self {
        let values: Vec<_> = problem
            .values
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        BulkProblem {
            field: problem
                .column
                .map(|column| TEXTS.text(language, &format!("bulk.column.{column}"), &[])),
            detail: TEXTS.text(language, &format!("problem.{}", problem.code), &values),
            code: problem.code,
        }
    }
}
