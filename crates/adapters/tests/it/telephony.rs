//! Numbers in Teams.

use crate::stand::{OBJECT, Reply, Request, Stand, object, tenant};
use domain::fulfilment::ports::{
    InventoryNumber, NumberType, OperationLink, OperationState, TeamsTelephony,
};
use platform::outside::OutsideError;
use serde_json::{Value, json};

const NUMBER: &str = "+4570101234";
const MANAGEMENT: &str = "/v1.0/admin/teams/telephoneNumberManagement";

async fn answering(reply: impl Fn(&Request) -> Reply + Send + Sync + 'static) -> Stand {
    Stand::start(move |request| request.path().starts_with("/v1.0/").then(|| reply(request))).await
}

fn listed(value: Value) -> Reply {
    Reply::json(200, json!({"@odata.context": "x", "value": value}))
}

fn assignment(status: &str, state: &str, target: Option<&str>) -> Value {
    json!({"id": "N2Ey", "telephoneNumber": NUMBER, "operatorId": "x", "numberType": "operatorConnect", "activationState": state,
        "assignmentStatus": status, "assignmentTargetId": target, "capabilities": ["userAssignment"], "isoCountryCode": "DK"})
}

#[tokio::test]
async fn a_number_is_found_with_who_has_it() {
    let found = |assigned_to, activated| InventoryNumber {
        number: NUMBER.into(),
        assigned_to,
        activated,
    };
    let table = [
        (json!([]), None),
        (
            json!([assignment("unassigned", "activated", None)]),
            Some(found(None, true)),
        ),
        (
            json!([assignment("userAssigned", "activated", Some(OBJECT))]),
            Some(found(Some(object()), true)),
        ),
        (
            json!([assignment("unassigned", "assignmentPending", Some(OBJECT))]),
            Some(found(Some(object()), false)),
        ),
        (
            json!([assignment("userAssigned", "assignmentFailed", Some(OBJECT))]),
            Some(found(Some(object()), false)),
        ),
        // A target that lingers, and an empty one.
        (
            json!([assignment("unassigned", "activated", Some(OBJECT))]),
            Some(found(None, true)),
        ),
        (
            json!([assignment("unassigned", "activated", Some(""))]),
            Some(found(None, true)),
        ),
        (
            json!([assignment("newStatus", "newState", None)]),
            Some(found(None, false)),
        ),
        // As the documentation shows it.
        (
            assignment("userAssigned", "activated", Some(OBJECT)),
            Some(found(Some(object()), true)),
        ),
    ];
    for (value, expected) in table {
        let told = value.clone();
        let stand = answering(move |_| listed(told.clone())).await;
        assert_eq!(
            stand.graph().find_number(tenant(), NUMBER).await.unwrap(),
            expected,
            "{value}"
        );
        let asked = &stand.seen("/numberAssignments")[0];
        assert_eq!(asked.query()["$filter"], "telephoneNumber eq '+4570101234'");
        assert!(
            asked.target.contains("%2B45"),
            "a plus sign in a query is a space: {}",
            asked.target
        );
    }
}

#[tokio::test]
async fn an_answer_about_another_number_is_no_answer() {
    let mut other = assignment("userAssigned", "activated", Some(OBJECT));
    other["telephoneNumber"] = "+4570109999".into();
    let stand = answering(move |_| listed(json!([other]))).await;
    let outcome = stand.graph().find_number(tenant(), NUMBER).await;
    assert!(
        matches!(outcome, Err(OutsideError::Malformed(_))),
        "{outcome:?}"
    );
}

#[tokio::test]
async fn what_is_no_number_never_gets_into_a_filter() {
    let stand = answering(|_| listed(json!([]))).await;
    for number in [
        "",
        "+",
        "+45' or '1' eq '1",
        "+45 70 10",
        "+4570101234;ext=1",
        "+١٢٣",
        "+1234567890123456",
    ] {
        let outcome = stand.graph().find_number(tenant(), number).await;
        assert!(
            matches!(outcome, Err(OutsideError::Refused { .. })),
            "{number}: {outcome:?}"
        );
    }
    assert!(stand.seen("/numberAssignments").is_empty());
}

