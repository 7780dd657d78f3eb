//! Reading what Graph sends: pure, from the samples of its documentation.

use super::{
    call::{is_expired_link, outcome, percent},
    person::User,
    telephony::operation_state,
};
use crate::http::{Answer, Effect};
use domain::{directory::ports::Change, fulfilment::ports::OperationState};
use platform::{Instant, outside::OutsideError};
use reqwest::header::{HeaderMap, RETRY_AFTER};
use serde_json::json;
use std::time::Duration;

const ID: &str = "6ea91a8d-e32e-41a1-b7bd-d2d185eed0e0";

fn answer(status: u16, body: &str, retry_after: Option<&str>) -> Answer {
    let mut headers = HeaderMap::new();
    if let Some(wait) = retry_after {
        headers.insert(RETRY_AFTER, wait.parse().unwrap());
    }
    Answer {
        status,
        headers,
        body: body.into(),
    }
}

fn graph_error(code: &str) -> String {
    json!({"error": {"code": code, "message": "Insufficient privileges to complete the operation.",
        "innerError": {"date": "2026-11-21T10:00:00", "request-id": "r", "client-request-id": "c"}}})
    .to_string()
}

/// What each status means, for a read and for a change.
#[test]
fn each_status_has_its_meaning() {
    let refused = graph_error("TheCode");
    let table: [(u16, &str, Option<&str>, &str, &str); 24] = [
        (400, &refused, None, "refused TheCode", "refused TheCode"),
        (
            401,
            &refused,
            None,
            "unauthorised TheCode",
            "unauthorised TheCode",
        ),
        (
            403,
            &refused,
            None,
            "unauthorised TheCode",
            "unauthorised TheCode",
        ),
        (404, &refused, None, "not found", "not found"),
        (409, &refused, None, "refused TheCode", "refused TheCode"),
        (412, &refused, None, "refused TheCode", "refused TheCode"),
        (429, &refused, Some("10"), "busy 10", "busy 10"),
        (429, "", None, "busy 10", "busy 10"),
        (429, "", Some("120"), "busy 120", "busy 120"),
        (500, &refused, None, "unavailable", "unknown"),
        (501, &refused, None, "refused TheCode", "refused TheCode"),
        (502, "<html>", None, "unavailable", "unknown"),
        (503, &refused, None, "unavailable", "unavailable"),
        (503, "", Some("7"), "busy 7", "busy 7"),
        (504, "", None, "unavailable", "unknown"),
        (507, "", None, "unavailable", "unknown"),
        (408, "", None, "unavailable", "unknown"),
        // Not in Graph's words: somebody in between.
        (400, "<html>", None, "malformed", "unknown"),
        (404, "<html>Not here</html>", None, "malformed", "unknown"),
        (404, "{}", None, "malformed", "unknown"),
        (
            401,
            "<html>",
            None,
            "unauthorised HTTP401",
            "unauthorised HTTP401",
        ),
        (302, "", None, "malformed", "unknown"),
        (100, "", None, "malformed", "unknown"),
        (799, "", None, "malformed", "unknown"),
    ];
    let told = |error: OutsideError| match error {
        OutsideError::Refused { code, .. } => format!("refused {code}"),
        OutsideError::Unauthorised { code, .. } => format!("unauthorised {code}"),
        OutsideError::NotFound(_) => "not found".into(),
        OutsideError::Busy(wait) => format!("busy {}", wait.as_secs()),
        OutsideError::Unavailable(_) => "unavailable".into(),
        OutsideError::UnknownOutcome(_) => "unknown".into(),
        OutsideError::Malformed(_) => "malformed".into(),
        OutsideError::StartOver => "start over".into(),
    };
    for (status, body, wait, read, change) in table {
        let answer = answer(status, body, wait);
        assert_eq!(
            told(outcome(&answer, Effect::Read, Instant(0))),
            read,
            "reading: {status} {body}"
        );
        assert_eq!(
            told(outcome(&answer, Effect::Change, Instant(0))),
            change,
            "changing: {status} {body}"
        );
    }
}

