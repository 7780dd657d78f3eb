//! The switches.

use super::{METTE, Sim, answer};
use serde_json::{Value, json};
use simulators::microsoft::world::{ChangeKind, Delays, ObjectKind, tenants};

#[tokio::test]
async fn the_personas_are_everybody_who_can_sign_in() {
    let sim = Sim::start().await;
    let personas = sim.json("/_simulator/personas").await;
    let personas = personas.as_array().unwrap();
    assert_eq!(personas.len(), 17);
    let mette = personas.iter().find(|p| p["username"] == METTE).unwrap();
    let world = sim.running.microsoft.world.read();
    let oid = &world
        .tenant("nordvind.example")
        .unwrap()
        .user(METTE)
        .unwrap()
        .id;
    let expected = json!({
        "name": "Mette Holm", "username": METTE, "password": "Demo-2026!", "tenant": tenants::NORDVIND,
        "objectId": oid, "role": "organisationAdministrator", "organisation": "Nordvind A/S"
    });
    assert_eq!(*mette, expected);
    let svend = personas
        .iter()
        .find(|p| p["tenant"] == tenants::FREMMED)
        .unwrap();
    assert_eq!(
        (&svend["role"], &svend["organisation"]),
        (&Value::Null, &Value::Null)
    );
}

#[tokio::test]
async fn a_person_comes_changes_goes_and_comes_back() {
    let sim = Sim::start().await;
    let mut changes = sim.running.microsoft.world.subscribe();
    let body = json!({
        "tenant": "nordvind.example", "givenName": "Åse", "surname": "Ørsted", "jobTitle": "Planner", "licences": ["SPE_E5"]
    });
    let (status, made) = answer(sim.post("/_simulator/people", &body)).await;
    assert_eq!(status, 201, "{made}");
    assert_eq!(made["username"], "aase.oersted@nordvind.example");
    assert_eq!(
        (&made["voiceReady"], &made["enabled"]),
        (&json!(true), &json!(true))
    );
    let id = made["objectId"].as_str().unwrap().to_owned();
    let came = changes.try_recv().unwrap();
    assert_eq!(
        (came.object, came.kind, came.id == id),
        (ObjectKind::User, ChangeKind::Created, true)
    );

    let (_, again) = answer(sim.post("/_simulator/people", &body)).await;
    assert_eq!(again["username"], "aase.oersted2@nordvind.example");
    let taken = json!({ "tenant": "nordvind.example", "displayName": "X", "username": METTE });
    assert_eq!(answer(sim.post("/_simulator/people", &taken)).await.0, 409);

    let path = format!("/_simulator/people/{id}");
    let (_, changed) =
        answer(sim.patch(&path, &json!({ "surname": "Holm", "licences": ["SPE_E3"] }))).await;
    assert_eq!(
        (&changed["surname"], &changed["voiceReady"]),
        (&json!("Holm"), &json!(false))
    );
    assert_eq!(
        sim.http
            .delete(sim.url(&path))
            .send()
            .await
            .unwrap()
            .status(),
        204
    );
    assert!(sim.json(&path).await["deleted"].is_string());
    let (status, back) = answer(sim.post(&format!("{path}/restore"), &json!({}))).await;
    assert_eq!((status, &back["deleted"]), (200, &Value::Null));
    let hard = format!("{path}?hard=true");
    assert_eq!(
        sim.http
            .delete(sim.url(&hard))
            .send()
            .await
            .unwrap()
            .status(),
        204
    );
    assert_eq!(sim.get(&path).await.status(), 404);
    let world = sim.running.microsoft.world.read();
    let journal = world
        .tenant(tenants::NORDVIND)
        .unwrap()
        .changes_since(0)
        .iter();
    let told: Vec<ChangeKind> = journal
        .filter(|c| c.id == id)
        .map(|c| c.kind.clone())
        .collect();
    assert!(told.contains(&ChangeKind::Updated(vec!["assignedPlans"])));
    let deletions = [
        ChangeKind::SoftDeleted,
        ChangeKind::Restored,
        ChangeKind::SoftDeleted,
        ChangeKind::HardDeleted,
    ];
    assert_eq!(told[told.len() - 4..], deletions);
}

#[tokio::test]
async fn plans_follow_a_licence_after_a_while() {
    let sim = Sim::start().await;
    sim.running.microsoft.world.write().delays = Delays::DEMO;
    let body =
        json!({ "tenant": "fjord.example", "displayName": "Bo Bang", "licences": ["SPE_E5"] });
    let (_, made) = answer(sim.post("/_simulator/people", &body)).await;
    assert_eq!(
        (&made["licences"], &made["plans"]),
        (&json!(["SPE_E5"]), &json!([]))
    );
    sim.post("/_simulator/clock", &json!({ "advanceSeconds": 10 }))
        .send()
        .await
        .unwrap();
    let path = format!("/_simulator/people/{}", made["objectId"].as_str().unwrap());
    assert_eq!(sim.json(&path).await["voiceReady"], true);
}

