use crate::{Shared, caller::Caller, operations, texts::TEXTS};
use axum::extract::State;
use domain::access::{
    self, OrganisationId, Permission, Role,
    rules::{self, Refusal},
};
use platform::{
    Result,
    http::{Json, Page, Paging, Path, Query},
    i18n::Language,
};

#[derive(serde::Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ListRolesQuery {
    /// 1 to 500; 50 without.
    limit: Option<u32>,
    cursor: Option<String>,
}

/// A role that organisations of this kind have.
#[derive(serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RoleDescription {
    role: Role,
    name: String,
    permissions: Vec<Permission>,
    /// What the caller may do with it.
    grantable: Grantable,
}

#[derive(serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Grantable {
    /// To colleagues.
    to_others: bool,
    /// Nobody gives themselves more than they have.
    to_oneself: bool,
    /// Why not, in the caller's language.
    #[schema(required)]
    reason: Option<String>,
}

/// The roles that people can have here, what each allows, and whether the caller may give it.
#[utoipa::path(
    get, path = "/api/v1/organisations/{organisation}/roles", operation_id = "list_roles", tag = "organisation",
    params(("organisation" = OrganisationId, Path), ListRolesQuery),
    responses((status = 200, description = "The roles.", body = Page<RoleDescription>))
)]
pub async fn list_roles(
    State(app): State<Shared>,
    caller: Caller,
    Path(organisation): Path<OrganisationId>,
    Query(query): Query<ListRolesQuery>,
) -> Result<Json<Page<RoleDescription>>> {
    let scope = caller
        .enter(&app, &operations::LIST_ROLES, organisation)
        .await?;
    let paging = Paging::check(query.limit, query.cursor.as_deref(), None, &["role"])?;
    let mut conn = app.db.read().await?;
    let kind = access::organisation(&mut conn, &scope).await?.kind;
    let language = caller.language();
    let roles = rules::roles_of(kind)
        .iter()
        .map(|role| RoleDescription {
            role: *role,
            name: name(*role, language),
            permissions: rules::permissions(&[*role]).iter().collect(),
            grantable: {
                let others = rules::may_give(scope.permissions(), kind, *role, false);
                let oneself = rules::may_give(scope.permissions(), kind, *role, true);
                Grantable {
                    to_others: others.is_ok(),
                    to_oneself: oneself.is_ok(),
                    reason: oneself.err().map(|refusal| {
                        let code = match refusal {
                            Refusal::NoRight => "noRightToGive",
                            Refusal::WrongKind => "roleNotHere",
                            Refusal::ToOneself => "notToYourself",
                        };
                        TEXTS.text(language, &format!("reason.{code}"), &[])
                    }),
                }
            },
        })
        .collect();
    Page::of_whole(roles, &paging, |role: &RoleDescription| {
        role.role.to_string()
    })
    .map(Json)
}

/// What a role is called on the screen.
pub(super) fn name(role: Role, language: Language) -> String {
    domain::TEXTS.text(language, &format!("role.{role}"), &[])
}
