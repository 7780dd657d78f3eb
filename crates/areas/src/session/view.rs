//! How this area shows what the room of access knows.

use crate::{
    App,
    caller::{Caller, ProvedBy},
};
use domain::access::{
    Membership, ObjectId, OrganisationId, OrganisationKind, Permission, PrincipalId, Role, TenantId,
};
use platform::{Result, i18n::Language};

/// How many organisations `Me` lists; the rest is found by searching.
const LISTED: usize = 200;

#[derive(serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Me {
    principal: PrincipalView,
    /// The language they chose, or the one their browser asks for.
    language: Language,
    session: ProvedBy,
    /// At most 200, by name.
    organisations: Vec<MyOrganisation>,
    /// Whether there are more: `list_organisations` finds them.
    more: bool,
}

#[derive(serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Principal)]
pub struct PrincipalView {
    /// `null` for somebody of whom nothing is kept.
    #[schema(required)]
    id: Option<PrincipalId>,
    tenant: TenantId,
    object_id: ObjectId,
    name: String,
    username: String,
}

/// An organisation as the caller sees it in the switcher.
#[derive(serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MyOrganisation {
    id: OrganisationId,
    name: String,
    kind: OrganisationKind,
    customer_number: String,
    roles: Vec<Role>,
    permissions: Vec<Permission>,
    /// Whether the caller is a colleague there and so has a page of their own.
    my_page: bool,
}

impl From<Membership> for MyOrganisation {
    fn from(membership: Membership) -> Self {
        MyOrganisation {
            id: membership.organisation.id,
            name: membership.organisation.name,
            kind: membership.organisation.kind,
            customer_number: membership.organisation.customer_number,
            permissions: membership.permissions.iter().collect(),
            roles: membership.roles,
            my_page: membership.own_page,
        }
    }
}

impl Me {
    pub(super) async fn of(app: &App, caller: &Caller) -> Result<Me> {
        let mut memberships = caller.memberships(app, "", None, LISTED as i64 + 1).await?;
        let more = memberships.len() > LISTED;
        memberships.truncate(LISTED);
        let known = caller.who.principal.as_ref();
        Ok(Me {
            principal: PrincipalView {
                id: known.map(|principal| principal.id),
                tenant: caller.who.tenant,
                object_id: caller.who.object,
                name: caller.who.name.clone(),
                username: caller.who.username.clone(),
            },
            language: known
                .and_then(|principal| principal.language)
                .unwrap_or_else(|| caller.language()),
            session: caller.by,
            organisations: memberships.into_iter().map(MyOrganisation::from).collect(),
            more,
        })
    }
}
