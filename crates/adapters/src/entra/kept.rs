//! One value that is fetched from elsewhere, kept, and fetched again, by one task at a time.

use platform::{Clock, Instant, outside::OutsideError};
use std::{
    future::Future,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

/// Locks even when another thread panicked while holding it: what is inside is replaced whole, never half.
pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

pub(super) struct Kept<T> {
    state: Mutex<Look<T>>,
    /// Held while fetching. Whoever waits for it shares what came of the fetch.
    flight: tokio::sync::Mutex<()>,
}

/// What is kept, as of one moment.
pub(super) struct Look<T> {
    pub value: Option<Arc<T>>,
    /// When `value` was fetched.
    pub fetched_at: Instant,
    /// When a fetch last ended, well or badly.
    pub tried_at: Option<Instant>,
    /// What came of that fetch, if it went badly.
    failure: Option<OutsideError>,
    attempts: u64,
    /// How often a new value came.
    pub generation: u64,
}

impl<T> Clone for Look<T> {
    fn clone(&self) -> Self {
        Look {
            value: self.value.clone(),
            failure: self.failure.clone(),
            ..*self
        }
    }
}

impl<T> Default for Kept<T> {
    fn default() -> Self {
        Kept {
            state: Mutex::new(Look {
                value: None,
                fetched_at: Instant(0),
                tried_at: None,
                failure: None,
                attempts: 0,
                generation: 0,
            }),
            flight: tokio::sync::Mutex::new(()),
        }
    }
}

impl<T> Kept<T> {
    pub fn look(&self) -> Look<T> {
        lock(&self.state).clone()
    }

    /// Fetches, because what `seen` showed will not do. When somebody else has fetched since then, theirs is the answer,
    /// failure included, so that a crowd asks once.
    pub async fn refresh(
        &self,
        seen: &Look<T>,
        clock: &dyn Clock,
        fetch: impl Future<Output = Result<T, OutsideError>>,
    ) -> Result<Arc<T>, OutsideError> {
        let _flight = self.flight.lock().await;
        {
            let state = lock(&self.state);
            if state.attempts != seen.attempts {
                return match (&state.failure, &state.value) {
                    (None, Some(value)) => Ok(value.clone()),
                    (Some(failure), _) => Err(failure.clone()),
                    (None, None) => Err(OutsideError::Unavailable("nothing was fetched".into())),
                };
            }
        }
        let outcome = fetch.await;
        let now = clock.now();
        let mut state = lock(&self.state);
        state.attempts += 1;
        state.tried_at = Some(now);
        match outcome {
            Ok(value) => {
                let value = Arc::new(value);
                state.value = Some(value.clone());
                state.fetched_at = now;
                state.failure = None;
                state.generation += 1;
                Ok(value)
            }
            Err(failure) => {
                state.failure = Some(failure.clone());
                Err(failure)
            }
        }
    }

    /// Whether a fetch is under way.
    pub fn is_in_flight(&self) -> bool {
        self.flight.try_lock().is_err()
    }

    /// Waits until no fetch is under way.
    pub async fn settled(&self) {
        drop(self.flight.lock().await);
    }

    /// Forgets the value if it is the one that `unwanted` recognises.
    pub fn forget(&self, unwanted: impl FnOnce(&T) -> bool) {
        let mut state = lock(&self.state);
        if state.value.as_ref().is_some_and(|value| unwanted(value)) {
            state.value = None;
        }
    }
}
