//! Every answer against the published contract: types, enumerations, formats, and no property that is not declared.

use reqwest::Method;
use serde_json::{Map, Value, json};
use simulators::microsoft::graph::contract::contract;

use super::Sim;

/// The contract's schemas as strict JSON Schema: OpenAPI's `nullable` spelled out, bases folded in, nothing undeclared
/// but OData's own annotations.
fn strict() -> Value {
    let schemas = contract().document()["components"]["schemas"]
        .as_object()
        .unwrap();
    let mut strict = Map::new();
    for name in schemas.keys() {
        let mut schema = fold(schemas, &schemas[name]);
        let open = matches!(
            name.as_str(),
            "ODataError" | "microsoft.graph.directoryObject" | "microsoft.graph.resourceData"
        );
        if schema.get("properties").is_some() && !open {
            schema["additionalProperties"] = json!(false);
            schema["patternProperties"] = json!({ "@": {} });
        }
        strict.insert(name.clone(), spell_out(schema));
    }
    Value::Object(strict)
}

fn fold(schemas: &Map<String, Value>, schema: &Value) -> Value {
    let Some(parts) = schema["allOf"].as_array() else {
        return schema.clone();
    };
    let mut properties = Map::new();
    for part in parts {
        let part = match part["$ref"].as_str() {
            Some(reference) => fold(
                schemas,
                &schemas[reference.trim_start_matches("#/components/schemas/")],
            ),
            None => part.clone(),
        };
        properties.extend(part["properties"].as_object().cloned().unwrap_or_default());
    }
    json!({ "type": "object", "properties": properties })
}

fn spell_out(schema: Value) -> Value {
    match schema {
        Value::Object(mut object) => {
            let nullable = object.remove("nullable") == Some(json!(true));
            let mut object: Map<String, Value> = object
                .into_iter()
                .map(|(name, value)| (name, spell_out(value)))
                .collect();
            // Formats of the contract that JSON Schema does not know.
            object.retain(|name, value| {
                name != "format" || *value == "date-time" || *value == "uuid"
            });
            let plain = Value::Object(object);
            if nullable {
                json!({ "anyOf": [plain, { "type": "null" }] })
            } else {
                plain
            }
        }
        Value::Array(items) => items.into_iter().map(spell_out).collect(),
        other => other,
    }
}

struct Checker {
    schemas: Value,
}

impl Checker {
    fn check(&self, what: &str, schema: Value, answer: &Value) {
        let mut document = spell_out(schema);
        document["components"] = json!({ "schemas": self.schemas });
        let validator = jsonschema::options()
            .should_validate_formats(true)
            .build(&document)
            .unwrap();
        let errors: Vec<String> = validator
            .iter_errors(answer)
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect();
        assert!(
            errors.is_empty(),
            "{what}\n{}\n{answer:#}",
            errors.join("\n")
        );
    }

    /// The schema of a success at this address.
    fn answer_schema(template: &str, method: &str) -> Value {
        let item = &contract().document()["paths"][template][method.to_ascii_lowercase()];
        item["responses"]["2XX"]["content"]["application/json"]["schema"].clone()
    }

    fn check_answer(&self, template: &str, method: &str, answer: &Value) {
        let mut schema = Self::answer_schema(template, method);
        assert!(schema.is_object(), "{method} {template} has no schema");
        // A collection of mixed objects holds whole users and groups.
        for item in answer["value"].as_array().into_iter().flatten() {
            if let Some(name) = item["@odata.type"].as_str() {
                self.check(template, by_name(name.trim_start_matches('#')), item);
            }
        }
        if schema["properties"]["value"].is_object() {
            schema["required"] = json!(["value"]);
        }
        self.check(&format!("{method} {template}"), schema, answer);
    }
}

fn by_name(name: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{name}") })
}

