//! The simulators' clock: the system's time plus an offset that the control interface can move.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use jiff::{SignedDuration, Timestamp};

/// System time plus an adjustable offset. Clones share the offset, so that moving one moves all.
///
/// Everything inside the simulators that lives for a while (codes, tokens, delta links, provisioning) reads this
/// clock; a test moves it instead of waiting.
#[derive(Clone, Debug, Default)]
pub struct SimulatorClock {
    offset_ns: Arc<AtomicI64>,
}

impl SimulatorClock {
    /// A clock that shows the system's time.
    pub fn new() -> SimulatorClock {
        SimulatorClock::default()
    }

    /// The simulators' present instant.
    pub fn now(&self) -> Timestamp {
        #[expect(
            clippy::disallowed_methods,
            reason = "this is the simulators' clock: all else asks it"
        )]
        let system = Timestamp::now();
        system.checked_add(self.offset()).unwrap_or(Timestamp::MAX)
    }

    /// Seconds since 1970 at the simulators' present instant, as tokens count them.
    pub fn unix(&self) -> i64 {
        self.now().as_second()
    }

    /// How far this clock is from the system's.
    pub fn offset(&self) -> SignedDuration {
        SignedDuration::from_nanos(self.offset_ns.load(Ordering::SeqCst))
    }

    /// Moves the clock by `by` (negative: back).
    pub fn advance(&self, by: SignedDuration) {
        let ns = i64::try_from(by.as_nanos()).unwrap_or(0);
        self.offset_ns.fetch_add(ns, Ordering::SeqCst);
    }

    /// Sets the distance from the system's time; zero brings the clock home.
    pub fn set_offset(&self, offset: SignedDuration) {
        let ns = i64::try_from(offset.as_nanos()).unwrap_or(0);
        self.offset_ns.store(ns, Ordering::SeqCst);
    }
}

/// Writes an instant as Microsoft's services do: whole seconds and `Z`.
pub fn seconds(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}
