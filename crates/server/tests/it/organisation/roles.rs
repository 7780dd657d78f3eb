//! Who holds which role, who may change it, and that it counts at once.

use crate::support::{Answer, App, Caller, Org};
use domain::access::Role;
use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

/// Gives a role, with a key of its own and a fresh sign-in.
async fn assign(caller: &Caller<'_>, person: Uuid, role: &str) -> Answer {
    let caller = caller.clone().freshly().await;
    let key = caller.app.fresh_key();
    let path = caller.path("role-assignments");
    let body = json!({ "person": person, "role": role });
    caller.with("idempotency-key", &key).post(&path, body).await
}

async fn revoke(caller: &Caller<'_>, assignment: &Value) -> Answer {
    let id = assignment["id"].as_str().expect("an id");
    let path = caller.path(&format!("role-assignments/{id}"));
    caller.send(Method::DELETE, &path, None).await
}

/// The role of this kind that a name holds.
async fn held(caller: &Caller<'_>, name: &str, role: &str) -> Value {
    let list = caller
        .look(&format!("role-assignments?role={role}&limit=500"))
        .await;
    let items = list["items"].as_array().expect("a list");
    items
        .iter()
        .find(|item| item["holder"]["name"] == name)
        .cloned()
        .unwrap_or(Value::Null)
}

#[tokio::test]
async fn a_role_is_given_counts_at_once_and_is_taken_away() {
    let app = App::start().await;
    let (rasmus, mads) = (app.rasmus(), app.mads());
    let person = app.person(Org::Nordvind, "Mads Medarbejder").await;
    assert_eq!(mads.get(&mads.path("people")).await.status, 403);
    let given = assign(&rasmus, person, "userAdministrator").await.ok(201);
    assert_eq!(given["holder"]["person"], json!(person));
    assert_eq!(
        (&given["inherited"], &given["origin"]["kind"]),
        (&json!(false), &json!("customer"))
    );
    assert_eq!(mads.get(&mads.path("people")).await.status, 200);
    assert_eq!(
        held(&rasmus, "Mads Medarbejder", "userAdministrator").await,
        given
    );
    let again = assign(&rasmus, person, "userAdministrator").await;
    assert_eq!(again.problem(), (409, "roleHeld".to_owned()));

    assert_eq!(revoke(&rasmus, &given).await.status, 204);
    assert_eq!(mads.get(&mads.path("people")).await.status, 403);
    assert_eq!(revoke(&rasmus, &given).await.status, 404);

    // Both stand in the audit log, and in two mails to Mads.
    assert_eq!(
        app.count(
            "SELECT COUNT(*) FROM audit_entries WHERE action IN ('assign_role', 'revoke_role')"
        )
        .await,
        2
    );
    app.run_jobs().await;
    let mails = app
        .sim
        .mailbox
        .mails(Some("mads.medarbejder@nordvind.example"));
    assert_eq!(mails.len(), 2);
    let subject = mails[0].read().subject;
    assert!(subject.contains("User administrator"), "{subject}");
    app.end().await;
}

