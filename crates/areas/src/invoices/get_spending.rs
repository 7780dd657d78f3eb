use super::view::Change;
use crate::{Shared, caller::Caller, operations};
use axum::extract::State;
use domain::{
    access::OrganisationId,
    billing::{self, InvoiceId, MonthSpent, TariffCategory, rules::compare},
};
use platform::{
    Money, Period, Result,
    http::{Json, Path, Query},
};

#[derive(serde::Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct GetSpendingQuery {
    /// The first month; without it the last twelve are told.
    from: Option<Period>,
    /// The last month.
    to: Option<Period>,
}

/// What the months came to, the oldest first, without gaps; sixty at most.
#[derive(serde::Serialize, utoipa::ToSchema)]
pub struct Spending {
    periods: Vec<SpentPeriod>,
}

#[derive(serde::Serialize, utoipa::ToSchema)]
pub struct SpentPeriod {
    period: Period,
    /// Invoices and credit notes.
    invoices: Vec<InvoiceId>,
    amount: Money,
    /// From the month before; `null` for the first.
    #[schema(required)]
    change: Option<Change>,
    /// All of them, in the order in which they are shown.
    categories: Vec<SpentCategory>,
}

#[derive(serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SpentCategory {
    category: TariffCategory,
    amount: Money,
    #[schema(required)]
    change: Option<Change>,
    /// Of the month's amount, in hundredths of a per cent; together 10,000, or 0 where the month came to nothing.
    share_basis_points: i64,
}

/// What was spent, by month and tariff category, without VAT: the sums of the lines, credit notes taken off.
#[utoipa::path(
    get, path = "/api/v1/organisations/{organisation}/spending", operation_id = "get_spending", tag = "invoices",
    params(("organisation" = OrganisationId, Path), GetSpendingQuery),
    responses((status = 200, description = "The months.", body = Spending))
)]
pub async fn get_spending(
    State(app): State<Shared>,
    caller: Caller,
    Path(organisation): Path<OrganisationId>,
    Query(query): Query<GetSpendingQuery>,
) -> Result<Json<Spending>> {
    let scope = caller
        .enter(&app, &operations::GET_SPENDING, organisation)
        .await?;
    let mut conn = app.db.read().await?;
    let months = billing::spending(&mut conn, &scope, query.from, query.to).await?;
    drop(conn);
    let mut periods = Vec::with_capacity(months.len());
    for (place, month) in months.iter().enumerate() {
        let before = place.checked_sub(1).and_then(|place| months.get(place));
        periods.push(shown(month, before));
    }
    Ok(Json(Spending { periods }))
}

fn shown(month: &MonthSpent, before: Option<&MonthSpent>) -> SpentPeriod {
    let of = |month: &MonthSpent, category| {
        month
            .categories
            .get(&category)
            .copied()
            .unwrap_or(Money::ZERO)
    };
    let amounts: Vec<Money> = TariffCategory::ALL
        .iter()
        .map(|category| of(month, *category))
        .collect();
    SpentPeriod {
        period: month.period,
        invoices: month.invoices.clone(),
        amount: month.amount,
        change: before.map(|before| Change::of(before.amount, month.amount)),
        categories: TariffCategory::ALL
            .iter()
            .zip(amounts.iter().zip(compare::shares(&amounts)))
            .map(|(category, (amount, share_basis_points))| SpentCategory {
                category: *category,
                amount: *amount,
                change: before.map(|before| Change::of(of(before, *category), *amount)),
                share_basis_points,
            })
            .collect(),
    }
}
