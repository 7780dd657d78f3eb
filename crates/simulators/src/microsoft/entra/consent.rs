//! Admin consent: `GET /{tenant}/adminconsent` (everything the registration lists) and
//! `GET /{tenant}/v2.0/adminconsent` (what `scope` names; `/.default` is everything).

use axum::body::Bytes;
use axum::extract::{OriginalUri, Path, RawQuery, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::Response;

use super::admission::Audience;
use super::authorize::respond;
use super::claims::preferred;
use super::error::{AadError, Ids};
use super::form::Form;
use super::pages::{self, Frame};
use super::scopes::Scopes;
use super::signin::{self, Ask, Outcome};
use super::store::Subject;
use crate::microsoft::world::World;
use crate::microsoft::world::apps::Application;
use crate::microsoft::{Microsoft, Origin};

struct Request {
    client: Application,
    redirect: String,
    state: Option<String>,
    /// The `scope` of the second version.
    scope: Option<String>,
}

/// Answers a request for admin consent, or a step of its pages.
pub async fn admin_consent(
    State(microsoft): State<Microsoft>,
    origin: Origin,
    OriginalUri(uri): OriginalUri,
    Path(segment): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let raw = query.unwrap_or_default();
    let query = Form::parse(&raw);
    let form = Form::parse(&String::from_utf8_lossy(&body));
    let ids = Ids::new(microsoft.world.now(), None);
    let second = uri.path().ends_with("/v2.0/adminconsent");
    let mut frame = Frame {
        action: format!("{}?{raw}", uri.path()),
        app: String::new(),
        tenant: None,
    };

    let world = microsoft.world.read();
    let checked = check(&world, &segment, &query, second);
    let (audience, request) = match checked {
        Ok(checked) => checked,
        Err(error) => {
            frame.action.clear();
            return pages::failure(&frame, &error, &ids, None);
        }
    };
    frame = signin::frame(&world, &audience, &request.client, frame.action);
    drop(world);

    let ask = Ask {
        audience: &audience,
        prompt: query.get("prompt").unwrap_or("select_account"),
        login_hint: query.get("login_hint"),
        domain_hint: None,
        frame: frame.clone(),
    };
    let (subject, cookie) = match signin::run(&microsoft, &ask, &headers, &form) {
        Outcome::Page(page) => return page,
        Outcome::Signed(subject, cookie) => (subject, cookie),
        Outcome::Refused(error) => return pages::failure(&frame, &error, &ids, None),
    };
    let mut response = decide(&microsoft, &request, &frame, &form, &subject, &ids);
    if let Ok(value) = HeaderValue::from_str(&signin::set_cookie(&cookie, &origin)) {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
    response
}

fn check(
    world: &World,
    segment: &str,
    query: &Form,
    second: bool,
) -> Result<(Audience, Request), AadError> {
    let audience = Audience::parse(world, segment)?;
    if second && audience == (Audience::Any { common: true }) {
        return Err(AadError::new(
            90_014,
            "invalid_request",
            "The admin consent endpoint does not support 'common'. Use 'organizations' or a tenant.",
        ));
    }
    let id = query
        .get("client_id")
        .ok_or_else(|| AadError::missing("client_id"))?;
    let client = world
        .application(id)
        .ok_or_else(|| AadError::app_missing(id, segment))?;
    let redirect = match query.get("redirect_uri") {
        Some(wanted) if client.redirect_uris.iter().any(|uri| uri == wanted) => wanted.to_owned(),
        Some(wanted) => {
            return Err(AadError::new(
                50_011,
                "invalid_request",
                format!(
                    "The redirect URI '{wanted}' specified in the request does not match the redirect URIs configured for the application '{id}'."
                ),
            ));
        }
        None => match client.redirect_uris.first() {
            Some(first) => first.clone(),
            None => {
                return Err(AadError::new(
                    900_971,
                    "invalid_request",
                    "No reply address provided.",
                ));
            }
        },
    };
    let scope = match (second, query.get("scope")) {
        (true, None) => return Err(AadError::missing("scope")),
        (true, Some(scope)) => {
            Scopes::parse(world, scope, segment)?;
            Some(scope.to_owned())
        }
        (false, _) => None,
    };
    let state = query.get("state").map(str::to_owned);
    Ok((
        audience,
        Request {
            client: client.clone(),
            redirect,
            state,
            scope,
        },
    ))
}

fn decide(
    microsoft: &Microsoft,
    request: &Request,
    frame: &Frame,
    form: &Form,
    subject: &Subject,
    ids: &Ids,
) -> Response {
    let world = microsoft.world.read();
    let Some((tenant, user)) = signin::person(&world, subject) else {
        return pages::failure(frame, &AadError::tenant_missing(&subject.tenant), ids, None);
    };
    if let Err(error) = super::admission::admit(tenant, user, &request.client, &subject.amr)
        && error.number != 7_000_112
    {
        return pages::failure(frame, &error, ids, None);
    }
    if !user.may_consent() {
        let error = AadError::new(
            90_094,
            "access_denied",
            format!(
                "The grant requires administrator permission. {} is no administrator of {}.",
                preferred(user),
                tenant.display_name
            ),
        );
        return pages::failure(frame, &error, ids, None);
    }
    let decision = if form.text("step") == "consent" {
        form.text("decision")
    } else {
        ""
    };
    match decision {
        "accept" => {}
        "cancel" => {
            let error = AadError::new(
                65_004,
                "access_denied",
                "User declined to consent to access the app.",
            );
            return request.answer(
                &subject.tenant,
                &[
                    ("error", error.code.to_owned()),
                    ("error_subcode", "cancel".to_owned()),
                    ("error_description", error.description(ids)),
                ],
            );
        }
        _ => {
            let mut frame = frame.clone();
            frame.tenant = Some(tenant.display_name.clone());
            let account = signin::account_value(subject);
            let texts = permission_texts(&world, request, &subject.tenant);
            return pages::consent(&frame, preferred(user), &account, true, &texts);
        }
    }
    drop(world);
    grant(microsoft, request, &subject.tenant);
    request.answer(&subject.tenant, &[])
}

/// Grants what was asked for. The tenant and the registration were there a moment ago.
fn grant(microsoft: &Microsoft, request: &Request, tenant: &str) {
    let mut world = microsoft.world.write();
    let scopes = request
        .scope
        .as_ref()
        .and_then(|s| Scopes::parse(&world, s, tenant).ok());
    let client = &request.client.client_id;
    match scopes {
        Some(scopes) if !scopes.default => {
            let _ = world.add_service_principal(tenant, client);
            let _ = world.update_service_principal(tenant, client, |principal| {
                principal
                    .tenant_scopes
                    .extend(super::admission::consented_names(&request.client, &scopes));
            });
        }
        _ => {
            let _ = world.consent(tenant, client);
        }
    }
}

fn permission_texts(world: &World, request: &Request, tenant: &str) -> Vec<String> {
    let scopes = request
        .scope
        .as_ref()
        .and_then(|s| Scopes::parse(world, s, tenant).ok());
    match scopes {
        Some(scopes) if !scopes.default => scopes.names.iter().cloned().collect(),
        _ => {
            let scopes = request
                .client
                .requested_scopes
                .iter()
                .map(|s| format!("{s} (as the signed-in user)"));
            let roles = request
                .client
                .requested_roles
                .iter()
                .map(|r| format!("{r} (as the application)"));
            scopes.chain(roles).collect()
        }
    }
}

impl Request {
    /// Sends the browser back. The second version says `admin_consent=True` even beside an error.
    fn answer(&self, tenant: &str, error: &[(&str, String)]) -> Response {
        let mut parameters: Vec<(&str, String)> = Vec::new();
        if error.is_empty() || self.scope.is_some() {
            parameters.push(("admin_consent", "True".to_owned()));
        }
        parameters.extend(error.iter().map(|(name, value)| (*name, value.clone())));
        if error.is_empty() {
            parameters.push(("tenant", tenant.to_owned()));
            if let Some(scope) = &self.scope {
                parameters.push(("scope", scope.clone()));
            }
        }
        if let Some(state) = &self.state {
            parameters.push(("state", state.clone()));
        }
        respond(&self.redirect, "query", &parameters)
    }
}