#[tokio::test]
async fn people_are_found_by_what_is_known_of_them() {
    let sim = Sim::start().await;
    let found = sim
        .json("/_simulator/people?tenant=nordvind.example&q=METTE.HOLM@")
        .await;
    assert_eq!(
        (&found["total"], &found["items"][0]["username"]),
        (&json!(1), &json!(METTE))
    );
    let page = sim
        .json("/_simulator/people?tenant=nordvind.example&limit=5&offset=10")
        .await;
    assert_eq!(page["items"].as_array().unwrap().len(), 5);
    assert!(page["total"].as_u64().unwrap() >= 30);
    assert_eq!(
        sim.get("/_simulator/people?tenant=nowhere.example")
            .await
            .status(),
        404
    );
    assert_eq!(sim.get("/_simulator/people/nobody").await.status(), 404);
}

#[tokio::test]
async fn groups_nest_and_change() {
    let sim = Sim::start().await;
    let make = async |name: &str| {
        let body = json!({ "tenant": "fjord.example", "displayName": name });
        let (status, made) = answer(sim.post("/_simulator/groups", &body)).await;
        assert_eq!(status, 201);
        made["objectId"].as_str().unwrap().to_owned()
    };
    let (outer, inner) = (make("Outer").await, make("Inner").await);
    let add = async |group: &str, member: &str| {
        let path = format!("/_simulator/groups/{group}/members");
        sim.post(&path, &json!({ "member": member }))
            .send()
            .await
            .unwrap()
            .status()
            .as_u16()
    };
    assert_eq!(add(&outer, &inner).await, 204);
    assert_eq!(add(&inner, "freja.fjord@fjord.example").await, 204);
    assert_eq!(add(&inner, METTE).await, 404, "of another tenant");
    let groups = sim.json("/_simulator/groups?tenant=fjord.example").await;
    let outer_now = groups
        .as_array()
        .unwrap()
        .iter()
        .find(|g| g["objectId"] == outer.as_str())
        .unwrap()
        .clone();
    assert_eq!(
        (&outer_now["members"], &outer_now["transitiveMembers"]),
        (&json!(1), &json!(2))
    );
    let gone = sim
        .http
        .delete(sim.url(&format!("/_simulator/groups/{inner}")))
        .send()
        .await
        .unwrap();
    assert_eq!(gone.status(), 204);
    let groups = sim.json("/_simulator/groups?tenant=fjord.example").await;
    let outer_now = groups
        .as_array()
        .unwrap()
        .iter()
        .find(|g| g["objectId"] == outer.as_str())
        .unwrap()
        .clone();
    assert_eq!(outer_now["members"], 0);
}

#[tokio::test]
async fn the_clock_moves_and_comes_home() {
    let sim = Sim::start().await;
    let (_, moved) =
        answer(sim.post("/_simulator/clock", &json!({ "advanceSeconds": 3600 }))).await;
    assert_eq!(moved["offsetSeconds"], 3600);
    let (_, home) = answer(sim.post("/_simulator/clock", &json!({ "offsetSeconds": 0 }))).await;
    assert_eq!(home["offsetSeconds"], 0);
    let (_, set) = answer(sim.post(
        "/_simulator/clock",
        &json!({ "now": "2027-01-01T00:00:00Z" }),
    ))
    .await;
    assert!(
        set["now"]
            .as_str()
            .unwrap()
            .starts_with("2027-01-01T00:00:0")
    );
    assert_eq!(
        answer(sim.post("/_simulator/clock", &json!({ "x": 1 })))
            .await
            .0,
        400
    );
}

#[tokio::test]
async fn a_reset_brings_the_beginning_back() {
    let sim = Sim::start().await;
    sim.http
        .delete(sim.url(&format!("/_simulator/people/{METTE}")))
        .send()
        .await
        .unwrap();
    let answer = sim
        .post("/_simulator/reset", &json!({ "world": "small" }))
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), 204);
    assert_eq!(
        sim.json(&format!("/_simulator/people/{METTE}")).await["deleted"],
        Value::Null
    );
}

#[tokio::test]
async fn faults_stand_before_entra_too() {
    let sim = Sim::start().await;
    let fault = json!({
        "method": "POST", "path": "/*/oauth2/v2.0/token", "when": { "first": 1 },
        "effect": { "kind": "status", "status": 503, "retryAfter": 2 }
    });
    assert_eq!(
        sim.post("/_simulator/faults", &fault)
            .send()
            .await
            .unwrap()
            .status(),
        201
    );
    let form = [
        ("grant_type", "client_credentials"),
        ("scope", super::GRAPH_DEFAULT),
    ];
    assert_eq!(sim.ours("nordvind.example", &form).await.0, 503);
    assert_eq!(sim.ours("nordvind.example", &form).await.0, 200);
}
