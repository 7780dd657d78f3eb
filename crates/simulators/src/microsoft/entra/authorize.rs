//! `GET /{tenant}/oauth2/v2.0/authorize`, and the same with POST for the steps of its pages.

use axum::body::Bytes;
use axum::extract::{Path, RawQuery, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::admission::{self, Audience};
use super::error::{AadError, Ids};
use super::form::Form;
use super::pages::{self, Frame};
use super::scopes::{Resource, Scopes};
use super::signin::{self, Ask, Outcome};
use super::store::{Challenge, Code, Subject};
use crate::microsoft::world::World;
use crate::microsoft::world::apps::Application;
use crate::microsoft::{Microsoft, Origin};

/// A checked request: whom to answer and how.
struct Request<'a> {
    query: &'a Form,
    client: Application,
    redirect: String,
    mode: &'a str,
}

/// Answers an authorization request, or a step of its pages.
pub async fn authorize(
    State(microsoft): State<Microsoft>,
    origin: Origin,
    Path(segment): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let raw = query.unwrap_or_default();
    let query = Form::parse(&raw);
    let form = Form::parse(&String::from_utf8_lossy(&body));
    let ids = Ids::new(microsoft.world.now(), query.get("client-request-id"));
    let action = format!("/{segment}/oauth2/v2.0/authorize?{raw}");
    let mut frame = Frame {
        action,
        app: String::new(),
        tenant: None,
    };

    // Until the reply address is known to be the client's, errors stay on a page.
    let world = microsoft.world.read();
    let checked = Audience::parse(&world, &segment)
        .and_then(|audience| Ok((audience, client_of(&world, &query)?)));
    let (audience, (client, redirect)) = match checked {
        Ok(checked) => checked,
        Err(error) => {
            frame.action.clear();
            return pages::failure(&frame, &error, &ids, None);
        }
    };
    frame = signin::frame(&world, &audience, &client, frame.action);
    let request = Request {
        query: &query,
        client,
        redirect,
        mode: query.get("response_mode").unwrap_or("query"),
    };
    let asked = check(&world, &request, audience.segment());
    drop(world);
    let (scopes, challenge) = match asked {
        Ok(asked) => asked,
        Err(error) => return request.refuse(&error, &ids),
    };

    let prompt = query.text("prompt");
    let ask = Ask {
        audience: &audience,
        prompt,
        login_hint: query.get("login_hint"),
        domain_hint: query.get("domain_hint"),
        frame: frame.clone(),
    };
    let (subject, cookie) = match signin::run(&microsoft, &ask, &headers, &form) {
        Outcome::Page(page) => return page,
        Outcome::Signed(subject, cookie) => (subject, cookie),
        Outcome::Refused(error) => return request.problem(&frame, &error, &ids, prompt),
    };
    let mut response = match decide(&microsoft, &request, &frame, &form, &scopes, &subject) {
        Ok(Some(page)) => page,
        Ok(None) => {
            let mut store = microsoft.entra.store();
            if let Some(session) = store.sessions.get_mut(&cookie) {
                session.clients.insert(request.client.client_id.clone());
            }
            let code = store.add_code(Code {
                client_id: request.client.client_id.clone(),
                redirect_uri: request.redirect.clone(),
                subject: subject.clone(),
                scopes,
                nonce: query.get("nonce").map(str::to_owned),
                challenge,
                issued: microsoft.world.now().as_second(),
                redeemed: false,
            });
            request.answer(vec![("code", code), ("session_state", subject.sid)])
        }
        // Cancelled by the person: the application has to know. Anything else only the person can mend.
        Err(error) if error.number == 65_004 => request.refuse(&error, &ids),
        Err(error) => request.problem(&frame, &error, &ids, prompt),
    };
    if let Ok(value) = HeaderValue::from_str(&signin::set_cookie(&cookie, &origin)) {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
    response
}

/// The client and its reply address.
fn client_of(world: &World, query: &Form) -> Result<(Application, String), AadError> {
    let id = query
        .get("client_id")
        .ok_or_else(|| AadError::missing("client_id"))?;
    let client = world
        .application(id)
        .ok_or_else(|| AadError::app_missing(id, "common"))?;
    let redirect = match (query.get("redirect_uri"), client.redirect_uris.as_slice()) {
        (Some(wanted), _) if client.redirect_uris.iter().any(|uri| uri == wanted) => {
            wanted.to_owned()
        }
        (Some(wanted), _) => {
            return Err(AadError::new(
                50_011,
                "invalid_request",
                format!(
                    "The redirect URI '{wanted}' specified in the request does not match the redirect URIs configured for the application '{id}'. Make sure the redirect URI sent in the request matches one added to your application in the Azure portal."
                ),
            ));
        }
        (None, [only]) => only.clone(),
        (None, []) => {
            return Err(AadError::new(
                900_971,
                "invalid_request",
                "No reply address provided.",
            ));
        }
        (None, _) => return Err(AadError::missing("redirect_uri")),
    };
    Ok((client.clone(), redirect))
}

/// The rest of the parameters, whose errors the client is told.
fn check(
    world: &World,
    request: &Request<'_>,
    tenant: &str,
) -> Result<(Scopes, Option<Challenge>), AadError> {
    let query = request.query;
    if !matches!(request.mode, "query" | "fragment" | "form_post") {
        return Err(AadError::new(
            70_007,
            "invalid_request",
            format!(
                "'{}' is not a supported value for 'response_mode'.",
                request.mode
            ),
        ));
    }
    match query.get("response_type") {
        None => return Err(AadError::missing("response_type")),
        Some("code") => {}
        Some(other) => {
            return Err(AadError::new(
                700_054,
                "unsupported_response_type",
                format!("response_type '{other}' is not enabled for the application."),
            ));
        }
    }
    if !matches!(
        query.text("prompt"),
        "" | "none" | "login" | "select_account" | "consent"
    ) {
        return Err(AadError::new(
            90_023,
            "invalid_request",
            format!("Unsupported 'prompt' value '{}'.", query.text("prompt")),
        ));
    }
    let scope = query
        .get("scope")
        .ok_or_else(|| AadError::missing("scope"))?;
    let scopes = Scopes::parse(world, scope, tenant)?;
    let challenge = match (
        query.get("code_challenge"),
        query.get("code_challenge_method"),
    ) {
        (None, None) => None,
        (None, Some(_)) => return Err(AadError::missing("code_challenge")),
        (Some(challenge), None | Some("plain")) => Some(Challenge::Plain(challenge.to_owned())),
        (Some(challenge), Some("S256")) if challenge.len() == 43 => {
            Some(Challenge::S256(challenge.to_owned()))
        }
        (Some(_), Some("S256")) => {
            return Err(AadError::new(
                501_491,
                "invalid_request",
                "Invalid size of Code_Challenge parameter.",
            ));
        }
        (Some(_), Some(other)) => {
            return Err(AadError::new(
                501_481,
                "invalid_request",
                format!("'{other}' is not a supported value for 'code_challenge_method'."),
            ));
        }
    };
    Ok((scopes, challenge))
}

/// Whether the person may, and has consented. A page when consent has to be asked for, none when a code can be given.
fn decide(
    microsoft: &Microsoft,
    request: &Request<'_>,
    frame: &Frame,
    form: &Form,
    scopes: &Scopes,
    subject: &Subject,
) -> Result<Option<Response>, AadError> {
    let client = &request.client;
    let prompt = request.query.text("prompt");
    let world = microsoft.world.read();
    let (tenant, user) =
        signin::person(&world, subject).ok_or_else(|| AadError::tenant_missing(&subject.tenant))?;
    admission::admit(tenant, user, client, &subject.amr)?;
    let code = if prompt == "none" {
        "interaction_required"
    } else {
        "consent_required"
    };
    let granted = admission::granted(&world, client, subject, scopes, code);
    let decision = if form.text("step") == "consent" {
        form.text("decision")
    } else {
        ""
    };
    match (granted, decision) {
        (Ok(_), "") if prompt != "consent" => return Ok(None),
        (Err(error), _) if error.number != 65_001 || prompt == "none" => return Err(error),
        (_, "cancel") => {
            return Err(AadError::new(
                65_004,
                "access_denied",
                "User declined to consent to access the app.",
            ));
        }
        _ => {}
    }
    if !admission::user_may_grant(user, scopes) {
        return Err(AadError::new(
            90_094,
            "consent_required",
            format!(
                "{} needs permission to access resources in your organization that only an admin can grant. Please ask an admin to grant permission to this app before you can use it.",
                client.display_name
            ),
        ));
    }
    if decision != "accept" {
        let mut frame = frame.clone();
        frame.tenant = Some(tenant.display_name.clone());
        let account = signin::account_value(subject);
        let texts = permission_texts(client, scopes);
        return Ok(Some(pages::consent(
            &frame,
            super::claims::preferred(user),
            &account,
            false,
            &texts,
        )));
    }
    let names = admission::consented_names(client, scopes);
    drop(world);
    let mut world = microsoft.world.write();
    // The tenant was there a moment ago; were it gone, no code could be redeemed either.
    let _ = world.add_service_principal(&subject.tenant, &client.client_id);
    let _ = world.update_service_principal(&subject.tenant, &client.client_id, |principal| {
        principal
            .user_scopes
            .entry(subject.user.clone())
            .or_default()
            .extend(names);
    });
    Ok(None)
}

fn permission_texts(client: &Application, scopes: &Scopes) -> Vec<String> {
    let mut texts = vec!["Sign you in and read your profile".to_owned()];
    if scopes.wants("offline_access") {
        texts.push("Maintain access to data you have given it access to".to_owned());
    }
    for name in admission::consented_names(client, scopes) {
        let own = matches!(scopes.resource, Resource::Api(_));
        match name.as_str() {
            "openid" | "profile" | "email" | "offline_access" | "User.Read" => {}
            "access_as_user" if own => texts.push(format!("Access {} as you", client.display_name)),
            other => texts.push(other.to_owned()),
        }
    }
    texts
}

impl Request<'_> {
    fn answer(&self, mut parameters: Vec<(&str, String)>) -> Response {
        if let Some(state) = self.query.get("state") {
            parameters.push(("state", state.to_owned()));
        }
        respond(&self.redirect, self.mode, &parameters)
    }

    /// Tells the client.
    fn refuse(&self, error: &AadError, ids: &Ids) -> Response {
        let mut parameters = vec![
            ("error", error.code.to_owned()),
            ("error_description", error.description(ids)),
        ];
        if let Some(suberror) = error.suberror {
            parameters.push(("error_subcode", suberror.to_owned()));
        }
        if error.number == 65_004 {
            parameters.push(("error_subcode", "cancel".to_owned()));
        }
        self.answer(parameters)
    }

    /// Tells the client when it asked for silence, and the person otherwise.
    fn problem(&self, frame: &Frame, error: &AadError, ids: &Ids, prompt: &str) -> Response {
        if prompt == "none" {
            let code = if error.code == "invalid_grant" {
                "interaction_required"
            } else {
                error.code
            };
            return self.refuse(
                &AadError {
                    code,
                    ..error.clone()
                },
                ids,
            );
        }
        let mut parameters = vec![
            ("error", "access_denied".to_owned()),
            ("error_description", error.description(ids)),
        ];
        if let Some(state) = self.query.get("state") {
            parameters.push(("state", state.to_owned()));
        }
        let back = (self.mode != "form_post")
            .then(|| address(&self.redirect, self.mode == "fragment", &parameters));
        pages::failure(frame, error, ids, back.as_deref())
    }
}

/// Sends the browser back with parameters in the way it was asked for.
pub fn respond(redirect: &str, mode: &str, parameters: &[(&str, String)]) -> Response {
    if mode == "form_post" {
        return pages::form_post(redirect, parameters);
    }
    let location = address(redirect, mode == "fragment", parameters);
    let mut response = StatusCode::FOUND.into_response();
    if let Ok(value) = HeaderValue::from_str(&location) {
        response.headers_mut().insert(header::LOCATION, value);
    }
    response.headers_mut().insert(
        header::CACHE_CONTROL,
        HeaderValue::from_static("no-store, no-cache"),
    );
    response
}

fn address(redirect: &str, fragment: bool, parameters: &[(&str, String)]) -> String {
    let mut encoded = url::form_urlencoded::Serializer::new(String::new());
    for (name, value) in parameters {
        encoded.append_pair(name, value);
    }
    let separator = match (fragment, redirect.contains('?')) {
        (true, _) => '#',
        (false, true) => '&',
        (false, false) => '?',
    };
    format!("{redirect}{separator}{}", encoded.finish())
}
