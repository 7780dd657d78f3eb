use crate::{
    Shared,
    caller::Caller,
    fields::{Fields, LONGEST_TEXT},
    operations,
};
use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use domain::{
    access::OrganisationId,
    subscriptions::{self, SubscriptionId},
};
use platform::{
    Error, Result,
    http::{
        Keyed, Path,
        idempotency::{self, Begun},
    },
};
use std::collections::HashSet;

/// References in one request.
const MOST: usize = 1_000;

#[derive(serde::Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = SetReferencesRequest)]
pub struct SetReferences {
    #[schema(min_items = 1, max_items = 1000)]
    references: Vec<NewReference>,
}

#[derive(serde::Deserialize, utoipa::ToSchema)]
#[serde(remote = "Self", rename_all = "camelCase", deny_unknown_fields)]
pub struct NewReference {
    subscription: SubscriptionId,
    /// `null` or empty takes it away.
    #[serde(deserialize_with = "Option::deserialize")]
    #[schema(required, max_length = 100)]
    reference: Option<String>,
}

platform::object!(NewReference);

#[derive(serde::Serialize, utoipa::ToSchema)]
pub struct ReferencesSet {
    /// Subscriptions that were written on.
    updated: usize,
}

/// Writes references on many subscriptions, all or none, whatever stood there before.
#[utoipa::path(
    post, path = "/api/v1/organisations/{organisation}/subscriptions/references", operation_id = "set_references", tag = "users",
    params(("organisation" = OrganisationId, Path)), request_body = SetReferences,
    responses((status = 200, description = "All are written.", body = ReferencesSet))
)]
pub async fn set_references(
    State(app): State<Shared>,
    caller: Caller,
    Path(organisation): Path<OrganisationId>,
    request: Keyed<SetReferences>,
) -> Result<Response> {
    let scope = caller
        .enter(&app, &operations::SET_REFERENCES, organisation)
        .await?;
    let references = checked(&request.body.references)?;
    let flight = app.idempotency.enter(
        idempotency::Scope {
            principal: caller.principal()?.id.0,
            organisation: organisation.0,
            operation: operations::SET_REFERENCES.id,
        },
        &request.key,
    )?;
    let mut tx = app.db.begin().await?;
    let claim = match flight.begin(&mut tx, app.clock.now()).await? {
        Begun::Before(answer) => return Ok(answer.into_response()),
        Begun::Now(claim) => claim,
    };
    let unknown = subscriptions::set_references(&mut tx, &app.ids, &scope, &references).await?;
    if !unknown.is_empty() {
        let mut error = Error::rule(
            "subscriptionUnknown",
            "Some of these are no subscriptions of your organisation's. Nothing was written.",
        );
        for place in unknown {
            error = error.with_field(
                format!("/references/{place}/subscription"),
                "subscriptionUnknown",
                "This is no subscription of your organisation's.",
            );
        }
        return Err(error);
    }
    let done = ReferencesSet {
        updated: references.len(),
    };
    let answer = claim.finish(&mut tx, StatusCode::OK, None, &done).await?;
    tx.commit().await?;
    Ok(answer.into_response())
}

fn checked(references: &[NewReference]) -> Result<Vec<(SubscriptionId, Option<String>)>> {
    let mut fields = Fields::default();
    if references.is_empty() || references.len() > MOST {
        fields.complain("/references", "wrongCount", "Between 1 and 1,000.");
    }
    let mut seen = HashSet::new();
    let mut checked = Vec::with_capacity(references.len().min(MOST));
    for (place, new) in references.iter().take(MOST).enumerate() {
        if !seen.insert(new.subscription) {
            fields.complain(
                format!("/references/{place}/subscription"),
                "twice",
                "This stands twice in the same request.",
            );
        }
        let reference = new.reference.as_deref().and_then(|text| {
            fields.text(
                &format!("/references/{place}/reference"),
                text,
                LONGEST_TEXT,
            )
        });
        checked.push((new.subscription, reference));
    }
    fields.done()?;
    Ok(checked)
}
