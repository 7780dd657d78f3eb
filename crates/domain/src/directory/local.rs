//! People made here: colleagues without a Microsoft account. They may have a mobile subscription, and no number in Teams.

use super::{
    Person, PersonId, PersonKind,
    rules::{Keys, Named},
    store,
};
use crate::access::Scope;
use platform::{
    Error, Ids, Kind, Result,
    audit::{self, AuditEntry},
    db::Tx,
    live,
};

/// What is kept of somebody made here. Whoever calls has checked lengths and spelling.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LocalDetails {
    pub first_name: String,
    pub last_name: String,
    pub email: Option<String>,
    pub title: Option<String>,
    pub department: Option<String>,
    /// E.164 with `+`: where they are reached, not a number of a subscription.
    pub mobile_phone: Option<String>,
}

impl LocalDetails {
    pub fn display_name(&self) -> String {
        format!("{} {}", self.first_name, self.last_name)
    }

    pub(super) fn keys(&self) -> Keys {
        Keys::of(Named {
            display_name: &self.display_name(),
            first_name: Some(&self.first_name),
            last_name: Some(&self.last_name),
            email: self.email.as_deref(),
            username: None,
            title: self.title.as_deref(),
            department: self.department.as_deref(),
        })
    }

    /// As a person has them now.
    pub fn of(person: &Person) -> Self {
        LocalDetails {
            first_name: person.first_name.clone().unwrap_or_default(),
            last_name: person.last_name.clone().unwrap_or_default(),
            email: person.email.clone(),
            title: person.title.clone(),
            department: person.department.clone(),
            mobile_phone: person.mobile_phone.clone(),
        }
    }
}

pub async fn create_local(
    tx: &mut Tx,
    ids: &Ids,
    scope: &Scope,
    details: &LocalDetails,
) -> Result<PersonId> {
    let id: PersonId = ids.make();
    store::insert_local(tx, ids, scope, id, details).await?;
    note(tx, ids, scope, "create_local_person", id).await?;
    Ok(id)
}

/// A person made here, locked until the transaction ends.
///
/// # Errors
/// 404 for nobody of the organisation's and for somebody removed; 422 `directoryPerson` for somebody of the directory.
pub async fn local_for_change(tx: &mut Tx, scope: &Scope, id: PersonId) -> Result<Person> {
    match store::lock_person(tx, scope, id).await? {
        Some(person) if person.kind == PersonKind::Directory => Err(Error::rule(
            "directoryPerson",
            "This person comes from Entra ID and is changed there. The change appears here a moment later.",
        )),
        Some(person) if person.state != super::PersonState::Deleted => Ok(person),
        _ => Err(Error::not_found()),
    }
}

/// Writes what has changed of somebody read with [`local_for_change`].
pub async fn update_local(
    tx: &mut Tx,
    ids: &Ids,
    scope: &Scope,
    person: &Person,
    details: &LocalDetails,
) -> Result<()> {
    if !store::update_local(tx, ids, scope, person, details).await? {
        return Err(Error::new(
            Kind::Stale,
            "stale",
            "It was changed since you read it. Read it again and repeat your change.",
        ));
    }
    note(tx, ids, scope, "update_local_person", person.id).await
}

/// Keeps those of these people who were made here from being removed until the transaction ends.
pub async fn lock_local(tx: &mut Tx, scope: &Scope, people: &[PersonId]) -> Result<()> {
    store::lock_local(tx, scope, people).await
}

/// Removes somebody read with [`local_for_change`], for whom nothing is active any more: that is for the caller to look at. Their
/// name stays with the orders that were for them, until personal data is erased.
pub async fn remove_local(tx: &mut Tx, ids: &Ids, scope: &Scope, person: &Person) -> Result<()> {
    store::remove_local(tx, ids, scope, person.id).await?;
    note(tx, ids, scope, "delete_local_person", person.id).await
}

async fn note(
    tx: &mut Tx,
    ids: &Ids,
    scope: &Scope,
    action: &'static str,
    person: PersonId,
) -> Result<()> {
    let by = scope.principal().map(|principal| principal.0);
    let entry = AuditEntry::new(scope.organisation().0, by, action).on("person", person);
    audit::record(tx, ids, entry).await?;
    live::tell(tx, ids, scope.organisation().0, "people", Some(person.0)).await
}
