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
