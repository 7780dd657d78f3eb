//! The network's page: the latest orders, the ledger, and the listeners without their secrets.

use super::{engine::Network, tmf::ServiceOrder};
use crate::common::html::{escape, page, table};
use axum::{extract::State, response::Html};

/// How many lines of each list are shown.
const SHOWN: usize = 200;

pub(super) async fn show(State(network): State<Network>) -> Html<String> {
    let orders = network.orders(|_| true);
    let effects = network.effects(|_| true);
    let services = network.services();
    let orders_table = table(
        &["Received", "External id", "What", "State", "Problem"],
        orders.iter().rev().take(SHOWN).map(|order| {
            vec![
                escape(&order.order_date.to_string()),
                escape(order.external_id.as_deref().unwrap_or("–")),
                escape(&what(order)),
                escape(order.state.name()),
                order
                    .error_message
                    .iter()
                    .map(|error| escape(&error.reason))
                    .collect::<Vec<_>>()
                    .join("<br>"),
            ]
        }),
    );
    let ledger_table = table(
        &[
            "Time",
            "External id",
            "Action",
            "Specification",
            "Characteristics",
            "Applied",
        ],
        effects.iter().rev().take(SHOWN).map(|effect| {
            let pairs: Vec<String> = effect
                .characteristics
                .iter()
                .map(|(name, value)| format!("{name} {value}"))
                .collect();
            vec![
                escape(&effect.time.to_string()),
                escape(effect.external_id.as_deref().unwrap_or("–")),
                escape(&format!("{:?}", effect.action).to_lowercase()),
                escape(&effect.specification),
                escape(&pairs.join(", ")),
                if effect.applied {
                    "<span class=\"good\">yes</span>".to_owned()
                } else {
                    let reason = effect
                        .error
                        .as_ref()
                        .map(|error| error.reason.as_str())
                        .unwrap_or("no");
                    format!("<span class=\"bad\">{}</span>", escape(reason))
                },
            ]
        }),
    );
    let listeners_table = table(
        &["Listener", "Query"],
        network.hub().listeners().into_iter().map(|listener| {
            let mut callback = listener.callback;
            callback.set_query(None);
            vec![
                escape(callback.as_str()),
                escape(listener.query.as_deref().unwrap_or("everything")),
            ]
        }),
    );
    let body = format!(
        "<nav><a href=\"/_simulator/mailbox/\">Mailbox</a></nav>\
         <p>{} orders, {} effects, {} active services; the latest {SHOWN} of each.</p>\
         <h2>Orders</h2>{orders_table}<h2>Ledger</h2>{ledger_table}<h2>Listeners</h2>{listeners_table}",
        orders.len(),
        effects.len(),
        services.len(),
    );
    Html(page("Network", &body))
}

fn what(order: &ServiceOrder) -> String {
    let items: Vec<String> = order
        .service_order_item
        .iter()
        .map(|item| {
            let reference = &item.service.service_specification;
            let specification = reference
                .name
                .as_ref()
                .or(reference.id.as_ref())
                .map_or("", String::as_str);
            let number = ["msisdn", "number"]
                .iter()
                .find_map(|name| item.service.characteristic(name));
            format!(
                "{:?} {specification} {}",
                item.action,
                number.unwrap_or_default()
            )
        })
        .collect();
    items.join("; ")
}
