//! Makes the parts of the service from its configuration and joins them.

use crate::{documents::Documents, health, web};
use adapters::{
    entra::{self, Credential},
    graph, http, mail, network,
};
use areas::{App, Settings, Shared, throttles::Throttles};
use axum::{Router, routing::get};
use domain::{
    access, billing, directory,
    fulfilment::{CarryOut, CaseMoved, Outside, ports::Network},
    numbering, orders, porting, usage,
};
use platform::{
    Clock, Ids, Result,
    config::Config,
    db::{Db, DbOptions},
    housekeeping,
    http::{HttpOptions, Idempotency},
    jobs::Worker,
    live::Live,
    outbox,
    seal::Sealer,
};
use std::{sync::Arc, time::Duration};
use tokio_util::sync::CancellationToken;

/// The service, ready to be served and worked.
pub struct Composition {
    pub db: Db,
    pub ids: Ids,
    pub app: Shared,
    /// Everything that is served on the public address.
    pub router: Router,
    pub worker: Arc<Worker>,
    pub network: Arc<dyn Network>,
    /// Where the network is asked to tell of changes.
    pub network_callback: String,
}

/// Connects to the database, brings its schema up to date and joins everything. Asks nobody outside.
///
/// # Errors
/// One line that says what is wrong and what to do.
pub async fn compose(
    config: &Config,
    clock: Arc<dyn Clock>,
    stop: CancellationToken,
) -> std::result::Result<Composition, String> {
    let db = Db::connect(&DbOptions {
        url: config.database.url.expose().to_owned(),
        max_connections: config.database.max_connections as usize,
        statement_timeout: Duration::from_secs(config.database.statement_timeout_seconds.into()),
    })
    .await
    .map_err(|error| format!("database.url: {}", error.context.unwrap_or_default()))?;
    db.migrate(domain::migrations())
        .await
        .map_err(|error| format!("database.url: {}", error.context.unwrap_or_default()))?;
    join(config, db, clock, stop).await
}

/// Joins everything around a database whose schema is up to date.
///
/// # Errors
/// One line that says what is wrong and what to do.
pub async fn join(
    config: &Config,
    db: Db,
    clock: Arc<dyn Clock>,
    stop: CancellationToken,
) -> std::result::Result<Composition, String> {
    let ids = Ids::new(clock.clone());
    let entra = entra::Entra::new(entra_config(config)?, clock.clone())
        .map_err(|why| format!("entra: {why}"))?;
    let graph = graph::Graph::new(
        graph::Config::new(config.graph.base.clone()),
        entra.clone(),
        entra.http(),
    )
    .map_err(|why| format!("graph.base: {why}"))?;
    let http = http::Http::new(&http_settings(config), clock.clone())?;
    let ordering = Arc::new(
        network::ServiceOrdering::new(
            http,
            (*config.network.base).clone(),
            (*config.network.token).clone(),
        )
        .map_err(|why| format!("network.base: {why}"))?,
    );
    let network: Arc<dyn Network> = ordering.clone();
    let smtp = mail::Smtp::new(&mail::Settings::from_config(&config.mail))
        .map_err(|why| format!("mail: {why}"))?;
    let outside = Outside {
        network: network.clone(),
        teams: graph.clone(),
        directory: graph.clone(),
    };
    let source = graph.clone();
    let settings = Settings::of(config);
    let worker = Worker::new(db.clone(), clock.clone())
        .with(
            directory::SYNC_TENANT,
            Arc::new(directory::SyncTenant {
                db: db.clone(),
                ids: ids.clone(),
                source: source.clone(),
                interval: Duration::from_secs(config.directory.sync_interval_seconds.into()),
            }),
        )
        .with(
            directory::KEEP_SUBSCRIPTION,
            Arc::new(directory::KeepSubscription {
                db: db.clone(),
                ids: ids.clone(),
                source,
                notification_url: config.graph_notification_url(),
                interval: Duration::from_secs(config.directory.sync_interval_seconds.into()),
            }),
        )
        .with(
            directory::SYNC_GROUPS,
            Arc::new(directory::SyncGroups {
                db: db.clone(),
                ids: ids.clone(),
                source: graph.clone(),
            }),
        )
        .with(
            directory::CHECK_CONNECTION,
            Arc::new(directory::CheckConnection {
                db: db.clone(),
                ids: ids.clone(),
                check: graph.clone(),
            }),
        )
        .with(
            orders::CARRY_OUT,
            Arc::new(CarryOut {
                db: db.clone(),
                ids: ids.clone(),
                clock: clock.clone(),
                outside,
                sealer: Arc::new(
                    Sealer::from_file(&config.secrets.seal_key_file)
                        .map_err(|error| format!("secrets.seal_key_file: {error}"))?,
                ),
                portal: config.server.public_url.clone(),
            }),
        )
        .with(
            usage::FORGET,
            Arc::new(usage::Forget {
                db: db.clone(),
                ids: ids.clone(),
            }),
        )
        .with(
            billing::CLOSE_PERIOD,
            Arc::new(billing::ClosePeriod {
                db: db.clone(),
                ids: ids.clone(),
            }),
        )
        .with(
            billing::CLOSE_PAYER,
            Arc::new(billing::ClosePayer {
                db: db.clone(),
                ids: ids.clone(),
                issuer: settings.billing.clone(),
            }),
        )
        .with(
            billing::SCHEDULE,
            Arc::new(billing::Schedule {
                db: db.clone(),
                ids: ids.clone(),
                issuer: settings.billing.clone(),
            }),
        )
        .with(
            porting::FOLLOW_CASE,
            Arc::new(porting::FollowCase {
                db: db.clone(),
                ids: ids.clone(),
                clock: clock.clone(),
                portability: ordering,
                portal: config.server.public_url.clone(),
            }),
        )
        .with(
            porting::CASE_MOVED,
            Arc::new(CaseMoved {
                db: db.clone(),
                ids: ids.clone(),
            }),
        )
        .with(
            numbering::END_RESTS,
            Arc::new(numbering::EndRests {
                db: db.clone(),
                clock: clock.clone(),
            }),
        )
        .with(
            housekeeping::SWEEP_UP,
            Arc::new(housekeeping::SweepUp::new(db.clone(), clock.clone())),
        )
        .with(
            outbox::SEND_MAIL,
            Arc::new(outbox::SendMail {
                db: db.clone(),
                clock: clock.clone(),
                transport: Arc::new(smtp),
            }),
        );
    let app = Arc::new(App {
        db: db.clone(),
        clock: clock.clone(),
        ids: ids.clone(),
        identity: entra,
        directory: graph.clone(),
        sealer: Arc::new(
            Sealer::from_file(&config.secrets.seal_key_file)
                .map_err(|error| format!("secrets.seal_key_file: {error}"))?,
        ),
        idempotency: Idempotency::default(),
        live: Live::start(db.clone(), clock, stop),
        settings,
        documents: Arc::new(Documents::new(config)?),
        room: Default::default(),
        denials: Default::default(),
        connection: graph,
        looks: Default::default(),
        throttles: Throttles::new(&config.limits),
    });
    let more = Router::new()
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready).with_state(db.clone()))
        .merge(web::router(config));
    let options = HttpOptions {
        // Checked with the rest of the configuration.
        client_ip_header: config
            .server
            .client_ip_header
            .as_deref()
            .and_then(|name| name.parse().ok()),
        ..HttpOptions::new(config.is_https(), vec![&domain::TEXTS, &areas::TEXTS])
    };
    Ok(Composition {
        router: areas::served(app.clone(), more, options),
        network_callback: network_callback(config),
        db,
        ids,
        app,
        worker: Arc::new(worker),
        network,
    })
}