#[test]
fn what_they_say_goes_along_without_people() {
    let body = json!({"error": {"code": "Request_BadRequest", "message": "anna@nordvind.example has +4570101234."}});
    match outcome(
        &answer(400, &body.to_string(), None),
        Effect::Read,
        Instant(0),
    ) {
        OutsideError::Refused { message, .. } => assert_eq!(message, "… has …"),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_date_to_wait_for_is_a_wait() {
    let now = Instant::parse("2026-11-21T10:00:00Z").unwrap();
    let answer = answer(429, "", Some("Sat, 21 Nov 2026 10:00:30 GMT"));
    assert_eq!(
        outcome(&answer, Effect::Change, now),
        OutsideError::Busy(Duration::from_secs(30))
    );
}

#[test]
fn an_expired_link_is_known_by_its_codes() {
    for (status, body, expired) in [
        (410, graph_error("syncStateNotFound"), true),
        (410, String::new(), true),
        (400, graph_error("resyncRequired"), true),
        (404, graph_error("SYNCSTATENOTFOUND"), true),
        (400, graph_error("Directory_ExpiredPageToken"), true),
        (400, graph_error("Request_ExpiredToken"), true),
        (400, graph_error("Request_BadRequest"), false),
        (404, graph_error("Request_ResourceNotFound"), false),
        (403, graph_error("syncStateNotFound"), false),
        (429, String::new(), false),
    ] {
        assert_eq!(
            is_expired_link(&answer(status, &body, None)),
            expired,
            "{status} {body}"
        );
    }
}

#[test]
fn a_person_is_read_with_everything_open_that_is_open() {
    let user: User = serde_json::from_value(json!({
        "@odata.type": "#microsoft.graph.user",
        "id": ID, "displayName": "Adele Vance", "givenName": "Adele", "surname": null, "mail": "",
        "userPrincipalName": "adelev@contoso.com", "jobTitle": "Buyer", "mobilePhone": null, "accountEnabled": false,
        "userType": "Member", "usageLocation": "DK", "preferredLanguage": "da-DK", "isResourceAccount": null,
        "signInActivity": {"nested": [1, {"deep": true}]},
        "assignedLicenses": [
            {"skuId": "06ebc4ee-1bb5-47dd-8120-11324bc54e06", "disabledPlans": []},
            {"skuId": "06EBC4EE-1BB5-47DD-8120-11324BC54E06"},
            {"skuId": "not a guid"}, {"skuId": null}, {}
        ],
        "assignedPlans": [
            {"assignedDateTime": "2026-01-02T03:04:05Z", "capabilityStatus": "Deleted", "service": "x", "servicePlanId": "4828c8ec-dc2e-4779-b502-87ac9ce28ab7"},
            {"assignedDateTime": "2026-01-02T03:04:05Z", "capabilityStatus": "Enabled", "service": "x", "servicePlanId": "4828c8ec-dc2e-4779-b502-87ac9ce28ab7"},
            {"capabilityStatus": "Warning", "servicePlanId": "57ff2da0-773e-42df-b2af-ffb7a2317929"},
            {"capabilityStatus": "Suspended", "servicePlanId": "0feaeb32-0000-4000-8000-000000000001"},
            {"capabilityStatus": "unknownFutureValue", "servicePlanId": "0feaeb32-0000-4000-8000-000000000002"},
            {"capabilityStatus": null, "servicePlanId": "0feaeb32-0000-4000-8000-000000000003"},
            {"capabilityStatus": "Enabled", "servicePlanId": null},
            {"capabilityStatus": "Enabled"}
        ]
    }))
    .unwrap();
    assert!(!user.is_partial());
    let record = user.record();
    assert_eq!(record.object.to_string(), ID);
    assert_eq!(
        (record.given_name.as_deref(), record.surname, record.mail),
        (Some("Adele"), None, None)
    );
    assert!(!record.enabled && !record.guest && !record.resource_account);
    assert_eq!(record.skus.len(), 1);
    let plans: Vec<(String, bool)> = record
        .plans
        .iter()
        .map(|plan| (plan.plan.to_string()[..8].to_owned(), plan.effective))
        .collect();
    let expected = [
        ("0feaeb32", false),
        ("0feaeb32", false),
        ("0feaeb32", false),
        ("4828c8ec", true),
        ("57ff2da0", true),
    ];
    assert_eq!(
        plans,
        expected.map(|(plan, effective)| (plan.to_owned(), effective))
    );
}

#[test]
fn guests_and_resource_accounts_are_flagged() {
    let read = |value: serde_json::Value| serde_json::from_value::<User>(value).unwrap().record();
    let plan = |id: &str, status: &str| json!({"servicePlanId": id, "capabilityStatus": status});
    let virtual_user = "f47330e9-c134-43b3-9993-e7f004506889";
    let phone = "4828c8ec-dc2e-4779-b502-87ac9ce28ab7";
    let person = |plans: Vec<serde_json::Value>| json!({"id": ID, "userPrincipalName": "a@b.example", "assignedPlans": plans});

    assert!(read(json!({"id": ID, "userPrincipalName": "a@b.example", "userType": "Guest"})).guest);
    assert!(read(json!({"id": ID, "userPrincipalName": "a_b.com#EXT#@c.onmicrosoft.com"})).guest);
    assert!(
        read(json!({"id": ID, "userPrincipalName": "a@b.example", "isResourceAccount": true}))
            .resource_account
    );
    assert!(read(person(vec![plan(virtual_user, "Enabled")])).resource_account);
    assert!(
        read(person(vec![
            plan(virtual_user, "Enabled"),
            plan(phone, "Deleted")
        ]))
        .resource_account
    );
    assert!(
        !read(person(vec![
            plan(virtual_user, "Enabled"),
            plan(phone, "Enabled")
        ]))
        .resource_account
    );
    assert!(!read(person(vec![plan(virtual_user, "Deleted")])).resource_account);
    assert!(!read(person(vec![])).resource_account);
}

#[test]
fn removals_say_whether_the_bin_holds_the_person() {
    for (reason, expected) in [
        (json!({"reason": "changed"}), true),
        (json!({"reason": "deleted"}), false),
        (json!({"reason": "unheardOf"}), true),
        (json!({}), true),
    ] {
        let user: User = serde_json::from_value(json!({"id": ID, "@removed": reason})).unwrap();
        assert!(!user.is_partial());
        match user.change() {
            Change::Absent { object, restorable } => {
                assert_eq!(
                    (object.to_string().as_str(), restorable),
                    (ID, expected),
                    "{reason}"
                );
            }
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn an_item_that_shows_only_what_changed_is_partial() {
    let user: User = serde_json::from_value(json!({"id": ID, "displayName": "New name"})).unwrap();
    assert!(user.is_partial());
    assert!(serde_json::from_value::<User>(json!({"id": "adele", "displayName": "x"})).is_err());
    assert!(serde_json::from_value::<User>(json!({"displayName": "x"})).is_err());
}

#[test]
fn operations_are_read_by_the_table() {
    let number = |status: &str, detail: &str| json!({"resourceLocation": "x", "status": status, "statusDetail": detail});
    let failed = |detail: &str| OperationState::Failed {
        detail: detail.into(),
    };
    let table = [
        (json!({"status": "notStarted"}), OperationState::Running),
        (
            json!({"status": "running", "numbers": [number("running", "")]}),
            OperationState::Running,
        ),
        (
            json!({"id": "x", "createdDateTime": "yesterday", "status": "Succeeded", "numbers": [number("succeeded", "")]}),
            OperationState::Succeeded,
        ),
        (
            json!({"status": "succeeded", "numbers": null}),
            OperationState::Succeeded,
        ),
        (
            json!({"status": "succeeded", "numbers": [number("failed", "Already assigned")]}),
            failed("Already assigned"),
        ),
        (
            json!({"status": "failed", "numbers": [number("failed", "User is not licensed")]}),
            failed("User is not licensed"),
        ),
        (json!({"status": "failed"}), failed("no reason given")),
        (
            json!({"status": "failed", "numbers": [{"status": "failed", "statusDetail": null}]}),
            failed("no reason given"),
        ),
        (
            json!({"status": "skipped", "numbers": [number("skipped", "")]}),
            OperationState::Unclear,
        ),
        (
            json!({"status": "unknownFutureValue", "numbers": [number("failed", "No")]}),
            failed("No"),
        ),
        (
            json!({"status": "unknownFutureValue"}),
            OperationState::Unclear,
        ),
        // As the documentation shows it.
        (
            json!({"value": {"status": "running"}}),
            OperationState::Running,
        ),
    ];
    for (body, expected) in table {
        assert_eq!(
            operation_state(&body.to_string()).unwrap(),
            expected,
            "{body}"
        );
    }
    assert!(operation_state("{}").is_err());
}

#[test]
fn filters_are_encoded() {
    assert_eq!(
        percent("telephoneNumber eq '+45701'"),
        "telephoneNumber%20eq%20%27%2B45701%27"
    );
    assert_eq!(percent("id,displayName"), "id,displayName");
    assert_eq!(percent("../x?y#ø"), "..%2Fx%3Fy%23%C3%B8");
}
