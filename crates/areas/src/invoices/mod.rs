//! What a month cost: invoices, their lines, what changed and why, what the running month will come to.

mod credit_invoice;
mod explain_invoice;
mod get_forecast;
mod get_invoice;
mod get_spending;
mod list_invoice_lines;
mod list_invoices;
#[cfg(test)]
mod tests;
mod view;

use crate::Shared;
use utoipa_axum::{router::OpenApiRouter, routes};

pub(crate) fn router() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(list_invoices::list_invoices))
        .routes(routes!(get_invoice::get_invoice))
        .routes(routes!(list_invoice_lines::list_invoice_lines))
        .routes(routes!(explain_invoice::explain_invoice))
        .routes(routes!(get_spending::get_spending))
        .routes(routes!(get_forecast::get_forecast))
        .routes(routes!(credit_invoice::credit_invoice))
}
