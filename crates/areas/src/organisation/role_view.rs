//! How this area shows who holds which role.

use crate::{App, caller::Caller};
use domain::{
    access::{self, OrganisationId, OrganisationKind, PrincipalId, Role, RoleAssignmentId, Scope},
    directory::{self, PersonId, PersonState},
    notices::{self, RoleNews},
};
use platform::{
    Instant, Result,
    db::{Conn, Tx},
};

/// A role that somebody holds, as it reaches this organisation.
#[derive(serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RoleAssignment {
    id: RoleAssignmentId,
    role: Role,
    holder: RoleHolder,
    /// Given above this organisation, and taken away there.
    inherited: bool,
    origin: RoleOrigin,
    /// `null` for a role that came with onboarding.
    #[schema(required)]
    granted_by: Option<String>,
    granted_at: Instant,
}

/// Who holds a role.
#[derive(serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RoleHolder {
    principal: PrincipalId,
    name: String,
    /// The sign-in name; `null` for people of an organisation that the caller may not know of.
    #[schema(required)]
    username: Option<String>,
    /// The colleague behind it; `null` for people from elsewhere.
    #[schema(required)]
    person: Option<PersonId>,
    /// The account is disabled or deleted: the role holds nothing while it is.
    disabled: bool,
}

/// Where a role was given.
#[derive(serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RoleOrigin {
    kind: OrganisationKind,
    /// `null` for an organisation that the caller may not know of.
    #[schema(required)]
    organisation: Option<OrganisationRef>,
}

#[derive(serde::Serialize, utoipa::ToSchema)]
pub struct OrganisationRef {
    id: OrganisationId,
    name: String,
}

impl RoleAssignment {
    /// What the caller may see of an assignment: of organisations above, which they may not know of, only what kind they are.
    pub async fn of(
        conn: &mut Conn,
        caller: &Caller,
        scope: &Scope,
        held: access::RoleAssignment,
    ) -> Result<Self> {
        let inherited = held.organisation != scope.organisation();
        let known = !inherited || access::knows_of(conn, &caller.who, held.organisation).await?;
        let colleague = scope.tenant() == Some(held.tenant);
        let person = match colleague {
            true => directory::person_by_object(conn, scope, held.object).await?,
            false => None,
        };
        Ok(RoleAssignment {
            id: held.id,
            role: held.role,
            inherited,
            holder: RoleHolder {
                principal: held.principal,
                name: held.name,
                username: (known || colleague).then_some(held.username),
                person: person.map(|person| person.id),
                disabled: held.disabled,
            },
            origin: RoleOrigin {
                kind: held.organisation_kind,
                organisation: known.then_some(OrganisationRef {
                    id: held.organisation,
                    name: held.organisation_name,
                }),
            },
            granted_by: held.granted_by_name.filter(|_| known),
            granted_at: held.granted_at,
        })
    }
}

/// Tells a colleague by mail that a role was given or taken away. Nobody else's address is looked for.
pub(super) async fn tell_holder(
    app: &App,
    tx: &mut Tx,
    scope: &Scope,
    held: &access::RoleAssignment,
    given: bool,
) -> Result<()> {
    if scope.tenant() != Some(held.tenant) {
        return Ok(());
    }
    let person = directory::person_by_object(tx, scope, held.object).await?;
    let Some(to) = person
        .filter(|person| person.state == PersonState::Active)
        .and_then(|person| person.email)
    else {
        return Ok(());
    };
    let organisation = access::organisation(tx, scope).await?;
    let mut link = app.settings.public_url.clone();
    link.set_path(&format!("o/{}", organisation.id));
    let news = RoleNews {
        to,
        language: held.language.unwrap_or(organisation.language),
        role: held.role,
        organisation: &organisation.name,
        given,
        link,
        lane: organisation.id.0,
    };
    match notices::role_changed(tx, &app.ids, &news).await {
        // An address in the directory that no mail can go to must not keep a role from being taken away.
        Err(error) if error.code == "mailAddress" => Ok(()),
        told => told,
    }
}
