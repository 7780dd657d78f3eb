use crate::tests::{World, people::person};
use platform::outside::OutsideError;
use serde_json::json;
use std::time::Duration;

#[tokio::test]
async fn what_needs_a_person_is_said_in_their_language() {
    let world = World::new().await;
    let directory = world
        .mirror(vec![person(1, "Anna Holm"), person(2, "Bo Holm")])
        .await;
    let path = format!("/api/v1/organisations/{}/dashboard", world.nordvind);
    let mette = world.mette().with("accept-language", "da");
    let figures = mette.get(&path).await.json();
    assert_eq!(figures["employees"]["total"], json!(2));
    assert_eq!(
        (&figures["warnings"], &figures["latestInvoice"]),
        (&json!([]), &json!(null))
    );

    *directory.refuses.lock().unwrap() = Some(OutsideError::Unavailable("503".into()));
    world.clock.advance(Duration::from_secs(301));
    world.work(&directory).await;
    let warning = mette.get(&path).await.json()["warnings"][0].clone();
    assert_eq!(warning["code"], json!("directoryFailing"));
    assert!(
        warning["detail"]
            .as_str()
            .unwrap()
            .contains("synkronisering")
    );
    assert_eq!(world.svend().get(&path).await.status, 404);
}
