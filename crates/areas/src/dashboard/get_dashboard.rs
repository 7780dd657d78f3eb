use crate::{Shared, caller::Caller, operations, texts::TEXTS};
use axum::extract::State;
use domain::{
    access::{self, OrganisationId, Permission, Scope},
    billing::{self, InvoiceId, rules::compare},
    catalogue::OfferingId,
    directory::{self, MirrorState},
    overview,
    subscriptions::SubscriptionKind,
};
use platform::{
    Money, Period, Result,
    db::Conn,
    http::{Json, Path},
    i18n::Language,
    money::divide_half_away,
};

/// How the organisation stands, at a glance.
#[derive(serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Dashboard {
    employees: EmployeeFigures,
    /// By product, in the catalogue's order.
    subscriptions: Vec<ProductFigures>,
    /// Of all subscriptions together, without VAT.
    monthly_cost: Money,
    /// `null` while there is none, and for whoever may not see invoices.
    #[schema(required)]
    latest_invoice: Option<InvoiceFigures>,
    orders: OrderFigures,
    /// What needs a person.
    warnings: Vec<Warning>,
}

#[derive(serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct EmployeeFigures {
    total: i64,
    with_telephony: i64,
    with_mobile: i64,
    with_neither: i64,
    /// Disabled or deleted in Entra ID, and still costing.
    disabled_still_costing: i64,
}

#[derive(serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ProductFigures {
    offering: OfferingRef,
    kind: SubscriptionKind,
    count: i64,
    monthly_cost: Money,
}

#[derive(serde::Serialize, utoipa::ToSchema)]
pub struct OfferingRef {
    id: OfferingId,
    name: String,
}

#[derive(serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct InvoiceFigures {
    id: InvoiceId,
    number: String,
    /// The month, `2026-11`.
    period: Period,
    /// With VAT.
    total: Money,
    #[schema(value_type = String, format = Date)]
    due: jiff::civil::Date,
    /// From the invoice before, in whole per cent; `null` without one.
    #[schema(required)]
    change_percent: Option<i64>,
}

#[derive(serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct OrderFigures {
    in_progress: i64,
    needs_attention: i64,
}

#[derive(serde::Serialize, utoipa::ToSchema)]
pub struct Warning {
    /// Stable: `disabledStillCosting`, `ordersNeedAttention`, `directoryFailing`, `noRoleAdministrator`.
    code: String,
    /// In the caller's language.
    detail: String,
    count: i64,
}

/// The figures of the landing page.
#[utoipa::path(
    get, path = "/api/v1/organisations/{organisation}/dashboard", operation_id = "get_dashboard", tag = "dashboard",
    params(("organisation" = OrganisationId, Path)),
    responses((status = 200, description = "The figures.", body = Dashboard))
)]
pub async fn get_dashboard(
    State(app): State<Shared>,
    caller: Caller,
    Path(organisation): Path<OrganisationId>,
) -> Result<Json<Dashboard>> {
    let scope = caller
        .enter(&app, &operations::GET_DASHBOARD, organisation)
        .await?;
    let mut conn = app.db.read().await?;
    let figures = overview::dashboard(&mut conn, &scope).await?;
    let mirror = directory::mirror(&mut conn, &scope).await?;
    let kind = access::organisation(&mut conn, &scope).await?.kind;
    let nobody_gives_roles = !access::has_keeper(&mut conn, &scope, kind).await?;
    let latest_invoice = latest(&mut conn, &scope).await?;
    drop(conn);
    let failing = mirror.is_some_and(|mirror| mirror.state == MirrorState::Failing);
    let language = caller.language();
    Ok(Json(Dashboard {
        employees: EmployeeFigures {
            total: figures.people,
            with_telephony: figures.with_telephony,
            with_mobile: figures.with_mobile,
            with_neither: figures.with_neither,
            disabled_still_costing: figures.disabled_still_costing,
        },
        monthly_cost: figures.products.iter().map(|product| product.monthly).sum(),
        latest_invoice,
        orders: OrderFigures {
            in_progress: figures.orders_in_progress,
            needs_attention: figures.orders_needing_attention,
        },
        warnings: warnings(&figures, failing, nobody_gives_roles, language),
        subscriptions: figures
            .products
            .into_iter()
            .map(|product| ProductFigures {
                offering: OfferingRef {
                    id: product.offering,
                    name: product.offering_name.in_language(language).to_owned(),
                },
                kind: product.kind,
                count: product.count,
                monthly_cost: product.monthly,
            })
            .collect(),
    }))
}

async fn latest(conn: &mut Conn, scope: &Scope) -> Result<Option<InvoiceFigures>> {
    if !scope.permissions().has(Permission::ReadInvoices) {
        return Ok(None);
    }
    let Some(invoice) = billing::latest(conn, scope).await? else {
        return Ok(None);
    };
    let before = billing::before(conn, scope, invoice.period).await?;
    let change = before.and_then(|before| compare::basis_points(before.net, invoice.net));
    Ok(Some(InvoiceFigures {
        id: invoice.id,
        number: invoice.number,
        period: invoice.period,
        total: invoice.gross,
        due: invoice.due,
        change_percent: change.map(|points| divide_half_away(i128::from(points), 100)),
    }))
}

fn warnings(
    figures: &overview::Figures,
    failing: bool,
    nobody_gives_roles: bool,
    language: Language,
) -> Vec<Warning> {
    [
        ("disabledStillCosting", figures.disabled_still_costing),
        ("ordersNeedAttention", figures.orders_needing_attention),
        ("directoryFailing", i64::from(failing)),
        ("noRoleAdministrator", i64::from(nobody_gives_roles)),
    ]
    .into_iter()
    .filter(|(_, count)| *count > 0)
    .map(|(code, count)| Warning {
        code: code.to_owned(),
        detail: TEXTS.text(language, &format!("warning.{code}"), &[]),
        count,
    })
    .collect()
}
