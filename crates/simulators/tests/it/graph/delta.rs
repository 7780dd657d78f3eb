//! Delta queries: full rounds, changes, removals, restarts.

use jiff::SignedDuration;
use reqwest::Method;
use serde_json::{Value, json};

use super::{Reply, Sim, TENANT};

impl Sim {
    /// A full round; its delta link.
    async fn round(&self, path: &str) -> String {
        let (_, last) = self.pages(path).await;
        last.link("deltaLink").unwrap().to_owned()
    }

    async fn get_minimal(&self, link: &str) -> Reply {
        self.send(
            self.request(Method::GET, link)
                .header("Prefer", "return=minimal"),
        )
        .await
    }

    fn rename(&self, id: &str, name: &str) {
        let name = name.to_owned();
        self.world
            .write()
            .update_user(TENANT, id, |user| user.display_name = name)
            .unwrap();
    }
}

#[tokio::test]
async fn a_full_round_gives_everybody_once_and_ends_with_a_link_that_finds_nothing() {
    let sim = Sim::start().await;
    sim.control(json!({ "deltaPageSize": 10 })).await;
    let (listed, _) = sim.pages("/users?$select=id&$top=999").await;
    for spelling in [
        "/users/delta",
        "/users/delta()",
        "/users/microsoft.graph.delta()",
    ] {
        let first = sim
            .get(&format!(
                "{spelling}?$select=displayName,department,assignedPlans"
            ))
            .await;
        assert_eq!(first.value().len(), 10, "{spelling}");
        assert!(first.link("deltaLink").is_none());
        assert!(
            first
                .link("nextLink")
                .unwrap()
                .contains("/users/delta?$skiptoken=")
        );
        let (given, last) = sim
            .pages(&format!(
                "{spelling}?$select=displayName,department,assignedPlans"
            ))
            .await;
        assert_eq!(given.len(), listed.len());
        // The id always comes; what was never set does not.
        assert!(given.iter().all(|user| user["id"].is_string()));
        assert!(
            given
                .iter()
                .all(|user| !user["department"].is_null() || user.get("department").is_none())
        );
        assert!(last.link("nextLink").is_none());
        let again = sim.get(last.link("deltaLink").unwrap()).await;
        assert_eq!(again.value(), &[] as &[Value]);
        assert!(again.link("deltaLink").is_some());
    }
}

#[tokio::test]
async fn changes_come_whole_or_minimal_and_cleared_ones_as_null() {
    let sim = Sim::start().await;
    let link = sim
        .round("/users/delta?$select=displayName,department,jobTitle")
        .await;
    let id = sim.person("mette.holm");
    sim.rename(&id, "Mette Ny");
    sim.world
        .write()
        .update_user(TENANT, &id, |user| user.department = None)
        .unwrap();
    // Not selected, so not told.
    let other = sim.person("rita.reader");
    sim.world
        .write()
        .update_user(TENANT, &other, |user| {
            user.mobile_phone = Some("+4520000000".into())
        })
        .unwrap();

    let whole = sim.get(&link).await;
    assert_eq!(whole.value().len(), 1);
    let user = &whole.value()[0];
    assert_eq!(
        (&user["displayName"], &user["department"]),
        (&json!("Mette Ny"), &Value::Null)
    );
    assert!(user.get("department").is_some() && user.get("jobTitle").is_some());

    let minimal = sim.get_minimal(&link).await;
    assert_eq!(
        minimal.value(),
        [json!({ "id": id, "displayName": "Mette Ny", "department": null })]
    );
    assert_eq!(minimal.header("preference-applied"), "return=minimal");
    assert_eq!(
        sim.get(whole.link("deltaLink").unwrap())
            .await
            .value()
            .len(),
        0
    );
}

#[tokio::test]
async fn what_changes_while_the_pages_are_turned_comes_in_the_next_round() {
    let sim = Sim::start().await;
    sim.control(json!({ "deltaPageSize": 10 })).await;
    let first = sim.get("/users/delta?$select=displayName").await;
    let seen = first.value()[0]["id"].as_str().unwrap().to_owned();
    sim.rename(&seen, "Changed meanwhile");
    let (_, last) = sim.pages(first.link("nextLink").unwrap()).await;
    let next = sim.get(last.link("deltaLink").unwrap()).await;
    assert_eq!(
        next.value(),
        [json!({ "id": seen, "displayName": "Changed meanwhile" })]
    );
}

#[tokio::test]
async fn removals_say_whether_the_object_can_come_back() {
    let sim = Sim::start().await;
    let link = sim.round("/users/delta?$select=displayName").await;
    let id = sim.person("rita.reader");
    assert_eq!(sim.delete(&format!("/users/{id}")).await.status, 204);
    let soft = sim.get(&link).await;
    assert_eq!(
        soft.value(),
        [json!({ "id": id, "@removed": { "reason": "changed" } })]
    );

    assert_eq!(
        sim.post(&format!("/directory/deletedItems/{id}/restore"), json!({}))
            .await
            .status,
        200
    );
    let back = sim.get(soft.link("deltaLink").unwrap()).await;
    assert_eq!(back.value()[0]["id"], json!(id));
    assert!(back.value()[0].get("@removed").is_none());

    sim.delete(&format!("/users/{id}")).await;
    assert_eq!(
        sim.delete(&format!("/directory/deletedItems/{id}"))
            .await
            .status,
        204
    );
    let hard = sim.get(back.link("deltaLink").unwrap()).await;
    assert_eq!(
        hard.value(),
        [json!({ "id": id, "@removed": { "reason": "deleted" } })]
    );
}

