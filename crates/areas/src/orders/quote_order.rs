use super::view::Quote;
use crate::{Shared, caller::Caller, operations};
use axum::{extract::State, http::StatusCode};
use domain::{
    access::OrganisationId,
    orders::{self, Delivery, ItemRequest, QuoteRequest},
};
use jiff::civil::Date;
use platform::{
    Result,
    http::{Json, Path},
};

#[derive(serde::Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = QuoteRequest)]
pub struct QuoteOrderBody {
    #[schema(min_items = 1, max_items = 1000)]
    items: Vec<ItemRequest>,
    /// The Danish day of every item that has none of its own; today or at most a year from now.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = Date)]
    requested_start_date: Option<Date>,
    /// Where what is sent goes; to the registered address without.
    #[serde(default)]
    delivery: Option<Delivery>,
    /// For whoever carries it out.
    #[serde(default)]
    #[schema(max_length = 1000)]
    comment: Option<String>,
}

/// Works out what an order would cost and do. What stands in its way is in `problems`, with a pointer to the field.
#[utoipa::path(
    post, path = "/api/v1/organisations/{organisation}/quotes", operation_id = "quote_order", tag = "orders",
    params(("organisation" = OrganisationId, Path)),
    request_body = QuoteOrderBody,
    responses((status = 201, description = "The quote, good for half an hour.", body = Quote))
)]
pub async fn quote_order(
    State(app): State<Shared>,
    caller: Caller,
    Path(organisation): Path<OrganisationId>,
    Json(body): Json<QuoteOrderBody>,
) -> Result<(StatusCode, Json<Quote>)> {
    let scope = caller
        .enter(&app, &operations::QUOTE_ORDER, organisation)
        .await?;
    let request = QuoteRequest {
        items: body.items,
        start_date: body.requested_start_date,
        delivery: body.delivery,
        comment: body.comment,
        undo: None,
    };
    let mut tx = app.db.begin().await?;
    let quote =
        orders::make_quote(&mut tx, &app.ids, &scope, &app.settings.orders, request).await?;
    tx.commit().await?;
    Ok((
        StatusCode::CREATED,
        Json(Quote::of(&quote, caller.language())),
    ))
}
