//! People made here.

use super::{
    super::{LocalDetails, Person, PersonId},
    PERSON, read_person,
};
use crate::access::Scope;
use platform::{
    Ids, Result,
    db::{Tx, params},
};

pub(in super::super) async fn insert_local(
    tx: &mut Tx,
    ids: &Ids,
    scope: &Scope,
    id: PersonId,
    details: &LocalDetails,
) -> Result<()> {
    let keys = details.keys();
    tx.execute(
        "INSERT INTO people (id, kind, home, state, listed, display_name, first_name, last_name, email, title, department,
           mobile_phone, plans, skus, name_key, first_name_key, last_name_key, email_key, title_key, department_key, haystack,
           fingerprint, round, created_at, updated_at, version)
         VALUES (?1, 'local', ?2, 'active', ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, '', '', ?11, ?12, ?13, ?14, ?15, ?16, ?17, 0, 0,
           ?18, ?18, 1)",
        params![
            id,
            scope.organisation(),
            true,
            details.display_name(),
            &details.first_name,
            &details.last_name,
            details.email.as_deref(),
            details.title.as_deref(),
            details.department.as_deref(),
            details.mobile_phone.as_deref(),
            keys.name,
            keys.first_name,
            keys.last_name,
            keys.email,
            keys.title,
            keys.department,
            keys.haystack,
            ids.now()
        ],
    )
    .await?;
    Ok(())
}

/// A colleague whom the organisation may know of, locked: whoever orders for them at the same time waits.
pub(in super::super) async fn lock_person(
    tx: &mut Tx,
    scope: &Scope,
    id: PersonId,
) -> Result<Option<Person>> {
    tx.optional(
        &format!(
            "SELECT {PERSON} FROM people p WHERE p.id = ?1 AND p.listed AND (p.home = ?2 OR p.home = ?3) FOR UPDATE"
        ),
        params![id, scope.organisation(), scope.tenant()],
    )
    .await?
    .as_ref()
    .map(read_person)
    .transpose()
}

/// Says whether the person still stood as they were read.
pub(in super::super) async fn update_local(
    tx: &mut Tx,
    ids: &Ids,
    scope: &Scope,
    person: &Person,
    details: &LocalDetails,
) -> Result<bool> {
    let keys = details.keys();
    let changed = tx
        .execute(
            "UPDATE people SET display_name = ?4, first_name = ?5, last_name = ?6, email = ?7, title = ?8, department = ?9,
               mobile_phone = ?10, name_key = ?11, first_name_key = ?12, last_name_key = ?13, email_key = ?14, title_key = ?15,
               department_key = ?16, haystack = ?17, updated_at = ?18, version = version + 1
             WHERE id = ?2 AND home = ?1 AND kind = 'local' AND version = ?3",
            params![
                scope.organisation(),
                person.id,
                person.version,
                details.display_name(),
                &details.first_name,
                &details.last_name,
                details.email.as_deref(),
                details.title.as_deref(),
                details.department.as_deref(),
                details.mobile_phone.as_deref(),
                keys.name,
                keys.first_name,
                keys.last_name,
                keys.email,
                keys.title,
                keys.department,
                keys.haystack,
                ids.now()
            ],
        )
        .await?;
    Ok(changed == 1)
}

pub(in super::super) async fn lock_local(
    tx: &mut Tx,
    scope: &Scope,
    people: &[PersonId],
) -> Result<()> {
    let mut people = people.to_vec();
    // Everybody locks in the same order.
    people.sort_unstable();
    tx.all_of(params![scope.organisation()], &people, |places| {
        format!(
            "SELECT id FROM people WHERE home = ?1 AND kind = 'local' AND id IN ({places}) ORDER BY id FOR UPDATE"
        )
    })
    .await
    .map(|_| ())
}

pub(in super::super) async fn remove_local(
    tx: &mut Tx,
    ids: &Ids,
    scope: &Scope,
    id: PersonId,
) -> Result<()> {
    tx.execute(
        "UPDATE people SET state = 'deleted', left_at = ?3, updated_at = ?3, version = version + 1
         WHERE id = ?2 AND home = ?1 AND kind = 'local'",
        params![scope.organisation(), id, ids.now()],
    )
    .await?;
    Ok(())
}
