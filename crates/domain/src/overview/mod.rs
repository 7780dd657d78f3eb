//! Looking over several rooms at once: the list of people with what each has and costs, one person's profile, the figures of
//! the landing page.
//!
//! Owns no table and writes nothing; it reads any room's. Promises that a list is cut, filtered and sorted where the data is,
//! so that ten thousand people are as quick as ten.

mod model;
pub mod rules;
mod store;

pub use model::*;
pub use store::{
    audit_entries, call_groups, dashboard, details_of, groups_of_numbers, holders_of_numbers,
    list_people, list_subscriptions, person_details, subscription_details,
};