impl Composition {
    /// Writes the jobs that keep themselves alive: the synchronisation of every tenant.
    pub async fn start_schedules(&self) -> Result<()> {
        let mut tx = self.db.begin().await?;
        directory::start(&mut tx, &self.ids, access::for_system()).await?;
        numbering::start_rests(&mut tx, &self.ids).await?;
        usage::start(&mut tx, &self.ids).await?;
        billing::start(&mut tx, &self.ids).await?;
        housekeeping::start(&mut tx, &self.ids).await?;
        tx.commit().await
    }
}

/// How we prove to the authority that we are the application.
fn credential(config: &Config) -> std::result::Result<Credential, String> {
    let entra = &config.entra;
    let read = |key: &str, path: &std::path::Path| {
        std::fs::read_to_string(path)
            .map_err(|error| format!("entra.{key}: {} cannot be read: {error}", path.display()))
    };
    match (
        &entra.client_secret,
        &entra.certificate_file,
        &entra.key_file,
    ) {
        (Some(secret), None, None) => Ok(Credential::Secret(secret.expose().to_owned())),
        (None, Some(certificate), Some(key)) => Ok(Credential::Certificate {
            key: read("key_file", key)?,
            certificate: read("certificate_file", certificate)?,
        }),
        _ => Err(
            "entra.client_secret: set either it, or both certificate_file and key_file".to_owned(),
        ),
    }
}

fn entra_config(config: &Config) -> std::result::Result<entra::Config, String> {
    let mut entra = entra::Config::new(
        config.entra.authority.clone(),
        config.entra.client_id.to_string(),
        credential(config)?,
    );
    entra.graph_resource = config
        .graph
        .resource
        .as_str()
        .trim_end_matches('/')
        .to_owned();
    entra.guests_allowed = config.entra.guests_allowed;
    entra.http = http_settings(config);
    Ok(entra)
}

fn http_settings(config: &Config) -> http::Settings {
    http::Settings {
        timeout: Duration::from_secs(config.server.outside_timeout_seconds.into()),
        extra_ca_file: config.entra.extra_ca_file.clone(),
        ..http::Settings::default()
    }
}

fn network_callback(config: &Config) -> String {
    let mut url = config.server.public_url.clone();
    url.set_path("hooks/network");
    url.query_pairs_mut()
        .append_pair("token", config.network.callback_token.expose());
    url.to_string()
}
