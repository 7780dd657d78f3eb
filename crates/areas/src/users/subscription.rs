//! One subscription: reading it, and writing a reference on it.

use super::view::{OfferingRef, PersonSim};
use crate::{
    Shared,
    caller::Caller,
    fields::{Fields, LONGEST_TEXT},
    operations,
};
use axum::extract::State;
use domain::{
    access::OrganisationId,
    directory::PersonId,
    overview::{self, SubscriptionRow},
    subscriptions::{self, SubscriptionId, SubscriptionKind, SubscriptionState},
};
use platform::{
    Error, Instant, Kind, Money, Result,
    http::{ETag, IfMatch, Json, Path},
    i18n::Language,
};

/// A subscription with whom and what it concerns.
#[derive(serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Subscription {
    id: SubscriptionId,
    person: SubscriptionPerson,
    kind: SubscriptionKind,
    state: SubscriptionState,
    offering: OfferingRef,
    /// E.164 with `+`.
    #[schema(required)]
    number: Option<String>,
    #[schema(required)]
    sim: Option<PersonSim>,
    /// What the customer wrote on it, to find it on the invoice.
    #[schema(required)]
    reference: Option<String>,
    monthly_cost: Money,
    #[schema(required)]
    started_at: Option<Instant>,
    #[schema(required)]
    ended_at: Option<Instant>,
    version: i64,
}

#[derive(serde::Serialize, utoipa::ToSchema)]
pub struct SubscriptionPerson {
    id: PersonId,
    name: String,
}

impl Subscription {
    pub fn of(row: SubscriptionRow, language: Language) -> Self {
        Subscription {
            id: row.id,
            person: SubscriptionPerson {
                id: row.person,
                name: row.person_name,
            },
            kind: row.kind,
            state: row.state,
            offering: OfferingRef::of(row.offering, &row.offering_name, language),
            number: row.number,
            sim: row.sim.map(PersonSim::of),
            reference: row.reference,
            monthly_cost: row.monthly,
            started_at: row.started_at,
            ended_at: row.ended_at,
            version: row.version,
        }
    }
}

/// A subscription, ended or not.
#[utoipa::path(
    get, path = "/api/v1/organisations/{organisation}/subscriptions/{subscription}", operation_id = "get_subscription",
    tag = "users", params(("organisation" = OrganisationId, Path), ("subscription" = SubscriptionId, Path)),
    responses((status = 200, description = "The subscription.", body = Subscription))
)]
pub async fn get_subscription(
    State(app): State<Shared>,
    caller: Caller,
    Path((organisation, id)): Path<(OrganisationId, SubscriptionId)>,
) -> Result<(ETag, Json<Subscription>)> {
    let scope = caller
        .enter(&app, &operations::GET_SUBSCRIPTION, organisation)
        .await?;
    let mut conn = app.db.read().await?;
    let row = overview::subscription_details(&mut conn, &scope, id)
        .await?
        .ok_or_else(Error::not_found)?;
    Ok((
        ETag(row.version),
        Json(Subscription::of(row, caller.language())),
    ))
}

#[derive(serde::Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = UpdateSubscriptionRequest)]
pub struct UpdateSubscription {
    /// Free text such as a cost centre; `null` or empty takes it away.
    #[serde(deserialize_with = "Option::deserialize")]
    #[schema(required, max_length = 100)]
    reference: Option<String>,
}

/// Writes a reference on a subscription.
#[utoipa::path(
    patch, path = "/api/v1/organisations/{organisation}/subscriptions/{subscription}", operation_id = "update_subscription",
    tag = "users", params(("organisation" = OrganisationId, Path), ("subscription" = SubscriptionId, Path)),
    request_body = UpdateSubscription,
    responses((status = 200, description = "The subscription as it is now.", body = Subscription))
)]
pub async fn update_subscription(
    State(app): State<Shared>,
    caller: Caller,
    Path((organisation, id)): Path<(OrganisationId, SubscriptionId)>,
    if_match: IfMatch,
    Json(change): Json<UpdateSubscription>,
) -> Result<(ETag, Json<Subscription>)> {
    let scope = caller
        .enter(&app, &operations::UPDATE_SUBSCRIPTION, organisation)
        .await?;
    let mut fields = Fields::default();
    let reference = change
        .reference
        .as_deref()
        .and_then(|text| fields.text("/reference", text, LONGEST_TEXT));
    fields.done()?;
    let mut tx = app.db.begin().await?;
    let row = overview::subscription_details(&mut tx, &scope, id)
        .await?
        .ok_or_else(Error::not_found)?;
    if_match.check(row.version)?;
    let written = subscriptions::set_reference(
        &mut tx,
        &app.ids,
        &scope,
        id,
        row.version,
        reference.as_deref(),
    )
    .await?;
    if !written {
        return Err(Error::new(
            Kind::Stale,
            "stale",
            "It was changed since you read it. Read it again and repeat your change.",
        ));
    }
    let row = overview::subscription_details(&mut tx, &scope, id)
        .await?
        .ok_or_else(Error::not_found)?;
    tx.commit().await?;
    Ok((
        ETag(row.version),
        Json(Subscription::of(row, caller.language())),
    ))
}
