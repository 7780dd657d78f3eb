//! How long the program was within spans of a name, from their beginning to their end. Sums over all tasks.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};
use tracing::{
    Level, Subscriber,
    span::{Attributes, Id},
};
use tracing_subscriber::{
    Layer, filter::Targets, layer::Context, layer::SubscriberExt, registry::LookupSpan,
};

static SPENT: Mutex<Option<HashMap<&'static str, Duration>>> = Mutex::new(None);

struct Spans;

#[expect(clippy::disallowed_methods, reason = "measuring")]
fn now() -> Instant {
    Instant::now()
}

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for Spans {
    fn on_new_span(&self, _: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        if let Some(span) = context.span(id) {
            span.extensions_mut().insert(now());
        }
    }

    fn on_close(&self, id: Id, context: Context<'_, S>) {
        let Some(span) = context.span(&id) else {
            return;
        };
        let Some(began) = span.extensions().get::<Instant>().copied() else {
            return;
        };
        let mut spent = SPENT.lock().unwrap_or_else(PoisonError::into_inner);
        let sums = spent.get_or_insert_default();
        *sums.entry(span.name()).or_default() += began.elapsed();
    }
}

/// From now on the domain's spans are counted.
pub fn watch() -> Result<(), String> {
    let targets = Targets::new().with_target("domain", Level::DEBUG);
    tracing::subscriber::set_global_default(
        tracing_subscriber::registry().with(Spans.with_filter(targets)),
    )
    .map_err(|error| error.to_string())
}

/// What was spent since the last look, by name.
pub fn take() -> HashMap<&'static str, Duration> {
    SPENT
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .take()
        .unwrap_or_default()
}
