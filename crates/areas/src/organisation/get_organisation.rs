use crate::{Shared, caller::Caller, operations};
use axum::extract::State;
use domain::{
    access::{
        self, NumberType, ObjectId, OrganisationId, OrganisationKind, Permission, Scope, TenantId,
    },
    billing,
    directory::{self, MirrorState},
};
use platform::{
    Instant, Result,
    db::Conn,
    http::{ETag, Json, Path},
    i18n::Language,
};

/// An organisation, with how its directory's mirror fares.
#[derive(serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Organisation {
    id: OrganisationId,
    name: String,
    kind: OrganisationKind,
    customer_number: String,
    #[schema(required)]
    tenant: Option<TenantId>,
    /// Of mails to the organisation; each person chooses their own.
    language: Language,
    number_type: NumberType,
    /// The group of the directory whose members the organisation sees, with whoever has something from it; `null` for everybody.
    #[schema(required)]
    default_group: Option<DefaultGroup>,
    /// When the last synchronisation ended.
    #[schema(required)]
    last_synced_at: Option<Instant>,
    sync_state: MirrorState,
    /// The code of what keeps the mirror from being up to date.
    #[schema(required)]
    sync_problem: Option<String>,
    /// How it is billed; `null` for whoever may neither see invoices nor change this.
    #[schema(required)]
    finance: Option<FinanceSettings>,
    version: i64,
}

/// How the organisation is billed.
#[derive(serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct FinanceSettings {
    /// Told of each invoice by mail.
    finance_addresses: Vec<String>,
    /// Stands on each invoice; without it the customer number does.
    #[schema(required)]
    buyer_reference: Option<String>,
    /// Global Location Number, where a public buyer receives invoices.
    #[schema(required)]
    gln: Option<String>,
    /// Number in the Danish business register.
    #[schema(required)]
    cvr: Option<String>,
    payer: Payer,
}

/// Who pays: the organisation itself, or one above it.
#[derive(serde::Serialize, utoipa::ToSchema)]
pub struct Payer {
    id: OrganisationId,
    name: String,
}

#[derive(serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DefaultGroup {
    /// The object id in Entra ID.
    id: ObjectId,
    /// Empty while it has not been read.
    name: String,
    /// No longer in the directory: the list stays as it was when it was last there.
    gone: bool,
}

/// An organisation.
#[utoipa::path(
    get, path = "/api/v1/organisations/{organisation}", operation_id = "get_organisation", tag = "organisation",
    params(("organisation" = OrganisationId, Path)),
    responses((status = 200, description = "The organisation.", body = Organisation))
)]
pub async fn get_organisation(
    State(app): State<Shared>,
    caller: Caller,
    Path(organisation): Path<OrganisationId>,
) -> Result<(ETag, Json<Organisation>)> {
    let scope = caller
        .enter(&app, &operations::GET_ORGANISATION, organisation)
        .await?;
    let mut conn = app.db.read().await?;
    whole(&mut conn, &scope).await
}

/// The organisation of a scope, with its version.
pub(super) async fn whole(conn: &mut Conn, scope: &Scope) -> Result<(ETag, Json<Organisation>)> {
    let organisation = access::organisation(conn, scope).await?;
    let mirror = directory::mirror(conn, scope).await?;
    let default_group = match organisation.default_group {
        Some(object) => {
            let group = directory::group(conn, scope, object).await?;
            Some(DefaultGroup {
                id: object,
                gone: group.as_ref().is_some_and(|group| group.gone),
                name: group.map(|group| group.name).unwrap_or_default(),
            })
        }
        None => None,
    };
    let finance = finance(conn, scope, &organisation).await?;
    let view = Organisation {
        finance,
        id: organisation.id,
        name: organisation.name,
        kind: organisation.kind,
        customer_number: organisation.customer_number,
        tenant: organisation.tenant,
        language: organisation.language,
        number_type: organisation.number_type,
        default_group,
        last_synced_at: mirror
            .as_ref()
            .and_then(|mirror| mirror.last)
            .map(|round| round.finished_at),
        sync_state: mirror
            .as_ref()
            .map_or(MirrorState::Never, |mirror| mirror.state),
        sync_problem: mirror
            .and_then(|mirror| mirror.problem)
            .map(|problem| problem.code),
        version: organisation.version,
    };
    Ok((ETag(organisation.version), Json(view)))
}

async fn finance(
    conn: &mut Conn,
    scope: &Scope,
    organisation: &access::Organisation,
) -> Result<Option<FinanceSettings>> {
    let may = |permission| scope.permissions().has(permission);
    if !may(Permission::ReadInvoices) && !may(Permission::EditFinance) {
        return Ok(None);
    }
    let terms = billing::terms(conn, scope).await?;
    let payer = match terms.payer {
        Some(id) => Payer {
            id,
            name: billing::payer_name(conn, scope).await?,
        },
        None => Payer {
            id: organisation.id,
            name: organisation.name.clone(),
        },
    };
    Ok(Some(FinanceSettings {
        finance_addresses: terms.finance.addresses,
        buyer_reference: terms.finance.buyer_reference,
        gln: terms.finance.gln,
        cvr: terms.finance.cvr,
        payer,
    }))
}