#[tokio::test]
async fn every_answer_fits_the_contract() {
    let sim = Sim::start().await;
    let checker = Checker { schemas: strict() };
    let person = sim.voice_ready(0);
    let number = sim.free_number();
    let accepted = sim
        .post(
            "/admin/teams/telephoneNumberManagement/numberAssignments/assignNumber",
            sim.assign_body(&number, &person),
        )
        .await;
    assert_eq!(accepted.status, 202);
    let groups = sim.get("/groups").await;
    let group = groups
        .value()
        .iter()
        .find(|group| group["displayName"] == "All employees")
        .unwrap();
    let group = group["id"].as_str().unwrap();
    let people = sim
        .get(&format!("/groups/{group}/transitiveMembers?$top=999"))
        .await;
    let member = people
        .value()
        .iter()
        .find(|member| member["@odata.type"] == "#microsoft.graph.user")
        .unwrap();
    let member = member["id"].as_str().unwrap();
    let sku = sim.get("/subscribedSkus").await.value()[0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let own = simulators::microsoft::world::CLIENT_ID;
    let principal = sim
        .get(&format!("/servicePrincipals(appId='{own}')"))
        .await
        .body["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let line = sim
        .get("/admin/teams/telephoneNumberManagement/numberAssignments?$top=1")
        .await;
    let line = line.value()[0]["id"].as_str().unwrap();
    let operation = sim.get(accepted.header("location")).await.body["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let details = sim.get(&format!("/users/{person}/licenseDetails")).await;
    let details = details.value()[0]["id"].as_str().unwrap();
    let everything = "id,displayName,givenName,surname,mail,userPrincipalName,jobTitle,department,officeLocation,\
        businessPhones,mobilePhone,accountEnabled,userType,usageLocation,preferredLanguage,assignedLicenses,\
        assignedPlans,onPremisesSyncEnabled,isResourceAccount,employeeId,createdDateTime,licenseAssignmentStates,\
        otherMails,proxyAddresses,mailNickname,signInSessionsValidFromDateTime";
    sim.delete(&format!("/users/{}", sim.person("rita.reader")))
        .await;

    let numbers = "/admin/teams/telephoneNumberManagement";
    let configurations = "/admin/teams/userConfigurations";
    for (template, path) in [
        ("/users", "/users?$top=999".to_owned()),
        ("/users", format!("/users?$select={everything}&$top=999")),
        (
            "/users/{user-id}",
            format!("/users/{person}?$select={everything}"),
        ),
        (
            "/users/delta()",
            format!("/users/delta?$select={everything}"),
        ),
        (
            "/users/{user-id}/licenseDetails",
            format!("/users/{person}/licenseDetails"),
        ),
        (
            "/users/{user-id}/licenseDetails/{licenseDetails-id}",
            format!("/users/{person}/licenseDetails/{details}"),
        ),
        (
            "/users/{user-id}/memberOf",
            format!("/users/{member}/memberOf"),
        ),
        (
            "/users/{user-id}/transitiveMemberOf",
            format!("/users/{member}/transitiveMemberOf"),
        ),
        ("/groups", "/groups".to_owned()),
        ("/groups/{group-id}", format!("/groups/{group}")),
        (
            "/groups/delta()",
            "/groups/delta?$select=id,displayName,members".to_owned(),
        ),
        (
            "/groups/{group-id}/members",
            format!("/groups/{group}/members"),
        ),
        (
            "/groups/{group-id}/transitiveMembers",
            format!("/groups/{group}/transitiveMembers?$top=999"),
        ),
        (
            "/groups/{group-id}/transitiveMembers/microsoft.graph.user",
            format!("/groups/{group}/transitiveMembers/microsoft.graph.user?$count=true"),
        ),
        ("/organization", "/organization".to_owned()),
        (
            "/organization/{organization-id}",
            format!("/organization/{}", super::TENANT),
        ),
        ("/domains", "/domains".to_owned()),
        (
            "/domains/{domain-id}",
            "/domains/nordvind.example".to_owned(),
        ),
        ("/subscribedSkus", "/subscribedSkus".to_owned()),
        (
            "/subscribedSkus/{subscribedSku-id}",
            format!("/subscribedSkus/{sku}"),
        ),
        (
            "/directory/deletedItems",
            "/directory/deletedItems".to_owned(),
        ),
        (
            "/directory/deletedItems/microsoft.graph.user",
            "/directory/deletedItems/microsoft.graph.user".to_owned(),
        ),
        (
            "/directory/deletedItems/microsoft.graph.group",
            "/directory/deletedItems/microsoft.graph.group".to_owned(),
        ),
        ("/servicePrincipals", "/servicePrincipals".to_owned()),
        (
            "/servicePrincipals(appId='{appId}')",
            format!("/servicePrincipals(appId='{own}')"),
        ),
        (
            "/servicePrincipals/{servicePrincipal-id}",
            format!("/servicePrincipals/{principal}"),
        ),
        (
            "/servicePrincipals/{servicePrincipal-id}/appRoleAssignments",
            format!("/servicePrincipals/{principal}/appRoleAssignments"),
        ),
        (
            "/oauth2PermissionGrants",
            "/oauth2PermissionGrants".to_owned(),
        ),
        ("/admin/reportSettings", "/admin/reportSettings".to_owned()),
        (
            "/admin/teams/telephoneNumberManagement/numberAssignments",
            format!("{numbers}/numberAssignments?$top=1000"),
        ),
        (
            "/admin/teams/telephoneNumberManagement/numberAssignments/{numberAssignment-id}",
            format!("{numbers}/numberAssignments/{line}"),
        ),
        (
            "/admin/teams/telephoneNumberManagement/operations",
            format!("{numbers}/operations"),
        ),
        (
            "/admin/teams/telephoneNumberManagement/operations/{telephoneNumberLongRunningOperation-id}",
            format!("{numbers}/operations('{operation}')"),
        ),
        (configurations, format!("{configurations}?$top=999")),
        (
            "/admin/teams/userConfigurations/{teamsUserConfiguration-id}",
            format!("{configurations}/{person}"),
        ),
        (
            "/admin/teams/userConfigurations/{teamsUserConfiguration-id}/user",
            format!("{configurations}/{person}/user"),
        ),
        (
            "/admin/teams/policy/microsoft.graph.teamsAdministration.getPolicyId(type='{type}',name='{name}')",
            "/admin/teams/policy/getPolicyId(type='TeamsCallingPolicy',name='AllOn')".to_owned(),
        ),
        ("/subscriptions", "/subscriptions".to_owned()),
    ] {
        let answer = sim.get_eventual(&path).await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.text);
        checker.check_answer(template, "GET", &answer.body);
    }

    let body = json!({
        "accountEnabled": true, "displayName": "Nina Ny", "mailNickname": "nina.ny", "usageLocation": "DK",
        "userPrincipalName": "nina.ny@nordvind.example", "passwordProfile": { "password": "Something-2026!" },
    });
    let made = sim.post("/users", body).await;
    checker.check_answer("/users", "POST", &made.body);
    let id = made.body["id"].as_str().unwrap();
    let licences = json!({ "addLicenses": [{ "skuId": "06ebc4ee-1bb5-47dd-8120-11324bc54e06" }], "removeLicenses": [] });
    let licensed = sim
        .post(&format!("/users/{id}/assignLicense"), licences)
        .await;
    checker.check_answer(
        "/users/{user-id}/microsoft.graph.assignLicense",
        "POST",
        &licensed.body,
    );
    let batch = json!({ "requests": [{ "id": "1", "method": "GET", "url": "/users?$top=1" }] });
    checker.check_answer("/$batch", "POST", &sim.post("/$batch", batch).await.body);
    for (method, path) in [
        (Method::GET, "/nonsense"),
        (Method::GET, "/users/nobody"),
        (Method::POST, "/users"),
        (Method::PUT, "/users"),
        (Method::GET, "/users?$select=skills"),
    ] {
        let refused = sim.send(sim.request(method, path)).await;
        checker.check(path, by_name("ODataError"), &refused.body);
    }
}

#[test]
fn the_checker_notices_what_does_not_fit() {
    let checker = Checker { schemas: strict() };
    let fits = |object: Value| {
        std::panic::catch_unwind(|| checker.check("user", by_name("microsoft.graph.user"), &object))
            .is_ok()
    };
    assert!(fits(
        json!({ "id": "1", "mail": null, "assignedPlans": [], "@odata.type": "#microsoft.graph.user" })
    ));
    assert!(!fits(json!({ "id": 1 })));
    assert!(!fits(json!({ "shoeSize": 43 })));
    assert!(!fits(
        json!({ "assignedPlans": [{ "servicePlanId": "not a guid" }] })
    ));
    assert!(!fits(json!({ "businessPhones": null })));
}
