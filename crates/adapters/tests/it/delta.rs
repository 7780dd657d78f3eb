//! The directory: rounds of changes, people, groups, licences, the tenant, subscriptions.

use crate::stand::{OBJECT, Reply, Request, Stand, TENANT, object, tenant};
use domain::{
    access::ObjectId,
    directory::ports::{Change, DirectorySource, Next},
};
use platform::{Instant, outside::OutsideError};
use serde_json::{Value, json};

const SELECT: &str = "id,displayName,givenName,surname,mail,userPrincipalName,jobTitle,department,officeLocation,\
mobilePhone,accountEnabled,userType,usageLocation,preferredLanguage,assignedLicenses,assignedPlans,isResourceAccount";

fn base(request: &Request) -> String {
    format!("http://{}/v1.0", request.headers["host"])
}

fn person(number: u32) -> Value {
    json!({"id": id(number).to_string(), "displayName": format!("Person {number}"), "userPrincipalName": format!("p{number}@nordvind.example")})
}

fn id(number: u32) -> ObjectId {
    ObjectId::from(uuid::Uuid::from_u128(
        0x6ea9_0000_0000_4000_8000_0000_0000_0000 + u128::from(number),
    ))
}

async fn answering(reply: impl Fn(&Request) -> Reply + Send + Sync + 'static) -> Stand {
    Stand::start(move |request| request.path().starts_with("/v1.0/").then(|| reply(request))).await
}

#[tokio::test]
async fn a_round_goes_page_by_page_to_its_cursor() {
    let stand = answering(|request| {
        let base = base(request);
        let query = request.query();
        match (query.get("$skiptoken").map(String::as_str), query.get("$deltatoken").map(String::as_str)) {
            (None, None) => Reply::json(200, json!({
                "@odata.context": "x", "@odata.nextLink": format!("{base}/users/delta?$skiptoken=RFNwdAoAAQAAAA"),
                "value": [person(1), person(2)]})),
            // A page may be empty and not be the last.
            (Some("RFNwdAoAAQAAAA"), None) => Reply::json(200, json!({
                "@odata.nextLink": format!("{base}/users/delta()?$skiptoken=two"), "value": []})),
            (Some("two"), None) => Reply::json(200, json!({
                "@odata.deltaLink": format!("{base}/users/delta?$deltatoken=oEBwdSP6"),
                "value": [person(2), {"id": id(3).to_string(), "@removed": {"reason": "changed"}}, {"id": id(4).to_string(), "@removed": {"reason": "deleted"}}]})),
            (None, Some("oEBwdSP6")) => Reply::json(200, json!({
                "@odata.deltaLink": format!("{base}/users/delta?$deltatoken=next"), "value": []})),
            other => panic!("{other:?}"),
        }
    })
    .await;
    let graph = stand.graph();
    let mut from: Option<String> = None;
    let mut changes = Vec::new();
    let cursor = loop {
        let page = graph.changes(tenant(), from.as_deref()).await.unwrap();
        changes.extend(page.changes);
        match page.next {
            Next::Page(link) => from = Some(link),
            Next::Cursor(link) => break link,
        }
    };
    let names: Vec<String> = changes
        .iter()
        .map(|change| match change {
            Change::Present(record) => record.display_name.clone(),
            Change::Absent { restorable, .. } => format!("gone {restorable}"),
        })
        .collect();
    assert_eq!(
        names,
        [
            "Person 1",
            "Person 2",
            "Person 2",
            "gone true",
            "gone false"
        ]
    );
    let page = graph.changes(tenant(), Some(&cursor)).await.unwrap();
    assert!(page.changes.is_empty() && matches!(page.next, Next::Cursor(_)));

    let asked = stand.seen("/users/delta");
    assert_eq!(asked[0].query()["$select"], SELECT);
    assert_eq!(
        asked[0].headers["authorization"],
        format!("Bearer app-token-of-{TENANT}")
    );
    // Links as they stood, quirks included; no header that changes what delta returns.
    assert!(
        stand.seen("/users/delta()")[0]
            .target
            .contains("$skiptoken=two")
    );
    assert!(
        asked
            .iter()
            .all(|request| !request.headers.contains_key("prefer"))
    );
}

#[tokio::test]
async fn an_expired_link_says_start_over() {
    let stand = answering(|request| {
        Reply::graph_error(410, "syncStateNotFound").with(
            "location",
            format!(
                "{}/users/delta?$deltatoken=&$select=displayName",
                base(request)
            ),
        )
    })
    .await;
    let graph = stand.graph();
    let link = format!("{}v1.0/users/delta?$deltatoken=old", stand.base);
    assert_eq!(
        graph.changes(tenant(), Some(&link)).await,
        Err(OutsideError::StartOver)
    );
    // From nothing there is nothing to start over from: no endless loop.
    assert!(matches!(
        graph.changes(tenant(), None).await,
        Err(OutsideError::Malformed(_))
    ));
}

