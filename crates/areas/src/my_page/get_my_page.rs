use super::oneself;
use crate::{Shared, caller::Caller, operations};
use axum::extract::State;
use domain::{
    access::OrganisationId,
    catalogue::OfferingId,
    directory::{PersonId, rules::readiness},
    overview::PersonDetails,
    sims::{SimId, SimKind, SimState},
    subscriptions::{SubscriptionId, SubscriptionKind, SubscriptionState},
};
use platform::{
    Instant, Result,
    http::{Json, Path},
    i18n::Language,
};

/// What somebody sees of themselves. Prices are the organisation's affair and not among it.
#[derive(serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MyPage {
    person: MyPerson,
    subscriptions: Vec<MySubscription>,
    sims: Vec<MySim>,
    licences: MyLicences,
}

#[derive(serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MyPerson {
    id: PersonId,
    display_name: String,
    #[schema(required)]
    first_name: Option<String>,
    #[schema(required)]
    last_name: Option<String>,
    #[schema(required)]
    email: Option<String>,
    #[schema(required)]
    title: Option<String>,
    #[schema(required)]
    department: Option<String>,
}

#[derive(serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MySubscription {
    id: SubscriptionId,
    kind: SubscriptionKind,
    state: SubscriptionState,
    offering: MyOffering,
    /// E.164 with `+`.
    #[schema(required)]
    number: Option<String>,
    #[schema(required)]
    started_at: Option<Instant>,
}

#[derive(serde::Serialize, utoipa::ToSchema)]
pub struct MyOffering {
    id: OfferingId,
    name: String,
}

/// A SIM card of one's own. Its codes are shown on demand.
#[derive(serde::Serialize, utoipa::ToSchema)]
pub struct MySim {
    id: SimId,
    iccid: String,
    kind: SimKind,
    state: SimState,
}

#[derive(serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MyLicences {
    /// Whether they suffice for a number in Teams.
    ready: bool,
    /// By name; one that is not known by name by its id.
    products: Vec<String>,
}

/// One's own page: who one is, what one has, and one's Microsoft licences.
#[utoipa::path(
    get, path = "/api/v1/organisations/{organisation}/my-page", operation_id = "get_my_page", tag = "myPage",
    params(("organisation" = OrganisationId, Path)),
    responses((status = 200, description = "One's own page.", body = MyPage))
)]
pub async fn get_my_page(
    State(app): State<Shared>,
    caller: Caller,
    Path(organisation): Path<OrganisationId>,
) -> Result<Json<MyPage>> {
    let scope = caller
        .enter(&app, &operations::GET_MY_PAGE, organisation)
        .await?;
    let mut conn = app.db.read().await?;
    let details = oneself(&mut conn, &caller, &scope).await?;
    drop(conn);
    Ok(Json(MyPage::of(details, caller.language())))
}

impl MyPage {
    fn of(details: PersonDetails, language: Language) -> Self {
        let readiness = readiness(&details.row.person);
        let person = details.row.person;
        MyPage {
            person: MyPerson {
                id: person.id,
                display_name: person.display_name,
                first_name: person.first_name,
                last_name: person.last_name,
                email: person.email,
                title: person.title,
                department: person.department,
            },
            subscriptions: details
                .row
                .subscriptions
                .into_iter()
                .map(|held| MySubscription {
                    id: held.id,
                    kind: held.kind,
                    state: held.state,
                    offering: MyOffering {
                        id: held.offering,
                        name: held.offering_name.in_language(language).to_owned(),
                    },
                    number: held.number.map(|(number, _)| number),
                    started_at: held.started_at,
                })
                .collect(),
            sims: details
                .sims
                .into_iter()
                .map(|sim| MySim {
                    id: sim.id,
                    iccid: sim.iccid,
                    kind: sim.kind,
                    state: sim.state,
                })
                .collect(),
            licences: MyLicences {
                ready: readiness.ready,
                products: readiness.products,
            },
        }
    }
}
