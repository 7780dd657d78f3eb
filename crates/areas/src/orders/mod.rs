//! Quotes, orders and what is told live. Every change to what an organisation has goes through here: quoted first, then ordered
//! from the quote, then followed to its end.

mod bulk;
mod cancel_order;
mod get_order;
mod item_view;
mod list_offerings;
mod list_order_requesters;
mod list_orders;
mod place_order;
mod quote_order;
mod stream_events;
mod undo_order;
mod update_order;
mod view;

use crate::Shared;
use utoipa_axum::{router::OpenApiRouter, routes};

pub(crate) fn router() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .merge(bulk::router())
        .routes(routes!(list_offerings::list_offerings))
        .routes(routes!(quote_order::quote_order))
        .routes(routes!(list_orders::list_orders, place_order::place_order))
        .routes(routes!(list_order_requesters::list_order_requesters))
        .routes(routes!(get_order::get_order, update_order::update_order))
        .routes(routes!(cancel_order::cancel_order))
        .routes(routes!(undo_order::undo_order))
        .routes(routes!(stream_events::stream_events))
}
