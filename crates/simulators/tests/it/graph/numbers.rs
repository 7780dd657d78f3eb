//! Numbers: the inventory, assignment, what goes wrong and when it is told.

use jiff::SignedDuration;
use reqwest::Method;
use serde_json::{Value, json};

use super::{Reply, Sim, TENANT};

const NUMBERS: &str = "/admin/teams/telephoneNumberManagement/numberAssignments";

impl Sim {
    async fn assign(&self, number: &str, target: &str) -> Reply {
        self.post(
            &format!("{NUMBERS}/assignNumber"),
            self.assign_body(number, target),
        )
        .await
    }

    async fn number(&self, number: &str) -> Value {
        let filter = number.replace('+', "%2B");
        let found = self
            .get(&format!("{NUMBERS}?$filter=telephoneNumber eq '{filter}'"))
            .await;
        found.value().first().cloned().unwrap_or(Value::Null)
    }

    /// Looks at an operation until it is over.
    async fn outcome(&self, accepted: &Reply) -> Value {
        let location = accepted.header("location").to_owned();
        assert_eq!(accepted.status, 202, "{}", accepted.text);
        for _ in 0..20 {
            let operation = self.get(&location).await;
            assert_eq!(operation.status, 200, "{}", operation.text);
            if operation.body["status"] != "running" {
                return operation.body;
            }
        }
        panic!("the operation does not end");
    }
}

#[tokio::test]
async fn the_inventory_is_listed_filtered_and_paged() {
    let sim = Sim::start().await;
    let all = sim.get(NUMBERS).await;
    assert!(
        all.value()
            .iter()
            .all(|line| line["telephoneNumber"].as_str().unwrap().starts_with('+'))
    );
    let free = sim
        .get(&format!(
            "{NUMBERS}?$filter=assignmentStatus eq 'unassigned' and capabilities/any(c:c eq 'userAssignment')&$top=1000"
        ))
        .await;
    assert!(
        free.value()
            .iter()
            .all(|line| line["assignmentStatus"] == "unassigned")
    );
    assert_eq!(
        sim.get(&format!("{NUMBERS}?$filter=city eq 'x'"))
            .await
            .refusal(),
        (400, "BadRequest")
    );
    assert_eq!(sim.get(&format!("{NUMBERS}?$top=1001")).await.status, 400);

    let (paged, _) = sim.pages(&format!("{NUMBERS}?$top=7")).await;
    assert_eq!(paged.len(), all.value().len());
    sim.control(json!({ "skipLinks": true })).await;
    let first = sim.get(&format!("{NUMBERS}?$top=7")).await;
    assert!(first.link("nextLink").unwrap().ends_with("?$top=7&$skip=7"));
    assert_eq!(sim.pages(&format!("{NUMBERS}?$top=7")).await.0, paged);

    let one = &paged[0];
    let id = one["id"].as_str().unwrap();
    assert_eq!(
        sim.get(&format!("{NUMBERS}/{id}")).await.body["telephoneNumber"],
        one["telephoneNumber"]
    );
    assert_eq!(sim.get(&format!("{NUMBERS}('{id}')")).await.status, 200);
    assert_eq!(sim.get(&format!("{NUMBERS}/nonsense")).await.status, 404);
}

