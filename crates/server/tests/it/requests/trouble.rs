//! When something breaks on our side.

use crate::support::App;
use platform::db::params;

#[tokio::test]
async fn what_breaks_here_is_told_without_its_inside() {
    let app = App::start().await;
    let mette = app.mette();
    let rename = async |from: &str, to: &str| {
        let mut tx = app.db().begin().await.unwrap();
        tx.execute(&format!("ALTER TABLE {from} RENAME TO {to}"), params![])
            .await
            .unwrap();
        tx.commit().await.unwrap();
    };
    rename("sims", "sims_gone").await;
    let answer = mette.get(&mette.path("sims")).await;
    assert_eq!(answer.status, 500, "{}", answer.text);
    for word in [
        "sims", "SELECT", "table", "relation", "no such", "sqlite", "postgres",
    ] {
        assert!(!answer.text.contains(word), "{}", answer.text);
    }
    let danish = mette
        .clone()
        .with("accept-language", "da")
        .get(&mette.path("sims"))
        .await;
    assert_eq!(danish.json()["title"], "En fejl hos os");
    rename("sims_gone", "sims").await;
    mette.look("sims").await;
    app.end().await;
}

#[tokio::test]
async fn errors_speak_the_askers_language() {
    let app = App::start().await;
    let mads = app.mads();
    let path = mads.path("people");
    let english = mads.get(&path).await;
    let danish = mads
        .clone()
        .with("accept-language", "da-DK,da;q=0.9,en;q=0.5")
        .get(&path)
        .await;
    assert_eq!((english.status, danish.status), (403, 403));
    assert_eq!(
        (
            english.header("content-language"),
            danish.header("content-language")
        ),
        ("en", "da")
    );
    assert_ne!(english.json()["title"], danish.json()["title"]);
    assert_eq!(english.json()["code"], danish.json()["code"]);
    app.end().await;
}
