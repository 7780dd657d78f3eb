//! The tree of organisations, as far as other rooms ask about it.

use crate::access::{OrganisationId, Scope};
use platform::{
    Result,
    db::{Conn, params},
};

/// Whether an organisation is the scope's own or below it.
pub async fn is_within(
    conn: &mut Conn,
    scope: &Scope,
    organisation: OrganisationId,
) -> Result<bool> {
    let row = conn
        .optional(
            "SELECT 1 FROM organisation_ancestors WHERE ancestor = ?1 AND organisation = ?2",
            params![scope.organisation(), organisation],
        )
        .await?;
    Ok(row.is_some())
}
