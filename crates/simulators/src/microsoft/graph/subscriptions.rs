//! Subscriptions to change notifications.

use axum::http::StatusCode;
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::super::world::clock::seconds;
use super::super::world::ids::random_guid;
use super::super::world::subscriptions::Subscription;
use super::call::{Answer, Call, with_context};
use super::collection::{self, Listing};
use super::contract::contract;
use super::entity::{SUBSCRIPTION, Selection};
use super::error::GraphError;
use super::state::Graph;
use super::views::by_id;

/// The furthest a subscription to users or groups can reach: under 29 days.
const LONGEST_MINUTES: i64 = 41_760;
/// Subscriptions of one application in one tenant.
const MOST_PER_APP: usize = 100;
/// Subscriptions of one tenant.
const MOST_PER_TENANT: usize = 1_000;
/// Characters of `clientState`.
const LONGEST_STATE: usize = 128;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Wanted {
    change_type: Option<String>,
    notification_url: Option<String>,
    lifecycle_notification_url: Option<String>,
    resource: Option<String>,
    expiration_date_time: Option<String>,
    client_state: Option<String>,
    latest_supported_tls_version: Option<String>,
    include_resource_data: Option<bool>,
}

/// `POST /subscriptions`: answers 201 once the subscriber has proved itself at both addresses.
pub async fn create(graph: &Graph, call: &Call) -> Result<Answer, GraphError> {
    let wanted: Wanted = call.json()?;
    let change_types = change_types(&present(wanted.change_type, "changeType")?)?;
    let notification_url = address(present(wanted.notification_url, "notificationUrl")?)?;
    let lifecycle_url = wanted.lifecycle_notification_url.map(address).transpose()?;
    let resource = present(wanted.resource, "resource")?;
    let expires = expiry(
        call,
        &present(wanted.expiration_date_time, "expirationDateTime")?,
    )?;
    check_rest(
        &wanted.client_state,
        wanted.include_resource_data,
        wanted.latest_supported_tls_version.as_deref(),
    )?;
    check_resource(graph, call, &resource)?;
    {
        let world = graph.world().read();
        let living = |subscription: &&Subscription| {
            subscription.tenant == call.caller.tenant && subscription.expires > call.now
        };
        let of_tenant = world.subscriptions().filter(living).count();
        let of_app = world
            .subscriptions()
            .filter(living)
            .filter(|s| s.client_id == call.caller.app_id)
            .count();
        if of_app >= MOST_PER_APP || of_tenant >= MOST_PER_TENANT {
            return Err(GraphError::new(
                StatusCode::FORBIDDEN,
                "Forbidden",
                "The quota of subscriptions for this application and tenant is reached.",
            ));
        }
    }

    graph.notifier().validate(&notification_url).await?;
    if let Some(url) = &lifecycle_url {
        graph.notifier().validate(url).await?;
    }
    let subscription = Subscription {
        id: random_guid(),
        tenant: call.caller.tenant.clone(),
        client_id: call.caller.app_id.clone(),
        creator_id: call.caller.object_id.clone(),
        resource,
        change_types,
        notification_url,
        lifecycle_url,
        client_state: wanted.client_state,
        expires,
        created: call.now,
        needs_reauthorisation: false,
    };
    graph.notifier().start();
    let body = with_context(
        format!("{}/$metadata#subscriptions/$entity", call.base),
        Selection::all(&SUBSCRIPTION).cut(&object(&subscription)),
    );
    let location = format!("{}/subscriptions/{}", call.base, subscription.id);
    graph.world().write().put_subscription(subscription);
    Ok(Answer::created(body).with_header("Location", location))
}

fn object(subscription: &Subscription) -> Value {
    json!({
        "id": subscription.id,
        "resource": subscription.resource,
        "changeType": subscription.change_types.join(","),
        "applicationId": subscription.client_id,
        "creatorId": subscription.creator_id,
        "notificationUrl": subscription.notification_url,
        "lifecycleNotificationUrl": subscription.lifecycle_url,
        // What was given as client state is never shown again.
        "clientState": null,
        "expirationDateTime": seconds(subscription.expires),
        "latestSupportedTlsVersion": "v1_2",
        "includeResourceData": null,
    })
}

fn present(value: Option<String>, name: &str) -> Result<String, GraphError> {
    value.filter(|text| !text.trim().is_empty()).ok_or_else(|| {
        invalid(format!(
            "The required property '{name}' is missing or empty."
        ))
    })
}

fn invalid(message: impl Into<String>) -> GraphError {
    GraphError::new(StatusCode::BAD_REQUEST, "InvalidRequest", message)
}

fn change_types(text: &str) -> Result<Vec<String>, GraphError> {
    let types: Vec<String> = text.split(',').map(|part| part.trim().to_owned()).collect();
    match types
        .iter()
        .find(|part| !matches!(part.as_str(), "created" | "updated" | "deleted"))
    {
        Some(unknown) => Err(invalid(format!("Unsupported change type '{unknown}'."))),
        None => Ok(types),
    }
}

fn address(text: String) -> Result<String, GraphError> {
    let url = url::Url::parse(&text)
        .ok()
        .filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
    match url {
        Some(_) => Ok(text),
        None => Err(invalid(format!(
            "The notification URL '{text}' is not valid."
        ))),
    }
}

fn expiry(call: &Call, text: &str) -> Result<Timestamp, GraphError> {
    let expires: Timestamp = text.parse().map_err(|_| {
        invalid(format!(
            "The expirationDateTime '{text}' is not a date and time."
        ))
    })?;
    let ahead = expires.duration_since(call.now);
    if ahead <= SignedDuration::ZERO {
        return Err(invalid("Subscription expiration cannot be in the past."));
    }
    if ahead > SignedDuration::from_mins(LONGEST_MINUTES) {
        return Err(invalid(format!(
            "Subscription expiration can only be {LONGEST_MINUTES} minutes in the future."
        )));
    }
    Ok(expires)
}

