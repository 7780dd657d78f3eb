//! What Graph keeps beside the world: settings, throttling, the ledger and the links it has given out.

use std::collections::HashMap;
use std::io;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::SignedDuration;
use serde_json::Value;

use crate::common::ledger::Ledger;

use super::super::world::SharedWorld;
use super::call::Call;
use super::control::{Delivery, Settings};
use super::error::GraphError;
use super::ledger::Entry;
use super::notify::Notifier;
use super::numbers::ScriptedOperation;
use super::throttle::{Charge, Throttle};

/// Graph v1.0 over a world. Clones share everything.
#[derive(Clone)]
pub struct Graph(Arc<Inner>);

struct Inner {
    world: SharedWorld,
    settings: Mutex<Settings>,
    throttle: Mutex<Throttle>,
    ledger: Ledger<Entry>,
    ledger_sequence: AtomicU64,
    delta_generation: AtomicU64,
    polls: Mutex<HashMap<String, u32>>,
    scripted: Mutex<HashMap<(String, String), ScriptedOperation>>,
    notifier: Notifier,
}

impl Graph {
    /// Graph over `world`; the ledger goes to `graph-ledger.jsonl` in `data`, or stays in memory without one.
    ///
    /// # Errors
    ///
    /// The ledger cannot be opened.
    pub fn new(world: SharedWorld, data: Option<&Path>) -> io::Result<Graph> {
        let ledger: Ledger<Entry> = Ledger::open(data, "graph-ledger.jsonl")?;
        Ok(Graph(Arc::new(Inner {
            notifier: Notifier::new(world.clone()),
            world,
            settings: Mutex::default(),
            throttle: Mutex::default(),
            ledger_sequence: AtomicU64::new(ledger.len() as u64),
            ledger,
            // A world that starts anew knows nothing of the changes its links once spoke of.
            delta_generation: AtomicU64::new(u64::from(rand::random::<u32>())),
            polls: Mutex::default(),
            scripted: Mutex::default(),
        })))
    }

    /// The world.
    pub fn world(&self) -> &SharedWorld {
        &self.0.world
    }

    /// The settings as they are now, the world's delays among them.
    pub fn settings(&self) -> Settings {
        let delays = self.0.world.read().delays;
        Settings {
            licence_seconds: delays.licence.as_secs(),
            operation_seconds: delays.operation.as_secs(),
            configuration_seconds: delays.configuration.as_secs(),
            ..lock(&self.0.settings).clone()
        }
    }

    /// Changes the settings; see [`Settings::patched`].
    ///
    /// # Errors
    ///
    /// Why the patch does not fit; nothing is changed then.
    pub fn change_settings(&self, patch: &Value) -> Result<Settings, String> {
        let changed = self.settings().patched(patch)?;
        {
            let mut world = self.0.world.write();
            world.delays.licence = SignedDuration::from_secs(changed.licence_seconds);
            world.delays.operation = SignedDuration::from_secs(changed.operation_seconds);
            world.delays.configuration = SignedDuration::from_secs(changed.configuration_seconds);
        }
        self.adopt(&changed);
        Ok(changed)
    }

    /// Everything but the world's delays as it was at the start.
    pub fn reset_settings(&self) -> Settings {
        self.adopt(&Settings::default());
        self.settings()
    }

    fn adopt(&self, settings: &Settings) {
        lock(&self.0.settings).clone_from(settings);
        self.0.notifier.configure(settings);
        if settings.notifications == Delivery::On {
            self.0.notifier.release();
        }
    }

    /// Counts a call; see [`Throttle::admit`].
    ///
    /// # Errors
    ///
    /// 429 when a limit is passed.
    pub fn admit(&self, call: &Call) -> Result<Option<Charge>, GraphError> {
        let settings = lock(&self.0.settings).clone();
        lock(&self.0.throttle).admit(call, &settings)
    }

    /// The ledger of effectful calls.
    pub fn ledger(&self) -> &Ledger<Entry> {
        &self.0.ledger
    }

    /// The position of the next ledger entry.
    pub fn next_ledger_sequence(&self) -> u64 {
        self.0.ledger_sequence.fetch_add(1, Ordering::SeqCst) + 1
    }

    /// The generation of delta tokens that is valid now.
    pub fn delta_generation(&self) -> u64 {
        self.0.delta_generation.load(Ordering::SeqCst)
    }

    /// Makes every delta token given so far expire.
    pub fn expire_delta_tokens(&self) {
        self.0.delta_generation.fetch_add(1, Ordering::SeqCst);
    }

    /// Counts a look at an operation; answers how many there were, this one included.
    pub fn count_poll(&self, operation: &str) -> u32 {
        let mut polls = lock(&self.0.polls);
        let seen = polls.entry(operation.to_owned()).or_default();
        *seen += 1;
        *seen
    }

    /// Takes one forced outcome off the settings, if number operations are to have one.
    pub fn take_forced_outcome(&self) -> Option<super::control::ForcedOutcome> {
        let mut settings = lock(&self.0.settings);
        let forced = settings.forced_outcome.as_mut()?;
        let taken = forced.clone();
        match &mut forced.times {
            Some(times) if *times <= 1 => settings.forced_outcome = None,
            Some(times) => *times -= 1,
            None => {}
        }
        Some(taken)
    }

    /// Operations that only pretend, by tenant and id.
    pub fn scripted(&self) -> MutexGuard<'_, HashMap<(String, String), ScriptedOperation>> {
        lock(&self.0.scripted)
    }

    /// The sender of change notifications.
    pub fn notifier(&self) -> &Notifier {
        &self.0.notifier
    }
}

/// Locks; a thread that panicked while it held the lock left nothing half done that matters here.
pub fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
