//! Changing people: creation, change, the way to the recycle bin, the end of sessions.

use serde_json::{Map, Value, json};

use super::super::world::directory::User;
use super::super::world::{DirectoryError, NewUser};
use super::call::{Answer, Call, with_context};
use super::entity::{Selection, USER, declared};
use super::error::GraphError;
use super::state::Graph;
use super::users::tenant;
use super::views::UserView;

const REQUIRED: &[&str] = &[
    "accountEnabled",
    "displayName",
    "mailNickname",
    "userPrincipalName",
    "passwordProfile",
];
const READ_ONLY: &[&str] = &[
    "id",
    "createdDateTime",
    "deletedDateTime",
    "assignedLicenses",
    "assignedPlans",
    "licenseAssignmentStates",
    "provisionedPlans",
    "proxyAddresses",
    "onPremisesSyncEnabled",
    "isResourceAccount",
    "creationType",
    "mail",
    "signInSessionsValidFromDateTime",
    "externalUserState",
    "isManagementRestricted",
];

/// `POST /users`.
pub fn create(graph: &Graph, call: &Call) -> Result<Answer, GraphError> {
    let body: Map<String, Value> = call.json()?;
    for name in REQUIRED {
        if body.get(*name).is_none_or(Value::is_null) {
            return Err(GraphError::refused(format!(
                "A value is required for property '{name}' of resource 'User'."
            )));
        }
    }
    let text = |name: &str| body.get(name).and_then(Value::as_str).map(str::to_owned);
    let password = body["passwordProfile"]["password"]
        .as_str()
        .unwrap_or_default();
    strong(password)?;
    let new = NewUser {
        username: text("userPrincipalName").unwrap_or_default(),
        display_name: text("displayName").unwrap_or_default(),
        given_name: text("givenName"),
        surname: text("surname"),
        password: Some(password.to_owned()),
    };
    // Checked before anything is made, so that a refused property leaves nobody behind.
    let mut probe = User::new(String::new(), &new.username, &new.display_name, call.now);
    apply(&mut probe, &body)?;

    let mut world = graph.world().write();
    let id = world
        .create_user(&call.caller.tenant, new)
        .map_err(refusal)?;
    let mut applied = Ok(());
    world
        .update_user(&call.caller.tenant, &id, |user| {
            applied = apply(user, &body)
        })
        .map_err(refusal)?;
    applied?;
    let user = tenant(&world, call)?
        .user(&id)
        .ok_or_else(|| GraphError::not_found(&id))?;
    let selection = Selection::of(&USER, None, false)?;
    let context = format!("{}/$metadata#users/$entity", call.base);
    let location = format!("{}/users/{id}", call.base);
    Ok(
        Answer::created(with_context(context, selection.cut(&UserView(user))))
            .with_header("Location", location),
    )
}

/// `PATCH /users/{id}`.
pub fn change(graph: &Graph, call: &Call) -> Result<Answer, GraphError> {
    let body: Map<String, Value> = call.json()?;
    if let Some(password) = body
        .get("passwordProfile")
        .and_then(|profile| profile["password"].as_str())
    {
        strong(password)?;
    }
    let mut world = graph.world().write();
    let user = tenant(&world, call)?
        .user(call.key(0))
        .ok_or_else(|| GraphError::not_found(call.key(0)))?;
    const SENSITIVE: &[&str] = &[
        "accountEnabled",
        "businessPhones",
        "mobilePhone",
        "otherMails",
        "passwordProfile",
        "userPrincipalName",
    ];
    let administrator = !user.directory_roles.is_empty();
    if administrator
        && call.caller.user.is_none()
        && SENSITIVE.iter().any(|name| body.contains_key(*name))
    {
        return Err(GraphError::denied());
    }
    let id = user.id.clone();
    let mut probe = user.clone();
    apply(&mut probe, &body)?;
    let mut applied = Ok(());
    world
        .update_user(&call.caller.tenant, &id, |user| {
            applied = apply(user, &body)
        })
        .map_err(refusal)?;
    applied.map(|()| Answer::no_content())
}

/// `DELETE /users/{id}`.
pub fn delete(graph: &Graph, call: &Call) -> Result<Answer, GraphError> {
    graph
        .world()
        .write()
        .delete_user(&call.caller.tenant, call.key(0))
        .map_err(|_| GraphError::not_found(call.key(0)))?;
    Ok(Answer::no_content())
}

/// `POST /users/{id}/revokeSignInSessions`.
pub fn revoke_sessions(graph: &Graph, call: &Call) -> Result<Answer, GraphError> {
    graph
        .world()
        .write()
        .update_user(&call.caller.tenant, call.key(0), |user| {
            user.sessions_valid_from = call.now
        })
        .map_err(|_| GraphError::not_found(call.key(0)))?;
    Ok(Answer::ok(
        json!({ "@odata.context": format!("{}/$metadata#Edm.Boolean", call.base), "value": true }),
    ))
}

