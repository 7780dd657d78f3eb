//! HTTP lives here and only here: one folder for each area that a person sees. An area owns routes and views and no table; no
//! area imports another. What all of them share stands beside them: who calls ([`caller`]), what each operation needs
//! ([`operations`]), and the contract they make together ([`contract`]).

pub mod caller;
mod contract;
mod contract_answers;
pub mod dashboard;
pub mod downloads;
mod fields;
mod help_view;
mod hooks;
mod invoice_lines;
pub mod invoices;
pub mod my_page;
pub mod operations;
mod operator;
mod order_brief;
pub mod orders;
pub mod organisation;
pub mod porting;
pub mod session;
pub mod support;
mod texts;
pub mod throttles;
mod usage_view;
pub mod users;

pub use texts::TEXTS;

use axum::{Router, http::header, routing::get};
use domain::{
    access::ports::IdentityProvider,
    billing::{self, ports::Renderer},
    directory::ports::{ConnectionCheck, DirectorySource},
};
use platform::{
    Clock, Ids,
    config::{self, Config, SecretText},
    db::Db,
    http::{HttpOptions, Idempotency, wrap},
    live::Live,
    seal::Sealer,
};
use std::sync::Arc;
use url::Url;
use utoipa::openapi::OpenApi;
use utoipa_axum::router::OpenApiRouter;

/// What the handlers work with. Made once by the composition.
pub struct App {
    pub db: Db,
    pub clock: Arc<dyn Clock>,
    pub ids: Ids,
    pub identity: Arc<dyn IdentityProvider>,
    /// Asked by a page only where nothing else knows, and never for long.
    pub directory: Arc<dyn DirectorySource>,
    /// Seals and opens what lies sealed: codes of SIM cards, consents.
    pub sealer: Arc<Sealer>,
    pub idempotency: Idempotency,
    pub live: Live,
    pub settings: Settings,
    pub denials: caller::Denials,
    /// What we may do in a tenant's directory.
    pub connection: Arc<dyn ConnectionCheck>,
    pub looks: users::Looks,
    /// Makes the documents of invoices.
    pub documents: Arc<dyn Renderer>,
    /// Where they are made, few at once.
    pub room: downloads::Room,
    pub throttles: throttles::Throttles,
}

/// The state of every route.
pub type Shared = Arc<App>;

/// What the handlers need of the configuration.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Where the portal is reached, with `/` at the end.
    pub public_url: Url,
    pub authority: Url,
    pub client_id: String,
    /// What a client asks the authority for, to get a token for this interface.
    pub scope: String,
    /// What the network proves itself with when it calls.
    pub network_callback_token: SecretText,
    /// What the operator decides about orders.
    pub orders: domain::orders::Policy,
    /// Who sells, and on which terms.
    pub billing: Arc<billing::Issuer>,
    /// How often what may be done.
    pub limits: config::Limits,
}

impl Settings {
    pub fn of(config: &Config) -> Self {
        Settings {
            public_url: config.server.public_url.clone(),
            authority: config.entra.authority.clone(),
            client_id: config.entra.client_id.to_string(),
            scope: format!("{}/access_as_user", config.application_id_uri()),
            network_callback_token: (*config.network.callback_token).clone(),
            orders: domain::orders::Policy {
                undo_minutes: config.orders.undo_minutes,
                rest_days: config.orders.rest_days.max(domain::orders::SHORTEST_REST),
                address_hold_hours: config.orders.address_hold_hours,
            },
            billing: Arc::new(billing::Issuer::of(config)),
            limits: config.limits.clone(),
        }
    }

    /// An address of ours, for the identity provider to send the person back to. `path` is without a leading `/`.
    pub fn address(&self, path: &'static str) -> Url {
        let mut address = self.public_url.clone();
        address.set_path(path);
        address
    }
}

/// The areas, one line each.
fn areas() -> OpenApiRouter<Shared> {
    OpenApiRouter::with_openapi(contract::beginning())
        .merge(session::router())
        .merge(organisation::router())
        .merge(orders::router())
        .merge(users::router())
        .merge(dashboard::router())
        .merge(operator::router())
        .merge(support::router())
        .merge(porting::router())
        .merge(invoices::router())
        .merge(my_page::router())
        .merge(downloads::router())
}

/// Every area's routes, not yet with anything around them, and the contract that describes them.
pub fn routes(app: Shared) -> (Router, OpenApi) {
    let (router, mut api) = areas().with_state(app).split_for_parts();
    contract::complete(&mut api);
    let text = api.to_pretty_json().unwrap_or_default();
    let document = move || async move { ([(header::CONTENT_TYPE, "application/json")], text) };
    (router.route("/api/v1/openapi.json", get(document)), api)
}

/// The contract alone, for the test that keeps it in a file.
pub fn openapi() -> OpenApi {
    let (_, mut api) = areas().split_for_parts();
    contract::complete(&mut api);
    api
}

/// The routes as they are served, with limits, security headers and problem documents around them.
pub fn served(app: Shared, more: Router, mut options: HttpOptions) -> Router {
    options.streamed = operator::STREAMED;
    let hooks = hooks::router()
        .merge(downloads::links())
        .with_state(app.clone());
    let (router, _) = routes(app);
    wrap(router.merge(hooks).merge(more), options)
}

#[cfg(test)]
mod tests;
