//! The tables of this room.

mod addresses;
mod groups;
mod local;
mod mirrors;
mod people;
mod permissions;
mod subscriptions;

pub use addresses::{Addressed, addresses};
pub(super) use groups::{
    Wanted, claim_groups, group, groups, is_unused, mark_gone, mark_used, save_groups,
    save_members, unclaim_groups, wanted_groups,
};
pub(super) use local::{insert_local, lock_local, lock_person, remove_local, update_local};
pub use mirrors::mirror;
pub(super) use mirrors::{
    Position, claim, finish_round, insert_tenant, position, save_position, set_name, set_next,
    set_problem, tenants, tenants_served,
};
pub use people::{
    PERSON, PERSON_WIDTH, account_is_off, email, people, person, person_by_object, read_person,
};
pub(super) use people::{
    insert_people, known, mark_departed, mark_seen, mark_unseen, unseen, update_people,
};
pub use permissions::findings;
pub(super) use permissions::{insert_consent, save_findings, set_throttled, take_consent};
pub(super) use subscriptions::{
    Subscription, drop_subscription, renew_subscription_at, save_subscription,
    set_subscription_problem, subscription, subscription_secret,
};