/// Sets what the body names.
fn apply(user: &mut User, body: &Map<String, Value>) -> Result<(), GraphError> {
    for (name, value) in body {
        if name.starts_with("@odata.") {
            continue;
        }
        set(user, name, value)?;
    }
    Ok(())
}

fn set(user: &mut User, name: &str, value: &Value) -> Result<(), GraphError> {
    match name {
        "displayName" => user.display_name = required(name, value)?,
        "userPrincipalName" => user.username = required(name, value)?,
        "mailNickname" => user.mail_nickname = required(name, value)?,
        "givenName" => user.given_name = optional(name, value)?,
        "surname" => user.surname = optional(name, value)?,
        "jobTitle" => user.job_title = optional(name, value)?,
        "department" => user.department = optional(name, value)?,
        "officeLocation" => user.office_location = optional(name, value)?,
        "mobilePhone" => user.mobile_phone = optional(name, value)?,
        "preferredLanguage" => user.preferred_language = optional(name, value)?,
        "employeeId" => user.employee_id = optional(name, value)?,
        "businessPhones" => user.business_phones = texts(name, value)?,
        "otherMails" => user.other_mails = texts(name, value)?,
        "accountEnabled" => user.enabled = value.as_bool().ok_or_else(|| invalid(name))?,
        "usageLocation" => {
            let country = optional(name, value)?;
            if country
                .as_ref()
                .is_some_and(|c| c.len() != 2 || !c.bytes().all(|b| b.is_ascii_uppercase()))
            {
                return Err(invalid(name));
            }
            user.usage_location = country;
        }
        "passwordProfile" => {
            if let Some(password) = value["password"].as_str() {
                user.password = password.to_owned();
            }
            // Whoever does not say otherwise has the person choose a new one.
            user.must_change_password = value["forceChangePasswordNextSignIn"]
                .as_bool()
                .unwrap_or(true);
        }
        _ if READ_ONLY.contains(&name) => {
            return Err(GraphError::refused(format!(
                "Property '{name}' is read-only and cannot be set."
            )));
        }
        _ if declared(USER.name).iter().any(|(known, _)| known == name) => {
            return Err(GraphError::not_implemented(&format!(
                "the property '{name}' cannot be set in this simulator."
            )));
        }
        _ => return Err(GraphError::refused(format!("Invalid property '{name}'."))),
    }
    Ok(())
}

fn required(name: &str, value: &Value) -> Result<String, GraphError> {
    optional(name, value)?
        .filter(|text| !text.trim().is_empty())
        .ok_or_else(|| invalid(name))
}

fn optional(name: &str, value: &Value) -> Result<Option<String>, GraphError> {
    match value {
        Value::Null => Ok(None),
        Value::String(text) if text.is_empty() => Err(invalid(name)),
        Value::String(text) => Ok(Some(text.clone())),
        _ => Err(invalid(name)),
    }
}

fn texts(name: &str, value: &Value) -> Result<Vec<String>, GraphError> {
    let items = value.as_array().ok_or_else(|| invalid(name))?;
    items
        .iter()
        .map(|item| {
            item.as_str()
                .map(str::to_owned)
                .ok_or_else(|| invalid(name))
        })
        .collect()
}

fn invalid(name: &str) -> GraphError {
    GraphError::refused(format!(
        "Invalid value specified for property '{name}' of resource 'User'."
    ))
}

fn strong(password: &str) -> Result<(), GraphError> {
    let classes = [
        password.chars().any(char::is_lowercase),
        password.chars().any(char::is_uppercase),
        password.chars().any(|c| c.is_ascii_digit()),
        password.chars().any(|c| !c.is_alphanumeric()),
    ];
    let varied = classes.iter().filter(|class| **class).count() >= 3;
    if varied && (8..=256).contains(&password.chars().count()) {
        return Ok(());
    }
    Err(GraphError::refused(
        "The specified password does not comply with password complexity requirements. Please provide a different \
         password.",
    ))
}

/// The world's refusal in Graph's words.
pub(super) fn refusal(error: DirectoryError) -> GraphError {
    match error {
        DirectoryError::NotFound => GraphError::not_found("user"),
        DirectoryError::UsernameTaken => {
            let message =
                "Another object with the same value for property userPrincipalName already exists.";
            GraphError::refused(message).with_detail("ObjectConflict", message, "userPrincipalName")
        }
        DirectoryError::UnknownDomain => GraphError::refused(
            "The domain portion of the userPrincipalName property is invalid. You must use one of the verified domain \
             names in your organization.",
        ),
        DirectoryError::Invalid(name) => invalid(name),
    }
}
