//! The directory administration page.

use super::browser::Browser;
use super::{METTE, Sim};
use simulators::microsoft::world::tenants;

#[tokio::test]
async fn it_shows_tenants_and_people_a_page_at_a_time() {
    let sim = Sim::start().await;
    let mut browser = Browser::new(&sim);
    let page = browser.open("/_simulator/").await;
    assert!(page.html.contains("Nordvind A/S") && page.html.contains("Fjord &amp; Co ApS"));
    let list = browser
        .open(&format!("/_simulator/directory/{}", tenants::NORDVIND))
        .await;
    assert!(list.html.contains("page 1 of 2") && list.html.contains("page=2"));
    let found = browser
        .open(&format!(
            "/_simulator/directory/{}?q=mette.holm",
            tenants::NORDVIND
        ))
        .await;
    assert!(found.html.contains("Microsoft 365 E5") && found.html.contains("1 people"));
    assert_eq!(
        browser.open("/_simulator/directory/nowhere").await.status,
        404
    );
    assert_eq!(
        browser.open("/").await.location.as_deref(),
        Some("/_simulator/")
    );
}

#[tokio::test]
async fn a_person_is_added_changed_disabled_deleted_and_restored() {
    let sim = Sim::start().await;
    let mut browser = Browser::new(&sim);
    let directory = format!("/_simulator/directory/{}", tenants::FJORD);
    let post = async |path: &str, fields: &[(&str, &str)]| {
        let response = sim
            .http
            .post(sim.url(path))
            .form(fields)
            .send()
            .await
            .unwrap();
        let location = response
            .headers()
            .get("location")
            .map(|l| l.to_str().unwrap().to_owned());
        (
            response.status().as_u16(),
            location,
            response.text().await.unwrap(),
        )
    };
    let (status, _, html) = post(&directory, &[("givenName", ""), ("licences", "1")]).await;
    assert_eq!(status, 422);
    assert!(html.contains("role=\"alert\""));
    let fields = [
        ("givenName", "Søren"),
        ("surname", "<b>"),
        ("jobTitle", "Driver"),
        ("licences", "1"),
    ];
    let (status, location, _) = post(&directory, &fields).await;
    assert_eq!(status, 303);
    let shown = browser.open(&location.clone().unwrap()).await;
    assert!(shown.html.contains("Søren &lt;b&gt;") && shown.html.contains("Added."));
    let person = location.unwrap().split('?').next().unwrap().to_owned();
    post(
        &person,
        &[
            ("action", "save"),
            ("displayName", "Søren Bo"),
            ("jobTitle", ""),
        ],
    )
    .await;
    for (action, expected) in [
        ("disable", "Disabled"),
        ("enable", "Active"),
        ("delete", "Deleted"),
        ("restore", "Active"),
    ] {
        assert_eq!(
            post(&person, &[("action", action)]).await.0,
            303,
            "{action}"
        );
        let shown = browser.open(&person).await;
        assert!(
            shown.html.contains("Søren Bo") && shown.html.contains(expected),
            "{action}"
        );
    }
    let (status, ..) = post(&format!("{directory}/{METTE}"), &[("action", "nothing")]).await;
    assert_eq!(status, 404, "of another tenant");
}

#[tokio::test]
async fn a_page_plays_teams_and_gives_the_tab_its_token() {
    let sim = Sim::start().await;
    let mut browser = Browser::new(&sim);
    let page = browser.open("/_simulator/teams-host").await;
    assert!(page.html.contains("data-portal=\"http://localhost:8080\""));
    assert!(page.html.contains("title=\"The portal in Teams\""));
    let script = browser.open("/_simulator/teams-host/host.js").await;
    assert!(script.html.contains("authentication.getAuthToken"));
    let token = async |query: &str| {
        let url = sim.url(&format!("/_simulator/teams-host/token?{query}"));
        let answer = sim.http.get(url).send().await.unwrap();
        let status = answer.status().as_u16();
        (status, answer.json::<serde_json::Value>().await.unwrap())
    };
    for (client, id) in [
        ("web", "5e3ce6c0-2b1f-4285-8d4b-75ee78787346"),
        ("desktop", "1fec8e78-bce4-4aaf-ab1b-5451cc387264"),
    ] {
        let (status, body) =
            token(&format!("user=mette.holm@nordvind.example&client={client}")).await;
        assert_eq!(status, 200, "{body}");
        let claims = &body["claims"];
        assert_eq!(
            (
                &claims["azp"],
                &claims["scp"],
                &claims["preferred_username"]
            ),
            (&id.into(), &"access_as_user".into(), &METTE.into())
        );
        assert_eq!(body["token"].as_str().unwrap().split('.').count(), 3);
    }
    assert_eq!(token("user=nobody@nowhere.example").await.0, 404);
    let off = serde_json::json!({ "enabled": false });
    let person = sim.url("/_simulator/people/mads.medarbejder@nordvind.example");
    sim.http.patch(person).json(&off).send().await.unwrap();
    let (status, body) = token("user=mads.medarbejder@nordvind.example").await;
    assert_eq!(status, 400, "{body}");
    assert!(body["error"].as_str().unwrap().contains("AADSTS50057"));
}
