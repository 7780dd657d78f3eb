use crate::{Shared, caller::Caller, operations};
use axum::extract::State;
use domain::{
    access::OrganisationId,
    billing::{self, DiscountRule, TariffCategory},
    catalogue::OfferingId,
};
use platform::{
    Error, Period, Result,
    db::Conn,
    http::{Json, Path},
};

/// Discounts of one customer at most.
const MOST: usize = 100;

/// Who pays for a customer, and what is taken off.
#[derive(serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct BillingTerms {
    /// The organisation itself, or one above it.
    #[serde(deserialize_with = "Option::deserialize")]
    #[schema(required)]
    payer: Option<OrganisationId>,
    /// Two for the same cannot hold in the same month; of several that fit a charge the narrowest counts.
    #[schema(max_items = 100)]
    discounts: Vec<Discount>,
}

#[derive(serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
#[serde(remote = "Self", rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = CustomerDiscount)]
pub struct Discount {
    /// Hundredths of a per cent: `1250` is 12.5 %.
    #[schema(minimum = 1, maximum = 10000)]
    basis_points: i64,
    /// Of this category alone.
    #[serde(deserialize_with = "Option::deserialize")]
    #[schema(required)]
    category: Option<TariffCategory>,
    /// Of this product alone.
    #[serde(deserialize_with = "Option::deserialize")]
    #[schema(required)]
    offering: Option<OfferingId>,
    from: Period,
    /// The first month without it.
    #[serde(deserialize_with = "Option::deserialize")]
    #[schema(required)]
    until: Option<Period>,
}

platform::told_apart!(Discount);

/// Who pays for a customer, and what is taken off.
#[utoipa::path(
    get, path = "/api/v1/organisations/{organisation}/billing/terms", operation_id = "get_billing_terms", tag = "operator",
    params(("organisation" = OrganisationId, Path)),
    responses((status = 200, description = "The terms.", body = BillingTerms))
)]
pub async fn get_billing_terms(
    State(app): State<Shared>,
    caller: Caller,
    Path(organisation): Path<OrganisationId>,
) -> Result<Json<BillingTerms>> {
    let scope = caller
        .enter(&app, &operations::GET_BILLING_TERMS, organisation)
        .await?;
    let mut conn = app.db.read().await?;
    Ok(Json(shown(&mut conn, &scope).await?))
}

async fn shown(conn: &mut Conn, scope: &domain::access::Scope) -> Result<BillingTerms> {
    let terms = billing::terms(conn, scope).await?;
    let discounts = billing::discounts(conn, scope).await?;
    Ok(BillingTerms {
        payer: Some(terms.payer.unwrap_or(scope.organisation())),
        discounts: discounts
            .into_iter()
            .map(|rule| Discount {
                basis_points: rule.rate,
                category: rule.category,
                offering: rule.offering,
                from: rule.from,
                until: rule.until,
            })
            .collect(),
    })
}

/// Says who pays for a customer and what is taken off, instead of what there was; from the next invoice on.
#[utoipa::path(
    put, path = "/api/v1/organisations/{organisation}/billing/terms", operation_id = "set_billing_terms", tag = "operator",
    params(("organisation" = OrganisationId, Path)), request_body = BillingTerms,
    responses((status = 200, description = "The terms as they are now.", body = BillingTerms))
)]
pub async fn set_billing_terms(
    State(app): State<Shared>,
    caller: Caller,
    Path(organisation): Path<OrganisationId>,
    Json(terms): Json<BillingTerms>,
) -> Result<Json<BillingTerms>> {
    let scope = caller
        .enter(&app, &operations::SET_BILLING_TERMS, organisation)
        .await?;
    if terms.discounts.len() > MOST {
        return Err(
            Error::malformed("There are too many discounts.").with_field(
                "/discounts",
                "wrongCount",
                "At most 100.",
            ),
        );
    }
    let rules: Vec<DiscountRule> = terms
        .discounts
        .iter()
        .map(|discount| DiscountRule {
            rate: discount.basis_points,
            category: discount.category,
            offering: discount.offering,
            from: discount.from,
            until: discount.until,
        })
        .collect();
    let mut tx = app.db.begin().await?;
    billing::set_terms(&mut tx, &app.ids, &scope, terms.payer, &rules).await?;
    let answer = shown(&mut tx, &scope).await?;
    tx.commit().await?;
    Ok(Json(answer))
}
