//! Starting and stopping all simulators in one process.

use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use axum::routing::get;
use axum::{Extension, Router};
use axum_server::Handle;
use axum_server::tls_rustls::RustlsConfig;
use tokio::task::JoinHandle;

use crate::common::faults::Faults;
use crate::mailbox::{self, Mailbox};
use crate::microsoft::graph::Graph;
use crate::microsoft::world::{SharedWorld, SimulatorClock, World};
use crate::microsoft::{self, Microsoft, Scheme};
use crate::network::{self, Network};
use crate::tls;

/// What the simulators start with. [`Options::default`] is what tests want: the small world on free ports of 127.0.0.1.
#[derive(Debug)]
pub struct Options {
    /// The tenants and people.
    pub world: World,
    /// Where the plain Microsoft listener binds; port 0 is any free one.
    pub microsoft_http: SocketAddr,
    /// Where the encrypted Microsoft listener binds.
    pub microsoft_https: SocketAddr,
    /// Where the network and the mailbox's page bind.
    pub network: SocketAddr,
    /// Where the mail server binds.
    pub smtp: SocketAddr,
    /// Where ledgers, mails and the certificate authority are kept. None: nothing outlives the process.
    pub data: Option<PathBuf>,
    /// What callers of the network prove themselves with.
    pub network_token: String,
    /// The network's delays and rules.
    pub network_settings: network::Settings,
}

impl Default for Options {
    fn default() -> Options {
        Options::with_world(World::small(SimulatorClock::new()))
    }
}

impl Options {
    /// Free ports, nothing kept, this world.
    pub fn with_world(world: World) -> Options {
        let free = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        Options {
            world,
            microsoft_http: free,
            microsoft_https: free,
            network: free,
            smtp: free,
            data: None,
            network_token: network::DEMO_TOKEN.to_owned(),
            network_settings: network::Settings::default(),
        }
    }
}

/// All simulators. Start them with [`Simulators::start`].
#[derive(Clone, Copy, Debug)]
pub struct Simulators;

/// Simulators that run; dropping this stops them.
pub struct Running {
    /// Base URL of the plain Microsoft listener, for example `http://127.0.0.1:8081`: authority, and with `/v1.0` Graph.
    pub microsoft_http: String,
    /// Base URL of the encrypted one, for example `https://localhost:8443`.
    pub microsoft_https: String,
    /// What callers of the encrypted listener have to trust, in PEM.
    pub ca_pem: String,
    /// Base URL of the network's interface.
    pub network_url: String,
    /// Base URL of the mailbox's page and interface (the same listener).
    pub mailbox_url: String,
    /// Where mail is sent to.
    pub smtp: SocketAddr,
    /// The time of all of them.
    pub clock: SimulatorClock,
    /// Entra's state, and the world.
    pub microsoft: Microsoft,
    /// Graph's state.
    pub graph: Graph,
    /// The network's state.
    pub network: Network,
    /// The mails.
    pub mailbox: Mailbox,
    /// Faults of both Microsoft listeners.
    pub microsoft_faults: Faults,
    /// Faults of the network's listener, of its events and of the mail server.
    pub network_faults: Faults,
    handles: Vec<Handle<SocketAddr>>,
    tasks: Vec<JoinHandle<()>>,
}

