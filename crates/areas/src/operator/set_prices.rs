use crate::{Shared, caller::Caller, fields::Fields, operations};
use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use domain::{
    access::{self, OrganisationId},
    billing::{self, UsagePrice},
    catalogue::{self, NewPrice},
    usage::{Destination, UsageKind},
};
use jiff::civil::Date;
use platform::{
    Money, Period, Result,
    audit::{self, AuditEntry},
    http::{
        Keyed, Path,
        idempotency::{self, Begun},
    },
};

/// Prices of one request.
const MOST: usize = 1_000;
/// A hundred million kroner.
const HIGHEST: i64 = 10_000_000_000;
const OUT_OF_RANGE: &str = "A price is from 0 to 100,000,000 kroner.";

#[derive(serde::Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = SetPricesRequest)]
pub struct SetPrices {
    #[serde(default)]
    #[schema(required = false, max_items = 1000)]
    prices: Vec<Price>,
    #[serde(default)]
    #[schema(required = false, max_items = 1000)]
    usage_prices: Vec<PriceOfUse>,
}

#[derive(serde::Deserialize, utoipa::ToSchema)]
#[serde(remote = "Self", rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = NewPrice)]
pub struct Price {
    /// The offering's code.
    #[schema(max_length = 200)]
    offering: String,
    #[schema(value_type = String, format = Date)]
    from: Date,
    /// The first day without it; then another price follows.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = Date, required = false)]
    until: Option<Date>,
    one_time: Money,
    monthly: Money,
}

platform::object!(Price);

#[derive(serde::Deserialize, utoipa::ToSchema)]
#[serde(remote = "Self", rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = NewUsagePrice)]
pub struct PriceOfUse {
    kind: UsageKind,
    destination: Destination,
    from: Period,
    /// For `base` megabytes, minutes or messages.
    price: Money,
    #[schema(minimum = 1)]
    base: i64,
}

platform::object!(PriceOfUse);

/// What was taken over.
#[derive(serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PricesSet {
    prices: usize,
    usage_prices: usize,
}

fn check(wish: &SetPrices) -> Result<()> {
    let mut fields = Fields::default();
    if wish.prices.len() > MOST || wish.usage_prices.len() > MOST {
        fields.complain("", "wrongCount", "At most 1,000 prices at a time.");
    }
    if wish.prices.is_empty() && wish.usage_prices.is_empty() {
        fields.complain("/prices", "required", "Send at least one price.");
    }
    let good = |money: Money| (0..=HIGHEST).contains(&money.amount);
    for (place, price) in wish.prices.iter().enumerate().take(MOST) {
        for (field, money) in [("oneTime", price.one_time), ("monthly", price.monthly)] {
            if !good(money) {
                let pointer = format!("/prices/{place}/{field}/amount");
                fields.complain(pointer, "outOfRange", OUT_OF_RANGE);
            }
        }
    }
    for (place, price) in wish.usage_prices.iter().enumerate().take(MOST) {
        if !good(price.price) {
            let pointer = format!("/usagePrices/{place}/price/amount");
            fields.complain(pointer, "outOfRange", OUT_OF_RANGE);
        }
        if !(1..=1_000_000).contains(&price.base) {
            let pointer = format!("/usagePrices/{place}/base");
            fields.complain(pointer, "outOfRange", "From 1 to 1,000,000.");
        }
    }
    fields.done()
}

/// Sets new prices, all or none: of products from a day on that has not begun, of use from a month on that has not begun.
///
/// What somebody has already keeps the monthly price at which it was ordered.
#[utoipa::path(
    post, path = "/api/v1/organisations/{organisation}/billing/prices", operation_id = "set_prices", tag = "operator",
    params(("organisation" = OrganisationId, Path)), request_body = SetPrices,
    responses((status = 200, description = "They stand.", body = PricesSet))
)]
pub async fn set_prices(
    State(app): State<Shared>,
    caller: Caller,
    Path(organisation): Path<OrganisationId>,
    request: Keyed<SetPrices>,
) -> Result<Response> {
    let scope = caller
        .enter(&app, &operations::SET_PRICES, organisation)
        .await?;
    let wish = &request.body;
    check(wish)?;
    let flight = app.idempotency.enter(
        idempotency::Scope {
            principal: caller.principal()?.id.0,
            organisation: organisation.0,
            operation: operations::SET_PRICES.id,
        },
        &request.key,
    )?;
    let mut tx = app.db.begin().await?;
    let claim = match flight.begin(&mut tx, app.clock.now()).await? {
        Begun::Before(answer) => return Ok(answer.into_response()),
        Begun::Now(claim) => claim,
    };
    let prices: Vec<NewPrice> = wish
        .prices
        .iter()
        .map(|price| NewPrice {
            code: price.offering.clone(),
            from: price.from,
            until: price.until,
            one_time: price.one_time,
            monthly: price.monthly,
        })
        .collect();
    let usage: Vec<UsagePrice> = wish
        .usage_prices
        .iter()
        .map(|price| UsagePrice {
            kind: price.kind,
            destination: price.destination,
            from: price.from,
            price: price.price,
            base: price.base,
        })
        .collect();
    let system = access::for_system();
    catalogue::set_prices(&mut tx, &app.ids, system, &prices).await?;
    billing::set_usage_prices(&mut tx, &app.ids, system, &usage).await?;
    let done = PricesSet {
        prices: prices.len(),
        usage_prices: usage.len(),
    };
    let by = scope.principal().map(|principal| principal.0);
    let entry = AuditEntry::new(organisation.0, by, operations::SET_PRICES.id)
        .with(serde_json::json!({ "prices": done.prices, "usagePrices": done.usage_prices }));
    audit::record(&mut tx, &app.ids, entry).await?;
    let answer = claim.finish(&mut tx, StatusCode::OK, None, &done).await?;
    tx.commit().await?;
    Ok(answer.into_response())
}
