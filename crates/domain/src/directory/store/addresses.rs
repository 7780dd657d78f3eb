//! Everybody by what they are called in tables.

use super::super::PersonId;
use crate::access::{ObjectId, Scope};
use platform::{
    Result,
    db::{Conn, params},
};

/// A person by what somebody would write for them in a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Addressed {
    pub id: PersonId,
    pub object: Option<ObjectId>,
    pub display_name: String,
    pub email: Option<String>,
    pub username: Option<String>,
}

/// Everybody whom the organisation may know of and who has not left.
pub async fn addresses(conn: &mut Conn, scope: &Scope) -> Result<Vec<Addressed>> {
    conn.all(
        "SELECT p.id, p.object_id, p.display_name, p.email, p.username FROM people p
         WHERE p.home IN (?1, ?2) AND p.listed = TRUE AND p.state <> 'deleted'",
        params![scope.organisation(), scope.tenant()],
    )
    .await?
    .iter()
    .map(|row| {
        Ok(Addressed {
            id: row.get(0)?,
            object: row.get(1)?,
            display_name: row.get(2)?,
            email: row.get(3)?,
            username: row.get(4)?,
        })
    })
    .collect()
}