#[tokio::test]
async fn a_number_is_assigned_seen_by_teams_and_taken_back() {
    let sim = Sim::start().await;
    let (person, number) = (sim.voice_ready(0), sim.free_number());
    sim.control(json!({ "operationSeconds": 5, "configurationSeconds": 5 }))
        .await;
    let action = format!("{NUMBERS}/microsoft.graph.teamsAdministration.assignNumber");
    let accepted = sim.post(&action, sim.assign_body(&number, &person)).await;
    assert_eq!((accepted.status, accepted.text.as_str()), (202, ""));
    let location = accepted.header("location").to_owned();
    assert!(
        location.contains("/v1.0/admin/teams/telephoneNumberManagement/operations('"),
        "{location}"
    );

    let running = sim.get(&location).await;
    assert_eq!(
        (
            &running.body["status"],
            &running.body["numbers"][0]["status"]
        ),
        (&json!("running"), &json!("running"))
    );
    assert_eq!(running.body["numbers"][0]["statusDetail"], Value::Null);
    assert_eq!(
        sim.number(&number).await["activationState"],
        "assignmentPending"
    );

    sim.world.clock().advance(SignedDuration::from_secs(6));
    let done = sim.get(&location).await;
    assert_eq!(done.body["status"], "succeeded");
    let line = sim.number(&number).await;
    assert_eq!(
        (&line["assignmentStatus"], &line["assignmentTargetId"]),
        (&json!("userAssigned"), &json!(person))
    );
    let resource = done.body["numbers"][0]["resourceLocation"]
        .as_str()
        .unwrap();
    assert_eq!(
        sim.get(resource).await.body["telephoneNumber"],
        json!(number)
    );

    let configuration = format!("/admin/teams/userConfigurations/{person}");
    assert_eq!(
        sim.get(&configuration).await.body["telephoneNumbers"],
        json!([])
    );
    sim.world.clock().advance(SignedDuration::from_secs(6));
    let seen = sim.get(&configuration).await;
    assert_eq!(
        seen.body["telephoneNumbers"],
        json!([{ "telephoneNumber": number, "assignmentCategory": "primary" }])
    );
    assert_eq!(seen.body["isEnterpriseVoiceEnabled"], true);

    sim.control(json!({ "operationSeconds": 0 })).await;
    let back = json!({ "telephoneNumber": number, "numberType": "operatorConnect" });
    let accepted = sim.post(&format!("{NUMBERS}/unassignNumber"), back).await;
    assert_eq!(sim.outcome(&accepted).await["status"], "succeeded");
    assert_eq!(sim.number(&number).await["assignmentStatus"], "unassigned");
}

#[tokio::test]
async fn an_outcome_shows_after_as_many_looks_as_are_asked_for() {
    let sim = Sim::start().await;
    sim.control(json!({ "operationPolls": 3 })).await;
    let accepted = sim.assign(&sim.free_number(), &sim.voice_ready(0)).await;
    let mut seen = Vec::new();
    for _ in 0..4 {
        seen.push(
            sim.get(accepted.header("location")).await.body["status"]
                .as_str()
                .unwrap()
                .to_owned(),
        );
    }
    assert_eq!(seen, ["running", "running", "running", "succeeded"]);
}

#[tokio::test]
async fn what_is_wrong_with_the_request_is_refused_and_with_the_person_fails() {
    let sim = Sim::start().await;
    let (person, number) = (sim.voice_ready(0), sim.free_number());
    let cases = [
        json!({ "assignmentTargetId": person, "numberType": "operatorConnect" }),
        json!({ "telephoneNumber": number, "assignmentTargetId": person, "numberType": "carrierPigeon" }),
        json!({ "telephoneNumber": number, "assignmentTargetId": person }),
        json!({ "telephoneNumber": "not a number", "assignmentTargetId": person, "numberType": "operatorConnect" }),
        json!({ "telephoneNumber": "+4599999999", "assignmentTargetId": person, "numberType": "operatorConnect" }),
        json!({ "telephoneNumber": number, "assignmentTargetId": person, "numberType": "callingPlan" }),
    ];
    for body in cases {
        let refused = sim
            .post(&format!("{NUMBERS}/assignNumber"), body.clone())
            .await;
        assert_eq!(refused.refusal(), (400, "BadRequest"), "{body}");
    }
    let failed = sim
        .outcome(&sim.assign(&number, &sim.not_voice_ready()).await)
        .await;
    assert_eq!(
        (&failed["status"], &failed["numbers"][0]["status"]),
        (&json!("failed"), &json!("failed"))
    );
    assert!(
        failed["numbers"][0]["statusDetail"]
            .as_str()
            .unwrap()
            .contains("license")
    );
    assert_eq!(sim.number(&number).await["assignmentStatus"], "unassigned");

    sim.outcome(&sim.assign(&number, &person).await).await;
    assert_eq!(
        sim.assign(&number, &sim.voice_ready(0)).await.refusal(),
        (400, "BadRequest")
    );
}