#[tokio::test]
async fn links_lead_nowhere_else() {
    for link in ["nextLink", "deltaLink"] {
        for target in [
            "http://evil.example/v1.0/users/delta?$skiptoken=a",
            "//evil.example/",
            "ftp://127.0.0.1/",
        ] {
            let stand = answering(move |_| {
                let mut page = json!({"value": []});
                page[format!("@odata.{link}")] = target.into();
                Reply::json(200, page)
            })
            .await;
            let outcome = stand.graph().changes(tenant(), None).await;
            assert!(
                matches!(outcome, Err(OutsideError::Malformed(_))),
                "{link} {target}: {outcome:?}"
            );
        }
    }
    // A stored link of another Graph, from before it was configured anew.
    let stand = Stand::authority().await;
    let outcome = stand
        .graph()
        .changes(
            tenant(),
            Some("https://graph.microsoft.com/v1.0/users/delta?$deltatoken=a"),
        )
        .await;
    assert_eq!(outcome, Err(OutsideError::StartOver));
    assert!(stand.seen("").is_empty());
}

#[tokio::test]
async fn a_page_without_or_with_both_links_is_no_page() {
    for page in [
        json!({"value": []}),
        json!({"value": [], "@odata.nextLink": "/v1.0/a", "@odata.deltaLink": "/v1.0/b"}),
        json!({"@odata.deltaLink": "/v1.0/b"}),
        json!({"value": [{"id": "not-a-guid"}], "@odata.deltaLink": "/v1.0/b"}),
    ] {
        let told = page.clone();
        let stand = answering(move |_| Reply::json(200, told.clone())).await;
        let outcome = stand.graph().changes(tenant(), None).await;
        assert!(
            matches!(outcome, Err(OutsideError::Malformed(_))),
            "{page}: {outcome:?}"
        );
    }
}

#[tokio::test]
async fn a_person_shown_in_part_is_asked_for_whole() {
    let stand = answering(|request| {
        if request.path() == "/v1.0/users/delta" {
            return Reply::json(200, json!({
                "@odata.deltaLink": format!("{}/users/delta?$deltatoken=x", base(request)),
                "value": [{"id": id(1).to_string(), "displayName": "New name"}, {"id": id(2).to_string(), "displayName": "Gone since"}]}));
        }
        match request.path().ends_with(&id(1).to_string()) {
            true => Reply::json(200, person(1)),
            false => Reply::graph_error(404, "Request_ResourceNotFound"),
        }
    })
    .await;
    let page = stand.graph().changes(tenant(), None).await.unwrap();
    assert!(
        matches!(&page.changes[0], Change::Present(record) if record.username == "p1@nordvind.example")
    );
    assert_eq!(
        page.changes[1],
        Change::Absent {
            object: id(2),
            restorable: true
        }
    );
}

#[tokio::test]
async fn a_large_page_is_read_and_a_larger_one_is_not() {
    let plans: Vec<Value> = (0..80)
        .map(|number| json!({"assignedDateTime": "2026-01-02T03:04:05Z", "capabilityStatus": "Enabled", "service": "exchange",
            "servicePlanId": format!("4828c8ec-dc2e-4779-b502-{number:012}")}))
        .collect();
    let body = |people: u32| {
        let people: Vec<Value> = (0..people)
            .map(|number| {
                let mut person = person(number);
                person["assignedPlans"] = plans.clone().into();
                person
            })
            .collect();
        json!({"value": people, "@odata.deltaLink": "/v1.0/users/delta?$deltatoken=x"}).to_string()
    };
    for (people, good) in [(500, true), (999, false)] {
        let body = body(people);
        let stand = answering(move |_| Reply::Answer(200, vec![], body.clone())).await;
        match stand.graph().changes(tenant(), None).await {
            Ok(page) if good => {
                assert_eq!(page.changes.len(), 500);
                assert!(
                    matches!(&page.changes[7], Change::Present(record) if record.plans.len() == 80)
                );
            }
            Err(OutsideError::Malformed(_)) if !good => (),
            other => panic!("{people}: {:?}", other.err()),
        }
    }
}