impl Simulators {
    /// Starts all simulators; they accept connections when this returns.
    ///
    /// # Errors
    /// A port is taken, or the data directory cannot be used.
    pub async fn start(options: Options) -> io::Result<Running> {
        tls::install_provider();
        let clock = options.world.clock().clone();
        let data = options.data.as_deref();
        let identity = tls::identity(data, SimulatorClock::new().now())?;
        let world = SharedWorld::new(options.world);
        let microsoft = Microsoft::new(world);
        let graph = Graph::new(microsoft.world.clone(), data)?;
        let (microsoft_faults, network_faults) = (Faults::new(), Faults::new());

        let http = bind(options.microsoft_http)?;
        let https = bind(options.microsoft_https)?;
        let network_listener = bind(options.network)?;
        let smtp_listener = bind(options.smtp)?;
        let microsoft_http = format!("http://{}", http.local_addr()?);
        let microsoft_https = format!("https://localhost:{}", https.local_addr()?.port());
        let network_url = format!("http://{}", network_listener.local_addr()?);

        let mailbox = Mailbox::open(mailbox::Options {
            data: options.data.clone(),
            tls: Some(Arc::clone(&identity.config)),
            clock: clock.clone(),
            faults: network_faults.clone(),
            ..mailbox::Options::default()
        })?;
        let network = Network::open(network::Options {
            token: options.network_token,
            data: options.data.clone(),
            microsoft: url::Url::parse(&microsoft_http).ok(),
            settings: options.network_settings,
            clock: clock.clone(),
            faults: network_faults.clone(),
        })?;

        let ca_pem = identity.ca_pem.clone();
        let router = microsoft::router(microsoft.clone(), graph.clone())
            .route("/_simulator/ca.pem", get(move || async move { ca_pem }));
        let router = microsoft_faults.wrap(router);
        let others = network_faults.wrap(network.router().merge(mailbox.router()));
        let smtp = smtp_listener.local_addr()?;
        let mut running = Running {
            mailbox_url: network_url.clone(),
            microsoft_http,
            microsoft_https,
            ca_pem: identity.ca_pem,
            network_url,
            smtp,
            clock,
            graph,
            network,
            mailbox: mailbox.clone(),
            microsoft_faults,
            network_faults,
            handles: Vec::new(),
            tasks: Vec::new(),
            microsoft,
        };
        running.serve(http, router.clone().layer(Extension(Scheme::Http)), None)?;
        let config = RustlsConfig::from_config(identity.config);
        running.serve(https, router.layer(Extension(Scheme::Https)), Some(config))?;
        running.serve(network_listener, others, None)?;
        let smtp_listener = tokio::net::TcpListener::from_std(smtp_listener)?;
        running
            .tasks
            .push(tokio::spawn(mailbox.serve_smtp(smtp_listener)));
        running.tasks.push(tokio::spawn(keep_time(
            running.microsoft.world.clone(),
            running.network.clone(),
        )));
        Ok(running)
    }
}

/// Lets what is due happen even while nobody asks, so that notifications go out in time.
async fn keep_time(world: SharedWorld, network: Network) {
    let mut tick = tokio::time::interval(Duration::from_millis(200));
    loop {
        tick.tick().await;
        drop(world.read());
        network.keep_time().await;
    }
}

fn bind(address: SocketAddr) -> io::Result<TcpListener> {
    let listener = TcpListener::bind(address).map_err(|error| {
        io::Error::new(error.kind(), format!("cannot listen on {address}: {error}"))
    })?;
    listener.set_nonblocking(true)?;
    Ok(listener)
}

impl Running {
    fn serve(
        &mut self,
        listener: TcpListener,
        router: Router,
        tls: Option<RustlsConfig>,
    ) -> io::Result<()> {
        let handle = Handle::new();
        self.handles.push(handle.clone());
        let service = router.into_make_service();
        let task = match tls {
            Some(config) => {
                let server = axum_server::from_tcp(listener)?.handle(handle);
                let acceptor = axum_server::tls_rustls::RustlsAcceptor::new(config);
                let server = server.acceptor(acceptor);
                tokio::spawn(async move { report(server.serve(service).await) })
            }
            None => {
                let server = axum_server::from_tcp(listener)?.handle(handle);
                tokio::spawn(async move { report(server.serve(service).await) })
            }
        };
        self.tasks.push(task);
        Ok(())
    }

    /// Graph's base URL on the plain listener.
    pub fn graph_base(&self) -> String {
        format!("{}/v1.0", self.microsoft_http)
    }
}

fn report(result: io::Result<()>) {
    if let Err(error) = result {
        tracing::error!(%error, "a listener ended");
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        for handle in &self.handles {
            handle.shutdown();
        }
        for task in &self.tasks {
            task.abort();
        }
    }
}
