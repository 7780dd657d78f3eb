//! A small directory administration, for people: `GET /_simulator/`.
//!
//! Shows tenants, people, licences and numbers, and lets one add, change, disable, delete and restore a person, so that
//! a demonstration can let somebody arrive, change or leave. Plain forms; the same changes as the control interface.

mod view;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum::routing::get;
use serde::Deserialize;

use super::Microsoft;
use super::control::Refused;
use super::control::people::{self as control, Change, Filter};

/// People on a page.
const PAGE: usize = 50;

/// The routes of the page.
pub fn router() -> Router<Microsoft> {
    Router::new()
        .route("/", get(async || Redirect::to("/_simulator/")))
        .route("/_simulator", get(async || Redirect::to("/_simulator/")))
        .route("/_simulator/", get(overview))
        .route("/_simulator/directory/{tenant}", get(list).post(add))
        .route(
            "/_simulator/directory/{tenant}/{person}",
            get(show).post(change),
        )
}

/// What the list is asked for.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Asked {
    /// Part of a name.
    #[serde(default)]
    pub q: String,
    /// Page, from 1.
    #[serde(default)]
    pub page: usize,
    /// The recycle bin instead.
    #[serde(default)]
    pub deleted: bool,
    /// What has just been done.
    #[serde(default)]
    pub done: String,
}

async fn overview(State(microsoft): State<Microsoft>) -> Html<String> {
    Html(view::overview(&microsoft.world.read()))
}

async fn list(
    State(microsoft): State<Microsoft>,
    Path(tenant): Path<String>,
    Query(asked): Query<Asked>,
) -> Response {
    listed(&microsoft, &tenant, &asked, None)
}

fn listed(
    microsoft: &Microsoft,
    tenant: &str,
    asked: &Asked,
    problem: Option<(&Change, &str)>,
) -> Response {
    let world = microsoft.world.read();
    let Some(found) = world.tenant(tenant) else {
        return Refused::unknown("such tenant").into_response();
    };
    let filter = Filter {
        tenant: Some(found.id.clone()),
        q: Some(asked.q.clone()),
        deleted: asked.deleted,
        ..Filter::default()
    };
    let people = control::find(&world, &filter);
    let status = if problem.is_some() {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    };
    (
        status,
        Html(view::list(found, asked, &people, PAGE, problem)),
    )
        .into_response()
}

async fn add(
    State(microsoft): State<Microsoft>,
    Path(tenant): Path<String>,
    body: Bytes,
) -> Response {
    let (change, _) = read(&body);
    let change = Change {
        tenant: Some(tenant.clone()),
        ..change
    };
    match control::add(&microsoft, change.clone()) {
        Ok(id) => Redirect::to(&format!("/_simulator/directory/{tenant}/{id}?done=Added."))
            .into_response(),
        Err(Refused(_, problem)) => listed(
            &microsoft,
            &tenant,
            &Asked::default(),
            Some((&change, &problem)),
        ),
    }
}

async fn show(
    State(microsoft): State<Microsoft>,
    Path((tenant, person)): Path<(String, String)>,
    Query(asked): Query<Asked>,
) -> Response {
    shown(&microsoft, &tenant, &person, &asked.done, None)
}

fn shown(
    microsoft: &Microsoft,
    tenant: &str,
    person: &str,
    done: &str,
    problem: Option<&str>,
) -> Response {
    let world = microsoft.world.read();
    let found = control::locate(&world, person)
        .filter(|(home, _)| home.id == tenant || home.has_domain(tenant));
    let Some((home, user)) = found else {
        return Refused::unknown("such person").into_response();
    };
    let status = if problem.is_some() {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    };
    (status, Html(view::person(home, user, done, problem))).into_response()
}

async fn change(
    State(microsoft): State<Microsoft>,
    Path((tenant, person)): Path<(String, String)>,
    body: Bytes,
) -> Response {
    let (change, action) = read(&body);
    let list = format!("/_simulator/directory/{tenant}");
    let page = format!("{list}/{person}");
    let done = match action.as_str() {
        "save" => control::edit(&microsoft, &person, change).map(|_| format!("{page}?done=Saved.")),
        "disable" => {
            let change = Change {
                enabled: Some(false),
                revoke_sessions: true,
                ..Change::default()
            };
            control::edit(&microsoft, &person, change).map(|_| format!("{page}?done=Disabled."))
        }
        "enable" => {
            let change = Change {
                enabled: Some(true),
                ..Change::default()
            };
            control::edit(&microsoft, &person, change).map(|_| format!("{page}?done=Enabled."))
        }
        "delete" => {
            control::remove(&microsoft, &person, false).map(|()| format!("{page}?done=Deleted."))
        }
        "purge" => control::remove(&microsoft, &person, true)
            .map(|()| format!("{list}?done=Deleted+for+good.")),
        "restore" => {
            control::bring_back(&microsoft, &person).map(|_| format!("{page}?done=Restored."))
        }
        other => Err(Refused::unfit(format!("there is no action {other}"))),
    };
    match done {
        Ok(next) => Redirect::to(&next).into_response(),
        Err(Refused(_, problem)) => shown(&microsoft, &tenant, &person, "", Some(&problem)),
    }
}

/// Reads the form: the change, and which button was pressed. Licences are the boxes that are ticked.
fn read(body: &[u8]) -> (Change, String) {
    let (mut change, mut action, mut licences) = (Change::default(), String::new(), Vec::new());
    let mut has_licences = false;
    for (name, value) in url::form_urlencoded::parse(body) {
        let value = value.into_owned();
        match name.as_ref() {
            "action" => action = value,
            "username" => change.username = Some(value),
            "displayName" => change.display_name = Some(value),
            "givenName" => change.given_name = Some(value),
            "surname" => change.surname = Some(value),
            "jobTitle" => change.job_title = Some(value),
            "department" => change.department = Some(value),
            "officeLocation" => change.office_location = Some(value),
            "mobilePhone" => change.mobile_phone = Some(value),
            "licence" => licences.push(value),
            "licences" => has_licences = true,
            _ => {}
        }
    }
    if has_licences {
        change.licences = Some(licences);
    }
    (change, action)
}