#[tokio::test]
async fn nobody_gives_what_they_may_not() {
    let app = App::start().await;
    let (rasmus, mette) = (app.rasmus(), app.mette());
    let mads = app.person(Org::Nordvind, "Mads Medarbejder").await;
    let own = app.person(Org::Nordvind, "Rasmus Rolle").await;
    let before = app.count("SELECT COUNT(*) FROM role_assignments").await;
    for (caller, person, role, status, code) in [
        // Whoever runs everything else gives no roles.
        (&mette, mads, "reader", 403, "forbidden"),
        (&rasmus, mads, "operatorAdministrator", 422, "roleNotHere"),
        (&rasmus, mads, "accountAdministrator", 422, "roleNotHere"),
        (
            &rasmus,
            own,
            "organisationAdministrator",
            403,
            "notToYourself",
        ),
        (&rasmus, own, "userAdministrator", 403, "notToYourself"),
        (&rasmus, Uuid::from_u128(7), "reader", 422, "personUnknown"),
    ] {
        let answer = assign(caller, person, role).await;
        assert_eq!(answer.problem(), (status, code.to_owned()), "{role}");
    }
    // A colleague of elsewhere is nobody here.
    let hanne = app.person(Org::Havn, "Hanne Havn").await;
    let answer = assign(&rasmus, hanne, "reader").await;
    assert_eq!(answer.problem(), (422, "personUnknown".to_owned()));
    assert_eq!(
        answer.fields(),
        [("/person".to_owned(), "personUnknown".to_owned())]
    );
    // Without a fresh sign-in, and with a code that was used.
    let key = app.fresh_key();
    let body = json!({ "person": mads, "role": "reader" });
    let stale = rasmus.clone().with("idempotency-key", &key);
    let answer = stale
        .post(&rasmus.path("role-assignments"), body.clone())
        .await;
    assert_eq!(answer.problem(), (403, "freshSignInNeeded".to_owned()));
    let fresh = rasmus.clone().freshly().await;
    let first = fresh.clone().with("idempotency-key", &app.fresh_key());
    first
        .post(&rasmus.path("role-assignments"), body.clone())
        .await
        .ok(201);
    let body = json!({ "person": mads, "role": "purchaser" });
    let second = fresh.with("idempotency-key", &app.fresh_key());
    let answer = second.post(&rasmus.path("role-assignments"), body).await;
    assert_eq!(answer.problem(), (403, "freshSignInNeeded".to_owned()));
    // A sign-in of six minutes ago is not fresh.
    let fresh = rasmus.clone().freshly().await;
    app.advance(std::time::Duration::from_secs(360));
    let body = json!({ "person": mads, "role": "purchaser" });
    let late = fresh.with("idempotency-key", &app.fresh_key());
    let answer = late.post(&rasmus.path("role-assignments"), body).await;
    assert_eq!(answer.problem(), (403, "freshSignInNeeded".to_owned()));
    let after = app.count("SELECT COUNT(*) FROM role_assignments").await;
    assert_eq!(after, before + 1);
    app.run_jobs().await;
    app.end().await;
}

#[tokio::test]
async fn what_comes_from_above_is_shown_and_stays() {
    let app = App::start().await;
    let hanne = app.hanne();
    let list = hanne.look("role-assignments").await;
    let inherited: Vec<&Value> = list["items"]
        .as_array()
        .expect("a list")
        .iter()
        .filter(|item| item["inherited"] == json!(true))
        .collect();
    assert!(inherited.len() >= 5, "{list}");
    for item in &inherited {
        // Of those above she is told what they are, not which.
        assert!(item["origin"]["organisation"].is_null(), "{item}");
        assert!(item["holder"]["username"].is_null(), "{item}");
    }
    let paula = app.paula().at(Org::Havn);
    let from_partner = held(&paula, "Paula Partner", "accountAdministrator").await;
    assert_eq!(from_partner["origin"]["kind"], json!("partner"));
    assert_eq!(
        from_partner["origin"]["organisation"]["name"],
        json!("Kontorpartner ApS")
    );
    assert_eq!(
        revoke(&paula, &from_partner).await.problem(),
        (409, "inheritedRole".to_owned())
    );
    // The partner gives the customer's roles; a role of the partner's own does not exist there.
    let own = app.person(Org::Havn, "Hanne Havn").await;
    assign(&paula, own, "roleAdministrator").await.ok(201);
    assert_eq!(
        assign(&paula, own, "serviceViewer").await.problem(),
        (422, "roleNotHere".to_owned())
    );
    app.run_jobs().await;
    app.end().await;
}

#[tokio::test]
async fn why_somebody_may_is_told() {
    let app = App::start().await;
    let (rita, paula) = (app.rita(), app.paula().at(Org::Havn));
    let mette = app.person(Org::Nordvind, "Mette Holm").await;
    let mads = app.person(Org::Nordvind, "Mads Medarbejder").await;
    let ask =
        |who: String, permission: &str| format!("permissions/explain?permission={permission}{who}");
    let why = rita
        .look(&ask(format!("&person={mette}"), "orderCommercialItems"))
        .await;
    assert_eq!(
        (&why["allowed"], &why["because"][0]["assignment"]["role"]),
        (&json!(true), &json!("organisationAdministrator"))
    );
    assert_eq!(
        why["because"][0]["detail"],
        json!("Mette Holm has the role Organisation administrator on this organisation.")
    );
    for (person, permission, code) in [
        (mette, "grantRoles", "rolesDoNotGive"),
        (mads, "read", "noRole"),
    ] {
        let why = rita
            .look(&ask(format!("&person={person}"), permission))
            .await;
        assert_eq!(
            (&why["allowed"], &why["hindrance"]["code"]),
            (&json!(false), &json!(code))
        );
    }
    // About oneself, and from above.
    let why = paula.look(&ask(String::new(), "editData")).await;
    assert_eq!(why["because"][0]["assignment"]["inherited"], json!(true));
    assert!(
        why["because"][0]["detail"]
            .as_str()
            .expect("a sentence")
            .contains("at the partner"),
        "{why}"
    );
    let unknown = ask(format!("&person={}", Uuid::from_u128(7)), "read");
    assert_eq!(rita.get(&rita.path(&unknown)).await.status, 404);
    let both = ask(format!("&person={mette}&principal={mette}"), "read");
    assert_eq!(rita.get(&rita.path(&both)).await.status, 400);
    app.end().await;
}

