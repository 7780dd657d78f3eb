//! Reads the tables of other rooms, and writes none.

mod audit;
mod call_groups;
mod figures;
mod held;
mod people;
mod profile;
mod subscriptions;
#[cfg(test)]
mod tests;

pub use audit::audit_entries;
pub use call_groups::{call_groups, groups_of_numbers};
pub use figures::dashboard;
pub use people::list_people;
pub use profile::{details_of, person_details};
pub use subscriptions::{holders_of_numbers, list_subscriptions, subscription_details};

use crate::access::Scope;
use platform::db::Value;

/// A statement that is put together: its text from fixed pieces, every value by parameter.
#[derive(Default)]
struct Statement {
    params: Vec<Value>,
    organisation: Option<String>,
}

impl Statement {
    /// The place of a value: `?1`, `?2` …
    fn bind(&mut self, value: impl Into<Value>) -> String {
        self.params.push(value.into());
        format!("?{}", self.params.len())
    }

    /// The place of the scope's organisation. It is taken when it is first named: one engine refuses a parameter that the text
    /// does not use.
    fn organisation(&mut self, scope: &Scope) -> String {
        if let Some(place) = &self.organisation {
            return place.clone();
        }
        let place = self.bind(scope.organisation());
        self.organisation = Some(place.clone());
        place
    }
}
