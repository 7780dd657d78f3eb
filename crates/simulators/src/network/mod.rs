//! The operator's network: TM Forum TMF641 Service Ordering v4 at `/tmf-api/serviceOrdering/v4`, as an operator would
//! offer it to the portal. <https://github.com/tmforum-apis/TMF641_ServiceOrder>
//!
//! It owns the service orders it was given, the services it runs (which number and which SIM card is active), and a
//! ledger of effects, on disk before it answers when there is a data directory. It promises that a service order ends
//! in completed, partial, failed or cancelled, or stands held or pending while a rule says so; and that all of it is there
//! again after a crash, an interrupted order going on where its ledger ends.
//!
//! It deliberately does **not** recognise a repeated `externalId`: TMF641 does not promise it, so a repeat is a second
//! order with a second effect, and the ledger shows it. The setting `deduplicate` makes it a better citizen.
//!
//! - [`tmf`]: the documents as they are on the wire · [`specifications`]: what can be ordered, and its rules
//! - [`services`]: what is active · [`engine`]: the state machine · [`effects`]: carrying out, and the ledger
//! - `packs`: the cards that are sent · [`donor`]: the other operators, for numbers that move · [`hub`]: listeners and events · [`settings`]: pace and rules · [`page`]: what people see
//! - [`http`]: TMF641 itself, with its proof of identity · [`control`]: the switches and the page under
//!   `/_simulator/network`

pub mod control;
pub mod donor;
pub mod effects;
pub mod engine;
pub mod http;
pub mod hub;
mod packs;
pub mod page;
pub mod services;
pub mod settings;
pub mod specifications;
pub mod tmf;

pub use effects::Effect;
pub use engine::Network;
pub use settings::{Deduplicate, Does, Rule, Settings};

use crate::{common::faults::Faults, microsoft::world::SimulatorClock};
use std::path::PathBuf;
use url::Url;

/// The token of the demonstration; [`Options::token`] says otherwise.
pub const DEMO_TOKEN: &str = "demo-network-token";

/// What a network starts with.
#[derive(Clone)]
pub struct Options {
    /// What callers prove themselves with: as a bearer token, or as the password of HTTP Basic with any name.
    pub token: String,
    /// Where orders and ledger are kept. `None`: in memory.
    pub data: Option<PathBuf>,
    /// The base URL of the Microsoft simulator, to whose inventory numbers are uploaded. `None`: uploads are only noted.
    pub microsoft: Option<Url>,
    /// The delays and rules at the start.
    pub settings: Settings,
    /// The time in the documents.
    pub clock: SimulatorClock,
    /// The faults that strike the delivery of events (see [`Faults::delivery`]).
    pub faults: Faults,
}

impl Default for Options {
    fn default() -> Self {
        Options {
            token: DEMO_TOKEN.to_owned(),
            data: None,
            microsoft: None,
            settings: Settings::default(),
            clock: SimulatorClock::new(),
            faults: Faults::new(),
        }
    }
}
