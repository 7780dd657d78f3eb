//! Lists, single objects, selection, paging, and the queries that need the advanced parameters.

use serde_json::{Value, json};
use simulators::microsoft::world::{SimulatorClock, World};

use super::{Sim, TENANT};

fn names(object: &Value) -> Vec<&str> {
    let mut names: Vec<&str> = object
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect();
    names.sort_unstable();
    names
}

#[tokio::test]
async fn a_user_has_its_default_properties_and_only_what_select_names() {
    let sim = Sim::start().await;
    let page = sim.get("/users").await;
    assert_eq!(page.status, 200);
    assert_eq!(
        names(&page.value()[0]),
        [
            "businessPhones",
            "displayName",
            "givenName",
            "id",
            "jobTitle",
            "mail",
            "mobilePhone",
            "officeLocation",
            "preferredLanguage",
            "surname",
            "userPrincipalName"
        ]
    );
    assert_eq!(
        page.link("context"),
        Some(format!("{}/v1.0/$metadata#users", sim.origin).as_str())
    );
    assert!(
        page.header("content-type")
            .starts_with("application/json;odata.metadata=minimal")
    );

    let page = sim
        .get("/users?$select=displayName,assignedPlans,department")
        .await;
    assert_eq!(
        names(&page.value()[0]),
        ["assignedPlans", "department", "displayName"]
    );
    assert_eq!(
        page.link("context").unwrap().split('#').nth(1),
        Some("users(displayName,assignedPlans,department)")
    );

    assert_eq!(
        sim.get("/users?$select=nickname").await.refusal(),
        (400, "BadRequest")
    );
    assert_eq!(
        sim.get("/users?$select=skills").await.refusal(),
        (501, "NotImplemented")
    );
    assert_eq!(
        sim.get("/users?$skip=1").await.refusal(),
        (400, "BadRequest")
    );
    assert_eq!(
        sim.get("/users?$top=1000").await.refusal(),
        (400, "Request_UnsupportedQuery")
    );
}

#[tokio::test]
async fn a_user_is_found_by_id_and_by_name_in_both_spellings() {
    let sim = Sim::start().await;
    let id = sim.person("mette.holm");
    for path in [
        format!("/users/{id}"),
        format!("/users('{id}')"),
        format!("/users(%27{id}%27)"),
        "/users/mette.holm@nordvind.example".to_owned(),
        "/users/METTE.HOLM%40nordvind.example".to_owned(),
        "/Users('mette.holm@nordvind.example')".to_owned(),
    ] {
        let user = sim.get(&path).await;
        assert_eq!(
            (user.status, user.body["id"].as_str()),
            (200, Some(id.as_str())),
            "{path}"
        );
        assert!(
            user.link("context")
                .unwrap()
                .ends_with("$metadata#users/$entity")
        );
    }
    assert_eq!(
        sim.get("/users/nobody@nordvind.example").await.refusal(),
        (404, "Request_ResourceNotFound")
    );
    assert_eq!(
        sim.get("/users/olivia.operator@nordtel.example")
            .await
            .refusal()
            .0,
        404
    );
    assert_eq!(sim.get("/nonsense").await.refusal(), (400, "BadRequest"));
    assert_eq!(
        sim.get(&format!("/users/{id}/nonsense")).await.refusal(),
        (400, "BadRequest")
    );
    assert_eq!(
        sim.send(sim.request(reqwest::Method::PUT, "/users"))
            .await
            .refusal(),
        (405, "Request_BadRequest")
    );
    assert_eq!(sim.get("/communications/callRecords/getPstnCalls(fromDateTime=2026-01-01,toDateTime=2026-01-02)").await.refusal().0, 501);
}

#[tokio::test]
async fn pages_follow_opaque_absolute_links_and_hold_everybody_once() {
    let sim = Sim::start().await;
    let (whole, _) = sim.pages("/users?$select=id&$top=999").await;
    let first = sim.get("/users?$select=id&$top=7").await;
    assert_eq!(first.value().len(), 7);
    let next = first.link("nextLink").unwrap();
    assert!(
        next.starts_with(&format!(
            "{}/v1.0/users?$select=id&$top=7&$skiptoken=",
            sim.origin
        )),
        "{next}"
    );
    let (paged, last) = sim.pages("/users?$select=id&$top=7").await;
    assert_eq!(paged, whole);
    assert_eq!(last.link("nextLink"), None);

    sim.control(json!({ "pageCap": 5, "emptyPageEvery": 3 }))
        .await;
    let (paged, _) = sim.pages("/users?$select=id&$top=7").await;
    assert_eq!(paged, whole);
    let second = sim
        .get(sim.get("/users?$select=id").await.link("nextLink").unwrap())
        .await;
    let third = sim.get(second.link("nextLink").unwrap()).await;
    assert_eq!(
        (third.value().len(), third.link("nextLink").is_some()),
        (0, true)
    );

    assert_eq!(
        sim.get("/users?$skiptoken=nonsense").await.refusal(),
        (400, "Directory_ExpiredPageToken")
    );
    let token = next.split("$skiptoken=").nth(1).unwrap();
    let other = sim.get(&format!("/groups?$skiptoken={token}")).await;
    assert_eq!(other.refusal(), (400, "Directory_ExpiredPageToken"));
}

