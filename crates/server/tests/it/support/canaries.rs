//! Words that only those who may know of an organisation may read. Every answer of every test is searched for the others'.

use super::{App, Org};
use std::collections::BTreeSet;

/// What gives an organisation away.
fn words(app: &App, org: Org) -> Vec<String> {
    let mut words = vec![
        org.name()
            .rsplit_once(' ')
            .map_or(org.name(), |(name, _)| name)
            .to_owned(),
        org.customer_number().to_owned(),
        format!("@{}", org.domain()),
        app.org(org).to_string(),
    ];
    if let Some(prefix) = org.number_prefix() {
        words.push(prefix.to_owned());
        words.push(prefix.replacen("+457", "+452", 1));
    }
    words
}

/// Panics when an answer holds what the caller may not know. What they wrote themselves does not count.
#[track_caller]
pub fn search(app: &App, sees: &BTreeSet<&'static str>, asked: &str, answered: &str) {
    for org in Org::ALL.iter().filter(|org| !sees.contains(org.name())) {
        for word in words(app, *org) {
            assert!(
                !answered.contains(&word) || asked.contains(&word),
                "an answer tells {word:?} of {} to somebody who may not know of it:\n{asked}\n{answered}",
                org.name()
            );
        }
    }
}
