//! Asking the directory for one person's licences while somebody looks at their profile. The list of changes does not always
//! tell of a licence, so the person is asked for; but a page does not wait for long, and does not ask twice a minute.

use crate::Shared;
use domain::{
    access::Scope,
    directory::{self, PersonId},
};
use platform::Instant;
use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::Duration,
};

/// So long an answer is good.
const FRESH: Duration = Duration::from_secs(60);
/// So long the page waits. What takes longer is finished all the same, and the open page is told.
const PATIENCE: Duration = Duration::from_millis(1_200);
/// People remembered at once; then those of the last minute.
const AT_MOST: usize = 10_000;

/// Whom the directory was asked for lately by this process.
#[derive(Default)]
pub struct Looks(Mutex<HashMap<PersonId, Look>>);

#[derive(Clone, Copy)]
struct Look {
    asked_at: Instant,
    answered_at: Option<Instant>,
}

impl Looks {
    /// Whether the person is to be asked for now; then nobody else does for a while.
    fn claim(&self, person: PersonId, now: Instant) -> bool {
        let mut looks = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if looks.len() >= AT_MOST {
            looks.retain(|_, look| now.since(look.asked_at) < FRESH);
        }
        match looks.get_mut(&person) {
            Some(look) if now.since(look.asked_at) < FRESH => false,
            Some(look) => {
                look.asked_at = now;
                true
            }
            None => {
                let look = Look {
                    asked_at: now,
                    answered_at: None,
                };
                looks.len() < AT_MOST && looks.insert(person, look).is_none()
            }
        }
    }

    fn answered(&self, person: PersonId, now: Instant) {
        let mut looks = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(look) = looks.get_mut(&person) {
            look.answered_at = Some(now);
        }
    }

    /// When the directory last said how the person is, as far as this process knows.
    pub(super) fn answered_at(&self, person: PersonId) -> Option<Instant> {
        let looks = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        looks.get(&person).and_then(|look| look.answered_at)
    }
}

/// Brings what we know of a person up to date, unless it is. Never an error: what the mirror has is shown then, with its time.
pub(super) async fn refresh(app: &Shared, scope: &Scope, person: PersonId) {
    if scope.tenant().is_none() || !app.looks.claim(person, app.clock.now()) {
        return;
    }
    let (of, scope) = (app.clone(), scope.clone());
    let asked = tokio::spawn(async move {
        let answer =
            directory::refresh_person(&of.db, &of.ids, &*of.directory, &scope, person).await;
        match answer {
            Ok(Some(known)) if known.object.is_some() => {
                of.looks.answered(person, of.clock.now());
            }
            Ok(_) => {}
            Err(error) => tracing::info!(%person, %error, "the directory cannot be asked"),
        }
    });
    // The task goes on by itself when the page does not wait for it any more.
    tokio::time::timeout(PATIENCE, asked).await.ok();
}