#[tokio::test]
async fn what_needs_the_advanced_parameters_is_refused_without_them() {
    let sim = Sim::start().await;
    for query in [
        "$search=\"displayName:holm\"",
        "$filter=endsWith(mail,'example')",
        "$filter=department ne 'Sales'",
        "$filter=not(accountEnabled eq true)",
        "$filter=officeLocation eq 'Copenhagen'",
        "$filter=department eq null",
        "$filter=accountEnabled eq true&$orderby=displayName",
        "$filter=assignedLicenses/$count eq 0",
        "$orderby=createdDateTime",
        "$orderby=department",
        "$filter=contains(displayName,'o')",
        "$filter=passwordProfile eq null",
    ] {
        let plain = sim.get(&format!("/users?{query}")).await;
        assert_eq!(
            plain.refusal(),
            (400, "Request_UnsupportedQuery"),
            "{query}"
        );
    }
    assert_eq!(
        sim.get("/users/$count").await.refusal(),
        (400, "Request_BadRequest")
    );
    assert_eq!(
        sim.get("/users?$filter=nickname eq 'x'").await.refusal(),
        (400, "BadRequest")
    );
    assert_eq!(
        sim.get("/users?$filter=displayName eq").await.refusal(),
        (400, "BadRequest")
    );

    for query in [
        "$search=\"displayName:holm\"",
        "$filter=endsWith(mail,'example')&$count=true",
        "$filter=department ne 'Sales'&$count=true",
        "$filter=accountEnabled eq true&$orderby=displayName desc&$count=true",
    ] {
        let advanced = sim.get_eventual(&format!("/users?{query}")).await;
        assert_eq!(advanced.status, 200, "{query}: {}", advanced.text);
        assert!(!advanced.value().is_empty(), "{query}");
    }
    let counted = sim
        .get_eventual("/users?$count=true&$top=2&$select=id")
        .await;
    let everybody = sim.get_eventual("/users/$count").await;
    assert_eq!(everybody.text, counted.body["@odata.count"].to_string());
    // Without the header the option is passed over in silence.
    assert!(
        sim.get("/users?$count=true")
            .await
            .body
            .get("@odata.count")
            .is_none()
    );
}

#[tokio::test]
async fn plain_filters_and_orders_work_by_themselves() {
    let sim = Sim::start().await;
    let found = sim
        .get("/users?$filter=startswith(displayName,'Mette') and accountEnabled eq true")
        .await;
    assert!(
        found
            .value()
            .iter()
            .all(|user| user["displayName"].as_str().unwrap().starts_with("Mette"))
    );
    assert!(!found.value().is_empty());
    let e5 = "06ebc4ee-1bb5-47dd-8120-11324bc54e06";
    let licensed = sim
        .get(&format!(
            "/users?$select=assignedLicenses&$filter=assignedLicenses/any(l:l/skuId eq {e5})"
        ))
        .await;
    assert!(!licensed.value().is_empty());
    let (ordered, _) = sim
        .pages("/users?$select=displayName&$orderby=displayName&$top=10")
        .await;
    let names: Vec<String> = ordered
        .iter()
        .map(|user| user["displayName"].as_str().unwrap().to_lowercase())
        .collect();
    assert!(names.is_sorted());
    let upn = sim
        .get("/users?$filter=userPrincipalName in ('mette.holm@nordvind.example')")
        .await;
    assert_eq!(upn.value().len(), 1);
}

