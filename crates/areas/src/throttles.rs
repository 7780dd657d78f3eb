//! What every request passes before it costs anything: limits in memory, each process for itself. The rarer and dearer things
//! have theirs in the database, where they are done (see [`platform::limits`]).

use domain::access::{self, TenantId};
use platform::{
    Instant, Result, config,
    limits::{AtOnce, Limit, Place, Throttle},
    seal::Secret,
};
use std::{net::IpAddr, time::Duration};
use uuid::Uuid;

/// Made once, from the configuration.
#[derive(Debug)]
pub struct Throttles {
    requests: Throttle,
    under_way: AtOnce,
    streams: AtOnce,
    refused: Throttle,
    strangers: Throttle,
    /// A tenant that was counted for an address is not counted again for a while: the limit is on how many there are, not on how
    /// often one of them asks.
    counted: Throttle,
    followed: Throttle,
}

/// How often one link to a file is followed: it lives a minute, and a file can be dear to make.
const FOLLOWED: Limit = Limit {
    name: "followed",
    most: 10,
    per: Duration::from_secs(60),
};

const COUNTED: Limit = Limit {
    name: "counted",
    most: 1,
    per: Duration::from_secs(3600),
};

impl Throttles {
    pub fn new(limits: &config::Limits) -> Self {
        Throttles {
            requests: Throttle::new(limits.requests()),
            under_way: limits.under_way(),
            streams: limits.streams(),
            refused: Throttle::new(limits.refused()),
            strangers: Throttle::new(limits.strangers()),
            counted: Throttle::new(COUNTED),
            followed: Throttle::new(FOLLOWED),
        }
    }

    /// Whether a proof from this address may be looked at at all.
    pub(crate) fn may_prove(&self, from: IpAddr, now: Instant) -> Result<()> {
        self.refused.check(from, now)
    }

    /// A proof from this address was missing or no good.
    pub(crate) fn refused(&self, from: IpAddr, now: Instant) -> Result<()> {
        self.refused.take(from, now)
    }

    /// Somebody asks: a principal, or a stranger, of whom nothing is kept elsewhere. The place is theirs until they are answered:
    /// a body that comes a byte a second would otherwise take the others' places too.
    pub(crate) fn asks(&self, who: &access::Caller, from: IpAddr, now: Instant) -> Result<Place> {
        if who.principal.is_none() {
            self.stranger(who.tenant, from, now)?;
        }
        let whom = subject(who);
        self.requests.take(whom, now)?;
        self.under_way.enter(whom)
    }

    /// Somebody begins to listen to live events.
    pub(crate) fn listens(&self, who: &access::Caller) -> Result<Place> {
        self.streams.enter(subject(who))
    }

    /// Somebody follows the link with this ticket.
    pub(crate) fn follows(&self, ticket: &Secret, now: Instant) -> Result<()> {
        let hash = ticket.hash();
        let (half, _) = hash.split_at(16);
        let name = Uuid::from_slice(half).unwrap_or_default();
        self.followed.take(name, now)
    }

    fn stranger(&self, tenant: TenantId, from: IpAddr, now: Instant) -> Result<()> {
        let from_u128 = match from {
            IpAddr::V4(address) => u128::from(address.to_bits()),
            IpAddr::V6(address) => address.to_bits(),
        };
        let pair = Uuid::from_u128(tenant.0.as_u128() ^ from_u128);
        match self.counted.take(pair, now) {
            Ok(()) => self.strangers.take(from, now),
            Err(_) => Ok(()),
        }
    }
}

fn subject(who: &access::Caller) -> Uuid {
    match &who.principal {
        Some(principal) => principal.id.0,
        None => who.object.0,
    }
}
