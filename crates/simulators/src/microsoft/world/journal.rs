//! The append-only journal of directory changes: what delta queries read and change notifications follow.

use jiff::Timestamp;

/// The kind of directory object a change is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ObjectKind {
    /// A person, guest or resource account.
    User,
    /// A group.
    Group,
}

/// What happened to the object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ChangeKind {
    /// The object came into being.
    Created,
    /// These properties (Graph's camelCase names, such as `displayName` or `assignedPlans`) changed.
    Updated(Vec<&'static str>),
    /// The object went to the recycle bin and can come back for 30 days.
    SoftDeleted,
    /// The object came back from the recycle bin.
    Restored,
    /// The object is gone for good.
    HardDeleted,
    /// A direct member joined the group; the member's kind and object id.
    MemberAdded(ObjectKind, String),
    /// A direct member left the group; the member's kind and object id.
    MemberRemoved(ObjectKind, String),
}

/// One line of a tenant's journal.
#[derive(Clone, Debug)]
pub struct Change {
    /// Position in the tenant's journal, from 1 without gaps.
    pub sequence: u64,
    /// The tenant's GUID.
    pub tenant: String,
    /// When it happened by the simulators' clock.
    pub at: Timestamp,
    /// The kind of object.
    pub object: ObjectKind,
    /// The object's id.
    pub id: String,
    /// What happened.
    pub kind: ChangeKind,
}