#[tokio::test]
async fn a_round_can_begin_now_or_be_limited_to_some() {
    let sim = Sim::start().await;
    let latest = sim
        .get("/users/delta?$deltatoken=latest&$select=displayName")
        .await;
    assert_eq!((latest.value().len(), latest.link("nextLink")), (0, None));
    let (mette, rita) = (sim.person("mette.holm"), sim.person("rita.reader"));
    let one = sim
        .round(&format!(
            "/users/delta?$select=displayName&$filter=id eq '{rita}'"
        ))
        .await;
    sim.rename(&mette, "M");
    sim.rename(&rita, "R");
    assert_eq!(
        sim.get(latest.link("deltaLink").unwrap())
            .await
            .value()
            .len(),
        2
    );
    assert_eq!(
        sim.get(&one).await.value(),
        [json!({ "id": rita, "displayName": "R" })]
    );

    for option in [
        "$top=5",
        "$orderby=displayName",
        "$expand=manager",
        "$filter=displayName eq 'x'",
    ] {
        let refused = sim.get(&format!("/users/delta?{option}")).await;
        assert_eq!(
            refused.refusal(),
            (400, "Request_UnsupportedQuery"),
            "{option}"
        );
    }
}

#[tokio::test]
async fn an_old_link_is_gone_and_says_where_to_begin() {
    let mut sim = Sim::start().await;
    let link = sim.round("/users/delta?$select=displayName").await;
    sim.world
        .clock()
        .advance(SignedDuration::from_hours(6 * 24));
    sim.token = super::app_token(&sim.http, &sim.origin, TENANT).await;
    assert_eq!(sim.get(&link).await.status, 200);
    sim.world
        .clock()
        .advance(SignedDuration::from_hours(2 * 24));
    let fresh = super::app_token(&sim.http, &sim.origin, TENANT).await;
    let gone = sim.send(sim.http.get(&link).bearer_auth(&fresh)).await;
    assert_eq!(gone.refusal(), (410, "syncStateNotFound"));
    let location = gone.header("location").to_owned();
    assert_eq!(
        location,
        format!(
            "{}/v1.0/users/delta?$deltatoken=&$select=displayName",
            sim.origin
        )
    );
    let restart = sim.send(sim.http.get(&location).bearer_auth(&fresh)).await;
    assert!(!restart.value().is_empty());
}

#[tokio::test]
async fn links_expire_and_changes_repeat_on_demand() {
    let sim = Sim::start().await;
    let link = sim.round("/users/delta?$select=displayName").await;
    sim.control(json!({ "deltaRepeats": true, "deltaPageSize": 10 }))
        .await;
    let id = sim.person("mette.holm");
    sim.rename(&id, "Twice");
    assert_eq!(sim.get(&link).await.value().len(), 2);
    let (given, _) = sim.pages("/users/delta?$select=displayName").await;
    let (listed, _) = sim.pages("/users?$select=id&$top=999").await;
    assert!(given.len() > listed.len());

    assert_eq!(
        sim.simulator(Method::POST, "/graph/delta/expire", json!(null))
            .await
            .status,
        204
    );
    assert_eq!(sim.get(&link).await.refusal(), (410, "syncStateNotFound"));
    assert_eq!(
        sim.get("/users/delta?$deltatoken=nonsense").await.refusal(),
        (400, "BadRequest")
    );
}

#[tokio::test]
async fn groups_come_with_their_members_over_several_pages_and_later_with_the_changes() {
    let sim = Sim::start().await;
    sim.control(json!({ "deltaMemberPageSize": 3 })).await;
    let path = "/groups/delta?$select=id,displayName,members";
    let (given, last) = sim.pages(path).await;
    let world_members: usize = {
        let world = sim.world.read();
        world
            .tenant(TENANT)
            .unwrap()
            .groups
            .values()
            .map(|group| group.members.len())
            .sum()
    };
    let members = |items: &[Value]| -> usize {
        items
            .iter()
            .filter_map(|group| group["members@delta"].as_array())
            .map(Vec::len)
            .sum()
    };
    assert_eq!(members(&given), world_members);

    let group = given
        .iter()
        .find(|group| group["displayName"] == "Managers")
        .unwrap()["id"]
        .as_str()
        .unwrap();
    let person = sim.person("rita.reader");
    let kind = simulators::microsoft::world::ObjectKind::User;
    sim.world
        .write()
        .add_member(TENANT, group, kind, &person)
        .unwrap();
    let joined = sim.get(last.link("deltaLink").unwrap()).await;
    assert_eq!(
        joined.value()[0]["members@delta"],
        json!([{ "@odata.type": "#microsoft.graph.user", "id": person }])
    );
    sim.world
        .write()
        .remove_member(TENANT, group, kind, &person)
        .unwrap();
    let left = sim.get(joined.link("deltaLink").unwrap()).await;
    assert_eq!(
        left.value()[0]["members@delta"][0]["@removed"],
        json!({ "reason": "deleted" })
    );
}