#[tokio::test]
async fn the_tenant_its_groups_and_their_members() {
    let stand = answering(|request| {
        let base = base(request);
        let path = request.path().strip_prefix("/v1.0").unwrap().to_owned();
        let more = request.query().contains_key("$skiptoken");
        match (path.as_str(), more) {
            ("/organization", _) => Reply::json(200, json!({"value": [{"id": TENANT, "displayName": "Nordvind A/S", "countryLetterCode": "DK",
                "verifiedDomains": [{"name": "nordvind.example", "isDefault": true, "type": "Managed"}, {"name": null}]}]})),
            ("/groups", false) => Reply::json(200, json!({"@odata.nextLink": format!("{base}/groups?$skiptoken=2"),
                "value": [{"id": id(1).to_string(), "displayName": "Sales", "description": ""}]})),
            ("/groups", true) => Reply::json(200, json!({"value": [{"id": id(2).to_string(), "displayName": null, "description": "All"}]})),
            (members, more) if members.ends_with("/transitiveMembers/microsoft.graph.user") => {
                assert_eq!(request.headers["consistencylevel"], "eventual", "on every page");
                match more {
                    false => Reply::json(200, json!({"@odata.count": 2, "@odata.nextLink": format!("{base}{members}?$skiptoken=2"), "value": [{"id": id(3).to_string()}]})),
                    true => Reply::json(200, json!({"value": [{"@odata.type": "#microsoft.graph.user", "id": id(4).to_string()}]})),
                }
            }
            other => panic!("{other:?}"),
        }
    })
    .await;
    let graph = stand.graph();
    let found = graph.tenant(tenant()).await.unwrap();
    assert_eq!(
        (found.display_name.as_str(), found.country.as_deref()),
        ("Nordvind A/S", Some("DK"))
    );
    assert_eq!(found.verified_domains, ["nordvind.example"]);
    let groups = graph.groups(tenant()).await.unwrap();
    assert_eq!(
        groups.iter().map(|group| group.object).collect::<Vec<_>>(),
        [id(1), id(2)]
    );
    assert_eq!(
        (
            groups[0].description.as_deref(),
            groups[1].description.as_deref()
        ),
        (None, Some("All"))
    );
    assert_eq!(
        graph.group_members(tenant(), id(9)).await.unwrap(),
        [id(3), id(4)]
    );
    let asked = &stand.seen("microsoft.graph.user")[0];
    assert_eq!(asked.query()["$count"], "true");
}

#[tokio::test]
async fn licences_tell_their_plans() {
    let stand = answering(|_| {
        Reply::json(200, json!({"value": [{"id": "x", "skuId": "06ebc4ee-1bb5-47dd-8120-11324bc54e06", "skuPartNumber": "SPE_E5", "servicePlans": [
            {"servicePlanId": "4828c8ec-dc2e-4779-b502-87ac9ce28ab7", "servicePlanName": "MCOEV", "provisioningStatus": "Success", "appliesTo": "User"},
            {"servicePlanId": "57ff2da0-773e-42df-b2af-ffb7a2317929", "servicePlanName": "TEAMS1", "provisioningStatus": "PendingProvisioning"},
            {"servicePlanId": "505e180f-f7e0-4b65-91d4-00d670bbd18c", "servicePlanName": "MCOPSTNC", "provisioningStatus": "Disabled"},
            {"servicePlanId": "505e180f-f7e0-4b65-91d4-00d670bbd18d", "provisioningStatus": "unknownFutureValue"}]}]}))
    })
    .await;
    let licences = stand.graph().licences(tenant(), object()).await.unwrap();
    assert_eq!(licences[0].part_number, "SPE_E5");
    let usable: Vec<bool> = licences[0].plans.iter().map(|plan| plan.usable).collect();
    assert_eq!(usable, [true, true, false, false]);
    assert_eq!(
        stand.seen("licenseDetails")[0].path(),
        format!("/v1.0/users/{OBJECT}/licenseDetails")
    );
}

#[tokio::test]
async fn a_subscription_is_made_and_renewed() {
    let expires = Instant::parse("2026-12-19T11:00:00Z").unwrap();
    let stand = answering(|request| match request.method.as_str() {
        "POST" => Reply::json(201, json!({"id": "7f105c7d-2dc5-4530-97cd-4e7ae6534c07", "resource": "users", "expirationDateTime": "2026-12-19T11:00:00.0000000Z"})),
        _ => Reply::json(200, json!({"id": "7f105c7d-2dc5-4530-97cd-4e7ae6534c07", "expirationDateTime": request.json()["expirationDateTime"]})),
    })
    .await;
    let graph = stand.graph();
    let made = graph
        .subscribe(
            tenant(),
            "https://sb.example/hooks/graph",
            "s3cret",
            expires,
        )
        .await
        .unwrap();
    assert_eq!(made.expires_at, expires);
    assert_eq!(
        stand.seen("/subscriptions")[0].json(),
        json!({"changeType": "updated,deleted", "notificationUrl": "https://sb.example/hooks/graph",
            "lifecycleNotificationUrl": "https://sb.example/hooks/graph", "resource": "users",
            "expirationDateTime": "2026-12-19T11:00:00Z", "clientState": "s3cret"})
    );
    let later = Instant::parse("2027-01-02T00:00:00Z").unwrap();
    let renewed = graph.renew(tenant(), &made.id, later).await.unwrap();
    assert_eq!(renewed.expires_at, later);
    assert_eq!(stand.seen(&made.id)[0].method, "PATCH");
    // Another one than the one asked for; and an id that would be a path.
    let outcome = graph.renew(tenant(), "../users/x", later).await;
    assert!(
        matches!(outcome, Err(OutsideError::UnknownOutcome(_))),
        "{outcome:?}"
    );
    assert_eq!(stand.seen("/subscriptions/..%2Fusers%2Fx").len(), 1);
}
