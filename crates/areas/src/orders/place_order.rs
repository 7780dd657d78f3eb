use super::{
    get_order::whole,
    view::{Order, Quote, problems},
};
use crate::{App, Shared, caller::Caller, operations};
use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use domain::{
    access::{OrganisationId, Scope},
    orders::{self, QuoteId},
};
use platform::{
    Error, Result,
    http::{
        ETag, Keyed, Path,
        idempotency::{self, Begun},
    },
    i18n::Language,
    limits,
};

#[derive(serde::Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = PlaceOrderRequest)]
pub struct PlaceOrderBody {
    quote: QuoteId,
}

/// Places an order from a quote. It never costs more than the quote said: when a price has changed meanwhile the answer is 409
/// `priceChanged` with the new `quote` beside it. A SIM for a line in use that goes to another address than the registered one
/// needs a fresh sign-in (`freshSignIn` of the quote): its code goes along as `Step-Up`.
#[utoipa::path(
    post, path = "/api/v1/organisations/{organisation}/orders", operation_id = "place_order", tag = "orders",
    params(("organisation" = OrganisationId, Path)),
    request_body = PlaceOrderBody,
    responses((status = 202, description = "The order was taken and will be carried out.", body = Order))
)]
pub async fn place_order(
    State(app): State<Shared>,
    caller: Caller,
    Path(organisation): Path<OrganisationId>,
    request: Keyed<PlaceOrderBody>,
) -> Result<Response> {
    let scope = caller
        .enter(&app, &operations::PLACE_ORDER, organisation)
        .await?;
    let flight = app.idempotency.enter(
        idempotency::Scope {
            principal: caller.principal()?.id.0,
            organisation: organisation.0,
            operation: operations::PLACE_ORDER.id,
        },
        &request.key,
    )?;
    let mut tx = app.db.begin().await?;
    let claim = match flight.begin(&mut tx, app.clock.now()).await? {
        Begun::Before(answer) => return Ok(answer.into_response()),
        Begun::Now(claim) => claim,
    };
    let (who, limit) = (caller.principal()?.id, app.settings.limits.orders());
    limits::take(&mut tx, limit, who.0, app.clock.now()).await?;
    let quote = orders::quote(&mut tx, &scope, request.body.quote).await?;
    if orders::needs_fresh_sign_in(&quote) {
        caller.prove_fresh(&mut tx, app.clock.now()).await?;
    }
    let policy = &app.settings.orders;
    let order = match orders::place(&mut tx, &app.ids, &scope, policy, quote.id).await {
        Ok(order) => order,
        Err(error) => {
            drop(tx);
            return Err(explained(&app, &caller, &scope, request.body.quote, error).await);
        }
    };
    let view = whole(&app, &mut tx, &scope, &order, caller.language()).await?;
    let answer = claim
        .finish(
            &mut tx,
            StatusCode::ACCEPTED,
            Some(ETag(order.version)),
            &view,
        )
        .await?;
    tx.commit().await?;
    Ok(answer.into_response())
}

/// Completes an error for the one who has to act on it: texts at the fields, or the new quote.
async fn explained(
    app: &App,
    caller: &Caller,
    scope: &Scope,
    quote: QuoteId,
    error: Error,
) -> Error {
    let language = caller.language();
    let error = explained_fields(error, language);
    if error.code != "priceChanged" {
        return error;
    }
    match quoted_again(app, scope, quote).await {
        Ok(again) => error.with_extra(serde_json::json!({ "quote": Quote::of(&again, language) })),
        Err(_) => error,
    }
}

/// Gives the fields of an error that came with its problems their texts.
pub(super) fn explained_fields(mut error: Error, language: Language) -> Error {
    let told = error
        .extra
        .as_deref_mut()
        .and_then(|extra| extra.get_mut("problems"))
        .and_then(|found| serde_json::from_value::<Vec<orders::Problem>>(found.take()).ok());
    if let Some(told) = told {
        error.fields = problems(&told, language);
        error.extra = None;
    }
    error
}

async fn quoted_again(app: &App, scope: &Scope, quote: QuoteId) -> Result<orders::Quote> {
    let mut tx = app.db.begin().await?;
    let old = orders::quote(&mut tx, scope, quote).await?;
    let again =
        orders::make_quote(&mut tx, &app.ids, scope, &app.settings.orders, old.request).await?;
    tx.commit().await?;
    Ok(again)
}