fn check_rest(
    state: &Option<String>,
    with_data: Option<bool>,
    tls: Option<&str>,
) -> Result<(), GraphError> {
    if state
        .as_ref()
        .is_some_and(|state| state.chars().count() > LONGEST_STATE)
    {
        return Err(invalid(format!(
            "clientState cannot be longer than {LONGEST_STATE} characters."
        )));
    }
    if with_data == Some(true) {
        return Err(invalid(
            "Resource data cannot be included for this resource.",
        ));
    }
    match tls {
        None | Some("v1_0" | "v1_1" | "v1_2" | "v1_3") => Ok(()),
        Some(other) => Err(invalid(format!(
            "Invalid value '{other}' for latestSupportedTlsVersion."
        ))),
    }
}

/// Users, groups, or one of them; whoever may read them may subscribe to them.
fn check_resource(graph: &Graph, call: &Call, resource: &str) -> Result<(), GraphError> {
    let unsupported = || {
        invalid(format!(
            "Resource '{resource}' is not supported for subscriptions."
        ))
    };
    let plain = resource.trim_matches('/');
    let (set, id) = plain
        .split_once('/')
        .map_or((plain, None), |(set, id)| (set, Some(id)));
    let lower = set.to_ascii_lowercase();
    if !matches!(lower.as_str(), "users" | "groups")
        || id.is_some_and(|id| id.contains('/') || id.is_empty())
    {
        return Err(unsupported());
    }
    let matched = contract()
        .find(&super::address::split(&lower))
        .map_err(|_| unsupported())?;
    let operation = matched
        .endpoint
        .operations
        .get("GET")
        .ok_or_else(unsupported)?;
    let allowed = if call.caller.user.is_some() {
        &operation.delegated
    } else {
        &operation.application
    };
    if !call.caller.has_any(allowed) {
        return Err(GraphError::denied());
    }
    if let Some(id) = id {
        let world = graph.world().read();
        let tenant = super::users::tenant(&world, call)?;
        if !tenant.users.contains_key(id) && !tenant.groups.contains_key(id) {
            return Err(GraphError::not_found(id));
        }
    }
    Ok(())
}

/// `GET /subscriptions`: the caller's own, those that are over left out.
pub fn list(graph: &Graph, call: &Call) -> Result<Answer, GraphError> {
    let settings = graph.settings();
    let own: Vec<Value> = {
        let world = graph.world().read();
        world
            .subscriptions()
            .filter(|subscription| is_own(subscription, call))
            .map(object)
            .collect()
    };
    let listing = Listing::plain(call, &SUBSCRIPTION, "subscriptions", (100, 999))?;
    collection::page(call, &settings, &listing, by_id(own))
}

fn is_own(subscription: &Subscription, call: &Call) -> bool {
    subscription.tenant == call.caller.tenant
        && subscription.client_id == call.caller.app_id
        && subscription.expires > call.now
}

fn own(graph: &Graph, call: &Call) -> Result<Subscription, GraphError> {
    let world = graph.world().read();
    world
        .subscription(call.key(0))
        .filter(|subscription| is_own(subscription, call))
        .cloned()
        .ok_or_else(|| {
            GraphError::new(
                StatusCode::NOT_FOUND,
                "ResourceNotFound",
                format!("The object with id '{}' was not found.", call.key(0)),
            )
        })
}

fn shown(call: &Call, subscription: &Subscription) -> Answer {
    let selection = Selection::all(&SUBSCRIPTION);
    call.entity(
        "subscriptions",
        &selection,
        selection.cut(&object(subscription)),
    )
}

/// `GET /subscriptions/{id}`.
pub fn get(graph: &Graph, call: &Call) -> Result<Answer, GraphError> {
    own(graph, call).map(|subscription| shown(call, &subscription))
}

/// `PATCH /subscriptions/{id}`: a new end, which also counts as a reauthorisation.
pub fn renew(graph: &Graph, call: &Call) -> Result<Answer, GraphError> {
    let mut subscription = own(graph, call)?;
    let body: Map<String, Value> = call.json()?;
    if let Some(name) = body
        .keys()
        .find(|name| !matches!(name.as_str(), "expirationDateTime" | "notificationUrl"))
    {
        return Err(invalid(format!("The property '{name}' cannot be changed.")));
    }
    if let Some(text) = body.get("expirationDateTime") {
        subscription.expires = expiry(call, text.as_str().unwrap_or_default())?;
    }
    if let Some(url) = body.get("notificationUrl") {
        subscription.notification_url = address(url.as_str().unwrap_or_default().to_owned())?;
    }
    subscription.needs_reauthorisation = false;
    graph.notifier().start();
    graph.world().write().put_subscription(subscription.clone());
    Ok(shown(call, &subscription))
}

/// `DELETE /subscriptions/{id}`.
pub fn delete(graph: &Graph, call: &Call) -> Result<Answer, GraphError> {
    let subscription = own(graph, call)?;
    graph.world().write().remove_subscription(&subscription.id);
    Ok(Answer::no_content())
}

/// `POST /subscriptions/{id}/reauthorize`.
pub fn reauthorize(graph: &Graph, call: &Call) -> Result<Answer, GraphError> {
    let mut subscription = own(graph, call)?;
    subscription.needs_reauthorisation = false;
    graph.world().write().put_subscription(subscription);
    Ok(Answer::no_content())
}
