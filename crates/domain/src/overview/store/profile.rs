//! One person's profile.

use super::{
    super::{HeldSim, PersonDetails, PersonRow, Place, SortKey},
    held, people,
};
use crate::{
    access::Scope,
    directory::{self, Person, PersonId},
};
use platform::{
    Money, Result,
    db::{Conn, params},
};

/// A person with everything that this organisation gave them; `None` when the organisation may not know of them.
pub async fn person_details(
    conn: &mut Conn,
    scope: &Scope,
    id: PersonId,
) -> Result<Option<PersonDetails>> {
    let Some(person) = directory::person(conn, scope, id).await? else {
        return Ok(None);
    };
    if !people::is_seen(conn, scope, &person).await? {
        return Ok(None);
    }
    details_of(conn, scope, person).await.map(Some)
}

/// As [`person_details`] for somebody who was read already, whether the list shows them or not: somebody's own page does.
pub async fn details_of(conn: &mut Conn, scope: &Scope, person: Person) -> Result<PersonDetails> {
    let id = person.id;
    let mut rows = [PersonRow {
        subscriptions: Vec::new(),
        open_orders: Vec::new(),
        monthly: Money::ZERO,
        telephony_elsewhere: false,
        place: Place {
            key: SortKey::Amount(0),
            name_key: String::new(),
            id,
        },
        person,
    }];
    held::fill(conn, scope, &mut rows).await?;
    let [row] = rows;
    let sims = conn
        .all(
            "SELECT m.id, m.iccid, m.kind, m.state FROM subscriptions s JOIN sims m ON m.id = s.sim
             WHERE s.person = ?2 AND s.organisation = ?1 AND s.state <> 'ended' ORDER BY m.iccid",
            params![scope.organisation(), id],
        )
        .await?
        .iter()
        .map(|row| {
            Ok(HeldSim {
                id: row.get(0)?,
                iccid: row.get(1)?,
                kind: row.get(2)?,
                state: row.get(3)?,
            })
        })
        .collect::<Result<_>>()?;
    let orders = conn
        .all(
            "SELECT o.id FROM orders o WHERE o.organisation = ?1 AND o.id IN
               (SELECT i.order_id FROM order_items i WHERE i.organisation = ?1 AND i.person = ?2)
             ORDER BY o.requested_at DESC, o.id DESC LIMIT 10",
            params![scope.organisation(), id],
        )
        .await?
        .iter()
        .map(|row| row.get(0))
        .collect::<Result<_>>()?;
    let synchronised = conn
        .optional(
            "SELECT last_finished_at FROM tenants WHERE id = ?1",
            params![scope.tenant()],
        )
        .await?;
    let checked_at = match (&row.person.object, synchronised) {
        (Some(_), Some(found)) => found.get::<Option<_>>(0)?.max(Some(row.person.updated_at)),
        _ => None,
    };
    Ok(PersonDetails {
        row,
        sims,
        orders,
        checked_at,
    })
}