#[tokio::test]
async fn both_manners_of_refusal_can_be_asked_for() {
    let sim = Sim::start().await;
    let (person, number) = (sim.voice_ready(0), sim.free_number());
    sim.control(json!({ "refusals": "immediate" })).await;
    let unlicensed = sim.assign(&number, &sim.not_voice_ready()).await;
    assert_eq!(unlicensed.refusal(), (400, "BadRequest"));
    sim.control(json!({ "refusals": "operation" })).await;
    let unknown = sim.outcome(&sim.assign("+4599999999", &person).await).await;
    assert_eq!(unknown["status"], "failed");
    assert!(
        unknown["numbers"][0]["statusDetail"]
            .as_str()
            .unwrap()
            .contains("not found")
    );

    sim.control(
        json!({ "forcedOutcome": { "status": "skipped", "detail": "Nothing to do.", "times": 1 } }),
    )
    .await;
    assert_eq!(
        sim.outcome(&sim.assign(&number, &person).await).await["status"],
        "skipped"
    );
    assert_eq!(sim.number(&number).await["assignmentStatus"], "unassigned");
    assert_eq!(
        sim.outcome(&sim.assign(&number, &person).await).await["status"],
        "succeeded"
    );
    sim.control(json!({ "forcedOutcome": { "status": "refused", "detail": "Not today." } }))
        .await;
    let refused = sim.assign(&number, &person).await;
    assert!(refused.text.contains("Not today."));
}

#[tokio::test]
async fn a_number_that_somebody_has_goes_to_nobody_else() {
    let sim = Sim::start().await;
    let (first, second, number) = (sim.voice_ready(0), sim.voice_ready(1), sim.free_number());
    sim.outcome(&sim.assign(&number, &first).await).await;
    let still = async || {
        let line = sim.number(&number).await;
        assert_eq!(
            (&line["assignmentStatus"], &line["assignmentTargetId"]),
            (&json!("userAssigned"), &json!(first))
        );
    };
    let refused = sim.assign(&number, &second).await;
    assert_eq!(refused.refusal(), (400, "BadRequest"));
    assert!(refused.text.contains("already assigned"));
    still().await;
    sim.control(json!({ "refusals": "operation" })).await;
    let accepted = sim.assign(&number, &second).await;
    assert_eq!(accepted.status, 202);
    let failed = sim.outcome(&accepted).await;
    assert_eq!(failed["status"], "failed");
    assert!(
        failed["numbers"][0]["statusDetail"]
            .as_str()
            .unwrap()
            .contains("already assigned")
    );
    still().await;
    // Whose it is may be asked for again.
    let again = sim.outcome(&sim.assign(&number, &first).await).await;
    assert_eq!(again["status"], "succeeded");
    still().await;
}

/// Both are taken on while nobody has it yet; whose operation ends first has it.
#[tokio::test]
async fn of_two_who_ask_for_one_number_at_the_same_time_one_fails() {
    let sim = Sim::start().await;
    let (first, second, number) = (sim.voice_ready(0), sim.voice_ready(1), sim.free_number());
    sim.control(json!({ "operationSeconds": 5 })).await;
    let one = sim.assign(&number, &first).await;
    sim.world.clock().advance(SignedDuration::from_secs(1));
    let other = sim.assign(&number, &second).await;
    assert_eq!(one.status, 202);
    sim.world.clock().advance(SignedDuration::from_secs(10));
    assert_eq!(sim.outcome(&one).await["status"], "succeeded");
    if other.status == 202 {
        assert_eq!(sim.outcome(&other).await["status"], "failed");
    } else {
        assert_eq!(other.refusal(), (400, "BadRequest"));
    }
    assert_eq!(
        sim.number(&number).await["assignmentTargetId"],
        json!(first)
    );
}