#[tokio::test]
async fn groups_and_their_members_are_shown_direct_transitive_and_cast() {
    let sim = Sim::start().await;
    let groups = sim.get("/groups?$select=id,displayName&$top=999").await;
    let all = groups
        .value()
        .iter()
        .find(|group| group["displayName"] == "All employees")
        .unwrap();
    let id = all["id"].as_str().unwrap();
    assert_eq!(
        sim.get(&format!("/groups/{id}")).await.body["displayName"],
        "All employees"
    );

    let direct = sim.get(&format!("/groups/{id}/members")).await;
    assert!(
        direct
            .value()
            .iter()
            .all(|member| member["@odata.type"] == "#microsoft.graph.group")
    );
    let (transitive, _) = sim
        .pages(&format!(
            "/groups/{id}/transitiveMembers?$select=id,displayName"
        ))
        .await;
    let people = transitive
        .iter()
        .filter(|m| m["@odata.type"] == "#microsoft.graph.user")
        .count();
    assert!(people > 0 && people < transitive.len());

    let cast = format!(
        "/groups/{id}/transitiveMembers/microsoft.graph.user?$count=true&$select=id&$top=999"
    );
    assert_eq!(
        sim.get(&cast).await.refusal(),
        (400, "Request_UnsupportedQuery")
    );
    let cast = sim.get_eventual(&cast).await;
    assert_eq!(cast.body["@odata.count"], json!(people));
    assert_eq!(names(&cast.value()[0]), ["id"]);
    let count = sim
        .get_eventual(&format!(
            "/groups/{id}/transitiveMembers/microsoft.graph.user/$count"
        ))
        .await;
    assert_eq!(count.text, people.to_string());

    let person = cast.value()[0]["id"].as_str().unwrap();
    let above = sim
        .get(&format!(
            "/users/{person}/transitiveMemberOf?$select=displayName"
        ))
        .await;
    assert!(
        above
            .value()
            .iter()
            .any(|group| group["displayName"] == "All employees")
    );
}

#[tokio::test]
async fn the_tenant_tells_about_itself_and_its_applications() {
    let sim = Sim::start().await;
    let organization = sim
        .get("/organization?$select=id,displayName,verifiedDomains,tenantType")
        .await;
    assert_eq!(organization.value().len(), 1);
    assert_eq!(organization.value()[0]["id"], TENANT);
    assert_eq!(organization.value()[0]["displayName"], "Nordvind A/S");
    let domains = sim.get("/domains").await;
    assert!(
        domains
            .value()
            .iter()
            .any(|d| d["id"] == "nordvind.example" && d["isDefault"] == true)
    );
    let skus = sim.get("/subscribedSkus").await;
    assert!(
        skus.value()
            .iter()
            .any(|sku| sku["skuPartNumber"] == "SPE_E5")
    );
    assert_eq!(sim.get("/subscribedSkus?$top=1").await.refusal().0, 400);

    let own = simulators::microsoft::world::CLIENT_ID;
    let principal = sim
        .get(&format!(
            "/servicePrincipals(appId='{own}')?$select=id,appId"
        ))
        .await;
    assert_eq!(principal.body["appId"], own);
    let id = principal.body["id"].as_str().unwrap();
    let granted = sim
        .get(&format!("/servicePrincipals/{id}/appRoleAssignments"))
        .await;
    let read_all = "df021288-bdef-4463-88db-98f22de89214";
    let found = granted
        .value()
        .iter()
        .find(|grant| grant["appRoleId"] == read_all)
        .unwrap();
    let resource = found["resourceId"].as_str().unwrap();
    let graph = sim.get(&format!("/servicePrincipals/{resource}")).await;
    assert!(
        graph.body["appRoles"]
            .as_array()
            .unwrap()
            .iter()
            .any(|role| role["id"] == read_all)
    );
}

#[tokio::test]
async fn me_is_the_person_of_a_delegated_token_who_sees_little_else() {
    let mut sim = Sim::start().await;
    assert_eq!(sim.get("/me").await.refusal(), (400, "BadRequest"));
    sim.token = super::delegated_token(&sim, "mette.holm@nordvind.example").await;
    let me = sim.get("/me?$select=id,userPrincipalName").await;
    assert_eq!(me.body["userPrincipalName"], "mette.holm@nordvind.example");
    assert_eq!(sim.get("/me/licenseDetails").await.status, 200);
    assert_eq!(
        sim.get("/users").await.refusal(),
        (403, "Authorization_RequestDenied")
    );
}

#[tokio::test]
async fn ten_thousand_people_are_read_quickly() {
    let sim = Sim::with(World::small(SimulatorClock::new()).with_people(TENANT, 10_000)).await;
    let rounds = async {
        let (people, last) = sim
            .pages("/users/delta?$select=id,displayName,assignedPlans,assignedLicenses")
            .await;
        assert!(people.len() >= 10_000);
        assert!(last.link("deltaLink").is_some());
        let (listed, _) = sim
            .pages("/users?$select=id,displayName,assignedPlans&$top=999")
            .await;
        assert_eq!(listed.len(), people.len());
    };
    // Both together take some five seconds without optimisation; this guards against a round that grows with its square.
    let in_time = tokio::time::timeout(std::time::Duration::from_secs(60), rounds).await;
    assert!(in_time.is_ok());
}