/// Two who give roles take each other's away at once: exactly one succeeds, and never does nobody remain.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_last_role_administrator_stays_also_in_a_race() {
    const RACES: usize = 25;
    let app = App::start().await;
    let rasmus = app.rasmus();
    let rita = app.rita();
    let person = app.person(Org::Nordvind, "Rita Reader").await;
    let alone = held(&rasmus, "Rasmus Rolle", "roleAdministrator").await;
    assert_eq!(
        revoke(&rasmus, &alone).await.problem(),
        (409, "lastRoleAdministrator".to_owned())
    );
    // Nor does one above take the last away.
    let olivia = app.olivia().at(Org::Nordvind);
    assert_eq!(
        revoke(&olivia, &alone).await.problem(),
        (409, "lastRoleAdministrator".to_owned())
    );
    assign(&rasmus, person, "roleAdministrator").await.ok(201);
    for _ in 0..RACES {
        let one = held(&rita, "Rasmus Rolle", "roleAdministrator").await;
        let other = held(&rita, "Rita Reader", "roleAdministrator").await;
        let (first, second) = tokio::join!(revoke(&rasmus, &other), revoke(&rita, &one));
        let statuses = [first.status, second.status];
        assert_eq!(
            statuses.iter().filter(|status| **status == 204).count(),
            1,
            "{} {}",
            first.text,
            second.text
        );
        assert!(statuses.contains(&403), "{} {}", first.text, second.text);
        let left = app
            .count("SELECT COUNT(*) FROM role_assignments r JOIN organisations o ON o.id = r.organisation WHERE r.role = 'roleAdministrator' AND o.name = 'Nordvind A/S'")
            .await;
        assert_eq!(left, 1);
        // The loser gets it back.
        let identity = |name: &str| (Org::Nordvind.tenant(), app.object(name));
        let back = if statuses[0] == 204 {
            identity("rita.reader@nordvind.example")
        } else {
            identity("rasmus.rolle@nordvind.example")
        };
        app.grant(Org::Nordvind, back, Role::RoleAdministrator)
            .await;
        let mut tx = app.db().begin().await.unwrap();
        for (name, username) in [
            ("Rita Reader", "rita.reader@nordvind.example"),
            ("Rasmus Rolle", "rasmus.rolle@nordvind.example"),
        ] {
            tx.execute(
                "UPDATE principals SET name = ?1, username = ?2 WHERE object_id = ?3",
                platform::db::params![name, username, app.object(username)],
            )
            .await
            .unwrap();
        }
        tx.commit().await.unwrap();
    }
    app.run_jobs().await;
    app.end().await;
}

#[tokio::test]
async fn each_role_is_listed_with_what_it_allows() {
    let app = App::start().await;
    let roles = app.rasmus().look("roles").await;
    assert_eq!(roles["total"], json!(6));
    for role in roles["items"].as_array().expect("a list") {
        assert_eq!(role["grantable"]["toOthers"], json!(true), "{role}");
        let raises = !matches!(role["role"].as_str(), Some("roleAdministrator" | "reader"));
        assert_eq!(role["grantable"]["toOneself"], json!(!raises), "{role}");
    }
    let roles = app.mette().look("roles").await;
    for role in roles["items"].as_array().expect("a list") {
        assert_eq!(role["grantable"]["toOthers"], json!(false), "{role}");
        assert!(role["grantable"]["reason"].is_string(), "{role}");
    }
    app.end().await;
}