#[tokio::test]
async fn a_calling_plan_number_needs_a_calling_plan() {
    let sim = Sim::start().await;
    let body = json!({ "numbers": ["+4570888001"], "numberType": "callingPlan" });
    sim.simulator(Method::POST, &format!("/inventory/{TENANT}"), body)
        .await;
    let mut assign = sim.assign_body("+4570888001", &sim.voice_ready(0));
    assign["numberType"] = json!("callingPlan");
    let failed = sim
        .outcome(
            &sim.post(&format!("{NUMBERS}/assignNumber"), assign.clone())
                .await,
        )
        .await;
    assert_eq!(failed["status"], "failed");
    assert!(
        failed["numbers"][0]["statusDetail"]
            .as_str()
            .unwrap()
            .contains("Calling Plan")
    );
    sim.control(json!({ "refusals": "immediate" })).await;
    let refused = sim.post(&format!("{NUMBERS}/assignNumber"), assign).await;
    assert_eq!(refused.refusal(), (400, "BadRequest"));
}

#[tokio::test]
async fn the_operator_puts_numbers_into_the_inventory_and_takes_them_out() {
    let sim = Sim::start().await;
    let path = format!("/inventory/{TENANT}");
    let body = json!({ "numbers": ["+4570999001", "4570999002"], "numberType": "operatorConnect" });
    let added = sim.simulator(Method::POST, &path, body.clone()).await;
    assert_eq!((added.status, &added.body["added"]), (201, &json!(2)));
    let again = sim.simulator(Method::POST, &path, body.clone()).await;
    assert_eq!(again.body["added"], 0);
    let line = sim.number("+4570999001").await;
    assert!(line["operatorId"].as_str().is_some_and(|id| !id.is_empty()));

    sim.outcome(&sim.assign("+4570999001", &sim.voice_ready(0)).await)
        .await;
    let taken = sim.simulator(Method::DELETE, &path, body).await;
    assert_eq!(taken.status, 409);
    let one = sim
        .simulator(Method::DELETE, &path, json!({ "numbers": ["+4570999002"] }))
        .await;
    assert_eq!(one.body["removed"], 1);
    assert_eq!(sim.number("+4570999002").await, Value::Null);
    assert_eq!(
        sim.simulator(Method::POST, "/inventory/nowhere", json!({ "numbers": [] }))
            .await
            .status,
        404
    );
}

#[tokio::test]
async fn a_direct_routing_number_needs_no_inventory_and_a_policy_can_be_given() {
    let sim = Sim::start().await;
    let person = sim.voice_ready(0);
    let body = json!({ "telephoneNumber": "+4570777001", "assignmentTargetId": person, "numberType": "directRouting" });
    let accepted = sim.post(&format!("{NUMBERS}/assignNumber"), body).await;
    assert_eq!(sim.outcome(&accepted).await["status"], "succeeded");

    let found = sim
        .get("/admin/teams/policy/getPolicyId(type='OnlineVoiceRoutingPolicy',name='Nordtel')")
        .await;
    let policy = found.value()[0]["policyId"].as_str().unwrap();
    let give = json!({ "value": [{ "userId": person, "policyType": "OnlineVoiceRoutingPolicy", "policyId": policy }] });
    assert_eq!(
        sim.post("/admin/teams/policy/userAssignments/assign", give)
            .await
            .status,
        204
    );
    let configuration = sim
        .get(&format!("/admin/teams/userConfigurations('{person}')"))
        .await;
    assert_eq!(
        configuration.body["effectivePolicyAssignments"][0]["policyAssignment"]["policyId"],
        policy
    );
    let unknown = sim
        .get("/admin/teams/policy/getPolicyId(type='OnlineVoiceRoutingPolicy',name='Nope')")
        .await;
    assert_eq!(unknown.status, 404);
}

#[tokio::test]
async fn the_ledger_tells_what_was_assigned_and_where_the_operation_is() {
    let sim = Sim::start().await;
    let (person, number) = (sim.voice_ready(0), sim.free_number());
    let accepted = sim.assign(&number, &person).await;
    let ledger = sim
        .simulator(Method::GET, "/graph/ledger", Value::Null)
        .await;
    let entry = &ledger.body["entries"][0];
    assert_eq!(
        (&entry["action"], &entry["status"]),
        (&json!("assignNumber"), &json!(202))
    );
    assert_eq!(entry["result"], accepted.header("location"));
    assert_eq!(entry["body"]["assignmentTargetId"], json!(person));
}
