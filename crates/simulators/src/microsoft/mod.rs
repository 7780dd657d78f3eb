//! Microsoft, as far as Switchboard sees it: Entra ID v2.0 and Graph v1.0 over one simulated [`world`].
//!
//! Promises the shapes, errors and delays of the real services, so that unmodified clients work; it does not promise
//! their security (every password is the same and the control interface under `/_simulator` is open). One router
//! serves the plain and the encrypted listener; what it says about its own address follows the listener and the
//! request's `Host`.
//!
//! - [`entra`]: sign-in and tokens, at the root · [`graph`]: under `/v1.0`
//! - [`control`]: the switches under `/_simulator` · [`people`]: the page at `/_simulator/`
//! - [`teams_host`]: a page that plays the Teams client, at `/_simulator/teams-host`

pub mod control;
pub mod entra;
pub mod graph;
pub mod origin;
pub mod people;
pub mod teams_host;
pub mod world;

use axum::Router;

pub use origin::{Origin, Scheme};

use entra::Entra;
use graph::Graph;
use world::SharedWorld;

/// What every handler of the simulator shares. Cloning shares it.
#[derive(Clone, Debug)]
pub struct Microsoft {
    /// Tenants, people, numbers, applications.
    pub world: SharedWorld,
    /// Keys, codes, sessions.
    pub entra: Entra,
}

impl Microsoft {
    /// Entra over a world, with nobody signed in.
    pub fn new(world: SharedWorld) -> Microsoft {
        Microsoft {
            world,
            entra: Entra::default(),
        }
    }
}

/// Everything that the Microsoft listeners serve.
pub fn router(microsoft: Microsoft, graph: Graph) -> Router {
    Router::new()
        .merge(entra::router())
        .merge(graph::router(graph))
        .merge(control::router())
        .merge(people::router())
        .merge(teams_host::router())
        .with_state(microsoft)
}