#[tokio::test]
async fn assigning_names_where_to_ask() {
    let stand = answering(|request| {
        let operation = format!("http://{}{MANAGEMENT}/operations('QXNzaWdubWVudHw2Y2E4')", request.headers["host"]);
        match request.method.as_str() {
            "POST" => Reply::Answer(202, vec![("location", operation)], String::new()),
            _ => Reply::json(200, json!({"@odata.context": "x", "id": "QXNz", "createdDateTime": "2026-11-21T10:00:00Z", "status": "running",
                "numbers": [{"resourceLocation": "x", "status": "running", "statusDetail": null}]})),
        }
    })
    .await;
    let graph = stand.graph();
    let link = graph
        .assign_number(
            tenant(),
            NUMBER,
            NumberType::OperatorConnect,
            object(),
            "0190-step",
        )
        .await
        .unwrap();
    let asked = &stand.seen("/assignNumber")[0];
    assert_eq!(
        (asked.method.as_str(), asked.path()),
        (
            "POST",
            format!("{MANAGEMENT}/numberAssignments/assignNumber").as_str()
        )
    );
    assert_eq!(
        asked.json(),
        json!({"telephoneNumber": "4570101234", "assignmentTargetId": OBJECT, "numberType": "operatorConnect", "assignmentCategory": "primary"})
    );
    assert_eq!(asked.headers["client-request-id"], "0190-step");
    assert_eq!(
        graph.operation(tenant(), &link).await.unwrap(),
        OperationState::Running
    );
    assert_eq!(stand.seen("operations('QXNzaWdubWVudHw2Y2E4')").len(), 1);

    graph
        .unassign_number(tenant(), NUMBER, NumberType::DirectRouting, "s")
        .await
        .unwrap();
    assert_eq!(
        stand.seen("/unassignNumber")[0].json(),
        json!({"telephoneNumber": "4570101234", "numberType": "directRouting"})
    );
}

#[tokio::test]
async fn accepted_without_a_usable_address_is_an_unknown_outcome() {
    for reply in [
        Reply::Answer(202, vec![], String::new()),
        Reply::Answer(
            202,
            vec![("location", "http://evil.example/operations('x')".into())],
            String::new(),
        ),
        Reply::Answer(200, vec![], "{}".into()),
        Reply::Answer(204, vec![], String::new()),
    ] {
        let told = reply.clone();
        let stand = answering(move |_| told.clone()).await;
        let outcome = stand
            .graph()
            .assign_number(tenant(), NUMBER, NumberType::OperatorConnect, object(), "s")
            .await;
        assert!(
            matches!(outcome, Err(OutsideError::UnknownOutcome(_))),
            "{reply:?}: {outcome:?}"
        );
    }
}

#[tokio::test]
async fn an_operation_elsewhere_is_not_asked() {
    let stand = Stand::authority().await;
    let link = OperationLink("http://evil.example/operations('x')".into());
    let outcome = stand.graph().operation(tenant(), &link).await;
    assert!(
        matches!(outcome, Err(OutsideError::Malformed(_))),
        "{outcome:?}"
    );
    assert!(stand.seen("").is_empty());
}

#[tokio::test]
async fn teams_own_view_of_a_person() {
    let stand = answering(|_| {
        Reply::json(200, json!({"id": OBJECT, "userPrincipalName": "a@b.example", "accountType": "user", "isEnterpriseVoiceEnabled": true,
            "featureTypes": ["Teams", "PhoneSystem"], "telephoneNumbers": [{"telephoneNumber": "4570101234", "assignmentCategory": "primary"}],
            "effectivePolicyAssignments": []}))
    })
    .await;
    let voice = stand
        .graph()
        .voice_configuration(tenant(), object())
        .await
        .unwrap()
        .unwrap();
    assert!(voice.voice_enabled);
    assert_eq!(voice.feature_types, ["Teams", "PhoneSystem"]);
    assert_eq!(voice.numbers, [NUMBER]);

    let stand = answering(|_| Reply::graph_error(404, "NotFound")).await;
    assert_eq!(
        stand
            .graph()
            .voice_configuration(tenant(), object())
            .await
            .unwrap(),
        None
    );
    // A proxy's page is not Teams saying so.
    let stand = answering(|_| Reply::Answer(404, vec![], "<html>".into())).await;
    assert!(
        stand
            .graph()
            .voice_configuration(tenant(), object())
            .await
            .is_err()
    );
}
