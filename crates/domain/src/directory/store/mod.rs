//! The tables of this room.

mod mirrors;
mod people;
mod permissions;
mod subscriptions;

pub use mirrors::mirror;
pub(super) use mirrors::{
    Position, claim, finish_round, insert_tenant, position, save_position, set_name, set_next,
    set_problem, tenants, tenants_served,
};
pub use people::{PERSON, PERSON_WIDTH, email, person, person_by_object, read_person};
pub(super) use people::{
    insert_people, known, mark_departed, mark_seen, mark_unseen, unseen, update_people,
};
pub use permissions::findings;
pub(super) use permissions::{insert_consent, save_findings, set_throttled, take_consent};
pub(super) use subscriptions::{
    Subscription, drop_subscription, renew_subscription_at, save_subscription,
    set_subscription_problem, subscription, subscription_secret,
};
