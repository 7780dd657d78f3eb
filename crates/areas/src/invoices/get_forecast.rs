use super::view::{Change, InvoiceRef};
use crate::{Shared, caller::Caller, operations};
use axum::extract::State;
use domain::{
    access::OrganisationId,
    billing::{self, TariffCategory},
};
use platform::{
    Instant, Money, Period, Result,
    http::{Json, Path},
};

/// What the running month will come to if nothing changes any more.
#[derive(serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Forecast {
    period: Period,
    as_of: Instant,
    /// Without VAT.
    net: Money,
    vat: Money,
    /// With VAT.
    total: Money,
    /// What is certain already, without VAT: the days gone, what was used, what happens once.
    so_far: Money,
    /// All of them, in the order in which they are shown.
    categories: Vec<ForecastCategory>,
    /// The latest invoice.
    #[schema(required)]
    compared_with: Option<ForecastComparison>,
}

#[derive(serde::Serialize, utoipa::ToSchema)]
pub struct ForecastCategory {
    category: TariffCategory,
    amount: Money,
}

#[derive(serde::Serialize, utoipa::ToSchema)]
pub struct ForecastComparison {
    #[serde(flatten)]
    invoice: InvoiceRef,
    net: Money,
    change: Change,
}

/// What the running month will come to.
#[utoipa::path(
    get, path = "/api/v1/organisations/{organisation}/forecast", operation_id = "get_forecast", tag = "invoices",
    params(("organisation" = OrganisationId, Path)),
    responses((status = 200, description = "The running month.", body = Forecast))
)]
pub async fn get_forecast(
    State(app): State<Shared>,
    caller: Caller,
    Path(organisation): Path<OrganisationId>,
) -> Result<Json<Forecast>> {
    let scope = caller
        .enter(&app, &operations::GET_FORECAST, organisation)
        .await?;
    let forecast = billing::forecast(&app.db, &scope, app.clock.now()).await?;
    Ok(Json(Forecast {
        period: forecast.period,
        as_of: forecast.as_of,
        net: forecast.net,
        vat: forecast.vat,
        total: forecast.gross,
        so_far: forecast.so_far,
        categories: TariffCategory::ALL
            .iter()
            .map(|category| ForecastCategory {
                category: *category,
                amount: forecast
                    .categories
                    .get(category)
                    .copied()
                    .unwrap_or(Money::ZERO),
            })
            .collect(),
        compared_with: forecast.before.as_ref().map(|before| ForecastComparison {
            invoice: InvoiceRef::of(before),
            net: before.net,
            change: Change::of(before.net, forecast.net),
        }),
    }))
}
