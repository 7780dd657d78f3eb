use super::list_invoices::{Invoice, whole};
use crate::{Shared, caller::Caller, fields::Fields, operations};
use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use domain::{
    access::OrganisationId,
    billing::{self, InvoiceId},
};
use platform::{
    Error, Result,
    http::{
        Keyed, Path,
        idempotency::{self, Begun},
    },
};

const LONGEST_REASON: usize = 500;

#[derive(serde::Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = CreditInvoiceRequest)]
pub struct CreditInvoice {
    /// Positions; without them everything that has not been credited.
    #[serde(default)]
    #[schema(required = false, min_items = 1)]
    lines: Option<Vec<i64>>,
    /// For the audit log.
    #[schema(min_length = 1, max_length = 500)]
    reason: String,
}

/// Corrects an invoice by a credit note, in whole or some of its lines. The invoice itself stays as it was issued.
#[utoipa::path(
    post, path = "/api/v1/organisations/{organisation}/billing/invoices/{invoice}/credit", operation_id = "credit_invoice", tag = "invoices",
    params(("organisation" = OrganisationId, Path), ("invoice" = InvoiceId, Path)), request_body = CreditInvoice,
    responses((status = 201, description = "The credit note.", body = Invoice))
)]
pub async fn credit_invoice(
    State(app): State<Shared>,
    caller: Caller,
    Path((organisation, id)): Path<(OrganisationId, InvoiceId)>,
    request: Keyed<CreditInvoice>,
) -> Result<Response> {
    let scope = caller
        .enter(&app, &operations::CREDIT_INVOICE, organisation)
        .await?;
    let mut fields = Fields::default();
    let reason = fields.needed("/reason", &request.body.reason, LONGEST_REASON);
    if request.body.lines.as_ref().is_some_and(Vec::is_empty) {
        fields.complain(
            "/lines",
            "required",
            "Name at least one line, or leave it out for all.",
        );
    }
    fields.done()?;
    let flight = app.idempotency.enter(
        idempotency::Scope {
            principal: caller.principal()?.id.0,
            organisation: organisation.0,
            operation: operations::CREDIT_INVOICE.id,
        },
        &request.key,
    )?;
    // Whose it is decides; the right reaches down to there, or it is not there.
    let mut conn = app.db.read().await?;
    let payer = billing::payer_of(&mut conn, &scope, id)
        .await?
        .ok_or_else(Error::not_found)?;
    drop(conn);
    let scope = caller
        .enter(&app, &operations::CREDIT_INVOICE, payer)
        .await?;
    let mut tx = app.db.begin().await?;
    let claim = match flight.begin(&mut tx, app.clock.now()).await? {
        Begun::Before(answer) => return Ok(answer.into_response()),
        Begun::Now(claim) => claim,
    };
    let issuer = &app.settings.billing;
    let lines = request.body.lines.as_deref();
    let note = billing::credit(&mut tx, &app.ids, &scope, issuer, id, lines, &reason).await?;
    let view = whole(&mut tx, &scope, &note).await?;
    let answer = claim
        .finish(&mut tx, StatusCode::CREATED, None, &view)
        .await?;
    tx.commit().await?;
    Ok(answer.into_response())
}
